"""The rules of retention as text: which holds on a day, until when something is kept."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parents[1] / "data" / "retention.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of data is kept, from which moment on, and on what ground."""

    key: str
    what: str
    from_when: str
    days: int
    since: date
    basis: str
    verified: bool

    @property
    def says(self) -> str:
        return f"{self.what}：{self.from_when}{f'满{spell(self.days)}' if self.days else '后'}清除"


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, as it lies in data/retention.yaml."""
    return tuple(Rule(**one) for one in yaml.safe_load(_FILE.read_text(encoding="utf-8"))["rules"])


def in_force(on: date, known: Sequence[Rule] | None = None) -> list[Rule]:
    """For each kind of data the rule that holds on a day; before the first, the first."""
    chosen: dict[str, Rule] = {}
    for rule in sorted(known or rules(), key=lambda one: one.since):
        if rule.key not in chosen or rule.since <= on:
            chosen[rule.key] = rule
    return list(chosen.values())


def kept_days(key: str, on: date) -> int:
    """How long one kind of data is kept today."""
    return next(rule.days for rule in in_force(on) if rule.key == key)


def cutoff(rule: Rule, now: datetime) -> datetime:
    """What is older than this goes."""
    return now - timedelta(days=rule.days)


def hash_of(ids: Iterable[str]) -> str:
    """SHA-256 of the ids that went, sorted, a line each: proves later which ones, shows none."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def spell(days: int) -> str:
    """3年, 30天."""
    return f"{days // 365}年" if days >= 365 and days % 365 == 0 else f"{days}天"
