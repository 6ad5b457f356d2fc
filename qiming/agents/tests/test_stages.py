"""What may be generated for whom, when and for how long; what is not known is what is strictest."""

from dataclasses import replace
from datetime import datetime

import pytest

from qiming.agents.guard import Library, Rule, Session, allowed

NOON = datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001  # local school time by design


def session(**more: object) -> Session:
    base = Session("junior", "after", NOON, 0, age=14, exam=False, duty_roster=True)
    return replace(base, **more)  # type: ignore[arg-type]  # changed by name


@pytest.mark.parametrize(
    ("more", "yes", "rule"),
    [
        ({}, True, "open-junior"),
        ({"exam": True}, False, "exam"),
        ({"paused": True}, False, "paused"),
        ({"stage": "primary", "age": 10, "guardian_agreed": True}, False, "open-primary"),
        ({"stage": "primary", "age": 10, "guardian_agreed": True, "supervised": True}, False, "open-primary"),
        (
            {"stage": "primary", "age": 10, "guardian_agreed": True, "school_allows": True},
            False,
            "open-primary",
        ),
        (
            {
                "stage": "primary",
                "age": 10,
                "guardian_agreed": True,
                "supervised": True,
                "school_allows": True,
            },
            True,
            "open-primary",
        ),
        ({"stage": "primary", "teacher": True, "mode": "demonstration", "age": None}, True, "open-primary"),
        ({"stage": "senior", "age": 17}, True, "open-senior"),
        ({"age": 13}, False, "consent-14"),
        ({"age": None}, False, "consent-14"),
        ({"age": 13, "guardian_agreed": True}, True, "open-junior"),
        ({"duty_roster": False}, False, "no-adult"),
        ({"duty_roster": False, "period_open": True}, True, "open-junior"),
        ({"mode": "in"}, False, "other-activity"),
        ({"mode": "in", "on_activity": True}, True, "open-junior"),
        ({"at": NOON.replace(hour=22)}, False, "quiet-night"),
        ({"at": NOON.replace(hour=5)}, False, "quiet-night"),
        ({"at": NOON.replace(hour=6)}, True, "open-junior"),
        ({"minutes_used": 60}, False, "minutes-under-16"),
        ({"minutes_used": 59}, True, "open-junior"),
        ({"stage": "senior", "age": 16, "minutes_used": 119}, True, "open-senior"),
        ({"stage": "senior", "age": 16, "minutes_used": 120}, False, "minutes-16-18"),
        (
            {"stage": "senior", "age": None, "guardian_agreed": True, "minutes_used": 60},
            False,
            "minutes-under-16",
        ),
        ({"item": True}, False, "think-first"),
        ({"item": True, "attempted": True}, True, "open-junior"),
        ({"stage": "kindergarten"}, False, "stage-unknown"),
        ({"mode": "party"}, False, "mode-unknown"),
        ({"at": datetime(2019, 1, 1, 12)}, False, "no-rule"),  # noqa: DTZ001  # local school time by design
    ],
)
def test_what_may_be_generated(library: Library, more: dict[str, object], yes: bool, rule: str) -> None:
    decision = allowed(library.rules, session(**more))
    assert decision.yes == yes and rule in decision.rules
    assert decision.reason.endswith("。")


def test_replies_carry_what_the_stage_asks(library: Library) -> None:
    assert set(allowed(library.rules, session()).asks) == {"label", "verification"}
    senior = allowed(library.rules, session(stage="senior", age=17))
    assert set(senior.asks) == {"label", "sources", "self_assessment"}


def test_unknown_facts_are_the_strictest(library: Library) -> None:
    for stage in ("primary", "junior", "senior"):
        assert not allowed(library.rules, Session(stage, "after", NOON, 0)).yes


def test_a_stricter_rule_of_a_place_wins(library: Library) -> None:
    today = NOON.date()
    own = Rule("own", "open_use", "junior", "none", today, None, "本校不用", "学校决定", "seen")
    assert not allowed((*library.rules, own), session()).yes
