"""Periods the platform did not see, past terms from a sheet, a plan that changes, homework."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from qiming.kernel import tables
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.tests import samples
from qiming.kernel.time import now
from qiming.teaching import queries, services
from qiming.teaching.models import PastImport, PeriodChange, TaughtPeriod
from qiming.teaching.rules.past import HEADINGS
from qiming.teaching.tests.conftest import NOW, World
from qiming.teaching.types import AttendanceStatus, EvidenceKind, PeriodState

PNG = samples.png()


def told(world: World, **changes: object) -> services.Told:
    given: dict[str, object] = {
        "class_id": world.class_1.id,
        "on": date(2026, 11, 20),
        "slot_no": 5,
        "title": "机器怎样认图片",
        "materials": "校本材料，不插电",
        "credited_minutes": 45,
    }
    return services.Told(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: object) -> None:
    settings.QIMING_HOME = tmp_path  # type: ignore[attr-defined]


def test_without_a_photo_it_is_declared_with_one_documented(world: World) -> None:
    teacher = world.actor("teacher")
    period = services.record_other_period(
        actor=teacher,
        told=told(world, exceptions={world.pupils[0].id: AttendanceStatus.ABSENT}),
    )
    assert (period.state, period.evidence_kind) == (PeriodState.CONFIRMED, EvidenceKind.DECLARED)
    services.add_photos(actor=teacher, period_id=period.id, photos=[services.Photo("板书.png", PNG)])
    assert queries.period(period.id).evidence_kind is EvidenceKind.DOCUMENTED
    credit = queries.credit_of_pupil(period.id, world.pupils[1].id)
    absent = queries.credit_of_pupil(period.id, world.pupils[0].id)
    assert credit and credit.basis is EvidenceKind.DOCUMENTED and "照片" in "；".join(credit.reasons)
    assert absent and absent.credited_minutes == 0


def test_a_planned_period_held_another_way(world: World) -> None:
    period = world.first_period()
    done = services.record_planned_otherwise(
        actor=world.actor("teacher"),
        period_id=period.id,
        told=told(world, photos=[services.Photo("学习单.png", PNG)], credited_minutes=40),
    )
    assert (done.state, done.evidence_kind) == (PeriodState.CONFIRMED, EvidenceKind.DOCUMENTED)
    assert done.title == period.title
    with pytest.raises(UserError):
        services.record_planned_otherwise(actor=world.actor("teacher"), period_id=period.id, told=told(world))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": date(2026, 11, 25)}, "on"),
        ({"on": date(2025, 8, 31)}, "on"),
        ({"slot_no": 14}, "slot_no"),
        ({"title": " "}, "title"),
        ({"credited_minutes": 0}, "credited_minutes"),
        ({"credited_minutes": 91}, "credited_minutes"),
        ({"outcome_ids": ["bj25-x-99"]}, "outcome_ids"),
        ({"photos": [services.Photo("a.exe", b"MZ" * 30)]}, "file"),
        ({"photos": [services.Photo("a.png", PNG)] * 7}, "photos"),
    ],
)
def test_what_cannot_be_put_on_record(world: World, changes: dict[str, object], field: str) -> None:
    with pytest.raises(UserError) as refused:
        services.record_other_period(actor=world.actor("teacher"), told=told(world, **changes))
    assert refused.value.field == field
    assert not TaughtPeriod.objects.unscoped("test").exists()


def test_the_same_slot_twice_is_said(world: World) -> None:
    services.record_other_period(actor=world.actor("teacher"), told=told(world))
    with pytest.raises(UserError, match="已经排了"):
        services.record_other_period(actor=world.actor("admin"), told=told(world))
    assert TaughtPeriod.objects.unscoped("test").count() == 1


@pytest.mark.parametrize("who", ["stranger", "head", "district"])
def test_others_put_nothing_on_record(world: World, who: str) -> None:
    with pytest.raises(Denied):
        services.record_other_period(actor=world.actor(who), told=told(world))


def test_photos_are_seen_by_the_school_alone_and_taken_away_with_a_trace(world: World) -> None:
    period = services.record_other_period(
        actor=world.actor("teacher"), told=told(world, photos=[services.Photo("板书.png", PNG)])
    )
    photo_id = TaughtPeriod.objects.unscoped("t").get(id=period.id).photos.unscoped("t").get().id
    assert services.photo_file(actor=world.actor("head"), photo_id=photo_id).media_type == "image/png"
    for who in ("stranger", "district", "city"):
        with pytest.raises(Denied):
            services.photo_file(actor=world.actor(who), photo_id=photo_id)
    seen = world.client("district").get(f"/teach/periods/{period.id}/").content.decode()
    assert "1张" in seen and "板书" not in seen and str(photo_id) not in seen
    services.remove_photo(actor=world.actor("teacher"), photo_id=photo_id, reason="拍到了学生的脸")
    assert queries.period(period.id).evidence_kind is EvidenceKind.DECLARED
    assert PeriodChange.objects.unscoped("test").filter(kind="photo_removed").exists()


def sheet(*lines: tuple[str, ...]) -> bytes:
    return tables.xlsx([("以往课时", list(HEADINGS), [line + ("",) * (9 - len(line)) for line in lines])])


GOOD = ("七年级（1）班", "2025-10-15", "3", "机器怎样认图片", "不插电", "", "", "2、3")


def test_a_sheet_is_shown_first_and_applied_once(world: World) -> None:
    teacher = world.actor("teacher")
    kept = services.preview_past(
        actor=teacher,
        name="以往.xlsx",
        data=sheet(GOOD, ("七年级（1）班", "2025/11/5", "", "人脸识别与隐私", "", "20", "45")),
    )
    assert (len(kept.rows), kept.problems) == (2, [])
    assert not TaughtPeriod.objects.unscoped("test").exists()
    for _twice in range(2):
        done = services.apply_past(actor=teacher, import_id=kept.id)
        assert (done.applied_count, done.skipped_count) == (2, 0)
    periods = queries.periods_of_class(world.class_1.id, "2025-2026")
    assert [one.credited_minutes for one in periods] == [periods[0].period_minutes, 20]
    assert {one.evidence_kind for one in periods} == {EvidenceKind.DECLARED}
    credit = queries.credit_of_pupil(periods[0].id, world.pupils[1].id)
    assert credit and credit.credited_minutes == 0
    again = services.preview_past(actor=teacher, name="以往.xlsx", data=sheet(GOOD))
    done = services.apply_past(actor=teacher, import_id=again.id)
    assert (done.applied_count, done.skipped_count) == (0, 1)


def test_rows_say_what_is_wrong_with_them_cell_by_cell(world: World) -> None:
    kept = services.preview_past(
        actor=world.actor("teacher"),
        name="以往.xlsx",
        data=sheet(
            GOOD,
            GOOD,
            ("七年级（2）班", "2025-10-15", "3", "别的班"),
            ("七年级（1）班", "2027-01-01", "3", "将来"),
            ("七年级（1）班", "2025-02-30", "99", "坏日子", "", "500", "", "2和x"),
            ("七年级（1）班", "2024-10-15", "3", "太早"),
            ("七年级（1）班", "2025-10-16", "4", "", "", "", "", "88"),
        ),
    )
    assert len(kept.rows) == 1
    said = {(one["line"], one["column"]) for one in kept.problems}
    assert said == {
        (3, "日期"),
        (4, "班级"),
        (5, "日期"),
        (6, "日期"),
        (6, "节次"),
        (6, "人工智能用时（分钟）"),
        (6, "缺勤座号"),
        (7, "日期"),
        (8, "上了什么"),
        (8, "缺勤座号"),
    }


def test_a_sheet_saved_by_a_spreadsheet_as_gb18030(world: World) -> None:
    text = "班级,日期,节次,上了什么\r\n七年级（1）班,2025年10月15日,第3节,机器怎样认图片\r\n"
    kept = services.preview_past(actor=world.actor("admin"), name="以往.csv", data=text.encode("gb18030"))
    assert (len(kept.rows), kept.problems) == (1, [])


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "班级,日期\n一,二\n".encode()])
def test_sheets_that_cannot_be_read(world: World, data: bytes) -> None:
    with pytest.raises(UserError):
        services.preview_past(actor=world.actor("teacher"), name="x.csv", data=data)
    assert not PastImport.objects.unscoped("test").exists()


def test_only_who_uploaded_or_the_administrator_applies(world: World) -> None:
    kept = services.preview_past(actor=world.actor("teacher"), name="x.xlsx", data=sheet(GOOD))
    for who in ("colleague", "head", "stranger"):
        with pytest.raises(Denied):
            services.apply_past(actor=world.actor(who), import_id=kept.id)
    assert services.apply_past(actor=world.actor("admin"), import_id=kept.id).applied_count == 1


def test_the_templates_example_is_never_put_on_record(world: World) -> None:
    book = load_workbook(BytesIO(services.template()))
    assert [str(cell.value).rstrip("*") for cell in book.worksheets[0][1]] == list(HEADINGS)
    kept = services.preview_past(actor=world.actor("admin"), name="模板.xlsx", data=services.template())
    assert [one["column"] for one in kept.problems] == ["说明"]
    assert not kept.rows


def second(world: World) -> UUID:
    return queries.periods_of(world.open().id)[1].id


def test_a_period_moves_to_a_real_slot(world: World) -> None:
    teacher, period_id = world.actor("teacher"), second(world)
    moved = services.reschedule_period(
        actor=teacher, period_id=period_id, planned_date=date(2026, 12, 3), slot_no=4, reason="校运动会"
    )
    assert (moved.planned_date, moved.slot_no) == (date(2026, 12, 3), 4)
    for day, slot, says in (
        (date(2026, 12, 5), 4, "没有这一节"),
        (date(2026, 11, 1), 4, "过去"),
        (date(2026, 12, 8), 3, "已经排了"),
    ):
        with pytest.raises(UserError, match=says):
            services.reschedule_period(actor=teacher, period_id=period_id, planned_date=day, slot_no=slot)
    assert queries.period(period_id).planned_date == date(2026, 12, 3)


def test_a_period_is_cancelled_with_a_reason_and_only_while_planned(world: World) -> None:
    teacher, period_id = world.actor("teacher"), second(world)
    with pytest.raises(UserError, match="原因"):
        services.cancel_period(actor=teacher, period_id=period_id, reason=" ")
    services.cancel_period(actor=teacher, period_id=period_id, reason="期中考试")
    services.cancel_period(actor=teacher, period_id=period_id, reason="期中考试")
    assert PeriodChange.objects.unscoped("test").filter(kind="cancelled").count() == 1
    with pytest.raises(UserError, match="不能再改计划"):
        services.reschedule_period(
            actor=teacher, period_id=period_id, planned_date=date(2026, 12, 3), slot_no=4
        )
    with pytest.raises(UserError, match="取消"):
        services.start_period(actor=teacher, period_id=period_id)


def test_one_period_more(world: World) -> None:
    offering = world.open()
    added = services.add_period(
        actor=world.actor("admin"),
        offering_id=offering.id,
        lesson_key="g7l4",
        planned_date=date(2026, 12, 3),
        slot_no=4,
    )
    assert (added.position, added.state) == (4, PeriodState.PLANNED)
    with pytest.raises(UserError, match="没有这一课"):
        services.add_period(
            actor=world.actor("admin"),
            offering_id=offering.id,
            lesson_key="g9l1",
            planned_date=date(2026, 12, 4),
            slot_no=4,
        )


def task(**changes: object) -> services.Task:
    given: dict[str, object] = {
        "title": "第1课 作业",
        "lesson_key": "g7l1",
        "activity_keys": ["say"],
        "item_keys": ["g7l1-q01"],
        "due_at": NOW + timedelta(days=2),
    }
    return services.Task(**(given | changes))  # type: ignore[arg-type]


def test_homework_for_the_class_and_for_some(world: World) -> None:
    teacher, offering = world.actor("teacher"), world.open()
    one, two = world.ids(1, 2)
    whole = services.set_homework(actor=teacher, offering_id=offering.id, task=task())
    some = services.set_homework(
        actor=teacher, offering_id=offering.id, task=task(title="再练一练", pupil_ids=[two])
    )
    assert [hw.id for hw in queries.homework_for(one)] == [whole.id]
    assert {hw.id for hw in queries.homework_for(two)} == {whole.id, some.id}
    services.withdraw_homework(actor=teacher, homework_id=whole.id)
    assert queries.homework_for(one) == []
    services.change_due(actor=teacher, homework_id=whole.id, due_at=now() + timedelta(days=5))
    assert queries.homework_for(one)[0].due_at > NOW + timedelta(days=4)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"due_at": NOW - timedelta(minutes=1)}, "due_at"),
        ({"activity_keys": [], "item_keys": []}, "parts"),
        ({"item_keys": ["g7l2-q01"]}, "parts"),
        ({"lesson_key": "g9l9"}, "lesson_key"),
        ({"pupil_ids": []}, "pupil_ids"),
        ({"note": "长" * 501}, "note"),
    ],
)
def test_homework_that_is_none(world: World, changes: dict[str, object], field: str) -> None:
    offering = world.open()
    with pytest.raises(UserError) as refused:
        services.set_homework(actor=world.actor("teacher"), offering_id=offering.id, task=task(**changes))
    assert refused.value.field == field
    assert queries.homework_of(offering.id) == []


def test_homework_is_not_for_other_classes_nor_set_by_others(world: World) -> None:
    offering = world.open()
    with pytest.raises(UserError, match="不在这个班"):
        services.set_homework(
            actor=world.actor("teacher"),
            offering_id=offering.id,
            task=task(pupil_ids=[world.people["head"].id]),
        )
    for who in ("stranger", "admin", "head", "city"):
        with pytest.raises(Denied):
            services.set_homework(actor=world.actor(who), offering_id=offering.id, task=task())
