"""The words that consent is asked with: read once from data/consent.yaml."""

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qiming.kernel import time
from qiming.trust.rules.consent import decides_too, text_on
from qiming.trust.types.consent import AgeRule, Purpose, PurposeTexts, Text

FILE = Path(__file__).parent / "data" / "consent.yaml"
WORDS = ("question", "holds", "why", "who", "how_long", "refused")


@cache
def purposes() -> dict[Purpose, PurposeTexts]:
    """Every purpose in the order in which it is asked."""
    return {Purpose(one["key"]): _purpose(one) for one in _read()["purposes"]}


@cache
def age_rules() -> tuple[AgeRule, ...]:
    """The dated rules, the first first."""
    return tuple(
        AgeRule(
            one["from"], one["own_from_grade"], one["says"], one["why"], one["source"], bool(one["verified"])
        )
        for one in _read()["age_rule"]
    )


def age_rule(on: date | None = None) -> AgeRule:
    day = on or time.today()
    begun = [one for one in age_rules() if one.starts <= day]
    return begun[-1] if begun else age_rules()[0]


def current(purpose: Purpose) -> Text:
    """The words asked today."""
    return text_on(purposes()[purpose].versions, time.today())


def needs_own(grade: int | None) -> bool:
    """Whether a pupil of this grade decides together with the guardian today."""
    return decides_too(age_rules(), grade, time.today())


def digest_of(name: str, written: dict[str, Any]) -> str:
    """SHA-256 of the words as they stand on the page."""
    words = [name, *(str(written[part]) for part in WORDS)]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def _purpose(one: dict[str, Any]) -> PurposeTexts:
    versions = [
        Text(
            no=written["version"],
            starts=written["from"],
            is_material=bool(written["material"]),
            source=written["source"],
            verified=bool(written["verified"]),
            digest=digest_of(one["name"], written),
            **{part: str(written[part]) for part in WORDS},
        )
        for written in one["versions"]
    ]
    return PurposeTexts(Purpose(one["key"]), one["name"], tuple(versions))


@cache
def _read() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read
