"""What officers and schools fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms

from qiming.agents.types import HitState

_MOST = 10**9


class StopForm(forms.Form):
    """Turning something off."""

    what = forms.ChoiceField(
        label="停用什么", error_messages={"required": "选要停用的一个", "invalid_choice": "从列出的里选一个"}
    )
    reason = forms.CharField(
        label="为什么",
        min_length=2,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="正在使用的人会看到这句话。",
        error_messages={
            "required": "请写明为什么停用",
            "min_length": "请写明为什么停用",
            "max_length": "最多300个字",
        },
    )

    def __init__(self, *args: Any, targets: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", "请选择"), *targets]  # type: ignore[attr-defined]  # a ChoiceField


class AnswerForm(forms.Form):
    """Whether a word list changes; the teacher reads it."""

    state = forms.ChoiceField(
        label="改不改",
        choices=[(one.value, one.zh) for one in HitState if one is not HitState.OPEN],
        widget=forms.RadioSelect,
        error_messages={"required": "选一项", "invalid_choice": "选一项"},
    )
    says = forms.CharField(
        label="给老师的话",
        min_length=2,
        max_length=200,
        error_messages={
            "required": "请写一句为什么",
            "min_length": "请写一句为什么",
            "max_length": "最多200个字",
        },
    )


class DecideForm(forms.Form):
    """Opening or closing an education model; what stands in the buttons of the page."""

    route = forms.ChoiceField()
    yes = forms.ChoiceField(choices=[("yes", "打开"), ("no", "关上")])

    def __init__(self, *args: Any, routes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = [(one, one) for one in routes]  # type: ignore[attr-defined]  # a ChoiceField


def _limit(label: str) -> forms.IntegerField:
    wrong = "写0或正整数"
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=_MOST,
        required=False,
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": "这个数太大了"},
    )


class QuotaForm(forms.Form):
    """What may be used in a day."""

    per = forms.ChoiceField(label="对谁", error_messages={"invalid_choice": "从列出的里选一个"})
    quota_class = forms.SlugField(
        label="只算哪一类教育模型",
        max_length=40,
        required=False,
        help_text="空着就是所有教育模型。",
        error_messages={"invalid": "只用字母、数字和横线"},
    )
    requests = _limit("次数")
    tokens = _limit("用量（token）")
    minutes = _limit("时间（分钟）")

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["per"].choices = list(choices)  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        limits = ("requests", "tokens", "minutes")
        if not any(name in self.errors for name in limits) and all(
            given.get(name) is None for name in limits
        ):
            self.add_error("requests", "次数、用量、时间至少写一个；不限的不写，写0就是不让用")
        return given
