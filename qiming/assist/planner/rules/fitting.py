"""Which steps a period has room for, and how long each takes. The minutes add up to what there is, exactly."""

from collections.abc import Sequence
from dataclasses import replace

from qiming.assist.planner.rules.pace import share
from qiming.assist.planner.rules.steps import Stretch, in_less
from qiming.assist.planner.types import Act, Role

SHORTEST = 10  # less is no lesson: something to do, what it means for people, and a check have no room
LONGEST = 100
MOST = 45  # minutes of one step, as the lesson format has it
# What goes first where there is too little time; of one role the last one goes first.
GOES = (Role.MORE, Role.CLOSING, Role.OPENING, Role.BEFORE, Role.MENDING, Role.CORE, Role.ETHICS, Role.CHECK)
ESSENTIAL = (Role.CORE, Role.ETHICS, Role.CHECK)


class TooShort(ValueError):
    """There is no lesson in so few minutes."""


def fit(wanted: Sequence[Stretch], minutes: int) -> tuple[list[tuple[Stretch, int]], list[Stretch]]:
    """(each stretch that stays with its minutes, those left out). One of each essential role stays, whatever the
    minutes."""
    if minutes < SHORTEST:
        raise TooShort(minutes)
    stay, out = list(wanted), list[Stretch]()
    while sum(one.floor for one in stay) > minutes:
        gone = _next_to_go(stay)
        if gone is None:
            break
        stay.remove(gone)
        out.append(gone)
    if sum(one.floor for one in stay) > minutes:
        stay = [in_less(one) for one in stay]
    given = share(minutes, [one.wish for one in stay], [one.floor for one in stay], MOST)
    return list(zip(stay, given, strict=True)), sorted(out, key=list(wanted).index)


def _next_to_go(stay: Sequence[Stretch]) -> Stretch | None:
    for role in GOES:
        of_role = [one for one in stay if one.role is role]
        if role in ESSENTIAL:
            if len(of_role) > 1:  # the longest is what the lesson is about
                return min(of_role, key=lambda one: (one.wish, -stay.index(one)))
        elif of_role:
            return of_role[-1]
    return None


def fill(wanted: Sequence[Stretch], spare: Sequence[Stretch], minutes: int) -> list[Stretch]:
    """With time to spare: the spare steps that fit into it, in the order given, each after what it stood behind."""
    total = sum(one.wish for one in wanted)
    taken = []
    for one in spare:
        if total + one.wish <= minutes:
            taken.append(one)
            total += one.wish
    return [*wanted, *taken]


def said_of_time(one: Stretch, given: int, why: str) -> Stretch:
    """The stretch with what became of its minutes, when they changed."""
    if one.act is not Act.KEEP or one.was is None or given == one.was:
        return one
    by = abs(given - one.was)
    words = f"{'多' if given > one.was else '少'}{by}分钟：{why}"
    return replace(one, act=Act.TIME, reason=words)
