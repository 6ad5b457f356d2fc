"""Forms of cases."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from qiming.casework.models import ReviewSheet
from qiming.casework.services.moving import MAX_REASON
from qiming.casework.services.reviewing import MAX_NOTE
from qiming.casework.types import Proof, Review, Transition, Verdict, Workflow
from qiming.kernel.ids import new_id

_LINES = forms.Textarea(attrs={"rows": 3})
MAX_PROOF = 4000


class MoveForm(forms.Form):
    """One way on from here: the evidence it asks for in words, and the reason where one is owed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, workflow: Workflow, step: Transition, seen: int
    ) -> None:
        super().__init__(data, prefix=step.key)
        self.step, self.kinds = step, {kind: workflow.evidence[kind] for kind in step.evidence}
        self.fields["seen"].initial = seen
        for kind, title in self.kinds.items():
            self.fields[f"proof_{kind}"] = forms.CharField(
                label=title,
                max_length=MAX_PROOF,
                widget=_LINES,
                error_messages={"required": f"请写“{title}”"},
            )
        self.fields["reason"] = forms.CharField(
            label="理由" if step.reason else "说明",
            max_length=MAX_REASON,
            required=step.reason,
            widget=_LINES,
            error_messages={"required": "请写明理由：对方会看到"},
        )

    def proofs(self) -> list[Proof]:
        """What was written, as evidence."""
        return [
            Proof.of_words(kind, title, self.cleaned_data[f"proof_{kind}"])
            for kind, title in self.kinds.items()
        ]


class SheetForm(forms.Form):
    """A review sheet: points and a reason for each criterion, a conclusion, advice for the applicant."""

    def __init__(self, *args: Any, review: Review, sheet: ReviewSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = review
        handed_in = "keep" not in self.data  # a draft may lack anything
        for one in review.criteria:
            self.fields[f"points_{one.key}"] = forms.IntegerField(
                label=f"得分（0–{one.most}）",
                min_value=0,
                max_value=one.most,
                required=handed_in,
                initial=sheet.points.get(one.key),
                error_messages={
                    "required": f"“{one.title}”请打0到{one.most}分",
                    "invalid": "请填整数",
                    "max_value": f"最多{one.most}分",
                    "min_value": "最少0分",
                },
            )
            self.fields[f"note_{one.key}"] = forms.CharField(
                label="理由",
                max_length=MAX_NOTE,
                required=handed_in,
                initial=sheet.notes.get(one.key, ""),
                error_messages={"required": f"“{one.title}”请写一句理由"},
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["verdict"] = forms.ChoiceField(
            label="结论",
            choices=[(one.value, one.zh) for one in Verdict],
            widget=forms.RadioSelect,
            required=handed_in,
            error_messages={"required": "请选结论"},
        )
        self.fields["advice"] = forms.CharField(
            label="给申请人的建议（会给对方看，不写你是谁）",
            max_length=MAX_NOTE,
            required=False,
            widget=_LINES,
        )

    def points(self) -> dict[str, int]:
        """Points by criterion, those that were given."""
        given = ((one.key, self.cleaned_data.get(f"points_{one.key}")) for one in self.review.criteria)
        return {key: value for key, value in given if value is not None}

    def notes(self) -> dict[str, str]:
        return {one.key: self.cleaned_data.get(f"note_{one.key}", "") for one in self.review.criteria}


class WhyForm(forms.Form):
    """Why somebody gives a review back, or keeps away from a case."""

    why = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写一句原因"})


class AppointForm(forms.Form):
    """Who holds which duty."""

    place = forms.ChoiceField(label="在哪里担任", error_messages={"required": "请选单位"})
    account = forms.CharField(
        label="谁（登录账号）", max_length=60, error_messages={"required": "请填对方的登录账号"}
    )
    duty = forms.ChoiceField(label="职责", error_messages={"required": "请选职责"})
    expertise = forms.CharField(
        label="专长",
        max_length=200,
        required=False,
        help_text="用顿号分开，如：初中、数据、伦理。派评审时先找懂的人",
    )
    capacity = forms.IntegerField(label="手上最多几件评审", min_value=1, max_value=99, initial=10)

    def __init__(
        self, *args: Any, places: Sequence[tuple[str, str]], duties: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]
        self.fields["duty"].choices = [("", "请选"), *duties]  # type: ignore[attr-defined]

    def known(self) -> list[str]:
        """What the person knows, as words."""
        return [one.strip() for one in re.split("[、,，;；]", self.cleaned_data["expertise"]) if one.strip()]


class ObjectionForm(forms.Form):
    """Something against what is on public notice. Signed in, one may put one's name to it."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="异议和依据",
        help_text="写明哪一条不对、依据是什么。别写学生的姓名、电话。",
        max_length=MAX_PROOF,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "请写明异议和依据",
            "max_length": f"最多{MAX_PROOF}个字，请写短一些",
        },
    )
    named = forms.BooleanField(
        label="署上我的名字",
        required=False,
        help_text="不勾，系统不记是谁写的，谁也查不出来。",
    )

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = new_id()
        if not signed_in:
            del self.fields["named"]


class ObjectionCodeForm(forms.Form):
    """The code by which an answer is read."""

    code = forms.CharField(label="回执码", max_length=40, error_messages={"required": "请填回执码"})


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label="答复",
        max_length=MAX_PROOF,
        widget=_LINES,
        help_text="提异议的人凭回执码看到。",
        error_messages={"required": "请写答复"},
    )
    upheld = forms.ChoiceField(
        label="异议",
        choices=[("no", "不成立"), ("yes", "成立")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选成立还是不成立"},
    )
