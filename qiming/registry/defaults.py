"""The dated data a city brings along: its units, its calendar, the usual period table of each stage."""

import csv
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qiming.registry.rules.sign_in import SignInRules
from qiming.registry.types import SlotTime, Stage

DATA = Path(__file__).parent / "data" / "beijing"


@cache
def default_periods(stage: Stage) -> tuple[SlotTime, ...]:
    """The usual period table of a stage, for schools that have not set their own."""
    written = load_yaml(DATA / "periods.yaml")
    return tuple(
        SlotTime(no, _clock(line["starts"]), _clock(line["ends"]), line["label"])
        for no, line in enumerate(written["stages"][stage.value], 1)
    )


def sign_in_rules(on: date) -> SignInRules:
    """The rules of signing in that hold on a day; before the first of them, the first."""
    known = _sign_in_rules()
    return next((rules for rules in reversed(known) if rules.since <= on), known[0])


@cache
def _sign_in_rules() -> tuple[SignInRules, ...]:
    written = load_yaml(DATA / "sign_in.yaml")["rules"]
    found = []
    for line in written:
        factor = line.pop("second_factor")
        found.append(
            SignInRules(required=frozenset(factor["required"]), offered=frozenset(factor["offered"]), **line)
        )
    return tuple(sorted(found, key=lambda rules: rules.since))


def load_yaml(path: Path) -> dict[str, Any]:
    """A mapping from a YAML file of ours."""
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


def load_units(path: Path) -> list[dict[str, str]]:
    """The lines of a units file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _clock(text: str) -> time:
    return time.fromisoformat(text)
