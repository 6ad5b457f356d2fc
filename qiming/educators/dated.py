"""The dated rules of `data/rules.yaml`: which one holds on a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from qiming.educators.types import Mode, Post, Tier

FILE = Path(__file__).parent / "data" / "rules.yaml"


@dataclass(frozen=True, slots=True)
class StandingRule:
    """Who may teach. `*_needs` are the tiers to have passed; `full_load` periods a week, `yearly_periods` per class."""

    source: str
    verified: bool
    core_subjects: frozenset[str]
    core_needs: frozenset[Tier]
    other_needs: frozenset[Tier]
    full_load: int
    teaching_weeks: int
    yearly_periods: int


@dataclass(frozen=True, slots=True)
class CreditRule:
    """What attended time is worth: training periods for one credit by mode, minutes of one training period."""

    source: str
    verified: bool
    periods_a_credit: Mapping[Mode, int]
    period_minutes: int


@dataclass(frozen=True, slots=True)
class PassingRule:
    """The share of a training's minutes to attend (per cent), and when a session's code counts (minutes)."""

    source: str
    verified: bool
    attended_percent: int
    opens_before: int
    closes_after: int


@dataclass(frozen=True, slots=True)
class LeadersRule:
    """Which posts have to be trained by which day."""

    source: str
    verified: bool
    posts: tuple[Post, ...]
    due_on: date


@dataclass(frozen=True, slots=True)
class CohortRule:
    """What an output consists of: periods of the plan, characters each of their texts has at least, times to mend it."""

    source: str
    verified: bool
    periods: int
    least_text: int
    redos: int


@cache
def _written() -> dict[str, list[dict[str, Any]]]:
    read: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {kind: sorted(rows, key=lambda row: row["since"]) for kind, rows in read.items()}


def _on(kind: str, day: date) -> dict[str, Any]:
    """The row in force; before the first, the first."""
    rows = _written()[kind]
    return next((row for row in reversed(rows) if row["since"] <= day), rows[0])


def standing(day: date) -> StandingRule:
    row = _on("standing", day)
    return StandingRule(
        source=row["source"],
        verified=row["verified"],
        core_subjects=frozenset(row["core_subjects"]),
        core_needs=frozenset(Tier(one) for one in row["core_needs"]),
        other_needs=frozenset(Tier(one) for one in row["other_needs"]),
        full_load=row["full_load"],
        teaching_weeks=row["teaching_weeks"],
        yearly_periods=row["yearly_periods"],
    )


def credit(day: date) -> CreditRule:
    row = _on("credit", day)
    worth = {Mode(mode): periods for mode, periods in row["periods_a_credit"].items()}
    return CreditRule(row["source"], row["verified"], MappingProxyType(worth), row["period_minutes"])


def passing(day: date) -> PassingRule:
    row = _on("passing", day)
    return PassingRule(
        row["source"], row["verified"], row["attended_percent"], row["opens_before"], row["closes_after"]
    )


def leaders(day: date) -> LeadersRule:
    row = _on("leaders", day)
    return LeadersRule(
        row["source"], row["verified"], tuple(Post(one) for one in row["posts"]), row["due_on"]
    )


def cohort(day: date) -> CohortRule:
    row = _on("cohort", day)
    return CohortRule(row["source"], row["verified"], row["periods"], row["least_text"], row["redos"])
