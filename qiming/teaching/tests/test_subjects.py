"""A course of another subject is taught and attended like any other, and counts for nothing of the AI hours."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from qiming.curriculum.models import ConceptGraph, CourseVersion, LessonVersion
from qiming.kernel.errors import UserError
from qiming.teaching import queries, services
from qiming.teaching.models import TaughtPeriod
from qiming.teaching.queries.status import status
from qiming.teaching.tests.conftest import World
from qiming.teaching.types import DeliveryMode, PeriodRef, PeriodState

WHY = "test"


@pytest.fixture
def maths(world: World) -> CourseVersion:
    """A maths course of one lesson beside the world's AI course."""
    ConceptGraph.objects.create(
        key="math",
        title="数学",
        status="original proposal",
        source="测试",
        subject="数学",
        content_hash="m" * 64,
    )
    course = CourseVersion.objects.create(
        key="g7-equations",
        content_hash="e" * 64,
        title="一元一次方程",
        stage="junior",
        grades=[7],
        status="original proposal",
        data={"summary": "", "purpose": "", "subject": "math"},
        misconceptions=[],
    )
    like = world.lessons[0]
    LessonVersion.objects.create(
        course_version=course,
        key="m7l1",
        position=1,
        content_hash="9" * 64,
        title="天平",
        minutes=45,
        data={**like.data, "ethics": "如实记录"},
        guide_html="",
        slides=[],
        tasksheet_html="",
        concepts=["c052"],
    )
    return course


def taught_maths(world: World, course: CourseVersion, *seats: int) -> PeriodRef:
    period = world.live(*seats, course_version_id=course.id)
    services.end_period(actor=world.actor("teacher"), period_id=period.id)
    return queries.period(period.id)


def test_opening_asks_nothing_of_the_ai_hours(world: World, maths: CourseVersion) -> None:
    plan = services.plan_slots(actor=world.actor("teacher"), wish=world.wish(course_version_id=maths.id))
    assert plan.verdict.ok and not plan.is_short  # one lesson is enough: eight are asked of AI alone
    assert {one.rule for one in plan.verdict.reasons} == {"stage", "lessons", "subject"}
    offering = world.open(course_version_id=maths.id)
    assert offering.subject == "math"
    assert world.open(slot_no=4).subject == "ai"


def test_another_subject_cannot_be_ai_within_it(world: World, maths: CourseVersion) -> None:
    integrated = {"mode": DeliveryMode.INTEGRATED, "host_subject": "信息科技", "share_minutes": 20}
    with pytest.raises(UserError, match="不能当人工智能课"):
        world.open(course_version_id=maths.id, **integrated)


def test_a_confirmed_period_credits_nobody(world: World, maths: CourseVersion) -> None:
    period = taught_maths(world, maths, 1, 2)
    done = services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    assert (done.fresh, done.credited) == (True, 0)
    [line] = queries.ledger_of_pupil(world.pupils[0].id, period.school_year)
    assert line.subject == "math" and line.subject_words == "数学" and line.state is PeriodState.CONFIRMED
    assert line.attendance and line.attendance.counts
    assert line.credit.periods == Fraction(0) and line.credit.basis is None
    assert line.credit.reasons[0] == "数学课，不折算人工智能课时"


def test_the_class_of_the_year_is_ai_only(world: World, maths: CourseVersion) -> None:
    period = taught_maths(world, maths, 1)
    waiting = queries.class_summary(world.class_1.id, period.school_year)
    assert (waiting.confirmed, waiting.unconfirmed, waiting.planned) == (0, 0, 0)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    found = queries.class_summary(world.class_1.id, period.school_year)
    assert (found.confirmed, found.confirmed_periods, found.by_evidence) == (0, Fraction(0), {})
    totals = queries.totals_of_pupils([world.pupils[0].id], period.school_year)
    assert totals[world.pupils[0].id].periods == 0 and totals[world.pupils[0].id].counted == 0
    seen = status(world.city.scope_path)
    assert (seen.confirmed, seen.other_subjects, seen.pupils_credited) == (0, 1, 0)


def test_ai_beside_maths_counts_as_before(world: World, maths: CourseVersion) -> None:
    other = taught_maths(world, maths, 1)
    services.confirm_period(actor=world.actor("teacher"), period_id=other.id, exceptions={})
    ours = world.taught(1, slot_no=4)
    done = services.confirm_period(actor=world.actor("teacher"), period_id=ours.id, exceptions={})
    assert done.credited == 5
    totals = queries.totals_of_pupils([world.pupils[0].id], ours.school_year)
    assert totals[world.pupils[0].id].periods == 1


def test_amending_keeps_it_out_of_the_hours(world: World, maths: CourseVersion) -> None:
    period = taught_maths(world, maths, 1)
    teacher = world.actor("teacher")
    services.confirm_period(actor=teacher, period_id=period.id, exceptions={})
    with pytest.raises(UserError, match="数学"):
        services.amend_period(actor=teacher, period_id=period.id, reason="试一试", credited_minutes=45)
    assert queries.period(period.id).credited_minutes == 0


def test_the_database_refuses_hours_of_another_subject(world: World, maths: CourseVersion) -> None:
    period = taught_maths(world, maths, 1)
    with pytest.raises(IntegrityError, match="period_hours_of_ai_alone"), transaction.atomic():
        TaughtPeriod.objects.unscoped(WHY).filter(id=period.id).update(credited_minutes=45)


def test_pages_show_it_as_its_own_subject(world: World, maths: CourseVersion, at: datetime) -> None:
    period = taught_maths(world, maths, 1)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    teacher = world.client("teacher")
    ledger = teacher.get(f"/teach/classes/{world.class_1.id}/ledger/").content.decode()
    assert "数学，不计入" in ledger
    page = teacher.get(f"/teach/periods/{period.id}/").content.decode()
    assert "数学课，不折算人工智能课时" in page
    assert "这学年我有0课时" in world.pupil_client(1).get("/my-hours/").content.decode()
    amend = teacher.get(f"/teach/periods/{period.id}/amend/").content.decode()
    assert "人工智能用了多少分钟" not in amend
