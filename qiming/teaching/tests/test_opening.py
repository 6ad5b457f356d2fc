"""Opening a course: the plan comes from the calendar, the rules say why, one course once."""

from __future__ import annotations

from datetime import date

import pytest

from qiming.curriculum.models import CourseVersion
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import services as people
from qiming.teaching import queries, services
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.tests.conftest import World
from qiming.teaching.types import DeliveryMode, PeriodState


def test_a_weekly_slot_gives_eight_periods_from_today_on(world: World) -> None:
    plan = services.plan_slots(actor=world.actor("teacher"), wish=world.wish())
    days = [one.slot.date for one in plan.slots]
    assert days[:3] == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]
    assert len(days) == 8
    assert plan.left_out == 0
    assert plan.verdict.ok


def test_the_winter_holidays_are_jumped_over(world: World) -> None:
    plan = services.plan_slots(actor=world.actor("teacher"), wish=world.wish(starts_on=date(2027, 1, 12)))
    days = [one.slot.date for one in plan.slots]
    assert days[:3] == [date(2027, 1, 12), date(2027, 1, 19), date(2027, 2, 23)]


def test_every_other_week(world: World) -> None:
    plan = services.plan_slots(actor=world.actor("teacher"), wish=world.wish(every_weeks=2))
    days = [one.slot.date for one in plan.slots]
    assert days[:2] == [date(2026, 11, 24), date(2026, 12, 8)]


def test_integrated_lessons_take_as_many_periods_as_their_minutes_need(world: World) -> None:
    wish = world.wish(mode=DeliveryMode.INTEGRATED, host_subject="信息科技", share_minutes=23)
    plan = services.plan_slots(actor=world.actor("teacher"), wish=wish)
    assert len(plan.slots) == 16
    assert [one.part.label for one in plan.slots[:2]] == ["第1课 第1个问题（1/2）", "第1课 第1个问题（2/2）"]
    assert plan.credited_minutes == 23


def test_opening_writes_plan_audit_and_event(world: World) -> None:
    offering = world.open()
    periods = queries.periods_of(offering.id)
    assert [one.position for one in periods] == list(range(1, 9))
    assert {one.state for one in periods} == {PeriodState.PLANNED}
    assert periods[0].credited_minutes == periods[0].period_minutes
    assert AuditRow.objects.filter(verb="teaching.offering_opened", thing_id=offering.id).count() == 1
    event = OutboxEvent.objects.get(name="teaching.offering_opened")
    assert event.payload == {
        "class_id": str(world.class_1.id),
        "school_year": "2026-2027",
        "period_id": None,
    }


def test_the_same_course_opens_once(world: World) -> None:
    world.open()
    with pytest.raises(UserError, match="已经开了这门课"):
        world.open(slot_no=4)
    assert Offering.objects.unscoped("test").count() == 1
    assert TaughtPeriod.objects.unscoped("test").count() == 8


def test_a_closed_course_may_be_opened_again(world: World) -> None:
    first = world.open()
    services.close_offering(actor=world.actor("teacher"), offering_id=first.id)
    second = world.open()
    states = {one.state for one in queries.periods_of(first.id)}
    assert states == {PeriodState.CANCELLED}
    assert len(queries.periods_of(second.id)) == 8


def test_taken_slots_are_left_to_the_other_course(world: World) -> None:
    world.open()
    plan = services.plan_slots(actor=world.actor("teacher"), wish=world.wish())
    assert plan.slots[0].slot.date == date(2027, 1, 19)


def test_too_few_periods_need_a_word(world: World) -> None:
    late = date(2027, 6, 15)
    with pytest.raises(UserError, match="不够每学年8课时") as refused:
        world.open(starts_on=late)
    assert refused.value.field == "accept_short"
    assert not Offering.objects.unscoped("test").exists()
    offering = services.open_offering(
        actor=world.actor("teacher"), wish=world.wish(starts_on=late), accept_short=True
    )
    assert len(queries.periods_of(offering.id)) == 4


