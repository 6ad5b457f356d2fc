"""Items of lent courses that are answered otherwise than expected: what is said, and to whom it goes back."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from qiming.curriculum.models import LessonVersion
from qiming.insight import items_back
from qiming.insight.rules.expected import ItemLimits, ItemSums, against_expectation
from qiming.insight.tests.conftest import PROBES, Answering
from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.learning import queries as learning
from qiming.learning.tests.conftest import LESSON
from qiming.registry import queries as registry
from qiming.resources.models import Improvement, Resource, ResourceVersion

LIMITS = ItemLimits(30, 2, {1: 0.5, 2: 0.35, 3: 0.2}, {2: 0.97, 3: 0.9}, 0.1)


@pytest.mark.parametrize(
    ("sums", "difficulty", "said"),
    [
        (ItemSums(29, 2, 0), 1, ""),
        (ItemSums(500, 1, 0), 1, ""),  # one class is never spoken of
        (ItemSums(30, 2, 15), 1, ""),
        (ItemSums(30, 2, 14), 1, "答对的只有47%"),
        (ItemSums(100, 3, 34), 2, "至少35%"),
        (ItemSums(100, 3, 100), 1, ""),
        (ItemSums(100, 3, 100), 2, "答对的有100%"),
        (ItemSums(100, 3, 91), 3, "不到90%"),
        (ItemSums(100, 3, 40, 50, "B"), 2, "选B的有50%"),
        (ItemSums(100, 3, 40, 49, "B"), 2, ""),
        # A difficulty nobody knows expects nothing of its own.
        (ItemSums(100, 3, 0, 100, "B"), 7, "选B的有100%"),
    ],
)
def test_what_is_against_expectation(sums: ItemSums, difficulty: int, said: str) -> None:
    found = against_expectation(sums, difficulty, LIMITS)
    assert said in found
    assert bool(found) == bool(said)


def test_the_limits_in_force_are_those_of_the_day() -> None:
    plain = {
        "least_pupils": 30,
        "least_classes": 2,
        "right_at_least": {"1": 0.5},
        "right_at_most": {},
        "wrong_over_right": 0.1,
    }
    listed = [
        {**plain, "from": "2026-09-01", "to": "2027-08-31"},
        {**plain, "from": "2027-02-01", "to": None, "least_pupils": 60},
    ]
    found = [ItemLimits.on(day, listed) for day in (date(2026, 8, 31), date(2026, 9, 1), date(2027, 3, 1))]
    assert [one and one.least_pupils for one in found] == [None, 30, 60]


def served(cls: Answering) -> UUID:
    """The lesson of the class, as a pack that its school put on the shelf."""
    lesson = LessonVersion.objects.get(key=LESSON)
    home = registry.school_of(cls.offering.scope_path).path
    resource = Resource.objects.create(
        scope_path=home,
        kind="pack",
        offered_by=new_id(),
        title="数据课",
        stage="junior",
        subject="人工智能",
        area="learn",
        on_shelf=True,
        published_at=time.now(),
    )
    return ResourceVersion.objects.create(
        scope_path=home,
        resource=resource,
        number=1,
        card={"title": "数据课"},
        course_version_id=lesson.course_version_id,
        lessons=[lesson.id],
        content_hash="a" * 64,
        approved_hash="a" * 64,
        fingerprint="f" * 64,
        made_by=new_id(),
        state="published",
        is_served=True,
        published_at=time.now(),
    ).id


def test_a_task_is_opened_once_for_each_item_and_names_nobody(
    big: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_id = served(big)
    for seat in range(1, 11):
        big.says(seat, PROBES[0])
        big.says(seat, PROBES[1], right=True)
        big.says(seat, PROBES[0], right=True)  # a second try counts for nothing
    assert items_back.tell_authors() == 0  # one class, ten pupils: too few
    low = replace(LIMITS, least_pupils=10, least_classes=1, right_at_most={})
    monkeypatch.setattr(items_back, "limits_today", lambda: low)
    assert items_back.tell_authors() == 1
    assert items_back.tell_authors() == 0
    task = Improvement.objects.unscoped("test").get()
    assert (task.version_id, task.source, task.about) == (version_id, "items", PROBES[0])
    assert task.scope_path == registry.school_of(big.offering.scope_path).path
    assert "1个班10名学生" in task.says and "答对的只有0%" in task.says and "选B的有100%" in task.says
    names = [one.name for one in big.world.pupils]
    assert not any(name in task.says for name in names)


def test_a_pack_that_cannot_be_read_holds_up_no_other(
    cls: Answering, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    served(cls)
    ResourceVersion.objects.unscoped("test").update(lessons=[new_id()])
    monkeypatch.setattr(items_back, "limits_today", lambda: replace(LIMITS, least_pupils=1, least_classes=1))
    assert items_back.tell_authors() == 0
    assert "could not be looked at" in caplog.text


def test_sums_hold_first_answers_alone(cls: Answering) -> None:
    cls.says(1, PROBES[0])
    cls.says(1, PROBES[0], right=True)
    cls.says(2, PROBES[0], right=True)
    keys = {row.item_version_id for row in learning.attempts_of_offering(cls.offering.id)}
    (found,) = learning.first_sums(keys).values()
    assert (found.pupils, found.classes, found.right, found.choices) == (2, 1, 1, {"B": 1, "C": 1})
    assert learning.first_sums([]) == {}
