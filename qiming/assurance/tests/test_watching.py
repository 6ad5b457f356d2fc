"""Signals, thresholds and the telemetry contract."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from qiming.assurance import events, queries, services
from qiming.assurance.models import Incident, Product, Signal
from qiming.assurance.queries import signals
from qiming.assurance.rules import telemetry as contract
from qiming.assurance.rules.marking import agreement, settled
from qiming.assurance.rules.watching import Limits, Seen, alarms, warning_due
from qiming.assurance.tests import steps
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.models import OutboxEvent
from qiming.registry.testing import Cast

LIMITS = Limits(3, 20, 10, 500, 60, 200, 5, 0.2, 20, 6, 48, 30, (60, 30, 7))
QUIET = Seen(ours_use=[30] * 168, use=[30] * 24, reports=True, opens_data=True, silent_h=1)


@pytest.mark.parametrize(
    ("change", "kind", "suspends"),
    [
        ({}, "", False),
        ({"sensitive": [0, 2]}, "", False),
        ({"sensitive": [3, 0]}, "sensitive", False),
        ({"sensitive": [0, 20]}, "sensitive", True),
        ({"ours_use": [30] * 167 + [499], "use": [30] * 23 + [499]}, "", False),
        ({"ours_use": [30] * 167 + [500], "use": [30] * 23 + [500]}, "use", False),
        ({"model": [60 * 30] * 24}, "", False),
        ({"model": [61 * 30] * 24}, "model", False),
        ({"data": [5]}, "", False),
        ({"data": [6]}, "data", False),
        ({"data": [6], "opens_data": False}, "data", True),
        ({"data": [6], "ours_data": [6]}, "", False),
        ({"use": [20] * 24}, "tolerance", False),
        ({"use": [20] * 24, "reports": False}, "", False),
        ({"silent_h": 5.9}, "", False),
        ({"silent_h": 6}, "silence", False),
        ({"silent_h": 48}, "silence", True),
        ({"silent_h": None}, "", False),
        ({"report_days_over": 0}, "report", False),
        ({"report_days_over": 30}, "report", True),
    ],
)
def test_thresholds(change: dict[str, Any], kind: str, suspends: bool) -> None:
    found = alarms(replace(QUIET, **change), LIMITS)
    assert [(one.kind, one.suspends) for one in found] == ([(kind, suspends)] if kind else [])


@given(st.lists(st.integers(0, 40), min_size=24, max_size=24), st.integers(0, 23))
def test_more_of_what_is_bad_never_calms_the_watch(counts: list[int], at: int) -> None:
    worse = [*counts[:at], counts[at] + 1, *counts[at + 1 :]]
    before = alarms(replace(QUIET, sensitive=counts), LIMITS)
    after = alarms(replace(QUIET, sensitive=worse), LIMITS)
    assert len(after) >= len(before)
    assert any(one.suspends for one in after) >= any(one.suspends for one in before)


def test_the_limits_that_ship_can_be_read(cast: Cast) -> None:
    assert signals.limits_today() == LIMITS


@pytest.mark.parametrize(
    ("left", "warned", "due"),
    [
        (61, None, None),
        (60, None, 60),
        (45, 60, None),
        (30, 60, 30),
        (7, 30, 7),
        (7, None, 7),
        (3, 7, None),
        (-1, 7, None),
    ],
)
def test_warnings_before_the_end(left: int, warned: int | None, due: int | None) -> None:
    today = date(2026, 11, 20)
    assert warning_due(today + timedelta(days=left), today, (60, 30, 7), warned) == due


@pytest.mark.parametrize(
    ("given_", "said"),
    [([], None), ([True], None), ([True, True], True), ([True, False], None), ([True, False, False], False)],
)
def test_two_mark_and_a_third_decides(given_: list[bool], said: bool | None) -> None:
    assert settled(given_) is said


def test_agreement_beyond_chance() -> None:
    """By hand: 10 pairs, 8 alike, both say yes 6 of 10: chance 0.52, kappa 0.28/0.48."""
    pairs = [(True, True)] * 5 + [(False, False)] * 3 + [(True, False), (False, True)]
    assert agreement(pairs) == pytest.approx(0.28 / 0.48)
    assert agreement([]) is None
    assert agreement([(True, True)]) == 1.0


@pytest.fixture
def product(cast: Cast) -> Iterator[Product]:
    yield steps.version(steps.admitted(cast)).product


def _send(key: str, secret: bytes, body: bytes, at: datetime | None = None, **headers: str) -> Any:
    sent = str(int((at or time.now()).timestamp() * 1000))
    said = {
        "X-Qiming-Key": key,
        "X-Qiming-Time": sent,
        "X-Qiming-Signature": contract.signature(secret, int(sent), body),
        **headers,
    }
    return Client().post("/assurance/telemetry/", body, content_type="application/json", headers=said)


def _body(hour: datetime | None = None, **counts: Any) -> bytes:
    at = hour or time.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    numbers = {"use": 30, "data": 0, "model": 90, "sensitive": 0, **counts}
    said = {"form": contract.FORM, "hours": [{"hour": at.isoformat(), **numbers}]}
    return json.dumps(said).encode()


def test_a_report_is_taken_once(cast: Cast, product: Product) -> None:
    key, secret = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    body = _body()
    moment = time.now()
    assert _send(key, bytes.fromhex(secret), body, moment).json() == {"taken": 1}
    again = _send(key, bytes.fromhex(secret), body, moment)
    assert again.status_code == 409
    rows = Signal.objects.unscoped("test").filter(product=product, source="vendor")
    assert dict(rows.values_list("kind", "count")) == {"use": 30, "data": 0, "model": 90, "sensitive": 0}


def test_a_correction_replaces_the_hour(cast: Cast, product: Product) -> None:
    key, secret = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    now = time.now()
    _send(key, bytes.fromhex(secret), _body(), now)
    _send(key, bytes.fromhex(secret), _body(use=31), now + timedelta(milliseconds=5))
    rows = Signal.objects.unscoped("test").filter(product=product, source="vendor", kind="use")
    assert [one.count for one in rows] == [31]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"body": b"{"}, 400),
        ({"body": b"\xff\xfe"}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b'{"form": "other"}'}, 400),
        ({"use": -1}, 400),
        ({"use": True}, 400),
        ({"use": 1.5}, 400),
        ({"more": 1}, 400),
        ({"late": 400}, 400),
        ({"forged": True}, 401),
        ({"no_key": True}, 401),
        ({"ahead": 2}, 400),
        ({"old": 100}, 400),
    ],
)
def test_bad_reports_change_nothing(
    cast: Cast, product: Product, change: dict[str, Any], status: int
) -> None:
    key, secret = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    now = time.now().replace(minute=0, second=0, microsecond=0)
    counts = {name: value for name, value in change.items() if name in {"use", "more"}}
    hour = now + timedelta(hours=change.get("ahead", -1) - change.get("old", 0))
    body = change.get("body", _body(hour, **counts))
    signing = b"other" if change.get("forged") else bytes.fromhex(secret)
    at = time.now() - timedelta(seconds=change.get("late", 0))
    answer = _send("" if change.get("no_key") else key, signing, body, at)
    assert answer.status_code == status and answer.json()["title"]
    assert not Signal.objects.unscoped("test").filter(product=product, source="vendor").exists()


def test_a_new_key_ends_the_one_before(cast: Cast, product: Product) -> None:
    old, old_secret = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    assert _send(old, bytes.fromhex(old_secret), _body()).status_code == 401


def test_a_key_signs_on_after_the_signing_key_changed(cast: Cast, product: Product) -> None:
    """Given while a later signing key made it, and by the rule of today: both go on; out of the list, it is nothing."""
    with override_settings(SECRET_KEY="later", SECRET_KEY_FALLBACKS=[], DERIVATION_KEY="later"):
        key, before = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    moment = time.now()
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["oldest"], DERIVATION_KEY="oldest"):
        assert _send(key, bytes.fromhex(before), _body(), moment).status_code == 401
    with override_settings(
        SECRET_KEY="new", SECRET_KEY_FALLBACKS=["later", "oldest"], DERIVATION_KEY="oldest"
    ):
        assert _send(key, bytes.fromhex(before), _body(), moment).status_code == 200
        key, now = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    with override_settings(SECRET_KEY="newer", SECRET_KEY_FALLBACKS=["oldest"], DERIVATION_KEY="oldest"):
        assert _send(key, bytes.fromhex(now), _body()).status_code == 200


def test_the_document_s_example_is_taken(cast: Cast, product: Product) -> None:
    """docs/telemetry.md holds a program; it is run here as it stands there."""
    text = (steps.DOCS / "telemetry.md").read_text(encoding="utf-8")
    program = text.split("```python\n", 1)[1].split("```", 1)[0]
    key, secret = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
    taken: list[int] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> None:
        answer = Client().post(url, body, content_type="application/json", headers=headers)
        taken.append(answer.json()["taken"])

    hour = time.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    exec(
        program,
        {
            "KEY": key,
            "SECRET": secret,
            "URL": "/assurance/telemetry/",
            "HOUR": hour.isoformat(),
            "NOW_MS": int(time.now().timestamp() * 1000),
            "post": post,
        },
    )
    assert taken == [1]


def test_silence_is_watched_then_stopped(cast: Cast, product: Product) -> None:
    admitted = product.current
    assert admitted and admitted.since
    with time.frozen(admitted.since + timedelta(hours=5)):
        assert services.tick() == 0
    with time.frozen(admitted.since + timedelta(hours=7)):
        assert services.tick() == 1
        assert queries.standing(product.id).verdict == "watch"
        assert queries.may_serve(product.id, stage="junior")
        assert services.tick() == 0
    with time.frozen(admitted.since + timedelta(hours=49)):
        assert services.tick() == 1
        assert not queries.may_serve(product.id, stage="junior")
    assert OutboxEvent.objects.filter(name=events.SUSPENDED).count() == 1
    assert list(Incident.objects.filter(product=product).values_list("kind", flat=True)) == ["silence"] * 2


def test_who_is_watched_by_a_third_party_need_not_report(cast: Cast, product: Product) -> None:
    Product.objects.unscoped("test").filter(id=product.id).update(watched_by="示例检测中心")
    assert product.current and product.current.since
    with time.frozen(product.current.since + timedelta(hours=60)):
        assert services.tick() == 0


def test_sensitive_content_stops_within_the_hour(cast: Cast, product: Product) -> None:
    assert product.current and product.current.since
    with time.frozen(product.current.since + timedelta(hours=3)):
        key, secret = services.give_key(actor=cast.actor("vendor"), product_id=product.id)
        assert _send(key, bytes.fromhex(secret), _body(sensitive=25, use=0)).status_code == 200
        assert services.tick() == 1
        assert "敏感内容" in queries.standing(product.id).reason
        assert not queries.may_serve(product.id, stage="junior")


def test_a_changed_launch_is_found_by_the_watch_too(cast: Cast, product: Product) -> None:
    """However it came to be another one: not only by the company's own page."""
    row = Product.objects.unscoped("test").get(id=product.id)
    row.launch = {**row.launch, "jwks_url": "https://other.example.com/keys"}
    row.save()
    assert services.tick() == 1
    assert steps.version(row.current_id).state == "retest"  # type: ignore[arg-type]  # it has one


