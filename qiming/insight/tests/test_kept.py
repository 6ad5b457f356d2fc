"""A report that was worked out before is shown again only while it would be worked out alike."""

from collections.abc import Callable
from threading import Thread

import pytest

from qiming.curriculum import queries as curriculum
from qiming.insight import queries
from qiming.insight.queries import classes, kept
from qiming.insight.queries.classes import place_of
from qiming.insight.tests.conftest import PROBES, Answering
from qiming.insight.types import ClassReport
from qiming.learning.models import Attempt
from qiming.learning.services import mark_answer
from qiming.learning.services.marking import rubric_of
from qiming.registry.models import Person
from qiming.teaching.models import LivePeriod, TaughtPeriod


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a report was worked out."""
    times: list[int] = []
    real = classes._worked_out

    def counted(*args: object) -> ClassReport:
        times.append(1)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(classes, "_reports", kept.Kept())
    monkeypatch.setattr(classes, "_worked_out", counted)
    return times


def report(cls: Answering) -> ClassReport:
    place = place_of(cls.offering.class_group_id, cls.offering.id)
    assert place is not None
    return queries.class_report(place)


def test_the_same_report_is_worked_out_once(cls: Answering, worked_out: list[int]) -> None:
    cls.holds(1, 2)
    assert report(cls) == report(cls)
    assert len(worked_out) == 1


def answers_again(cls: Answering) -> None:
    cls.says(3, *PROBES[:2])


def is_renamed(cls: Answering) -> None:
    Person.objects.filter(id=cls.id(1)).update(name="新名字")


def is_marked(cls: Answering) -> None:
    row = Attempt.objects.unscoped("the test marks it").get(needs_person=True)
    points = rubric_of(curriculum.item(row.item_version_id))
    mark_answer(actor=cls.actor("teacher"), attempt_id=row.id, points=points, comment="好")


def is_planned_anew(cls: Answering) -> None:
    rows = TaughtPeriod.objects.unscoped("the test moves a period").filter(offering_id=cls.offering.id)
    row = rows.first()
    assert row
    rows.filter(id=row.id).update(title="改了题目")


def hands_out_a_step(cls: Answering) -> None:
    live = LivePeriod.objects.unscoped("the test hands out a step").first()
    assert live
    live.version += 1
    live.save()


@pytest.mark.parametrize("change", [answers_again, is_renamed, is_marked, is_planned_anew, hands_out_a_step])
def test_what_changes_it_is_seen(
    cls: Answering, worked_out: list[int], change: Callable[[Answering], None]
) -> None:
    cls.runs(1)
    cls.holds(1, 2)
    cls.sends(4, cls.answer("g7l1-q08", {"text": "说不清"}))
    report(cls)
    change(cls)
    found = report(cls)
    assert len(worked_out) == 2
    if change is is_renamed:
        assert "新名字" in {one.name for one in found.pupils}
    report(cls)
    assert len(worked_out) == 2


def test_few_are_kept_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    kept_here: kept.Kept[int] = kept.Kept()
    for key in range(kept.MOST + 3):
        kept_here.get(key, lambda key=key: key)  # type: ignore[misc]
    assert kept_here.get(0, lambda: -1) == -1
    assert kept_here.get(kept.MOST + 2, lambda: -1) == kept.MOST + 2
    monkeypatch.setattr(kept, "monotonic", lambda: 1e12)
    assert kept_here.get(kept.MOST + 2, lambda: -2) == -2


def test_threads_share_it() -> None:
    kept_here: kept.Kept[int] = kept.Kept()
    threads = [
        Thread(target=lambda: [kept_here.get(key % 90, lambda: 1) for key in range(2_000)]) for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert kept_here.get("last", lambda: 7) == 7


def test_the_page_is_drawn_for_what_the_reader_may_open(cls: Answering) -> None:
    cls.runs(1)
    cls.holds(1, 2)
    link = f'href="{cls.url}misconceptions/'

    def page(who: str) -> str:
        return cls.browser(who).get(cls.url).content.decode()

    assert [link in page(who) for who in ("teacher", "admin", "teacher", "admin")] == [
        True,
        False,
        True,
        False,
    ]
    is_renamed(cls)
    assert "新名字" in page("teacher")
