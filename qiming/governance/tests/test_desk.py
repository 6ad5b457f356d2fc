"""The desk on a real ledger: projection, requests, samples, exports, who sees what."""

import csv
import io
from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from qiming.governance import exports, queries, rollup, rules, services, sums
from qiming.governance.jobs import recount_city
from qiming.governance.models import ClassCoverage, PlanAsk
from qiming.governance.projection import project_school
from qiming.governance.types import AskState, Reason
from qiming.kernel import outbox, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry import queries as registry
from qiming.registry import services as registry_services
from qiming.registry.types import Role
from qiming.teaching import services as teaching
from qiming.teaching.models import TaughtPeriod
from qiming.teaching.types import AttendanceStatus
from tests import world as worlds

WHY = "the test looks at the table"


def taught(world: worlds.World, minutes: int = 45, *, absent: tuple[UUID, ...] = ()) -> UUID:
    """A period put on record by the teacher of the first class."""
    year = registry.current_year()
    slots = registry.school_slots(world.here.group.id, year.starts, time.today())
    told = teaching.Told(
        class_id=world.here.group.id,
        on=slots[0].date,
        slot_no=None,
        title="不插电的课",
        materials="卡片",
        credited_minutes=minutes,
        exceptions=dict.fromkeys(absent, AttendanceStatus.ABSENT),
    )
    return teaching.record_other_period(actor=world.actor("teacher"), told=told).id


def coverage(world: worlds.World) -> ClassCoverage:
    return ClassCoverage.objects.unscoped(WHY).get(class_group_id=world.here.group.id)


def test_a_class_without_anything_is_all_zero(world: worlds.World) -> None:
    assert recount_city() == 3
    row = coverage(world)
    assert (row.pupils, row.zero, row.is_at_risk, row.low, row.high) == (3, 3, True, 0, 0)
    assert [reason for reason, _ in row.because] == [Reason.NO_OFFERING.value]


def test_a_taught_period_reaches_the_desk_through_the_outbox(world: worlds.World) -> None:
    recount_city()
    taught(world, absent=(world.here.pupils[1].id,))
    outbox.deliver_all()
    row = coverage(world)
    assert (row.zero, row.confirmed_milli, row.by_evidence["declared"]) == (1, 1000, 1)
    assert sum(row.confirmed_by_month) == 1000


def test_another_subjects_periods_are_none_of_the_eight(world: worlds.World) -> None:
    """A class that had a maths course alone has no AI hours, no AI course and no evidence."""
    year, group = registry.current_year(), world.here.group
    actor = world.actor("teacher")
    period = TaughtPeriod.objects.create(
        scope_path=group.path,
        class_group_id=group.id,
        school_year=year.key,
        subject="math",
        title="天平",
        planned_date=year.starts,
        state="confirmed",
        credited_minutes=0,
        period_minutes=45,
        evidence_kind="platform",
        confirmed_by=actor.person_id,
        confirmed_at=time.now(),
    )
    recount_city()
    row = coverage(world)
    assert (row.zero, row.confirmed_milli, sum(row.by_evidence.values())) == (3, 0, 0)
    assert [reason for reason, _ in row.because] == [Reason.NO_OFFERING.value]
    visit = queries.visit(world.actor("district_officer"), world.here.school, year.key, "s")
    assert period.id not in {one.id for _, one in visit.periods}


def test_counting_twice_changes_nothing(world: worlds.World) -> None:
    taught(world)
    recount_city()
    first = (
        ClassCoverage.objects.unscoped(WHY)
        .order_by("id")
        .values("id", "zero", "confirmed_milli", "low", "high")
    )
    before = list(first)
    recount_city()
    assert list(first.all()) == before


def test_half_periods_add_up(world: worlds.World) -> None:
    taught(world, minutes=15)
    recount_city()
    assert coverage(world).confirmed_milli == 333


@pytest.mark.parametrize(
    ("role", "place", "classes"),
    [
        ("city_officer", "here", 3),
        ("district_officer", "here", 2),
        ("district_officer", "far", 1),
        ("school_head", "near", 1),
        ("school_admin", "here", 1),
    ],
)
def test_each_sees_what_lies_under(world: worlds.World, role: str, place: str, classes: int) -> None:
    recount_city()
    actor = world.actor(role, place)
    desk = queries.desk(actor, registry.org(actor.grants[0].org_id), registry.current_year().key)
    assert desk.totals.classes == classes