def test_the_end_of_the_term_is_told_before_and_counts_at_once(cast: Cast, product: Product) -> None:
    Product.objects.unscoped("test").filter(id=product.id).update(watched_by="示例检测中心")
    assert product.current and product.current.until
    end = time.at_local(product.current.until, 12)
    steps.reported(cast, product.current.id, days=900)
    for before in (60, 59, 30, 7, 6):
        with time.frozen(end - timedelta(days=before)):
            services.tick()
    told = OutboxEvent.objects.filter(name=events.EXPIRES_SOON).order_by("id")
    assert [one.payload["days"] for one in told] == [60, 30, 7]
    with time.frozen(end + timedelta(days=1)):
        assert not queries.may_serve(product.id, stage="junior")
        assert services.tick() == 1
    assert queries.standing(product.id).verdict == "expired"


def test_launches_at_the_same_time_are_all_counted(cast: Cast, product: Product) -> None:
    for _ in range(5):
        services.note_launch(product.id, product.current_id or product.id, data_scopes=("answers",))
    row = Signal.objects.unscoped("test").get(product=product, kind="use", source="ours")
    assert row.count == 5


def test_a_stop_without_a_reason_is_none(cast: Cast, product: Product) -> None:
    assert product.current_id
    with pytest.raises(UserError, match="还不能"):
        services.stop(actor=cast.actor("city_officer"), version_id=product.current_id, reason=" ")
    assert datetime.now(UTC) and queries.may_serve(product.id, stage="junior")
