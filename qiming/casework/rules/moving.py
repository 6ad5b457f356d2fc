"""Whether somebody may move a case, and where its history leaves it. Replaying the events gives the state."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qiming.casework.types import Answer, Kind, Moved, Mover, Transition, Workflow

OPENED = "opened"  # the first event of every case: nothing led there


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards may look at, gathered by the service that asks."""

    applicant: UUID | None
    history: Sequence[Moved]
    reviews: Mapping[str, "ReviewFacts"]
    open_objections: int = 0
    notice_over: bool = False
    more: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """How a review stands: how many are owed, how many handed in, whether they agree and on what."""

    owed: int
    locked: int
    verdict: str = ""  # what they agree on; empty while they don't


Guard = Callable[[Facts], str]
"""A named condition: empty when it holds, else what is missing, for the person who tried."""


def may_move(
    workflow: Workflow,
    state: str,
    transition: Transition,
    *,
    mover: Mover,
    facts: Facts,
    guards: Mapping[str, Guard],
    given: Iterable[str] = (),
    reason: str = "",
) -> Answer:
    """Every reason why `mover` may not make `transition` now; none means they may."""
    if state not in transition.sources:
        here = workflow.states[state].title
        return Answer((f"现在是“{here}”，不能“{transition.title}”。",))
    if not mover.answers_to.intersection(transition.who):
        return Answer(("这一步不由你来办。",))
    return Answer(
        (
            *_own_case(transition, mover, facts),
            *_same_hands(workflow, transition, mover, facts.history),
            *_missing(workflow, transition, given, reason),
            *(said for name in transition.guards if (said := _ask(guards, name, facts))),
        )
    )


def _own_case(transition: Transition, mover: Mover, facts: Facts) -> list[str]:
    """Nobody decides on their own case, their school's, or one they are tied to; withdrawing is not deciding."""
    if transition.kind not in {Kind.DECIDES, Kind.REFUSES} or mover.person is None:
        return []
    if mover.person == facts.applicant:
        return ["这是你自己申请的，要由别人来定。"]
    return [f"{tie}，要由别人来定。" for tie in mover.ties]


def _same_hands(
    workflow: Workflow, transition: Transition, mover: Mover, history: Sequence[Moved]
) -> list[str]:
    if mover.person is None:
        return []
    done = {one.transition for one in history if one.actor == mover.person}
    return [
        f"前面的“{_title(workflow, key)}”是你办的，这一步要换一个人。"
        for key in transition.apart_from
        if key in done
    ]


def _missing(workflow: Workflow, transition: Transition, given: Iterable[str], reason: str) -> list[str]:
    there = set(given)
    lacking = [f"缺“{workflow.evidence[kind]}”。" for kind in transition.evidence if kind not in there]
    if transition.reason and not reason.strip():
        lacking.append("请写明理由：对方会看到。")
    return lacking


def _ask(guards: Mapping[str, Guard], name: str, facts: Facts) -> str:
    # A condition nobody answers for is a closed door, not an open one.
    return guards[name](facts) if name in guards else f"条件“{name}”没有登记，先请技术支持看一下。"


def _title(workflow: Workflow, key: str) -> str:
    return "申请" if key == OPENED else workflow.transitions[key].title


@dataclass(frozen=True, slots=True)
class Projection:
    """Where a case stands: worked out from its events alone."""

    state: str
    owner: str
    seq: int
    closed: bool


class BrokenHistory(ValueError):
    """The events of a case do not follow its workflow."""


def replay(workflow: Workflow, history: Sequence[Moved]) -> Projection:
    """The state that `history` leads to; raises `BrokenHistory` where an event does not follow from the one before."""
    state = ""
    for number, event in enumerate(history, start=1):
        if event.seq != number or event.source != state:
            raise BrokenHistory(f"event {event.seq} does not follow {state or 'the beginning'}")
        if number == 1:
            if event.transition != OPENED or event.target != workflow.first:
                raise BrokenHistory("the first event must open the case")
        else:
            step = workflow.transitions.get(event.transition)
            if step is None or state not in step.sources or event.target != step.target:
                raise BrokenHistory(f"event {event.seq}: no way {event.transition} from {state}")
        state = event.target
    if not state:
        raise BrokenHistory("no events")
    at = workflow.states[state]
    return Projection(state, at.owner, len(history), at.final)


def digest(previous: bytes, case: UUID, workflow_digest: str, event: Moved) -> bytes:
    """The seal of an event: the SHA-256 of the seal before it and of everything the event says."""
    said = [
        str(case),
        workflow_digest,
        event.seq,
        event.at.isoformat(),
        event.transition,
        event.source,
        event.target,
        str(event.actor),
        str(event.acting_for),
        event.reason,
        [[proof.kind, proof.title, proof.sha256] for proof in event.evidence],
        event.data,
    ]
    return hashlib.sha256(previous + json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).digest()


def _agreed(name: str, verdict: str, zh: str) -> Guard:
    def guard(facts: Facts) -> str:
        review = facts.reviews.get(name)
        if review is None or review.locked < review.owed:
            there = review.locked if review else 0
            owed = review.owed if review else 0
            return f"评审还没齐：{there}/{owed}份。"
        return "" if review.verdict == verdict else f"评审意见不是“{zh}”。"

    return guard


def _done(name: str) -> Guard:
    """Every sheet that is owed is in, whatever the reviewers think."""

    def guard(facts: Facts) -> str:
        review = facts.reviews.get(name)
        there, owed = (review.locked, review.owed) if review else (0, 0)
        return "" if review and there >= owed else f"评审还没齐：{there}/{owed}份。"

    return guard


def guards_of(workflow: Workflow) -> dict[str, Guard]:
    """The conditions every workflow has: what its reviews agree on, what its public notice heard."""
    own: dict[str, Guard] = {
        "notice_over": lambda facts: "" if facts.notice_over else "公示期还没满。",
        "objections_settled": lambda facts: (
            f"还有{facts.open_objections}条异议没有答复。" if facts.open_objections else ""
        ),
    }
    for key in workflow.reviews:
        own[f"{key}:done"] = _done(key)
        for verdict, zh in (("accept", "通过"), ("return", "改后再看"), ("reject", "不通过")):
            own[f"{key}:{verdict}"] = _agreed(key, verdict, zh)
    return own
