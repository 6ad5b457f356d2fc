"""The catalogue of data categories: what each holds, why, and on what its classing rests."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).parent / "data" / "categories.yaml"


@dataclass(frozen=True, slots=True)
class Category:
    """One category a field may be classed under."""

    name: str
    holds: str
    why: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All categories, with the basis of the sorting and whether it was held against the full text."""

    basis: str
    classified_on: date
    verified: bool
    categories: dict[str, Category]


@cache
def catalogue() -> Catalogue:
    """The catalogue as it lies in data/categories.yaml."""
    said = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return Catalogue(
        said["basis"],
        said["classified_on"],
        said["verified"],
        {name: Category(name, one["holds"], one["why"]) for name, one in said["categories"].items()},
    )
