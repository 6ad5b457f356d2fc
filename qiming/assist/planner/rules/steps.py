"""What each step of a lesson is for, and what may become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qiming.assist.planner.types import Act, Parts, Role, Source

Step = Mapping[str, Any]

BEFORE_TITLE = "先补一补"  # what plans call the step that takes up an earlier lesson
HANDS_ON = ("lab", "unplugged")
TALK = ("read", "predict", "poll", "discuss", "reflect")
_LIKELY = {"discuss": 0.3, "poll": 0.15, "reflect": 0.1}
# The least minutes in which a step of a role is still worth beginning.
LEAST = {Role.CORE: 4, Role.ETHICS: 2, Role.CHECK: 3, Role.MENDING: 4, Role.OPENING: 2, Role.BEFORE: 3}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A step on its way into the plan. `wish` are the minutes it would like, `floor` the least it works in."""

    key: str
    title: str
    kind: str
    role: Role
    act: Act
    wish: int
    floor: int
    was: int | None
    step: Step | None
    reason: str = ""
    sources: tuple[Source, ...] = ()
    concept: str = ""
    items: tuple[Mapping[str, Any], ...] = ()


def steps_of(parts: Parts) -> list[Step]:
    """The steps in their order, without those left out already."""
    listed = [parts[f"activity/{key}"] for key in parts["activities"] if f"activity/{key}" in parts]
    return [step for step in listed if not step.get("hidden")]


def items_of(parts: Parts) -> dict[str, Mapping[str, Any]]:
    """The items by key, in their order, without those left out."""
    listed = [parts[f"item/{key}"] for key in parts["items"] if f"item/{key}" in parts]
    return {str(item["id"]): item for item in listed if not item.get("hidden")}


def is_for_pupils(step: Step) -> bool:
    """Whether pupils need a computer for it; one the teacher shows needs only the teacher's."""
    return bool(step["kind"] == "lab" and step["lab"].get("by") != "teacher")


def ethics_step(steps: Sequence[Step], ethics: str) -> str:
    """The key of the step that carries the lesson's ethics: the one that says most of it, rather a discussion."""
    able = [step for step in steps if step["kind"] in TALK]
    if not able:
        able = [step for step in steps if step["kind"] != "quiz"]
    if not able:
        return ""
    said = _pairs(ethics)

    def weight(step: Step) -> float:
        words = " ".join(str(step.get(name) or "") for name in ("title", "text", "prompt", "teacher"))
        overlap = len(said & _pairs(words)) / len(said) if said else 0.0
        return overlap + _LIKELY.get(str(step["kind"]), 0.0)

    return str(max(reversed(able), key=weight)["key"])


def stretches(steps: Sequence[Step], ethics: str, here: Source) -> list[Stretch]:
    """The steps that make up the period as it stands, with what each is for."""
    main = [step for step in steps if not step.get("extra")]
    carrier = ethics_step(main, ethics) if ethics else ""
    return [stretch(step, _role(step, carrier), here) for step in main]


def stretch(step: Step, role: Role, here: Source, act: Act = Act.KEEP) -> Stretch:
    minutes = int(step["minutes"])
    floor = min(minutes, max(LEAST.get(role, 1), -(-minutes // 2)))
    return Stretch(
        key=str(step["key"]),
        title=str(step["title"]),
        kind=str(step["kind"]),
        role=role,
        act=act,
        wish=max(minutes, 1),
        floor=max(floor, 1),
        was=minutes if act is not Act.TAKE_IN else None,
        step=step,
        sources=(Source("activity", f"{here.words}的“{step['title']}”", f"{here.key}/{step['key']}"),),
    )


def in_less(one: Stretch) -> Stretch:
    """The same where there is no time for half of it: shown or told in the least minutes of its role."""
    return replace(one, floor=min(one.floor, LEAST.get(one.role, 1)))


def _role(step: Step, carrier: str) -> Role:
    if step["key"] == carrier:
        return Role.ETHICS
    if step["kind"] == "quiz":
        return Role.BEFORE if step["title"] == BEFORE_TITLE else Role.CHECK
    if step["kind"] in HANDS_ON:
        return Role.CORE
    return Role.CLOSING if step["kind"] == "reflect" else Role.OPENING


def _pairs(text: str) -> set[str]:
    plain = "".join(sign for sign in text if "\u4e00" <= sign <= "\u9fff")
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