def test_small_groups_are_not_named_above_the_school(world: worlds.World) -> None:
    taught(world, absent=(world.here.pupils[1].id,))
    recount_city()
    year = registry.current_year().key
    above = queries.desk(world.actor("district_officer"), world.here.district, year)
    assert world.here.group.id not in {line.class_id for line in above.zero}
    assert above.zero_hidden == (1, 1)
    within = queries.desk(world.actor("school_head"), world.here.school, year)
    assert [line.zero for line in within.zero] == [1]


def test_the_mean_is_over_pupils(world: worlds.World) -> None:
    taught(world, absent=(world.here.pupils[1].id,))
    recount_city()
    desk = queries.desk(world.actor("school_head"), world.here.school, registry.current_year().key)
    assert desk.below[0].mean == Fraction(2, 3)


def test_asking_answering_closing(world: worlds.World) -> None:
    officer, head = world.actor("district_officer"), world.actor("school_head")
    ask = services.ask_plan(actor=officer, class_id=world.here.group.id, text="  请补排  ")
    assert (ask.text, ask.asked_as) == ("请补排", "东城区")
    with pytest.raises(UserError, match="已经有一个请求"):
        services.ask_plan(actor=head, class_id=world.here.group.id, text="再请一次")
    services.answer_plan(actor=head, ask_id=ask.id, answer="第14周起每周两节")
    assert queries.open_asks(officer)[0].state is AskState.ANSWERED
    services.close_ask(actor=officer, ask_id=ask.id)
    services.close_ask(actor=officer, ask_id=ask.id)
    with pytest.raises(UserError, match="已经办结"):
        services.answer_plan(actor=head, ask_id=ask.id, answer="晚了")
    verbs = AuditRow.objects.filter(thing="plan_ask", thing_id=ask.id).values_list("verb", flat=True)
    assert sorted(verbs) == ["governance.answer_plan", "governance.ask_plan", "governance.ask_plan"]


@pytest.mark.parametrize("text", ["", "   ", "字" * 501])
def test_a_request_needs_words_but_not_too_many(world: worlds.World, text: str) -> None:
    with pytest.raises(UserError):
        services.ask_plan(actor=world.actor("district_officer"), class_id=world.here.group.id, text=text)
    assert not PlanAsk.objects.unscoped(WHY).exists()


def test_a_request_cannot_be_due_yesterday(world: worlds.World) -> None:
    with pytest.raises(UserError, match="日期已经过了"):
        services.ask_plan(
            actor=world.actor("district_officer"),
            class_id=world.here.group.id,
            text="请补",
            due_on=time.today() - timedelta(days=1),
        )


@pytest.mark.parametrize("role", ["teacher", "pupil", "guardian", "school_admin"])
def test_who_may_not_ask(world: worlds.World, role: str) -> None:
    with pytest.raises(Denied):
        services.ask_plan(actor=world.actor(role), class_id=world.here.group.id, text="请补")


def test_another_district_may_neither_ask_nor_see(world: worlds.World) -> None:
    ask = services.ask_plan(actor=world.actor("district_officer"), class_id=world.here.group.id, text="请补")
    stranger = world.actor("district_officer", "far")
    with pytest.raises(Denied):
        services.ask_plan(actor=stranger, class_id=world.here.group.id, text="请补")
    with pytest.raises(Denied):
        services.load_ask(stranger, ask.id)
    assert queries.open_asks(stranger) == []


def test_a_sample_keeps_its_seed(world: worlds.World) -> None:
    officer = world.actor("district_officer")
    drawn = services.draw_sample(actor=officer, place=world.here.district, size=1)
    again = rules.draw([one.id for one in registry.schools_under(world.here.district.path)], 1, drawn.seed)
    assert drawn.school_ids == [str(one) for one in again]
    with pytest.raises(UserError, match="一次抽"):
        services.draw_sample(actor=officer, place=world.here.district, size=9)
    with pytest.raises(Denied):
        services.draw_sample(actor=officer, place=world.places["far"].district, size=1)


def test_the_tables_to_take_away(world: worlds.World) -> None:
    taught(world)
    recount_city()
    actor = world.actor("district_officer")
    desk = queries.desk(actor, world.here.district, registry.current_year().key)
    book = load_workbook(io.BytesIO(exports.xlsx(desk)))
    assert book.sheetnames == ["各单位", "要处理的班", "说明"]
    assert [row[0] for row in book["各单位"].iter_rows(min_row=2, values_only=True)] == ["本校", "邻校"]
    words = "\n".join(one.text for one in Document(io.BytesIO(exports.docx(desk))).paragraphs)
    assert "东城区人工智能课时情况" in words and "截至" in words


