"""What people type in a supervision round."""

from collections.abc import Iterable

from django import forms

from qiming.governance.supervision.rules import KINDS, IndicatorSet

MAX_WORDS = 1000


class RoundForm(forms.Form):
    """A round of one district."""

    title = forms.CharField(
        label="督导叫什么", max_length=60, error_messages={"required": "请写名字，全区都看得懂的"}
    )
    place = forms.ChoiceField(label="哪个区")
    indicators = forms.ChoiceField(label="用哪套指标")
    visits = forms.IntegerField(
        label="抽几所学校入校看课",
        min_value=0,
        max_value=50,
        initial=2,
        error_messages={"required": "请写一个数，可以是0"},
    )

    def __init__(
        self,
        *given: object,
        places: Iterable[tuple[str, str]],
        sets: Iterable[tuple[str, str]],
        **more: object,
    ) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]  # as Django's form takes them
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["indicators"].choices = list(sets)  # type: ignore[attr-defined]  # a ChoiceField


class StepForm(forms.Form):
    """One step in words; every form of this page has the number of events that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _area(label: str, help_text: str = "", rows: int = 2, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=MAX_WORDS,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": "请写几句话"},
    )


class WordsForm(StepForm):
    words = _area("写清楚", rows=3, required=True)


class ProofForm(StepForm):
    proof = _area("看了什么、核对到什么", "哪一节课、哪些记录；不写学生姓名。", 3, required=True)


class RectifiedForm(StepForm):
    words = _area("改了什么", rows=3, required=True)
    proof = _area("凭什么说改好了", "文号、链接、平台上的页面名称。", required=True)


class FindingsForm(StepForm):
    """Findings by kind, one a line."""

    breach = _area(KINDS["breach"], "一行一条，写明依据。有这一类才要整改。")
    weakness = _area(KINDS["weakness"], "一行一条。")
    strength = _area(KINDS["strength"], "一行一条。")
    system_fault = _area(KINDS["system_fault"], "不怪学校的，一行一条。")


class SelfReviewForm(StepForm):
    """A school's words: the questions, then what it wants to say on figures."""

    def __init__(self, *given: object, indicators: IndicatorSet, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]  # as Django's form takes them
        for one in indicators.questions:
            self.fields[one.key] = _area(one.text, f"大约{one.minutes}分钟。", 3, required=True)
        for one in indicators.figures:
            self.fields[one.key] = _area(f"对“{one.title}”的说明", "没有要说的就不写。")
