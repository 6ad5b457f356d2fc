"""What is typed about trainings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from qiming.educators.training.services import MOST_PLACES, Event, Wish
from qiming.educators.types import Audience, Mode, Tier
from qiming.kernel import time
from qiming.registry.types import TeacherRef

_DAY = {"type": "date"}


class TrainingForm(forms.Form):
    """A new training."""

    title = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写培训的名称"})
    tier = forms.ChoiceField(
        label="课程层次",
        choices=[(one.value, one.zh) for one in Tier],
        help_text="报应用要先通过通识，报研究要先通过应用。",
    )
    audience = forms.ChoiceField(label="给谁办", choices=[(one.value, one.zh) for one in Audience])
    begins_on = forms.DateField(
        label="开始", widget=forms.DateInput(attrs=_DAY), error_messages={"required": "请选开始的日子"}
    )
    due_on = forms.DateField(
        label="结业不晚于", widget=forms.DateInput(attrs=_DAY), error_messages={"required": "请选结业的日子"}
    )
    places = forms.IntegerField(
        label="名额", min_value=1, max_value=MOST_PLACES, error_messages={"required": "请写名额"}
    )
    asks_output = forms.BooleanField(
        label="结业要交成果",
        required=False,
        help_text="本学段8课时方案、教案和课例；到场够了再写，评审通过才算通过，发证书。",
    )

    def wish(self) -> Wish:
        typed = self.cleaned_data
        return Wish(
            typed["title"],
            Tier(typed["tier"]),
            Audience(typed["audience"]),
            typed["begins_on"],
            typed["due_on"],
            typed["places"],
            typed["asks_output"],
        )


class SessionForm(forms.Form):
    """A session of a training."""

    title = forms.CharField(label="活动", max_length=60, error_messages={"required": "请写活动的名称"})
    mode = forms.ChoiceField(label="方式", choices=[(one.value, one.zh) for one in Mode])
    where = forms.CharField(label="地点或网址", max_length=120, error_messages={"required": "请写地点或网址"})
    day = forms.DateField(
        label="日期", widget=forms.DateInput(attrs=_DAY), error_messages={"required": "请选日期"}
    )
    at = forms.TimeField(
        label="开始时间",
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={"required": "请写开始时间"},
    )
    minutes = forms.IntegerField(
        label="时长", min_value=10, max_value=600, initial=90, error_messages={"required": "请写时长"}
    )

    def event(self) -> Event:
        typed = self.cleaned_data
        starts: datetime = time.at_local(typed["day"], typed["at"].hour, typed["at"].minute)
        return Event(typed["title"], Mode(typed["mode"]), typed["where"], starts, typed["minutes"])


class PersonForm(forms.Form):
    """One of some people."""

    person_id = forms.TypedChoiceField(label="谁", coerce=UUID, error_messages={"required": "选一位老师"})

    def __init__(self, *args: Any, people: Sequence[TeacherRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = [("", "选一位老师"), *((str(one.id), one.name) for one in people)]  # type: ignore[attr-defined]  # the stubs know no choices of a typed field


class ThereForm(PersonForm):
    """Noting by hand that somebody was there."""

    reason = forms.CharField(
        label="为什么补记",
        max_length=200,
        help_text="如签到表有签名、手机没电。",
        error_messages={"required": "请写原因"},
    )


class CodeForm(forms.Form):
    """The code of a session."""

    code = forms.CharField(label="到场码", max_length=12, error_messages={"required": "请输入屏幕上的到场码"})
