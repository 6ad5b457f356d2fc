"""Forms of the planner's pages: what was typed is kept, what is wrong is said beside its field."""

from collections.abc import Sequence
from typing import Any

from django import forms

from qiming.assist.planner.rules import homework
from qiming.assist.planner.rules.bank import MOST
from qiming.assist.planner.rules.fitting import LONGEST, SHORTEST
from qiming.assist.planner.rules.unit import MOST_PERIODS
from qiming.assist.planner.types import Form, Wish
from qiming.curriculum.types import KIND_WORDS

Choices = Sequence[tuple[str, str]]
_YES_NO = [("yes", "有，学生用得上"), ("no", "没有，全课不用电脑")]


class StartForm(forms.Form):
    """For which class, which lesson, how long, with what."""

    offering = forms.ChoiceField(label="给哪个班备")
    lesson = forms.ChoiceField(label="哪一课")
    form = forms.ChoiceField(
        label="怎么备", choices=[(one.value, one.words) for one in Form], widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(label="一节多少分钟", min_value=SHORTEST, max_value=LONGEST)
    computers = forms.ChoiceField(label="有没有电脑", choices=_YES_NO, widget=forms.RadioSelect)
    periods = forms.IntegerField(
        label="共几节", min_value=1, max_value=MOST_PERIODS, required=False, help_text="大单元、项目式才用。"
    )
    host = forms.ChoiceField(
        label="和哪个学科", required=False, help_text="跨学科才用；列的是课程写明可融合的。"
    )
    host_minutes = forms.IntegerField(
        label="学科部分多少分钟", min_value=0, max_value=LONGEST, required=False, help_text="跨学科才用。"
    )

    def __init__(
        self, *args: Any, offerings: Choices, lessons: Choices, hosts: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        listed = [("", "先不选"), *((one, one) for one in hosts)]
        for name, choices in (("offering", offerings), ("lesson", lessons), ("host", listed)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def wish(self) -> Wish:
        said = self.cleaned_data
        form = Form(said["form"])
        is_cross = form is Form.CROSS
        return Wish(
            form=form,
            minutes=said["minutes"],
            has_computers=said["computers"] == "yes",
            host=said["host"] if is_cross else "",
            host_minutes=(said["host_minutes"] or 0) if is_cross else 0,
            periods=(said["periods"] or 1) if form in (Form.UNIT, Form.PROJECT) else 1,
        )


class WordingForm(forms.Form):
    """How a text should be worded otherwise."""

    turn_id = forms.UUIDField()
    text = forms.CharField(
        label="想要怎样的说法",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="比如：短一些；换成三年级听得懂的话；把要求分成三步。不写学生姓名。",
    )


class BankForm(forms.Form):
    """Which concepts, how many, which kinds."""

    total = forms.IntegerField(label="共几道题", min_value=1, max_value=MOST)
    concepts = forms.MultipleChoiceField(
        label="考哪些知识点", widget=forms.CheckboxSelectMultiple, required=False
    )
    kinds = forms.MultipleChoiceField(
        label="只要这些题型",
        choices=list(KIND_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="不选就各种都用。",
    )

    def __init__(self, *args: Any, concepts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["concepts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(concepts)


class SetsForm(forms.Form):
    """How long at most, and until when."""

    minutes = forms.IntegerField(label="每人最多几分钟", min_value=1, max_value=homework.LONGEST)
    due_at = forms.DateTimeField(
        label="什么时候交",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
