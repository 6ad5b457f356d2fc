"""What people fill in about products in classes."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from qiming.assurance.admission import LEAST_SCOPES, Function, Scope
from qiming.registry.types import STAGE_NAMES, OrgRef, Stage
from qiming.resources.launching.services.common import MOST_REASON, MOST_WORDS
from qiming.resources.launching.services.deciding import MOST_MINUTES
from qiming.resources.launching.types import Limits

_LINES = forms.Textarea(attrs={"rows": 3})
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SeenForm(forms.Form):
    """Every step says which state of the case was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AskForm(forms.Form):
    """What a teacher needs a product for."""

    product = forms.ChoiceField(label="产品", error_messages={"required": "请选产品"})
    class_id = forms.ChoiceField(label="给哪个班", error_messages={"required": "请选班"})
    lesson = forms.CharField(
        label="用在哪一课（可以不填）", max_length=80, required=False, help_text="例如：第3课 机器怎样认图"
    )
    purpose = forms.CharField(
        label="用它做什么",
        max_length=MOST_WORDS,
        widget=_LINES,
        error_messages={"required": "请写用它做什么"},
    )
    alternatives = forms.CharField(
        label="没有它怎么上",
        max_length=MOST_WORDS,
        widget=_LINES,
        help_text="学校不同意、家长不同意的时候，这节课照样上",
        error_messages={"required": "请写没有它怎么上"},
    )

    def __init__(
        self, *args: Any, products: Sequence[tuple[str, str]], classes: Sequence[OrgRef], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = list(products)  # type: ignore[attr-defined]
        self.fields["class_id"].choices = [(str(one.id), one.name) for one in classes]  # type: ignore[attr-defined]


class LimitsForm(SeenForm):
    """Conditions added to the city's: whatever is left empty stays as it is."""

    functions_off = forms.MultipleChoiceField(
        label="关掉哪些功能",
        choices=[(one.value, one.zh) for one in Function],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    data_off = forms.MultipleChoiceField(
        label="不给哪些数据",
        choices=[(one.value, one.zh) for one in Scope],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    stages = forms.MultipleChoiceField(
        label="只给哪些学段（不选就照准入条件）",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    daily_launches = forms.IntegerField(
        label="每天最多打开几次", required=False, min_value=1, max_value=1_000_000, help_text="不填就不另加"
    )
    until = forms.DateField(label="用到哪天", required=False, widget=_DAY, help_text="不填就不另加")
    supervised_only = forms.BooleanField(label="只在老师上课的时候用", required=False)

    def __init__(
        self,
        *args: Any,
        functions: Iterable[str],
        data: Iterable[str],
        stages: Sequence[Stage],
        **kwargs: Any,
    ) -> None:
        posted = kwargs.pop("posted", None)
        super().__init__(posted, *args, **kwargs)
        known, taken = set(functions), set(data)
        self.fields["functions_off"].choices = [  # type: ignore[attr-defined]
            (one.value, one.zh) for one in Function if one.value in known
        ]
        self.fields["data_off"].choices = [  # type: ignore[attr-defined]
            (one.value, one.zh) for one in Scope if one.value in taken and one.value not in LEAST_SCOPES
        ]
        self.fields["stages"].choices = [  # type: ignore[attr-defined]
            (one.value, STAGE_NAMES[one]) for one in stages if len(stages) > 1
        ]
        for name in ("functions_off", "data_off", "stages"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    def limits(self, note: str = "") -> Limits:
        said = self.cleaned_data
        stages = frozenset(said.get("stages", ()))
        return Limits(
            stages or None,
            frozenset(said.get("functions_off", ())),
            frozenset(said.get("data_off", ())),
            said["daily_launches"],
            said["until"],
            said["supervised_only"],
            note,
        )


class DecideForm(LimitsForm):
    """The head signs: the minutes in words, the signed paper, what the school adds."""

    minutes = forms.CharField(
        label="集体决定的要点",
        max_length=MOST_MINUTES,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="哪天开的会、谁参加、为什么用、几票同意",
        error_messages={"required": "请写集体决定的要点"},
    )
    paper = forms.FileField(
        label="会议纪要（照片或PDF，可以不传）", required=False, error_messages={"empty": "这个文件是空的"}
    )
    field_order = ("minutes", "paper")


class FileForm(LimitsForm):
    """The district files it, with what it adds."""

    note = forms.CharField(label="给学校的说明（可以不写）", max_length=MOST_REASON, required=False)
    field_order = ("note",)


class ReasonForm(SeenForm):
    reason = forms.CharField(
        label="理由",
        max_length=MOST_REASON,
        widget=_LINES,
        help_text="老师和申请的人会看到",
        error_messages={"required": "请写明理由"},
    )


class EnableForm(SeenForm):
    """For which classes, until when."""

    classes = forms.MultipleChoiceField(
        label="给哪些班用",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个班"},
    )
    until = forms.DateField(
        label="用到哪天", widget=_DAY, error_messages={"required": "请写用到哪天", "invalid": "请选一天"}
    )

    def __init__(self, *args: Any, places: Sequence[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["classes"].choices = [(str(one.id), one.name) for one in places]  # type: ignore[attr-defined]

    def class_ids(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["classes"]]


class CloseForm(SeenForm):
    """The data are back."""

    data_return = forms.CharField(
        label="交回了哪些数据",
        max_length=MOST_WORDS,
        widget=_LINES,
        help_text="哪天、什么格式、谁收的；没有给过数据就写清楚",
        error_messages={"required": "请写交回了哪些数据"},
    )
    deletion = forms.CharField(
        label="删除证明",
        max_length=MOST_WORDS,
        widget=_LINES,
        help_text="证明的编号和日期，副本和备份也删了没有",
        error_messages={"required": "请写删除证明的编号和日期"},
    )


class PlaceForm(forms.Form):
    """A product goes into a lesson."""

    product = forms.ChoiceField(label="产品", error_messages={"required": "请选产品"})
    task = forms.CharField(
        label="用它做什么（学生会看到）",
        max_length=MOST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    instead = forms.CharField(
        label="不能用它的学生怎么做（学生会看到）",
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="家里不同意、产品停用的时候，学生看到的就是这句话",
        error_messages={"required": "请写不能用它的学生怎么做"},
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = list(products)  # type: ignore[attr-defined]
