"""Forms of complaints, reports and incidents."""

from collections.abc import Sequence
from typing import Any

from django import forms

from qiming.kernel.ids import new_id
from qiming.registry.types import OrgRef
from qiming.trust.catalogue import catalogue
from qiming.trust.rules.reports import CATEGORIES, MAX_TEXT

_LINES = forms.Textarea(attrs={"rows": 5})


class ReportForm(forms.Form):
    """A complaint or report. `for_pupil` words it for a child."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    page = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    category = forms.ChoiceField(
        label="是什么事", widget=forms.RadioSelect, error_messages={"required": "请选是什么事"}
    )
    place = forms.ChoiceField(label="哪所学校的事", widget=forms.RadioSelect)
    text = forms.CharField(
        label="发生了什么",
        help_text="什么时候、在哪里、谁看到了。不用写得很好。",
        max_length=MAX_TEXT,
        widget=_LINES,
        error_messages={
            "required": "请写一两句发生了什么",
            "max_length": f"最多{MAX_TEXT}个字，请写短一些或分两次写",
        },
    )
    anonymous = forms.BooleanField(
        label="不留我的名字",
        required=False,
        help_text="系统不记是谁写的，谁也查不出来；你会拿到一个回执码，凭它看答复。想让人来帮你，就留名字。",
    )

    def __init__(self, *args: Any, places: Sequence[OrgRef], for_pupil: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            (one.key, one.for_pupils if for_pupil else one.zh) for one in CATEGORIES.values()
        ]
        self.fields["place"].choices = [(str(one.id), one.name) for one in places]  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.fields["place"].initial = str(places[0].id)
        self.fields["token"].initial = new_id()


class WordsForm(forms.Form):
    """A few lines more: an answer, an addition, an appeal."""

    text = forms.CharField(
        label="写在这里",
        max_length=MAX_TEXT,
        widget=_LINES,
        error_messages={
            "required": "请写一两句",
            "max_length": f"最多{MAX_TEXT}个字，请写短一些或分两次写",
        },
    )

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = help_text


class CodeForm(forms.Form):
    """The code of an anonymous report."""

    code = forms.CharField(
        label="回执码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": "请填回执码"},
    )


class IncidentForm(forms.Form):
    """A security incident as it was found."""

    title = forms.CharField(
        label="一句话说是什么事", max_length=80, error_messages={"required": "请写一句话"}
    )
    what = forms.CharField(
        label="经过",
        help_text="写发生了什么、怎么发现的。不要写学生姓名。",
        max_length=2000,
        widget=_LINES,
        error_messages={"required": "请写经过"},
    )
    happened_on = forms.DateField(
        label="哪天发生的",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选日期", "invalid": "日期写成 2026-11-30 这样"},
    )
    categories = forms.MultipleChoiceField(
        label="涉及哪几类数据",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选涉及哪几类数据"},
    )
    people_touched = forms.IntegerField(
        label="涉及多少人",
        help_text="不清楚就估一个数，以后在措施里写明。",
        min_value=0,
        max_value=10_000_000,
        error_messages={"required": "请填人数，没有就填 0", "invalid": "请填一个整数"},
    )
    is_grave = forms.BooleanField(
        label="已经或可能外泄到校外，或有人借此伤害学生",
        required=False,
        help_text="选了就按更短的时限通知。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = [  # type: ignore[attr-defined]
            (name, f"{name}：{one.holds}") for name, one in catalogue().categories.items() if name != "运行"
        ]


class IncidentStepForm(forms.Form):
    """A measure, or a notice to somebody."""

    kind = forms.ChoiceField(
        label="记一条",
        choices=[("measure", "采取了措施"), ("told", "通知了人")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选是措施还是通知"},
    )
    whom = forms.CharField(
        label="通知了谁", max_length=60, required=False, help_text="如：涉及的家长、区教委、公安"
    )
    text = forms.CharField(
        label="内容", max_length=1000, widget=_LINES, error_messages={"required": "请写内容"}
    )


class LessonsForm(forms.Form):
    """What was learned."""

    lessons = forms.CharField(
        label="教训：以后怎么避免",
        max_length=1000,
        widget=_LINES,
        error_messages={"required": "请写一句教训：以后怎么避免"},
    )
