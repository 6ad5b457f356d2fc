"""What people type when they make a survey."""

from django import forms

from qiming.governance.surveys.rules import Audience, Kind
from qiming.registry.types import grade_name

DAY = forms.DateInput(attrs={"type": "date"})


class SurveyForm(forms.Form):
    """The head of a survey."""

    title = forms.CharField(
        label="调查叫什么", max_length=40, error_messages={"required": "请写名字，被问的人会看到"}
    )
    purpose = forms.CharField(
        label="问来做什么",
        help_text="被问的人会看到。写清结果用来改进什么。",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写一句：结果用来做什么"},
    )
    audience = forms.ChoiceField(label="问谁", choices=[(one.value, one.zh) for one in Audience])
    grades = forms.TypedMultipleChoiceField(
        label="哪些年级",
        help_text="一个都不选就是全部年级；问校长时不用选。",
        coerce=int,
        required=False,
        choices=[(one, grade_name(one)) for one in range(1, 13)],
        widget=forms.CheckboxSelectMultiple,
    )
    size = forms.IntegerField(
        label="每个区每个学段抽几个班",
        help_text="整班抽；抽到的班里每个人都请。",
        min_value=1,
        max_value=200,
        initial=4,
        error_messages={"required": "请写抽几个班", "min_value": "至少抽1个班", "max_value": "最多抽200个班"},
    )
    starts_on = forms.DateField(label="从哪天", widget=DAY, error_messages={"required": "请选开始的日子"})
    ends_on = forms.DateField(label="到哪天", widget=DAY, error_messages={"required": "请选结束的日子"})
    is_public = forms.BooleanField(label="结果向所有登录的人公开", required=False, initial=True)


class QuestionForm(forms.Form):
    """One question."""

    title = forms.CharField(label="问题", max_length=80, error_messages={"required": "请写问题"})
    kind = forms.ChoiceField(label="怎么答", choices=[(one.value, one.zh) for one in Kind])
    options = forms.CharField(
        label="选项",
        help_text="一行一个。“同意到什么程度”和“写一句话”不用写选项。",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
