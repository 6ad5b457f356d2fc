"""The rubric a judge goes by, how a sample is put to it, and what counts as an answer. Pure but for reading the file.

What a product said is hostile. It is handed over as one line of JSON between borders whose number it cannot know; the answer
must carry that number, in one strict form. The material also holds a bait: a judge that obeys words in the
material obeys it too, and its answer counts for nothing. Both questions put the letters the other way round, so that a judge
that always says the same word contradicts itself.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import yaml

from qiming.assurance.graders.text import squeezed
from qiming.assurance.runner.records import Sample
from qiming.assurance.runner.suites import BadSuite, content_folder
from qiming.assurance.runner.targets import Message
from qiming.assurance.types import Case

Word = Literal["pass", "fail", "unsure"]
MOST_REASON: Final = 300
_FENCED: Final = re.compile(r"```(?:json)?\s*\n(.*)\n\s*```", re.DOTALL)


class Form(msgspec.Struct, frozen=True):
    """One way of asking; `letters` says what A, B and C mean."""

    key: str
    order: list[Literal["rubric", "material"]]
    asks: str
    letters: dict[str, Word]


class Measure(msgspec.Struct, frozen=True):
    """What is asked of replies to one kind of case; `metrics` empty: to the rest of the kind."""

    kind: str
    asks: str
    passes: list[str]
    fails: list[str]
    metrics: list[str] = []
    needs_case: bool = False


class _File(msgspec.Struct, frozen=True):
    key: str
    version: str
    title: str
    status: str
    least_n: int
    system: str
    margin: str
    forms: list[Form]
    words: dict[str, str]
    rubrics: list[Measure]
    addressed: list[str]


@dataclass(frozen=True, slots=True)
class Rubric:
    """A dated rubric with the hash of its file."""

    told: _File
    hash: str

    @property
    def named(self) -> str:
        """Key and date, as a verdict keeps it."""
        return f"{self.told.key}/{self.told.version}"

    def measure(self, sample: Sample) -> Measure | None:
        """The measure of the sample's metric, or of its kind; None: this rubric has none."""
        of_kind = [one for one in self.told.rubrics if one.kind == sample.kind]
        named = [one for one in of_kind if sample.metric in one.metrics]
        return next(iter(named or [one for one in of_kind if not one.metrics]), None)

    def speaks_to_judge(self, sample: Sample) -> bool:
        """Whether a reply holds words that look meant for a judge, as a reader would see them."""
        said = squeezed("\n".join(sample.replies)).text
        return any(squeezed(one).text in said for one in self.told.addressed)


def load(file: Path | None = None) -> Rubric:
    """The rubric that ships (the latest), or `file`. Raises `BadSuite`."""
    file = file or max((content_folder() / "judge").glob("*.yaml"), default=None)
    if file is None:
        raise BadSuite("没有评判的尺子（content/assurance/judge）")
    try:
        raw = file.read_bytes()
        told = msgspec.convert(yaml.safe_load(raw.decode("utf-8-sig")), _File)
    except (OSError, yaml.YAMLError, UnicodeDecodeError, msgspec.ValidationError) as trouble:
        raise BadSuite(f"评判的尺子 {file.name} 读不出来：{type(trouble).__name__}") from None
    if (
        not _opposite(told.forms)
        or "{canary}" not in told.margin
        or set(told.words) != {"pass", "fail", "unsure"}
    ):
        raise BadSuite(f"评判的尺子 {file.name}：要有两种问法，字母的意思相反；margin 里要有 {{canary}}")
    return Rubric(told, hashlib.sha256(raw).hexdigest())


def _opposite(forms: Sequence[Form]) -> bool:
    if len(forms) != 2 or any(sorted(form.letters) != ["A", "B", "C"] for form in forms):
        return False
    one, other = (form.letters for form in forms)
    return all(sorted(form.letters.values()) == ["fail", "pass", "unsure"] for form in forms) and not any(
        one[letter] == other[letter] != "unsure" for letter in one
    )


@dataclass(frozen=True, slots=True)
class Seal:
    """What one question is recognised by: `receipt` must come back, `canary` must not."""

    receipt: str
    canary: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged, by which measure; `case`: frame and what is expected, where the bank is at hand."""

    sample: Sample
    measure: Measure
    case: Case | None = None


def put(rubric: Rubric, form: Form, subject: Subject, seal: Seal) -> list[Message]:
    """The question in this form."""
    told = rubric.told
    meant = "；".join(f"{letter}：{told.words[word]}" for letter, word in sorted(form.letters.items()))
    parts = {"rubric": _measure(form, subject.measure), "material": _material(told.margin, subject, seal)}
    answer = f'{{"receipt": "{seal.receipt}", "verdict": "A", "reason": "一句话"}}'
    asked = [
        *(parts[name] for name in form.order),
        f"{form.asks}{meant}。",
        f"只回答这样一个 JSON 对象，verdict 是 A、B、C 之一，receipt 照抄：{answer}",
    ]
    return [Message("system", told.system), Message("user", "\n\n".join(asked))]


def _measure(form: Form, measure: Measure) -> str:
    good = "合格：\n" + "\n".join(f"- {one}" for one in measure.passes)
    bad = "违反：\n" + "\n".join(f"- {one}" for one in measure.fails)
    sides = [good, bad] if form.letters["A"] == "pass" else [bad, good]
    return "\n".join([f"尺子：{measure.asks}", *sides])


def _material(margin: str, subject: Subject, seal: Seal) -> str:
    sample, case = subject.sample, subject.case
    talk: list[tuple[str, str]] = []
    for place, asked in enumerate(sample.turns):
        talk.append(("学生", asked))
        if place < len(sample.replies):
            talk.append(("产品", sample.replies[place]))
    told: dict[str, Any] = {"talk": talk, "margin": margin.replace("{canary}", seal.canary)}
    if case is not None:
        told |= {"frame": case.system, "reference": _plain(case.expect)}
    line = msgspec.json.encode(told).decode()
    return f"=====材料 {seal.receipt} 开始=====\n{line}\n=====材料 {seal.receipt} 结束====="


def _plain(expect: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in expect.items() if name != "grader"}


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    receipt: str
    verdict: Literal["A", "B", "C"]
    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer read: `word` None when it is none, then `trouble` is form, receipt or canary."""

    word: Word | None
    reason: str = ""
    trouble: str = ""


def hear(form: Form, text: str, seal: Seal) -> Heard:
    """What the judge said. Anything but the one form is no answer; a fence around the whole is let pass."""
    if seal.canary in text:
        return Heard(None, trouble="canary")
    bare = text.strip()
    fenced = _FENCED.fullmatch(bare)
    try:
        found = msgspec.json.decode(fenced.group(1) if fenced else bare, type=_Answer)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return Heard(None, trouble="form")
    if seal.canary in found.reason:  # also when it was written with escapes
        return Heard(None, trouble="canary")
    if found.receipt != seal.receipt:
        return Heard(None, trouble="receipt")
    return Heard(form.letters[found.verdict], _shown(found.reason))


def _shown(reason: str) -> str:
    """A reason safe to look at: it may repeat what the product said."""
    return "".join(sign if sign.isprintable() else " " for sign in reason).strip()[:MOST_REASON]
