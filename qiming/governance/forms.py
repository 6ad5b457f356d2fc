"""What people type on the desk."""

from django import forms


class AskForm(forms.Form):
    """A request about one class."""

    text = forms.CharField(
        label="请学校做什么",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写一句话，说明想请学校做什么"},
    )
    due_on = forms.DateField(
        label="希望哪天前回复",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "日期写成 2026-11-30 这样"},
    )


class AnswerForm(forms.Form):
    """The school's reply."""

    text = forms.CharField(
        label="怎么补，哪几周补",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写怎么补、哪几周补"},
    )


class SampleForm(forms.Form):
    """How many schools to draw."""

    size = forms.IntegerField(
        label="抽几所",
        min_value=1,
        max_value=50,
        error_messages={"required": "请填抽几所", "invalid": "请填一个整数"},
    )
