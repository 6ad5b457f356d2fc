"""What is typed about somebody."""

from django import forms

from qiming.educators.standing.services import Noted
from qiming.educators.types import Post
from qiming.registry.types import STAGE_NAMES, Stage


class ProfileForm(forms.Form):
    """Post, licence, origin subject, load."""

    post = forms.ChoiceField(
        label="职务", choices=[(one.value, one.zh) for one in Post], initial=Post.TEACHER.value
    )
    licence = forms.ChoiceField(
        label="教师资格的学段",
        choices=[("", "没有核对到"), *((one.value, zh) for one, zh in STAGE_NAMES.items())],
        required=False,
        help_text="资格在本学段和以下学段有效。",
    )
    subject = forms.CharField(
        label="原任学科", max_length=20, error_messages={"required": "请写原任学科，如信息科技、数学"}
    )
    weekly_periods = forms.IntegerField(
        label="每周课时",
        min_value=0,
        max_value=40,
        help_text="不含人工智能课。",
        error_messages={
            "required": "请写每周课时，没有就写0",
            "invalid": "写0到40的整数",
            "min_value": "写0到40的整数",
            "max_value": "写0到40的整数",
        },
    )

    def noted(self) -> Noted:
        typed = self.cleaned_data
        licence = Stage(typed["licence"]) if typed["licence"] else None
        return Noted(Post(typed["post"]), licence, typed["subject"], typed["weekly_periods"])
