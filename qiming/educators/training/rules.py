"""What attendance is worth, who has passed, what a quota leaves: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from qiming.educators.dated import CreditRule, PassingRule
from qiming.educators.types import Credited, Mode, Tier


@dataclass(frozen=True, slots=True)
class Held:
    """One session of a training as it counts: its minutes, and whether the person was there."""

    mode: Mode
    minutes: int
    attended: bool


def credited(sessions: Iterable[Held], credit: CreditRule, passing: PassingRule) -> Credited:
    """What a training was worth for one person. Below the share that passes it is worth nothing."""
    held = list(sessions)
    total = sum(one.minutes for one in held)
    minutes = {
        mode.value: sum(one.minutes for one in held if one.attended and one.mode is mode) for mode in Mode
    }
    there = sum(minutes.values())
    if not total:
        return Credited(False, 0, minutes, ("还没有安排活动",))
    if there * 100 < total * passing.attended_percent:
        why = f"参加{there}分钟，共{total}分钟，不到{passing.attended_percent}%"
        return Credited(False, 0, minutes, (why,))
    worth = sum(
        Fraction(minutes[mode.value], credit.period_minutes * credit.periods_a_credit[mode]) for mode in Mode
    )
    return Credited(True, int(worth * 100), minutes, (f"参加{there}分钟，共{total}分钟",))


def opens(starts_at: datetime, minutes: int, rule: PassingRule) -> tuple[datetime, datetime]:
    """From when until when a session's code counts."""
    before, after = timedelta(minutes=rule.opens_before), timedelta(minutes=rule.closes_after)
    return starts_at - before, starts_at + timedelta(minutes=minutes) + after


def missing_before(tier: Tier, passed: frozenset[Tier]) -> Tier | None:
    """The tier that has to be passed first and was not."""
    return tier.after if tier.after and tier.after not in passed else None


def left(places: int, handed_down: Iterable[int], enrolled: int) -> int:
    """What of an allotment is not yet handed down or taken."""
    return places - sum(handed_down) - enrolled
