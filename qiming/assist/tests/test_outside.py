"""The word through the city's message gateway: off by default, a fixed sentence, tried again, and the log says what became of it."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from django.urls import reverse

from qiming.assist.duty import outside, services
from qiming.assist.models import AlertNotice
from qiming.kernel.ids import new_id
from qiming.kernel.time import at_local, frozen, now, today
from qiming.registry import testing
from qiming.registry.models import Account
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
WHY = "test"


class Gateway(BaseHTTPRequestHandler):
    """The city's message gateway; `answers` are the statuses to come, then 200."""

    answers: list[int] = []
    got: list[tuple[bytes, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((body, self.headers.get("X-Qiming-Signature", "")))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Gateway]]:
    Gateway.answers, Gateway.got = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("QIMING_OUTWARD", origin)
    monkeypatch.setenv("QIMING_ALERT_WEBHOOK", f"{origin}/send?key=secret-of-the-city")
    yield Gateway
    server.shutdown()
    server.server_close()


@pytest.fixture
def cast() -> Cast:
    made = testing.cast()
    wanted = services.Wanted(made.people["colleague"], frozenset(range(7)), time(0), time(23, 59), 1)
    services.add_line(actor=made.actor("admin"), school=made.school, wanted=wanted)
    return made


def raised(cast: Cast) -> AlertNotice:
    alert = services.raise_alert(
        pupil=cast.pupils[0], turn_id=new_id(), kind="self_harm", is_explicit=True, period_id=None
    )
    return AlertNotice.objects.unscoped(WHY).get(alert=alert)


def test_nothing_leaves_where_no_gateway_is_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QIMING_ALERT_WEBHOOK", raising=False)
    with frozen(at_local(today(), 10)):
        row = raised(cast)
        assert row.outside == "" and outside.send_waiting() == 0


def test_a_sentence_a_link_and_nothing_of_the_pupil(
    cast: Cast, gateway: type[Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIMING_ALERT_SECRET", "shared")
    with frozen(at_local(today(), 10)):
        row = raised(cast)
        assert row.outside == "waiting" and outside.send_waiting() == 1 and outside.send_waiting() == 0
    ((body, signature),) = gateway.got
    said = json.loads(body)
    assert set(said) == {"id", "to", "text", "link"} and said["text"] == "有一条求助等您处理"
    assert said["to"] == str(cast.people["colleague"]) and said["link"].endswith("/duty/")
    assert cast.pupils[0].name not in body.decode() and str(cast.pupils[0].id) not in body.decode()
    assert signature == "sha256=" + hmac.new(b"shared", body, hashlib.sha256).hexdigest()
    row.refresh_from_db()
    assert (row.outside, row.outside_tries) == ("sent", 1)


def test_tried_again_and_at_last_the_log_says_failed(cast: Cast, gateway: type[Gateway]) -> None:
    gateway.answers = [500, 503, 200]
    start = at_local(today(), 10)
    with frozen(start):
        row = raised(cast)
        assert outside.send_waiting() == 0 and outside.send_waiting() == 0  # not at once again
    with frozen(start + timedelta(minutes=2)):
        assert outside.send_waiting() == 0
    with frozen(start + timedelta(minutes=6)):
        assert outside.send_waiting() == 1
    assert len({json.loads(body)["id"] for body, _ in gateway.got}) == 1 and len(gateway.got) == 3
    gateway.answers = [500] * 9
    with frozen(start):
        row = raised(cast)
    for minutes in range(0, 80, 11):
        with frozen(start + timedelta(minutes=minutes)):
            outside.send_waiting()
    row.refresh_from_db()
    assert (row.outside, row.outside_tries) == ("failed", len(outside.AGAIN))
    told = Client()
    told.force_login(Account.objects.get(person_id=cast.people["colleague"]))
    with frozen(start + timedelta(minutes=90)):
        page = told.get(reverse("assist.alert", args=[row.id])).content.decode()
    assert "手机提醒" in page and "没送到（试了5次）" in page


def test_a_gateway_that_is_not_listed_is_not_asked(
    cast: Cast, gateway: type[Gateway], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("QIMING_OUTWARD", "https://elsewhere.example")
    with frozen(at_local(today(), 10)):
        row = raised(cast)
        assert outside.send_waiting() == 0
    row.refresh_from_db()
    assert (
        not gateway.got
        and row.outside == "waiting"
        and row.outside_at is not None
        and row.outside_at <= now()
    )
    assert "secret-of-the-city" not in caplog.text