@pytest.fixture
def _rules(db: None) -> None:
    from qiming.curriculum.models import StageRule

    for key, kind, value in (
        ("periods", "periods_per_year", 8),
        ("ethics", "ethics_present", True),
        ("genai", "genai_use", "guided"),
        ("minutes", "period_minutes", 45),
    ):
        StageRule.objects.create(
            key=key,
            kind=kind,
            stage="all",
            value=value,
            valid_from=date(2025, 9, 1),
            text="规则",
            source="测试",
            verified=False,
        )


pytestmark = pytest.mark.usefixtures("_rules")


def test_a_course_for_another_stage_is_refused_even_when_accepted_short(world: World) -> None:
    type(world.course).objects.filter(id=world.course.id).update(stage="primary")
    with pytest.raises(UserError, match="这样开课不合规定"):
        services.open_offering(actor=world.actor("teacher"), wish=world.wish(), accept_short=True)
    assert not Offering.objects.unscoped("test").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot_no": 14}, "slot_no"),
        ({"weekday": 9}, "slot_no"),
        ({"mode": DeliveryMode.INTEGRATED, "share_minutes": 20}, "host_subject"),
        ({"mode": DeliveryMode.INTEGRATED, "host_subject": "数学", "share_minutes": None}, "share_minutes"),
        ({"mode": DeliveryMode.INTEGRATED, "host_subject": "数学", "share_minutes": 99}, "share_minutes"),
        ({"mode": DeliveryMode.INTEGRATED, "host_subject": "学" * 41, "share_minutes": 20}, "host_subject"),
    ],
)
def test_wishes_that_make_no_plan(world: World, changes: dict[str, object], field: str) -> None:
    with pytest.raises(UserError) as refused:
        world.open(**changes)
    assert refused.value.field == field


@pytest.mark.parametrize("who", ["stranger", "head", "other_head", "district", "city"])
def test_others_do_not_open_courses(world: World, who: str) -> None:
    with pytest.raises(Denied):
        services.open_offering(actor=world.actor(who), wish=world.wish())
    assert not Offering.objects.unscoped("test").exists()


def test_the_administrator_opens_for_the_school(world: World) -> None:
    offering = services.open_offering(actor=world.actor("admin"), wish=world.wish())
    assert offering.opened_by == world.people["admin"].id


def test_a_plan_by_the_timetable_needs_no_typing(world: World) -> None:
    """Two lessons a week, one of them in odd weeks only; holidays and weeks as the calendar has them."""
    lines = "班级,星期,节次,课程,教师,周次\n七年级1班,二,3,人工智能,,\n七年级1班,四,2,人工智能,,单\n"
    kept = people.preview_timetable(
        actor=world.actor("admin"),
        school_id=world.school.id,
        year_key="2026-2027",
        term_no=1,
        name="t.csv",
        data=lines.encode(),
    )
    people.apply_timetable(actor=world.actor("admin"), import_id=kept)
    offering = world.open(timetable="人工智能", weekday=5, slot_no=1)
    planned = [(one.planned_date.isoweekday(), one.slot_no) for one in queries.periods_of(offering.id)]
    assert set(planned) == {(2, 3), (4, 2)} and len(planned) == 8
    page = world.client("teacher").get(f"/teach/open/?class={world.class_1.id}").content.decode()
    assert "人工智能：周二第3节、周四第2节（单周）" in page
    other = world.client("stranger").get(f"/teach/open/?class={world.class_2.id}").content.decode()
    assert "照课表排" not in other


def test_another_schools_version_does_not_exist_here(world: World) -> None:
    theirs = CourseVersion.objects.get(id=world.course.id)
    theirs.pk, theirs.content_hash, theirs.is_current = new_id(), "f" * 64, False
    theirs.scope_path, theirs.root = world.other_school.scope_path, world.course
    theirs.lineup = [str(one.id) for one in world.lessons]
    theirs._state.adding = True
    theirs.save(force_insert=True)
    with pytest.raises(Denied):
        world.open(course_version_id=theirs.id)
    assert not Offering.objects.unscoped("test").exists()
