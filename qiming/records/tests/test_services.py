"""Statements are written with the act or not at all, and found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from qiming.kernel.access import Actor, Grant
from qiming.kernel.ids import new_id
from qiming.kernel.scope import UnscopedQueryError
from qiming.records import queries
from qiming.records.access import SEE
from qiming.records.models import Statement
from qiming.records.rules import problems
from qiming.records.services import InvalidAct, record
from qiming.records.types import Act, Result
from qiming.records.verbs import ObjectKind, Verb

AT = datetime(2026, 11, 24, 2, 24, tzinfo=UTC)
ANNA, BEN, PERIOD = new_id(), new_id(), new_id()


def act(person: UUID = ANNA, minutes: int = 0, **changes: object) -> Act:
    given: dict[str, object] = {
        "actor_person": person,
        "verb": Verb.ANSWERED,
        "object_kind": ObjectKind.ITEM,
        "object_id": "g7l4-q03",
        "at": AT + timedelta(minutes=minutes),
        "scope_path": "b/d/s/c/",
        "context": {"period_id": PERIOD},
    }
    return Act(**(given | changes))  # type: ignore[arg-type]


pytestmark = pytest.mark.django_db


def test_written_in_the_callers_transaction_and_gone_with_it() -> None:
    with pytest.raises(RuntimeError, match="thrown"), transaction.atomic():
        record([act()])
        raise RuntimeError("thrown")
    assert queries.of_person(ANNA) == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(RuntimeError, match="part of an act"):
        record([act()])
    assert not Statement.objects.unscoped("test").exists()


def test_found_by_person_object_period_and_id() -> None:
    first, second, _third = record([act(), act(BEN, 1), act(ANNA, 2, verb=Verb.HINTED)])
    assert [row.at for row in queries.of_person(ANNA)] == [AT + timedelta(minutes=2), AT]
    assert [row.id for row in queries.of_person(ANNA, verbs=[Verb.ANSWERED])] == [first]
    assert [row.id for row in queries.of_person(ANNA, until=AT + timedelta(minutes=1))] == [first]
    assert len(queries.of_object(ObjectKind.ITEM, "g7l4-q03")) == 3
    assert len(queries.of_period(PERIOD)) == 3
    assert [row.id for row in queries.of_period(PERIOD, person_id=BEN)] == [second]
    assert [row.id for row in queries.by_ids([second, first])] == [first, second]


def test_what_is_stored_is_a_valid_statement_without_names() -> None:
    record([act(result=Result(success=True, score_scaled=1.0, response="𬀩说：“对”\x0b"))])
    row = queries.of_person(ANNA)[0]
    assert problems(row.raw) == []
    assert row.raw["actor"]["account"]["name"] == str(ANNA)


def test_one_invalid_act_stops_the_whole_batch() -> None:
    with pytest.raises(InvalidAct), transaction.atomic():
        record([act(), act(result=Result(score_scaled=2.0))])
    assert queries.of_person(ANNA) == []


def test_a_given_id_is_kept_and_taken_once() -> None:
    given = new_id()
    assert record([act(statement_id=given)]) == [given]


def test_readers_see_only_what_is_theirs() -> None:
    record([act(), act(BEN, scope_path="b/d/s/other/")])

    def seen(person: UUID, role: str = "", path: str = "", wards: frozenset[UUID] = frozenset()) -> int:
        grants = (Grant(role, path, new_id()),) if role else ()
        actor = Actor(account_id=person, person_id=person, name="", grants=grants, wards=wards)
        return Statement.objects.for_actor(actor, SEE).count()

    assert seen(new_id(), "teacher", "b/d/s/c/") == 1
    assert seen(new_id(), "school_head", "b/d/s/") == 2
    assert seen(ANNA, "pupil", "b/d/s/c/") == 1
    assert seen(new_id(), wards=frozenset({BEN})) == 1
    assert seen(new_id(), "district_officer", "b/d/") == 0
    with pytest.raises(UnscopedQueryError):
        Statement.objects.count()
