"""How long a session lasts and who needs a second factor: decisions over dated rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Demand(StrEnum):
    """What an account is told about a second factor."""

    REQUIRED = "required"
    OFFERED = "offered"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The rules in force from `since`; lengths in whole minutes."""

    since: date
    source: str
    verified: bool
    required: frozenset[str]
    offered: frozenset[str]
    at_most: Mapping[str, int]
    idle: Mapping[str, int]
    after_period: int
    after_school_day: int
    proof: int
    emergency: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What the installation chose: whether the second factor is asked for, and from which day."""

    is_required: bool = False
    since: date | None = None

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """`offered`, `required` or `required@2027-03-01`; `ValueError` for anything else."""
        word, _, day = text.strip().partition("@")
        if word not in {"offered", "required"} or (day and word == "offered"):
            raise ValueError(f"QIMING_MFA is offered, required or required@YYYY-MM-DD, not {text!r}")
        return cls(word == "required", date.fromisoformat(day) if day else None)


def demand(rules: SignInRules, policy: Policy, roles: Collection[str], on: date) -> Demand:
    """Whether somebody with these roles needs a second factor on a day."""
    if rules.required.intersection(roles):
        is_due = policy.is_required and (policy.since is None or on >= policy.since)
        return Demand.REQUIRED if is_due else Demand.OFFERED
    return Demand.OFFERED if rules.offered.intersection(roles) else Demand.NOTHING


def idle_minutes(rules: SignInRules, roles: Collection[str]) -> int | None:
    """After how long without use a session ends: the strictest of the roles held."""
    return min((rules.idle[role] for role in roles if role in rules.idle), default=None)


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """From when to when there are lessons today."""

    begins: datetime
    ends: datetime


def ends_at(rules: SignInRules, kind: str, now: datetime, day: SchoolDay | None) -> datetime:
    """When a session that begins now ends at the latest. A pupil who comes in during the school day (an hour
    before it included) is taken to sit at a device that others use too."""
    latest = now + timedelta(minutes=rules.at_most[kind])
    if kind != "pupil" or day is None:
        return latest
    over = day.ends + timedelta(minutes=rules.after_school_day)
    at_school = day.begins - timedelta(hours=1) <= now < over
    return min(latest, over) if at_school else latest
