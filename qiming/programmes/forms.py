"""What people fill in about calls."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from qiming.kernel.ids import new_id
from qiming.programmes.rules.terms import cells_of
from qiming.programmes.services.applying import MOST_TITLE, Form
from qiming.programmes.services.deciding import CHECKED, MOST_NOTE
from qiming.programmes.types import Programme, Quota, Terms
from qiming.registry.types import STAGE_NAMES, OrgRef, Stage
from qiming.resources.queries.scenarios import scenarios

MOST_SAID = 300
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=_DAY,
        error_messages={"required": f"请填“{label}”", "invalid": "日期写成2026-11-23的样子"},
        **more,
    )


def _count(label: str, *, required: bool = True, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=100_000,
        required=required,
        error_messages={"required": f"请填“{label}”", "invalid": "请填整数", "min_value": "不能小于0"},
        **more,
    )


class CallForm(forms.Form):
    """The numbers of a call."""

    title = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写名称"})
    opens_on = _day("从哪天收")
    closes_on = _day("收到哪天")
    total = _count("一共选多少")
    per_cell = _count(
        "每个区每个学段最多", required=False, help_text="不限就空着；下面单独写了的区和学段按下面的"
    )
    floor = _count("其中均衡名额", initial=0, help_text="先从下面选的区里选，够数为止")
    floor_districts = forms.MultipleChoiceField(
        label="均衡名额给哪些区", required=False, widget=forms.CheckboxSelectMultiple
    )
    cells = forms.CharField(
        label="单独定名额的区和学段",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=6000,
        help_text="一行一个，如：延庆区 小学 2",
    )
    recommend_most = _count("每个区最多推荐", required=False, help_text="不限就空着")

    def __init__(self, *args: Any, districts: Sequence[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = districts
        self.fields["floor_districts"].choices = [(str(one.id), one.name) for one in districts]  # type: ignore[attr-defined]  # a choice field

    def clean_cells(self) -> dict[tuple[str, str], int]:
        """(district path, stage) → places."""
        names = {one.name: one.path for one in self.districts}
        stages = {word: stage.value for stage, word in STAGE_NAMES.items()}
        found, wrong = cells_of(self.cleaned_data["cells"], names, stages)
        if wrong:
            raise ValidationError(" ".join(wrong[:5]))
        return found

    def terms(self) -> Terms:
        said = self.cleaned_data
        chosen = set(said["floor_districts"])
        quota = Quota(
            said["total"],
            said["per_cell"],
            said["cells"],
            said["floor"],
            frozenset(one.path for one in self.districts if str(one.id) in chosen),
        )
        return Terms(said["opens_on"], said["closes_on"], quota, said["recommend_most"])


class ApplicationForm(forms.Form):
    """What a school writes; the figures are the platform's. Nothing but the title and the stage must be there yet."""

    title = forms.CharField(
        label="标题", max_length=MOST_TITLE, error_messages={"required": f"标题写2到{MOST_TITLE}个字"}
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(
        self,
        *args: Any,
        programme: Programme,
        schools: Sequence[OrgRef],
        shelf: Sequence[tuple[UUID, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        if programme.blind:
            self.fields["title"].help_text = "评审的人看不到校名，标题里也不要写"
        if len(schools) > 1:
            self.fields["school"] = forms.ChoiceField(
                label="哪所学校", choices=[(str(one.id), one.name) for one in schools]
            )
        stages = sorted({stage for one in schools for stage in one.stages}, key=list(Stage).index)
        self.fields["stage"] = forms.ChoiceField(
            label="学段", choices=[(stage.value, STAGE_NAMES[stage]) for stage in stages]
        )
        if programme.asks_scenario:
            self.fields["scenario"] = forms.ChoiceField(
                label="属于哪一类场景", required=False, choices=[("", "请选"), *scenarios().items()]
            )
        self._add_words()
        if shelf:
            self.fields["resource"] = forms.ChoiceField(
                label="配套的资源",
                required=False,
                choices=[("", "没有"), *((str(key), title) for key, title in shelf)],
                help_text="本校在应用超市上架的；公布以后，别的学校从案例直接去选用",
            )

    def _add_words(self) -> None:
        for one in self.programme.words:
            hint = f"{one.hint}；" if one.hint else ""
            self.fields[f"say_{one.key}"] = forms.CharField(
                label=one.title,
                required=False,
                max_length=one.most,
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text=f"{hint}最多{one.most}个字",
                error_messages={"max_length": f"最多{one.most}个字，请写短一些"},
            )

    def given(self) -> Form:
        said = self.cleaned_data
        chosen = said.get("resource")
        return Form(
            said["title"],
            said["stage"],
            said.get("scenario", ""),
            {one.key: said[f"say_{one.key}"] for one in self.programme.words},
            UUID(chosen) if chosen else None,
        )


class FileForm(forms.Form):
    """One file to hand in with it."""

    file = forms.FileField(
        label="照片或 PDF",
        help_text="不要拍到学生的脸、姓名和电话",
        error_messages={"required": "请选一个文件", "empty": "这个文件是空的"},
    )


class VisitForm(forms.Form):
    """What was seen at a school. `key` is made with the page: what is sent twice is one record."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    day = _day("哪天去的")
    seen = forms.MultipleChoiceField(
        label="做了哪几件",
        required=False,
        choices=list(CHECKED.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="看到什么",
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写做法和证据，不写学生姓名",
        error_messages={"required": "请写看到了什么", "max_length": f"最多{MOST_NOTE}个字"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = new_id()
        self.fields["day"].initial = today

    def ticked(self) -> Mapping[str, bool]:
        chosen = set(self.cleaned_data["seen"])
        return {name: name in chosen for name in CHECKED}


class PairForm(forms.Form):
    """Whom the school leads from today."""

    partner = forms.ChoiceField(label="带哪所学校", error_messages={"required": "请选学校"})

    def __init__(self, *args: Any, schools: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].choices = [("", "请选"), *schools]  # type: ignore[attr-defined]  # a choice field


class SupportForm(forms.Form):
    """One thing done for a partner."""

    pairing = forms.ChoiceField(label="哪所学校", error_messages={"required": "请选学校"})
    day = _day("哪天")
    says = forms.CharField(
        label="做了什么",
        max_length=MOST_SAID,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写做了什么", "max_length": f"最多{MOST_SAID}个字"},
    )

    def __init__(self, *args: Any, partners: Sequence[tuple[str, str]], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pairing"].choices = list(partners)  # type: ignore[attr-defined]  # a choice field
        self.fields["day"].initial = today


class ReuseForm(forms.Form):
    """How one's school did it after a case."""

    says = forms.CharField(
        label="怎么用的",
        max_length=MOST_SAID,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写怎么用的", "max_length": f"最多{MOST_SAID}个字"},
    )

    def __init__(self, *args: Any, schools: Sequence[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(schools) > 1:
            self.fields["school"] = forms.ChoiceField(
                label="哪所学校", choices=[(str(one.id), one.name) for one in schools]
            )
