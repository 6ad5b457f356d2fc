"""Pupils by unit and grade, from published enrolment; what is not published is filled in and said so here.

Seen: every district's grades 7–9 in 2023-2024; the city's grades 1–6 and 10–12 in 2022-2023; every district's
grades 1–6 in 2020-2021 (data/*.csv, each line with its source). Filled in: a district's primary grades are its
share of 2020-2021 in the city's figure of 2022-2023; its senior grades have no figures and follow its grade 9.
燕山 and 经开区 have no figures of their own: they are taken out of the districts they lie in (`WITHIN`).
All of it is then brought to the wanted number of pupils in proportion.
"""

import csv
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

DATA = Path(__file__).parent / "data"
GRADES = tuple(range(1, 13))
SHARES_OF = "2020-2021"  # the only year with every district's primary grades
CITY_OF = "2022-2023"  # the latest year with the city's grades 1–6 and 10–12
JUNIOR_OF = "2023-2024"

# A unit without figures, and which part of which districts it is taken to be: our assumption.
WITHIN: Mapping[str, Mapping[str, Fraction]] = {
    "燕山": {"房山区": Fraction(8, 100)},
    "北京经济技术开发区": {"大兴区": Fraction(8, 100), "通州区": Fraction(4, 100)},
}

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Unit:
    """A district body with its pupils by grade."""

    name: str
    pupils: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.pupils.values())


def enrolment() -> dict[str, dict[int, Fraction]]:
    """Pupils by unit and grade as the facts have them, unscaled; the sum over units is the city's."""
    by_district: dict[tuple[str, int], dict[str, int]] = {}
    for row in _rows("district_enrolment.csv"):
        by_district.setdefault((row["school_year"], int(row["grade"])), {})[row["district"]] = int(
            row["students"]
        )
    city = {
        int(row["grade"]): int(row["students"])
        for row in _rows("city_enrolment.csv")
        if row["school_year"] == CITY_OF
    }
    found: dict[str, dict[int, Fraction]] = {}
    for grade in GRADES:
        source = (SHARES_OF, grade) if grade <= 6 else (JUNIOR_OF, min(grade, 9))
        shares = by_district[source]
        whole = sum(shares.values()) if 7 <= grade <= 9 else city[grade]
        for name, count in shares.items():
            found.setdefault(name, {})[grade] = Fraction(whole * count, sum(shares.values()))
    return _with_parts(found)


def _with_parts(districts: dict[str, dict[int, Fraction]]) -> dict[str, dict[int, Fraction]]:
    """Units without figures, taken out of the districts they lie in."""
    parts: dict[str, dict[int, Fraction]] = {}
    for name, within in WITHIN.items():
        parts[name] = {
            grade: sum((districts[one][grade] * part for one, part in within.items()), Fraction(0))
            for grade in GRADES
        }
    for within in WITHIN.values():
        for one, part in within.items():
            districts[one] = {grade: count * (1 - part) for grade, count in districts[one].items()}
    return districts | parts


def units(pupils: int, most: int) -> list[Unit]:
    """At most `most` units, the largest, with `pupils` pupils between them in the proportions of the facts."""
    facts = enrolment()
    kept = sorted(facts, key=lambda name: -sum(facts[name].values()))[:most]
    weights = {(name, grade): count for name in facts if name in kept for grade, count in facts[name].items()}
    split = share_out(pupils, weights)
    return [Unit(name, {grade: split[name, grade] for grade in GRADES}) for name in facts if name in kept]


def share_out(total: int, weights: Mapping[K, Fraction | float | int]) -> dict[K, int]:
    """`total` things in proportion to `weights`, whole ones, none lost: the largest remainders get the rest."""
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(weights, 0)
    exact = {key: weight * total / whole for key, weight in weights.items()}
    given = {key: int(value) for key, value in exact.items()}
    order: Sequence[K] = sorted(weights, key=lambda key: (given[key] - exact[key], str(key)))
    for key in order[: total - sum(given.values())]:
        given[key] += 1
    return given


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
