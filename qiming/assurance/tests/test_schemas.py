"""The published forms of cases, banks, suites and the standard."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from qiming.assurance.types import DIMENSIONS, KINDS, STAGES, Case, Turn

SCHEMAS = Path(__file__).parents[3] / "content" / "schemas"


def schema(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((SCHEMAS / f"assurance_{name}.schema.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", ["case", "bank", "keyword", "suite", "standard", "judge"])
def test_each_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_the_words_of_the_types_are_those_of_the_schema() -> None:
    properties = schema("case")["properties"]
    assert isinstance(properties, dict)
    assert tuple(properties["kind"]["enum"]) == KINDS
    assert tuple(properties["stage"]["enum"]) == STAGES
    suite = schema("suite")["properties"]
    assert isinstance(suite, dict)
    assert tuple(suite["dimension"]["enum"]) == DIMENSIONS


def test_a_case_asks_what_its_user_turns_say_and_cannot_be_changed() -> None:
    turns = (Turn("user", "一"), Turn("assistant", "二"), Turn("user", "三"))
    case = Case("x-1", "tutoring", "tutoring", turns, {"grader": "leakage"}, "no_leak")
    assert case.asks == ("一", "三")
    with pytest.raises(FrozenInstanceError):
        case.id = "x-2"  # type: ignore[misc]  # that it cannot be set is what is tested