def test_a_page_asks_the_database_the_same_few_times(
    world: worlds.World, django_assert_max_num_queries: object
) -> None:
    recount_city()
    actor = world.actor("city_officer")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        queries.desk(actor, world.city, registry.current_year().key)


def figures(world: worlds.World) -> list[ClassCoverage]:
    """Uneven figures in the three classes of the world."""
    recount_city()
    rows = list(ClassCoverage.objects.unscoped(WHY).order_by("scope_path"))
    for number, row in enumerate(rows, 1):
        row.pupils, row.zero, row.enough = 20 + number, 5 * number, number
        row.periods_milli, row.low, row.high = 1333 * number, 3 + number, 5 + number
        row.is_at_risk = number != 2
        row.by_evidence = {"platform": number, "declared": 1}
        row.confirmed_by_month = [number * month for month in range(12)]
        row.planned_by_month = [number * 7] * 12
        row.save()
        rollup.store(row.scope_path.rsplit("/", 2)[0] + "/", [row])
    return rows


@pytest.mark.parametrize("role", ["city_officer", "district_officer", "school_head"])
def test_the_database_adds_up_as_one_would_by_hand(world: worlds.World, role: str) -> None:
    rows = figures(world)
    actor = world.actor(role)
    place = registry.org(actor.grants[0].org_id)
    desk = queries.desk(actor, place, registry.current_year().key)
    mine = [row for row in rows if row.scope_path.startswith(place.path)]
    assert desk.totals.pupils == sum(row.pupils for row in mine)
    assert desk.totals.zero == sum(row.zero for row in mine)
    assert desk.totals.at_risk_pupils == sum(row.pupils for row in mine if row.is_at_risk)
    assert desk.totals.by_evidence["platform"] == sum(row.by_evidence["platform"] for row in mine)
    assert desk.totals.by_evidence["documented"] == 0
    children = [
        one for one in registry.children(place.id) if any(r.scope_path.startswith(one.path) for r in mine)
    ]
    assert [line.id for line in desk.below] == [one.id for one in children]
    for line, child in zip(desk.below, children, strict=True):
        under = [row for row in mine if row.scope_path.startswith(child.path)]
        pupils = sum(row.pupils for row in under)
        assert line.mean == Fraction(sum(row.periods_milli for row in under), 1000 * pupils)
        assert line.low == sum(row.low * row.pupils for row in under) // pupils
        assert line.high == -(-sum(row.high * row.pupils for row in under) // pupils)
        total = sum(row.confirmed_by_month[month] * row.pupils for row in under for month in range(12))
        assert line.confirmed_by_month[-1] == total / 1000 / pupils
        assert (line.classes, line.pupils, line.zero) == (len(under), pupils, sum(row.zero for row in under))


def test_long_lists_are_cut_and_say_so(world: worlds.World) -> None:
    figures(world)
    desk = queries.desk(world.actor("city_officer"), world.city, registry.current_year().key, limit=1)
    assert [line.zero for line in desk.zero] == [15]
    assert (desk.zero_more, len(desk.at_risk), desk.at_risk_more) == (2, 1, 1)
    words = dict(exports._notes(desk))
    assert "另有3个" in words["没有列出的班"]


def test_what_the_database_hides_is_what_the_rule_hides(world: worlds.World) -> None:
    recount_city()
    row = coverage(world)
    for pupils, zero in [(0, 0), (3, 3), (9, 4), (9, 5), (10, 5), (30, 1), (30, 26), (30, 30)]:
        ClassCoverage.objects.unscoped(WHY).filter(id=row.id).update(pupils=pupils, zero=zero)
        shown = ClassCoverage.objects.unscoped(WHY).filter(sums.shown_zero(), id=row.id).exists()
        assert shown == bool(zero and rules.shown_count(zero, pupils) is not None), (pupils, zero)


def test_counting_a_school_asks_as_often_for_many_classes_as_for_one(world: worlds.World) -> None:
    year = registry.current_year().key

    def asked() -> int:
        with CaptureQueriesContext(connection) as queried:
            project_school(world.here.school.id, year)
        return len(queried)

    few = asked()
    lines = ["年级,班级,座号,姓名", *(f"七年级,{number},1,学生" for number in range(2, 8))]
    import_id = registry_services.preview_roster(
        actor=None, school_id=world.here.school.id, name="名单.csv", data="\n".join(lines).encode()
    )
    registry_services.apply_roster(actor=None, import_id=import_id)
    assert len(registry.classes_under(world.here.school.path)) == 7
    assert asked() <= few + 1


def test_periods_of_a_teaching_group_reach_the_home_class_once(world: worlds.World) -> None:
    """Everybody of the class is taught in a group; the class itself opened nothing."""
    here = world.here
    group = registry_services.open_group(actor=None, school_id=here.school.id, name="走班A", grade=7)
    registry_services.set_group_members(
        actor=None, group_id=group.id, person_ids=[pupil.id for pupil in here.pupils]
    )
    registry_services.appoint(
        actor=None, person_id=here.people["teacher"], role=Role.TEACHER, place_id=group.id
    )
    year = registry.current_year()
    first = registry.school_slots(group.id, year.starts, time.today())[0]
    told = teaching.Told(
        class_id=group.id, on=first.date, slot_no=None, title="走班课", materials="", credited_minutes=45
    )
    teaching.record_other_period(actor=world.actor("teacher"), told=told)
    outbox.deliver_all()
    row = coverage(world)
    assert (row.pupils, row.zero, row.periods_milli) == (3, 0, 3000)
    assert row.low >= 1
    assert not ClassCoverage.objects.unscoped(WHY).filter(class_group_id=group.id).exists()
    assert registry.children(here.school.id) == [here.group]


def test_hours_earned_at_another_school_count_in_the_new_class(world: worlds.World) -> None:
    taught(world)
    pupil, near = world.here.pupils[0], world.places["near"]
    moved = registry_services.release_pupil(
        actor=world.actor("school_admin"), person_id=pupil.id, to_school_id=near.school.id
    )
    registry_services.receive_pupil(
        actor=world.actor("school_admin", "near"), transfer_id=moved, class_id=near.group.id, seat_no=40
    )
    outbox.deliver_all()
    row = ClassCoverage.objects.unscoped(WHY).get(class_group_id=near.group.id)
    assert (row.pupils, row.zero, row.periods_milli) == (4, 3, 1000)
    assert coverage(world).pupils == 2


@pytest.mark.parametrize(
    ("which", "zeros"),
    [("zero", [15, 10, 5]), ("risk", [5, 15]), ("all", [5, 10, 15]), ("nonsense", [5, 10, 15])],
)
def test_all_classes_of_a_place_page_by_page(world: worlds.World, which: str, zeros: list[int]) -> None:
    rows = figures(world)
    client = Client()
    client.force_login(world.account("city_officer"))
    answer = client.get(f"/desk/{world.city.id}/classes/?which={which}&page=x")
    shown = [line.zero for line, _ in answer.context["lines"]]
    expected = zeros if which != "all" and which != "nonsense" else [row.zero for row in rows]
    assert shown == expected
    far = Client()
    far.force_login(world.account("district_officer", "far"))
    assert far.get(f"/desk/{world.here.district.id}/classes/").status_code == 404


def test_every_class_leaves_as_a_stream(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> None:
    figures(world)
    monkeypatch.setattr(queries, "AT_ONCE", 2)  # more classes than are read at once
    ClassCoverage.objects.unscoped(WHY).filter(class_group_id=world.here.group.id).update(pupils=20, zero=1)
    client = Client()
    client.force_login(world.account("city_officer"))
    answer = client.get(f"/desk/{world.city.id}/table.csv")
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.reader(text.splitlines()))
    assert len(lines) == 1 + 3
    mine = next(line for line in lines if line[0] == "本校")
    assert mine[3] == exports.HIDDEN
    assert (
        AuditRow.objects.filter(verb="kernel.export", thing="governance.desk", detail__kind="csv").count()
        == 1
    )
    head = Client()
    head.force_login(world.account("school_head"))
    own = b"".join(head.get(f"/desk/{world.here.school.id}/table.csv").streaming_content)  # type: ignore[attr-defined]
    assert list(csv.reader(own.decode("utf-8-sig").splitlines()))[1][3] == "1"


@pytest.mark.parametrize(
    ("role", "place", "linked"),
    [
        ("city_officer", "city", True),
        ("district_officer", "district", True),
        ("school_head", "school", True),
        ("school_admin", "school", True),
        ("alliance_head", "school", False),  # hours of a member school, not how far its syllabus is covered
    ],
)
def test_the_desk_leads_to_how_far_the_syllabus_is_covered(
    world: worlds.World, role: str, place: str, linked: bool
) -> None:
    at = world.city if place == "city" else getattr(world.here, place)
    client = Client()
    client.force_login(world.account(role))
    recount_city()
    page = client.get(f"/desk/{at.id}/")
    address = reverse("insight.coverage_of", args=[at.id])
    assert page.status_code == 200 and (f'href="{address}"' in page.content.decode()) == linked
    assert (client.get(address).status_code == 200) == linked
