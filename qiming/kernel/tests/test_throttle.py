"""How often: by account, by address with room for a school, and never a lesson of 45 pupils."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel import throttle
from qiming.kernel.ids import new_id
from qiming.kernel.throttle import (
    API,
    COMPLAINT,
    EXPORT,
    SEARCH,
    STRANGER,
    UPLOAD,
    WRITE,
    Buckets,
    Limit,
    Throttle,
)

SCHOOL = "203.0.113.9"


def test_a_bucket_empties_and_fills_again() -> None:
    buckets = Buckets()

    def take(at: float) -> float:
        return buckets.take("x", "me", burst=2, per_minute=60, at=at)

    assert [take(0), take(0), take(0)] == [0, 0, 1]
    assert take(0.5) == pytest.approx(0.5)
    assert take(1.0) == 0 and take(1.0) > 0
    assert buckets.take("x", "you", burst=2, per_minute=60, at=1) == 0
    assert [take(1000), take(1000), take(1000)] == [0, 0, 1]


@given(st.lists(st.floats(0, 600), max_size=200), st.integers(1, 20), st.floats(1, 120))
def test_nobody_gets_more_than_the_limit_says(moments: list[float], burst: int, per_minute: float) -> None:
    buckets = Buckets()
    moments.sort()
    got = sum(buckets.take("x", "me", burst=burst, per_minute=per_minute, at=at) == 0 for at in moments)
    assert got <= burst + 600 * per_minute / 60 + 1


def test_memory_is_bounded() -> None:
    buckets = Buckets(keep=100)
    for number in range(1000):
        buckets.take("x", str(number), burst=1, per_minute=1, at=0)
    assert len(buckets) == 100


def test_a_lesson_of_45_pupils_behind_one_address_is_never_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty minutes: each signs in, saves every two seconds, beats every ten, answers in a rush at the end."""
    clock = [0.0]
    monkeypatch.setattr("qiming.kernel.throttle.time.monotonic", lambda: clock[0])
    pupils = [str(new_id()) for _ in range(45)]
    for _ in pupils * 4:  # code, seat, pictures, one mistake
        assert not throttle.wait_for(STRANGER, account=None, address=SCHOOL)
    for second in range(40 * 60):
        clock[0] = float(second)
        rush = 5 if second > 39 * 60 else 1
        for pupil in pupils:
            if second % 2 == 0 or second % 10 == 0 or rush > 1:
                for _ in range(rush):
                    assert not throttle.wait_for(API, account=pupil, address=SCHOOL), second
    for pupil in pupils:  # all hand in a picture at once
        assert not throttle.wait_for(UPLOAD, account=pupil, address=SCHOOL)


def test_a_whole_school_signs_in_within_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("qiming.kernel.throttle.time.monotonic", lambda: clock[0])
    for number in range(1500 * 4):
        clock[0] = number / (1500 * 4) * 600
        assert not throttle.wait_for(STRANGER, account=None, address=SCHOOL)


def test_one_address_of_many_accounts_has_an_end_too() -> None:
    tries = [throttle.wait_for(EXPORT, account=str(new_id()), address=SCHOOL) for _ in range(1000)]
    assert tries.index(next(one for one in tries if one)) == EXPORT.burst * EXPORT.crowd
    assert not throttle.wait_for(EXPORT, account=str(new_id()), address="203.0.113.10")


def test_a_household_with_many_ipv6_addresses_is_one_asker() -> None:
    tries = [
        throttle.wait_for(STRANGER, account=None, address=f"2001:db8:1:2::{number:x}")
        for number in range(STRANGER.burst + 5)
    ]
    assert any(tries)
    assert not throttle.wait_for(STRANGER, account=None, address="2001:db8:1:3::1")


def request(method: str, path: str, **more: Any) -> Any:
    return RequestFactory().generic(method, path, **more)


@throttle.limited(SEARCH, reading=True)
def search(request: Any) -> HttpResponse:
    return HttpResponse()


@throttle.limited(COMPLAINT)
def complain(request: Any) -> HttpResponse:
    return HttpResponse()


def plain(request: Any) -> HttpResponse:
    return HttpResponse()


FORM = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("made", "view", "signed_in", "limits"),
    [
        (request("GET", "/teach/"), plain, True, []),
        (request("GET", "/teach/"), plain, False, []),
        (request("POST", "/teach/"), plain, True, [WRITE]),
        (request("POST", "/sign-in/"), plain, False, [STRANGER]),
        (request("PUT", "/api/learning/works"), plain, True, [API]),
        (request("DELETE", "/teach/"), plain, True, [WRITE]),
        (request("GET", "/desk/export.xlsx"), plain, True, [EXPORT]),
        (request("POST", "/x/", data=b"0" * 30_000, content_type=FORM), plain, True, [WRITE, UPLOAD]),
        (request("POST", "/x/", data=b"0" * 300, content_type=FORM), plain, True, [WRITE]),
        (request("GET", "/search/"), search, True, [SEARCH]),
        (request("GET", "/report/"), complain, True, []),
        (request("POST", "/report/"), complain, True, [COMPLAINT, WRITE]),
    ],
)
def test_which_limits_a_request_falls_under(
    made: Any, view: Any, signed_in: bool, limits: list[Limit]
) -> None:
    assert throttle.limits_of(made, view, signed_in=signed_in) == limits


def test_who_is_stopped_is_told_in_words_how_long(db: None) -> None:
    guard = Throttle(lambda request: HttpResponse())
    made = request("POST", "/complaints/")
    made.actor = SimpleNamespace(account_id=new_id(), person_id=new_id())
    marked = complain
    answers = [guard.process_view(made, marked, (), {}) for _ in range(COMPLAINT.burst + 1)]
    assert answers[:-1] == [None] * COMPLAINT.burst
    told = answers[-1]
    assert told is not None and told.status_code == 429
    assert 0 < int(told["Retry-After"]) <= 301
    assert "操作太快了" in told.content.decode() and "Retry" not in told.content.decode()
    as_json = throttle.too_often(request("POST", "/api/learning/works"), 2.2)
    assert as_json["Content-Type"] == "application/problem+json" and as_json["Retry-After"] == "3"
