"""The outbox: what happens late, twice or wrongly must not spoil the rest."""

from typing import Any
from uuid import UUID

import pytest

from qiming.kernel import outbox
from qiming.kernel.models import AuditRow, OutboxEvent


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A handler that notes what it hears and stumbles over the word `poison`."""
    words: list[str] = []

    def listen(payload: dict[str, Any], event_id: UUID) -> None:
        words.append(payload["word"])
        if payload["word"] == "poison":
            AuditRow.objects.create(verb="undone", thing="thing", scope_path="b/")
            raise ValueError("王小明 cannot be read")

    monkeypatch.setitem(outbox._handlers, "test.said", [listen])
    return words


def test_events_arrive_in_order_and_once(db: None, heard: list[str]) -> None:
    for word in ("one", "two", "three"):
        outbox.announce("test.said", {"word": word}, "b/")
    assert outbox.deliver_all() == 3
    assert outbox.deliver_all() == 0
    assert heard == ["one", "two", "three"]


def test_a_poisoned_event_holds_up_no_other(db: None, heard: list[str]) -> None:
    for word in ("one", "poison", "three"):
        outbox.announce("test.said", {"word": word}, "b/")
    assert outbox.deliver_all() == 2
    stuck = OutboxEvent.objects.get(delivered_at=None)
    assert (stuck.failures, stuck.last_error) == (1, "ValueError")  # no name of a person
    assert not AuditRow.objects.filter(verb="undone").exists()


def test_what_failed_often_is_tried_again_when_stubborn_ones_are_asked_for(
    db: None, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.announce("test.said", {"word": "poison"}, "b/")
    for _ in range(outbox.MAX_FAILURES + 3):
        outbox.deliver_all()
    assert len(heard) == outbox.MAX_FAILURES
    monkeypatch.setitem(outbox._handlers, "test.said", [])  # mended
    assert outbox.deliver_all() == 0
    assert outbox.deliver_all(stubborn=True) == 1


def test_an_event_nobody_hears_is_delivered(db: None) -> None:
    outbox.announce("test.unheard", {}, "b/")
    assert outbox.deliver_all() == 1
