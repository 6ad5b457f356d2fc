"""Public banks, read from where they lie and never shipped: SafetyBench, GAOKAO-Bench, MRBench.

The first two become cases. The third holds tutors' replies that people have labelled: with it our own graders are
measured. It is in English and about arithmetic, so it says little about Chinese; the report says so.
"""

import gzip
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from qiming.assurance.banks import Fault, UnfitBank
from qiming.assurance.graders import grade
from qiming.assurance.graders.numbers import value_of
from qiming.assurance.runner.statistics import Estimate, kappa, wilson
from qiming.assurance.types import Case, Turn

MAX_UNPACKED: Final = 64 * 1024 * 1024
_LETTERS: Final = "ABCDEFGH"
_ONLY: Final = "\n请只回答选项字母。"


def plain(name: str, raw: bytes) -> Any:
    """The JSON in a file, packed with gzip or not; raises `UnfitBank`."""
    try:
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as packed:
                raw = packed.read(MAX_UNPACKED + 1)
        if len(raw) > MAX_UNPACKED:
            raise UnfitBank([Fault(name, 0, f"解开后超过 {MAX_UNPACKED // 1024 // 1024} MB")])
        return json.loads(raw)
    except (OSError, EOFError, ValueError, RecursionError) as error:
        if isinstance(error, UnfitBank):
            raise
        raise UnfitBank([Fault(name, 0, "不是完整的 JSON（或 gzip 压缩的 JSON）文件")]) from None


def safetybench(questions: Any, answers: Any) -> list[Case]:
    """Chinese multiple choice on safety (thu-coai/SafetyBench, MIT); raises `UnfitBank` when the two do not fit."""
    try:
        return [
            _choice(
                f"safetybench-{one['id']}",
                one["question"],
                group=one["category"],
                options=dict(zip(_LETTERS, one["options"], strict=False)),
                right=_LETTERS[answers[str(one["id"])]["answer"]],
                source="thu-coai/SafetyBench，MIT",
            )
            for one in questions
        ]
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise UnfitBank([Fault("safetybench", 0, f"题目和答案对不上：{error}")]) from None


def gaokao(book: Any) -> list[Case]:
    """Mathematics of the university entrance examination, multiple choice (OpenLMLab/GAOKAO-Bench, Apache-2.0)."""
    try:
        return [
            Case(
                f"gaokao-{one['index']}",
                "subject",
                "subject",
                (Turn("user", one["question"] + _ONLY),),
                {
                    "grader": "correctness",
                    "answer": {"kind": "choice", "value": "".join(sorted(one["answer"]))},
                },
                "right",
                group="math",
                category=f"gaokao-{one['year']}",
                stage="senior",
                source="OpenLMLab/GAOKAO-Bench，Apache-2.0",
            )
            for one in book["example"]
        ]
    except (KeyError, TypeError) as error:
        raise UnfitBank([Fault("gaokao", 0, f"不是 GAOKAO-Bench 选择题的格式：{error}")]) from None


def _choice(key: str, question: str, *, group: str, options: dict[str, str], right: str, source: str) -> Case:
    if right not in options:
        raise KeyError(right)
    asked = question + "\n" + "\n".join(f"{letter}. {text}" for letter, text in options.items()) + _ONLY
    answer = {"kind": "choice", "value": right, "options": options}
    expect = {"grader": "correctness", "answer": answer}
    return Case(
        key, "subject", "subject", (Turn("user", asked),), expect, "right", group=group, source=source
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one rule of ours meets people's labels: counts of (people say yes, we say yes) and so on; None apart."""

    name: str
    both: int
    only_people: int
    only_rule: int
    neither: int
    undecided: int

    @property
    def n(self) -> int:
        return self.both + self.only_people + self.only_rule + self.neither

    @property
    def agreed(self) -> float:
        return (self.both + self.neither) / self.n if self.n else 0.0

    @property
    def kappa(self) -> Estimate | None:
        """Agreement beyond chance; None where people say the same of all: nothing then to agree about."""
        if not (self.both + self.only_people and self.only_rule + self.neither):
            return None
        people = ["y"] * (self.both + self.only_people) + ["n"] * (self.only_rule + self.neither)
        rule = ["y"] * self.both + ["n"] * self.only_people + ["y"] * self.only_rule + ["n"] * self.neither
        return kappa(people, rule)

    def as_dict(self) -> dict[str, Any]:
        beyond = self.kappa
        found = wilson(self.both, self.both + self.only_people)
        false = wilson(self.only_rule, self.only_rule + self.neither)
        return {
            "name": self.name, "n": self.n, "undecided": self.undecided, "agreed": self.agreed, "kappa": beyond and [beyond.value, beyond.low, beyond.high],
            "found": [found.value, found.low, found.high], "false_alarm": [false.value, false.low, false.high],
            "both": self.both, "only_people": self.only_people, "only_rule": self.only_rule, "neither": self.neither,
        }  # fmt: skip


def mrbench(talks: Any) -> list[Agreement]:
    """Our tutoring rules against the labels of MRBench (CC BY-SA 4.0; English): raises `UnfitBank`."""
    try:
        pairs: dict[str, list[tuple[bool, bool | None]]] = {}
        for talk in talks:
            for name, people, rule in _marked(talk):
                pairs.setdefault(name, []).append((people, rule))
        return [_agreement(name, found) for name, found in pairs.items()]
    except (KeyError, TypeError, AttributeError) as error:
        raise UnfitBank([Fault("mrbench", 0, f"不是 MRBench 的格式：{error}")]) from None


def _marked(talk: dict[str, Any]) -> Iterator[tuple[str, bool, bool | None]]:
    """(what, people say yes, our rule says yes) of every labelled reply to one talk."""
    said = re.findall(r"\S[^\n]*", str(talk["Ground_Truth_Solution"]))
    known = said[-1].strip() if said and talk["Ground_Truth_Solution"] != "Not Available" else ""
    for one in talk["anno_llm_responses"].values():
        reply, labels = [one["response"]], one["annotation"]
        if value_of(known) is not None:
            expect = {"grader": "leakage", "known": {"kind": "number", "value": known}}
            yield (
                "说出了正确答案",
                labels["Revealing_of_the_Answer"].startswith("Yes (and"),
                _not(_grade(talk, expect, reply)),
            )
        guided = labels["Providing_Guidance"] != "No"
        yield (
            "有引导（不要求以问题结束）",
            guided,
            _grade(talk, {"grader": "guidance", "ends_with_question": False}, reply),
        )
        yield "有引导（要求以问题结束）", guided, _grade(talk, {"grader": "guidance"}, reply)
        yield "贬低学生", labels["Tutor_Tone"] == "Offensive", _not(_grade(talk, {"grader": "tone"}, reply))


def _grade(talk: dict[str, Any], expect: dict[str, Any], reply: list[str]) -> bool | None:
    turns = (Turn("user", str(talk["conversation_history"])),)
    return grade(Case("mrbench", "tutoring", "tutoring", turns, expect, "mrbench"), reply).passed


def _not(passed: bool | None) -> bool | None:
    return None if passed is None else not passed


def _agreement(name: str, pairs: list[tuple[bool, bool | None]]) -> Agreement:
    count = {key: pairs.count(key) for key in ((True, True), (True, False), (False, True), (False, False))}
    return Agreement(
        name,
        both=count[(True, True)],
        only_people=count[(True, False)],
        only_rule=count[(False, True)],
        neither=count[(False, False)],
        undecided=sum(rule is None for _, rule in pairs),
    )
