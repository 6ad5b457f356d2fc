"""What people choose when they bring a syllabus."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from qiming.curriculum.models import SyllabusSheet
from qiming.curriculum.syllabi.rules import FIELDS, MAX_SHORT, STAGES
from qiming.curriculum.syllabi.services import MAX_TITLE, STATUSES
from qiming.curriculum.types import STATUS_WORDS
from qiming.registry.types import OrgRef


class SheetForm(forms.Form):
    """A sheet for a place."""

    place = forms.ChoiceField(label="哪个单位的")
    file = forms.FileField(
        label="表格",
        help_text=".xlsx 或 .csv（UTF-8、GB 18030 都行），一行一条，最多1000条。",
        error_messages={"required": "还没有选文件", "empty": "这个文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def __init__(self, *args: Any, places: Iterable[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.id), one.name) for one in places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]  # the stubs know the base class only
        self.initial.setdefault("place", choices[0][0] if choices else "")


class ColumnsForm(forms.Form):
    """What the text is, and which column is what."""

    title = forms.CharField(label="名称", max_length=MAX_TITLE, error_messages={"required": "名称还没有填"})
    status = forms.ChoiceField(
        label="文本的地位",
        choices=[(one, STATUS_WORDS[one]) for one in STATUSES],
        help_text="只有逐条和正式文件核对过，才选正式文本。",
    )
    published = forms.RegexField(
        r"^[0-9]{4}-[0-9]{2}$",
        label="发布年月",
        help_text="写成 2026-09 这样。",
        error_messages={"required": "发布年月还没有填", "invalid": "写成 2026-09 这样"},
    )
    source = forms.CharField(
        label="哪里读到",
        required=False,
        max_length=MAX_SHORT,
        help_text="表格里没有这一列，或有的格空着，就用这里写的。",
    )
    stage = forms.ChoiceField(
        label="学段",
        required=False,
        choices=[("", "看表格里的"), *STAGES.items()],
        help_text="表格里没有学段和年级，就用这里选的。",
    )
    note = forms.CharField(label="说明", required=False, max_length=300)

    def __init__(self, data: Any = None, *, sheet: SyllabusSheet) -> None:
        chosen = {f"col_{field}": heading for field, heading in sheet.columns.items()}
        super().__init__(data, initial=chosen | sheet.about)
        headings = [(one, one) for one in sheet.headings]
        for field, (words, needed, _) in FIELDS.items():
            self.fields[f"col_{field}"] = forms.ChoiceField(
                label=words,
                required=needed,
                choices=headings if needed and field in sheet.columns else [("", "没有这一列"), *headings],
                error_messages={"required": "还没有选是哪一列"},
            )

    def about_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if not name.startswith("col_"))

    def column_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("col_"))

    def columns(self) -> dict[str, str]:
        given = {field: self.cleaned_data.get(f"col_{field}", "") for field in FIELDS}
        return {field: heading for field, heading in given.items() if heading}

    def about(self) -> dict[str, str]:
        return {
            name: self.cleaned_data[name]
            for name in ("title", "status", "published", "source", "stage", "note")
        }
