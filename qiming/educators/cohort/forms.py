"""An output as it is typed: as many periods as the rule says, and the version that holds the example."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django import forms
from django.forms import BoundField

from qiming.curriculum.types import OutcomeRef
from qiming.educators.cohort.queries import Example
from qiming.educators.cohort.rules import Period
from qiming.educators.cohort.services import LONGEST, Draft
from qiming.registry.types import STAGE_NAMES, Stage

_NONE = [("", "还没有选")]
_TEXTS = (("goal", "学会什么", 2), ("steps", "怎么上", 5), ("check", "怎么看学会了", 2))


class StageForm(forms.Form):
    """For which stage of the school the plan is."""

    stage = forms.ChoiceField(label="学段", error_messages={"required": "请选学段"})

    def __init__(self, *args: object, stages: Sequence[Stage], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.fields["stage"].choices = [(one.value, STAGE_NAMES[one]) for one in stages]  # type: ignore[attr-defined]  # a ChoiceField


class OutputForm(forms.Form):
    """Nothing in it is required: what was written so far is kept, and the machine says what is lacking."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    course = forms.ChoiceField(
        label="课例",
        required=False,
        help_text="您在编辑器里改过、发布过课的那一版；评审会看这一版里您的课。",
    )

    def __init__(
        self,
        *args: object,
        plan: Sequence[Period],
        outcomes: Sequence[OutcomeRef],
        examples: Sequence[Example],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.count = len(plan)
        self.fields["course"].choices = [*_NONE, *((str(one.course.id), _told(one)) for one in examples)]  # type: ignore[attr-defined]  # a ChoiceField
        choices = [*_NONE, *_by_theme(outcomes)]
        for number, one in enumerate(plan, 1):
            self._period(number, one, choices)

    def _period(self, number: int, one: Period, choices: list[tuple[object, object]]) -> None:
        self.fields[f"title_{number}"] = forms.CharField(
            label="题目", max_length=40, required=False, initial=one.title
        )
        for place, label in ((0, "课程纲要的要求"), (1, "另一条要求")):
            self.fields[f"outcome{place}_{number}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=one.outcomes[place] if len(one.outcomes) > place else "",
            )
        for name, label, rows in _TEXTS:
            self.fields[f"{name}_{number}"] = forms.CharField(
                label=label,
                max_length=LONGEST,
                required=False,
                initial=getattr(one, name),
                widget=forms.Textarea(attrs={"rows": rows}),
            )

    def periods(self) -> Iterator[tuple[int, list[BoundField]]]:
        """The fields of each period, in their order."""
        names = ("title", "outcome0", "outcome1", "goal", "steps", "check")
        for number in range(1, self.count + 1):
            yield number, [self[f"{name}_{number}"] for name in names]

    def draft(self) -> Draft:
        typed = self.cleaned_data
        plan = [
            Period(
                typed[f"title_{number}"],
                tuple(one for place in (0, 1) if (one := typed[f"outcome{place}_{number}"])),
                *(typed[f"{name}_{number}"] for name, _, _ in _TEXTS),
            )
            for number in range(1, self.count + 1)
        ]
        return Draft(plan, UUID(typed["course"]) if typed["course"] else None)


def _told(one: Example) -> str:
    return f"{one.course.title}：{'、'.join(title for _, title in one.lessons)}"


def _by_theme(outcomes: Sequence[OutcomeRef]) -> list[tuple[object, object]]:
    themes: dict[str, list[tuple[str, str]]] = {}
    for one in outcomes:
        text = one.text if len(one.text) <= 50 else f"{one.text[:50]}…"
        themes.setdefault(one.theme_title, []).append((one.key, text))
    return list(themes.items())
