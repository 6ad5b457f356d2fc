"""How far a syllabus is covered: in figures that anybody can count again, with few questions, by right."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiming.curriculum.models import Outcome, Syllabus
from qiming.insight.queries.covered import matrix
from qiming.insight.rules.coverage import Stand
from qiming.insight.tests.conftest import Answering
from qiming.kernel import tables
from qiming.kernel.models import AuditRow
from qiming.registry import queries as registry
from qiming.registry.models import Organisation
from qiming.teaching.models import TaughtPeriod

YEAR = "2026-2027"
OUTCOMES = (("t-01", "g7l1", "甲"), ("t-02", "g7l2", "乙"), ("t-03", "", "丙"), ("t-04", "", "丁"))


def syllabus(key: str = "t", path: str = "", **more: object) -> Syllabus:
    made = Syllabus.objects.create(
        key=key,
        title=f"纲要{key}",
        published="2026-09",
        status="official",
        full_text_found=True,
        content_hash=key.ljust(64, "0"),
        scope_path=path,
        **more,
    )
    for position, (name, lesson, text) in enumerate(OUTCOMES, 1):
        Outcome.objects.create(
            syllabus=made,
            key=name if key == "t" else f"{key}-{name}",
            position=position,
            theme="basics",
            theme_title="基本概念",
            stage="junior",
            text=text,
            source="第3页",
            verified=True,
            lesson=lesson,
        )
    return made


def held(group: Organisation, day: int, lesson: str = "g7l1", state: str = "confirmed", *named: str) -> None:
    TaughtPeriod.objects.create(
        scope_path=group.scope_path,
        class_group_id=group.id,
        school_year=YEAR,
        lesson_key=lesson,
        title="一节",
        outcome_ids=list(named),
        planned_date=date(2026, 9, 1) + timedelta(days=day),
        state=state,
        credited_minutes=45,
        period_minutes=45,
        evidence_kind="platform" if state == "confirmed" else None,
        confirmed_by=group.id if state == "confirmed" else None,
        confirmed_at="2026-11-01T00:00:00Z" if state == "confirmed" else None,
    )


@pytest.fixture
def taught(cls: Answering) -> Answering:
    """Two classes had lesson 1, one of them in two parts; a teacher named t-03, which has no lesson."""
    TaughtPeriod.objects.unscoped("only what the test counts").all().delete()
    world = cls.world
    syllabus()
    held(world.class_1, 1)
    held(world.class_1, 2, "g7l1", "taught")
    held(world.class_2, 3)
    held(world.class_2, 4, "g7l1", "cancelled")
    held(world.class_1, 90, "g7l2", "planned")
    held(world.class_2, 5, "", "confirmed", "t-03", "t-01")
    held(world.class_2, 6, "g7l1", "confirmed", "t-01")  # named and of its lesson: one period
    return cls


def test_the_figures_can_be_counted_again(taught: Answering) -> None:
    found = matrix(registry.org(taught.world.district.id), YEAR, key="t")
    by_key = {line.outcome.key: line for line in found.lines}
    figures = {
        key: (line.stand, line.items > 0, line.held, line.confirmed, line.planned, line.classes)
        for key, line in by_key.items()
    }
    assert figures == {
        "t-01": (Stand.TAUGHT, True, 5, 4, 0, 2),
        "t-02": (Stand.NOT_TAUGHT, True, 0, 0, 1, 0),
        "t-03": (Stand.TAUGHT, False, 1, 1, 0, 1),
        "t-04": (Stand.NO_LESSON, False, 0, 0, 0, 0),
    }
    assert [line.outcome.key for line in found.lines] == ["t-04", "t-02", "t-03", "t-01"]
    assert by_key["t-01"].cells[0].periods == 4


def test_another_schools_periods_are_not_counted(taught: Answering) -> None:
    found = matrix(registry.org(taught.world.other_school.id), YEAR, key="t")
    assert not any(line.held or line.planned or line.classes for line in found.lines)


def test_the_questions_do_not_grow_with_the_periods(taught: Answering) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as few:
            matrix(registry.org(taught.world.city.id), YEAR, key="t")
        return len(few)

    asked()
    before = asked()
    for day in range(10, 60):
        held(taught.world.class_2, day, f"g7l{day % 8 + 1}")
    assert asked() == before <= 8


@pytest.mark.parametrize(
    ("who", "school", "district"),
    [
        ("city", 200, 200), ("district", 200, 200), ("head", 200, 403), ("admin", 200, 403), ("teacher", 200, 403),
        ("other_head", 404, 403), (1, 403, 403),
    ],
)  # fmt: skip
def test_who_sees_it(taught: Answering, who: str | int, school: int, district: int) -> None:
    browser, world = taught.browser(who), taught.world
    refused = {403, 404}
    for place, status in ((world.school, school), (world.district, district)):
        found = browser.get(f"/coverage/{place.id}/").status_code
        assert found == status or (status != 200 and found in refused)
    assert (browser.get("/coverage/").status_code == 200) == (who != 1)
    assert browser.get(f"/coverage/{world.class_1.id}/").status_code in refused


def test_the_page_puts_what_is_not_covered_first(taught: Answering) -> None:
    text = taught.browser("district").get("/coverage/?syllabus=t").content.decode()
    assert "1条还没有课，1条还没有班上过" in text and "正式文本" in text
    assert text.index("丁") < text.index("乙") < text.index("甲")
    assert "七年级" not in text  # no class is named


def test_a_page_without_any_syllabus(cls: Answering) -> None:
    Outcome.objects.all().delete()
    Syllabus.objects.all().delete()
    browser = cls.browser("head")
    assert "还没有课程纲要" in browser.get("/coverage/").content.decode()
    assert browser.get(f"/coverage/{cls.world.school.id}/table.xlsx").status_code in {403, 404}


def test_the_file_says_the_same_and_is_noted(taught: Answering) -> None:
    address = f"/coverage/{taught.world.school.id}/table"
    answer = taught.browser("head").get(f"{address}.csv?syllabus=t")
    rows = tables.read("表.csv", answer.content).rows
    assert [row.cells["学习结果"] for row in rows] == ["丁", "乙", "丙", "甲"]
    assert rows[3].cells["上过（节）"] == "5" and rows[3].cells["上过的班（个）"] == "2"
    assert taught.browser("head").get(f"{address}.xlsx?syllabus=t").content[:2] == b"PK"
    assert taught.browser("teacher").get(f"{address}.csv").status_code in {403, 404}
    assert AuditRow.objects.filter(thing="insight.coverage").count() == 2


def test_a_schools_own_syllabus_stays_in_the_school(taught: Answering) -> None:
    world = taught.world
    syllabus("own", world.school.scope_path)
    for who, place, seen in (("teacher", world.school, True), ("city", world.school, True), ("city", world.city, False),
                             ("other_head", world.other_school, False)):  # fmt: skip
        text = taught.browser(who).get(f"/coverage/{place.id}/?syllabus=own").content.decode()
        assert ("纲要own" in text) == seen, (who, place.name)
