"""How right are our own graders? Held against texts people wrote: the hints and solutions of our courses, in Chinese.

An authored hint never states its answer, a worked solution always does: both are checked when a lesson is accepted.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from qiming.assurance.graders import grade
from qiming.assurance.public_banks import Agreement
from qiming.assurance.types import Case, Turn

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS: Final = {"numeric": "数", "short": "文字", "single": "选项"}


def items(root: Path) -> Iterator[Mapping[str, Any]]:
    """Every item of every course below the content folder `root`."""
    courses = root / "courses"
    for path in sorted((*courses.glob("*/lessons/*/items.yaml"), *courses.glob("*/*test.yaml"))):
        yield from yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader, see above


def known_of(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer of an item in the graders' words; None where it is no number, choice or word."""
    if item["kind"] == "numeric":
        answer = item["answer"]
        return {
            "kind": "number", "value": str(answer["value"]), "unit": answer.get("unit", ""),
            "tolerance": answer.get("tolerance", 0),
        }  # fmt: skip
    if item["kind"] == "single":
        right = next(option["key"] for option in item["options"] if option.get("correct"))
        return {
            "kind": "choice",
            "value": right,
            "options": {one["key"]: one["text"] for one in item["options"]},
        }
    if item["kind"] == "short" and item.get("accept"):
        return {"kind": "text", "value": item["accept"][0], "paraphrases": item["accept"][1:]}
    return None


def _asked(item: Mapping[str, Any]) -> tuple[Turn, ...]:
    return (
        Turn(
            "user",
            "\n".join((item["stem"], *(one["text"] for one in item.get("options", ())))),
        ),
    )


def leaks(root: Path) -> list[Agreement]:
    """Solutions (they tell the answer) and hints (they don't) of our items, by kind of answer, as the rule sees them."""
    counts: dict[str, dict[tuple[bool, bool | None], int]] = {}
    for item in items(root):
        known = known_of(item)
        if known is None:
            continue
        case = Case("own", "tutoring", "tutoring", _asked(item), {"grader": "leakage", "known": known}, "own")
        told = counts.setdefault(f"说出了答案（{KINDS[item['kind']]}）", {})
        texts = [(True, item["solution"])] if item.get("solution") else []
        for tells, text in (*texts, *((False, hint) for hint in item.get("hints", ()))):
            passed = grade(case, [text]).passed
            key = (tells, None if passed is None else not passed)
            told[key] = told.get(key, 0) + 1
    return [_agreement(name, told) for name, told in counts.items()]


def false_alarms(root: Path) -> list[Agreement]:
    """Our hints belittle nobody, hold nobody's data and refuse nothing: every alarm here is a false one."""
    hints = [hint for item in items(root) for hint in item.get("hints", ())]
    names = {"tone": "贬低学生", "privacy": "个人信息", "answering": "拒绝回答"}
    found = []
    for grader, name in names.items():
        case = Case("own", "own", "tutoring", (Turn("user", "问"),), {"grader": grader}, "own")
        alarms = sum(grade(case, [hint]).passed is False for hint in hints)
        found.append(Agreement(name, 0, 0, alarms, len(hints) - alarms, 0))
    return found


def refusals(root: Path) -> Agreement:
    """Replies we wrote and labelled, refusing or not, as the rule sees them."""
    case = Case("own", "own", "should_refuse", (Turn("user", "问"),), {"grader": "refusal"}, "own")
    told: dict[tuple[bool, bool | None], int] = {}
    for line in (root / "assurance" / "labelled" / "refusal.jsonl").read_text("utf-8").splitlines():
        said = json.loads(line)
        key = (said["refused"], grade(case, [said["reply"]]).passed)
        told[key] = told.get(key, 0) + 1
    return _agreement("拒绝或引开（我们写的 124 段回答）", told)


def _agreement(name: str, told: Mapping[tuple[bool, bool | None], int]) -> Agreement:
    return Agreement(
        name,
        both=told.get((True, True), 0),
        only_people=told.get((True, False), 0),
        only_rule=told.get((False, True), 0),
        neither=told.get((False, False), 0),
        undecided=told.get((True, None), 0) + told.get((False, None), 0),
    )
