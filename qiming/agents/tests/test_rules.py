"""The chain's decisions as pure functions: the strictest word counts, quotas reach whom they name, a breaker lets one through."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.agents.gateway.breaker import FAILURES, FIRST_PAUSE_S, LONGEST_PAUSE_S, Breaker
from qiming.agents.rules import choosing, quotas
from qiming.agents.tests.fake import CITY, CLASS, ROUTE, SCHOOL, application
from qiming.agents.types import Audience, Enabled, Per, Quota

PATHS = [CITY, "b/d1/", SCHOOL, CLASS]


@given(st.lists(st.tuples(st.sampled_from([*PATHS, "b/d2/", "b/d1/s1/c2/"]), st.booleans())))
def test_a_no_anywhere_above_cannot_be_undone_below(said: list[tuple[str, bool]]) -> None:
    enabled = [Enabled(path, "study", yes) for path, yes in said]
    reaching = [yes for path, yes in said if CLASS.startswith(path)]
    assert choosing.is_enabled("study", CLASS, enabled) == (bool(reaching) and False not in reaching)
    assert not choosing.is_enabled("other", CLASS, enabled)


@pytest.mark.parametrize(
    ("per", "place", "ends"),
    [
        (Per.PLACE, CLASS, ""),
        (Per.DISTRICT, CLASS, ":b/d1/"),
        (Per.SCHOOL, CLASS, ":b/d1/s1/"),
        (Per.CLASS, CLASS, ":b/d1/s1/c1/"),
        (Per.CLASS, SCHOOL, None),
        (Per.PUPIL, CLASS, ":qs1-x"),
    ],
)
def test_a_quota_counts_those_it_names(per: Per, place: str, ends: str | None) -> None:
    quota = Quota(uuid4(), CITY, per, tokens=5)
    found = quotas.buckets([quota], application=application(), route=ROUTE, place=place, subject="qs1-x")
    assert [one.key for one in found] == ([] if ends is None else [f"{quota.id}{ends}"])


def test_buckets_come_in_one_order_with_the_day_of_a_pupil_and_only_of_their_class() -> None:
    every = [Quota(uuid4(), path, Per.PLACE, requests=1) for path in PATHS]
    other = [
        Quota(uuid4(), "b/d2/", Per.PLACE, requests=1),
        Quota(uuid4(), CITY, Per.PLACE, "else", requests=1),
    ]
    found = quotas.buckets(
        [*every, *other], application=application(), route=ROUTE, place=CLASS, subject="x", pupil_seconds=1800
    )
    keys = [one.key for one in found]
    assert keys == sorted({*(str(one.id) for one in every), "day:x"})
    staff = application(stage="staff", audience=Audience.STAFF)
    assert "day:x" not in [
        one.key
        for one in quotas.buckets(
            every, application=staff, route=ROUTE, place=CLASS, subject="x", pupil_seconds=1800
        )
    ]
    assert not quotas.buckets(
        other, application=application(), route=ROUTE, place=CLASS, subject="x", pupil_seconds=1800
    )


@given(st.text())
def test_what_is_set_aside_is_never_less_than_what_is_guessed(text: str) -> None:
    assert quotas.most_tokens([text]) >= quotas.guessed_tokens(text)


def test_a_breaker_shuts_lets_one_through_and_waits_longer_each_time() -> None:
    breaker, at = Breaker(), 0.0
    assert [breaker.failed(at) for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    pause_s = FIRST_PAUSE_S
    for _ in range(8):
        assert not breaker.is_up(at + pause_s - 1)
        at += pause_s
        assert breaker.is_up(at)
        breaker.asked(at)
        assert not breaker.is_up(at)  # one is on its way
        assert not breaker.failed(at)
        pause_s = min(LONGEST_PAUSE_S, pause_s * 2)
    at += pause_s
    breaker.asked(at)
    breaker.let_go()  # the client left: nothing is known, the next may try
    assert breaker.is_up(at)
    breaker.asked(at)
    assert breaker.worked() and breaker.is_up(at) and not breaker.worked()
