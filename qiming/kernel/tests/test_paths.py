"""A path's prefix is a range of the index: the same rows as a pattern would find, by a plan that can be kept."""

import pytest
from django.db.models import F

from qiming.kernel.models import OutboxEvent

PATHS = ["b/", "b/4k/", "b/4k/9x0c/", "b/4k/9x0c/7m/", "b/4kz/", "b/4l/", "c/", "B/", "b/4k/%_/", "é/"]


@pytest.mark.parametrize(
    "prefix", ["", "b/", "b/4k/", "b/4k", "b/4k/9x0c/", "c/", "x/", "b/4k/%", "b/4k/_", "\x7f", "é", "/"]
)
def test_the_range_finds_what_begins_so(db: None, prefix: str) -> None:
    for path in PATHS:
        OutboxEvent.objects.create(name="test", payload={}, scope_path=path)
    rows = OutboxEvent.objects.filter(name="test")
    wanted = sorted(path for path in PATHS if path.startswith(prefix))
    assert sorted(rows.filter(scope_path__startswith=prefix).values_list("scope_path", flat=True)) == wanted
    others = rows.exclude(scope_path__startswith=prefix).values_list("scope_path", flat=True)
    assert sorted(others) == sorted(set(PATHS) - set(wanted))


def test_a_pattern_is_left_where_the_prefix_is_another_column(db: None) -> None:
    OutboxEvent.objects.create(name="b/", payload={}, scope_path="b/4k/")
    assert OutboxEvent.objects.filter(scope_path__startswith=F("name")).count() == 1
