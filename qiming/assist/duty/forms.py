"""What is typed on duty's pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from qiming.assist.duty.services import Wanted
from qiming.assist.duty.words import DONE
from qiming.registry.types import TeacherRef

WEEKDAYS = [(str(number), f"星期{'一二三四五六日'[number]}") for number in range(7)]
PLACES = [("1", "第一个通知"), ("2", "第二个通知"), ("3", "第三个通知")]
MOST_NOTE = 500


class LineForm(forms.Form):
    """One line of the roster."""

    person_id = forms.TypedChoiceField(label="谁", coerce=UUID, error_messages={"required": "选一位老师"})
    weekdays = forms.MultipleChoiceField(
        label="星期几",
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        initial=["0", "1", "2", "3", "4"],
        error_messages={"required": "选一天或几天"},
    )
    starts = forms.TimeField(
        label="从",
        widget=forms.TimeInput(attrs={"type": "time"}),
        initial="07:00",
        error_messages={"required": "填开始的时间"},
    )
    ends = forms.TimeField(
        label="到",
        widget=forms.TimeInput(attrs={"type": "time"}),
        initial="18:00",
        error_messages={"required": "填结束的时间"},
    )
    place = forms.ChoiceField(label="次序", choices=PLACES)

    def __init__(self, *args: Any, staff: Sequence[TeacherRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = [("", "选一位老师"), *((str(one.id), one.name) for one in staff)]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        typed = self.cleaned_data
        days = frozenset(int(day) for day in typed["weekdays"])
        return Wanted(typed["person_id"], days, typed["starts"], typed["ends"], int(typed["place"]))


class DoneForm(forms.Form):
    """What was done about an alert."""

    done = forms.MultipleChoiceField(
        label="做了什么",
        choices=list(DONE.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一项"},
    )
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只写必要的。看得到的：被通知到的老师和校长。",
        error_messages={"max_length": f"最多{MOST_NOTE}个字"},
    )
