"""What is typed on the companion's pages."""

from uuid import uuid4

from django import forms

from qiming.agents.guard.guard import MOST
from qiming.assist.companion.services import LONGEST, TASKS, Choice


class SayForm(forms.Form):
    """One thing a pupil says. `turn_id` is made by the page, so that sending twice says it once."""

    text = forms.CharField(
        label="说说你想到哪一步，卡在哪里",
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 3, "enterkeyhint": "send"}),
        error_messages={
            "required": "还没有写内容。写下你的问题或想法再发。",
            "max_length": f"一次最多{MOST}个字。没有发出去，你写的还在，请分几次说。",
        },
    )
    turn_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    task = forms.ChoiceField(choices=[(one, one) for one in TASKS], required=False, widget=forms.HiddenInput)


class SchoolForm(forms.Form):
    """What a school decides."""

    is_on = forms.BooleanField(
        label="打开学伴", required=False, help_text="没有打开时，学生哪里都看不到学伴。"
    )
    allows_supervised = forms.BooleanField(
        label="小学的班可以在老师陪同下用",
        required=False,
        help_text="不选：小学只由老师演示。选了：老师打开一节、在场陪着，谁打开都记下来。",
    )
    minutes = forms.IntegerField(
        label="每天最多",
        required=False,
        min_value=5,
        max_value=120,
        help_text="不填就按学段的规定；只能更少。",
    )

    def choice(self) -> Choice:
        typed = self.cleaned_data
        return Choice(typed["is_on"], typed["allows_supervised"], typed["minutes"])


class AccompanyForm(forms.Form):
    """How long an adult stays."""

    minutes = forms.IntegerField(label="陪多久", min_value=5, max_value=LONGEST, initial=15)
