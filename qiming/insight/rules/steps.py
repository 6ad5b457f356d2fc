"""The one thing to do next, and what became of the last one."""

from collections.abc import Sequence, Set

from qiming.insight.rules.groups import assessed, threshold
from qiming.insight.types import After, Answered, Bands, Held, NextStep, PupilKey, StepKind

ENOUGH_ANSWERERS = 3  # of a class, a third must have answered before anything is concluded


def next_step(
    pupils: Sequence[PupilKey], answerers: int, found: Sequence[Held], bands: Bands, concepts: Sequence[str]
) -> NextStep:
    """A misconception that several hold, else the concept on which most must practise, else go ahead."""
    total = len(pupils)
    if not answerers:
        return NextStep(StepKind.NOTHING, of=total)
    if answerers * ENOUGH_ANSWERERS < total:
        return NextStep(StepKind.WAIT, n=answerers, of=total)
    least = threshold(total)
    top = commonest(found, least)
    if top is not None:
        return NextStep(StepKind.MISCONCEPTION, top.id, top.n, top.answered)
    judged = assessed(pupils, bands, concepts)
    weak = [(sum(1 for p in pupils if bands.get((p, key)) == "practise"), key) for key in judged]
    most, concept = max(weak, key=lambda pair: pair[0], default=(0, ""))
    if most >= least:
        of = sum(1 for p in pupils if bands.get((p, concept), "unsure") != "unsure")
        return NextStep(StepKind.CONCEPT, concept, most, of)
    if not judged:
        return NextStep(StepKind.WAIT, n=answerers, of=total)
    return NextStep(StepKind.AHEAD, n=answerers, of=total)


def commonest(found: Sequence[Held], least: int) -> Held | None:
    """The commonest misconception that enough pupils show in two items; a single item proves too little."""
    top = max((one for one in found if not one.is_single), key=lambda one: one.n, default=None)
    return top if top is not None and top.n >= least else None


def after(key: str, before: Held, now: Held | None, since: Sequence[Answered], probes: Set[str]) -> After:
    """Those who held `key` before, by what they answered since to items that can show it."""
    shown: set[PupilKey] = set()
    right: set[PupilKey] = set()
    for answer in since:
        if key in answer.misconceptions:
            shown.add(answer.pupil_id)
        elif answer.item_key in probes and answer.correct:
            right.add(answer.pupil_id)
    still = before.pupils & shown
    cleared = (before.pupils & right) - still
    fresh = (now.pupils if now else frozenset()) & shown
    return After(
        key=key,
        before=before.n,
        cleared=cleared,
        still=still,
        unseen=before.pupils - still - cleared,
        fresh=fresh - before.pupils,
    )


def cut(answers: Sequence[Answered], at: float) -> tuple[list[Answered], list[Answered]]:
    """The answers before a moment, and those from it on."""
    return [one for one in answers if one.at < at], [one for one in answers if one.at >= at]
