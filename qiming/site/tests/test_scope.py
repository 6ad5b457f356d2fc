"""A scoped table answers nobody who did not say for whom; a malformed lookup finds nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count, F

from qiming.governance.access import SEE_DESK
from qiming.governance.models import ClassCoverage
from qiming.kernel.access import Actor, Denied, Grant
from qiming.kernel.ids import new_id
from qiming.kernel.scope import UnscopedQueryError
from qiming.registry.models import Organisation

ROWS = Organisation.objects
OPEN = Organisation.objects.unscoped("the test looks")

WAYS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(ROWS.all()),
    "values": lambda: list(ROWS.values("id")),
    "values_list": lambda: list(ROWS.values_list("id")),
    "first": ROWS.first,
    "get": lambda: ROWS.get(name="x"),
    "index": lambda: ROWS.all()[3],
    "count": ROWS.count,
    "exists": ROWS.exists,
    "contains": lambda: ROWS.contains(Organisation()),
    "in_bulk": lambda: ROWS.in_bulk([new_id()]),
    "iterator": lambda: list(ROWS.iterator()),
    "aiterator": ROWS.aiterator,
    "dates": lambda: list(ROWS.datetimes("created_at", "day")),
    "aggregate": lambda: ROWS.aggregate(n=Count("id")),
    "annotate": lambda: list(ROWS.values("kind").annotate(n=Count("id"))),
    "raw": lambda: list(ROWS.raw("SELECT id FROM registry_organisation")),
    "select_related": lambda: list(ROWS.select_related("parent")),
    "update": lambda: ROWS.update(name=F("name")),
    "delete": lambda: ROWS.all().delete(),
    "get_or_create": lambda: ROWS.get_or_create(name="x"),
    "update_or_create": lambda: ROWS.update_or_create(name="x"),
    "bulk_update": lambda: ROWS.bulk_update([Organisation()], ["name"]),
    "union": lambda: list(OPEN.union(ROWS.all())),
    "intersection": lambda: list(OPEN.intersection(ROWS.all())),
    "difference": lambda: list(OPEN.difference(ROWS.all())),
    "or": lambda: list(OPEN | ROWS.filter(name="x")),
    "and": lambda: list(ROWS.filter(name="y") & ROWS.filter(name="x")),
    "subquery": lambda: list(OPEN.filter(parent__in=ROWS.filter(name="x"))),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_around_the_scope(db: None, way: str) -> None:
    with pytest.raises(UnscopedQueryError):
        WAYS[way]()


def test_a_scope_stays_with_what_is_made_of_it(db: None) -> None:
    assert list(OPEN.filter(name="x").exclude(name="y").values_list("id", flat=True)) == []
    assert list(OPEN.filter(name="x").union(OPEN.filter(name="y"))) == []
    assert list(OPEN.filter(parent__in=OPEN.filter(name="x"))) == []


def test_unscoped_needs_a_reason(db: None) -> None:
    with pytest.raises(UnscopedQueryError):
        Organisation.objects.unscoped("")


ACTOR = Actor(new_id(), new_id(), "某人", (Grant("city_officer", "b/", new_id()),))


@pytest.mark.parametrize(
    "lookup",
    [
        {"id": "not-a-key"},
        {"id": "0x0\x00"},
        {"id": ""},
        {"id": 10**60},
        {"school_year": "\x00"},
        {"pupils": "many"},
        {"pupils": 10**30},
        {"counted_at": "yesterday"},
    ],
)
def test_a_malformed_lookup_is_a_missing_thing(db: None, lookup: dict[str, Any]) -> None:
    with pytest.raises(Denied):
        ClassCoverage.access_table.load(ACTOR, SEE_DESK, ClassCoverage, **lookup)
