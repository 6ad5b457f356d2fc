"""A timetable on its way in: preview, then apply once what was shown, or leave it."""

import hashlib
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, tables, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry.access import TABLE
from qiming.registry.models import Employment, Organisation, TimetableImport, TimetableLine
from qiming.registry.queries.calendar import slot_times, terms
from qiming.registry.queries.people import in_force
from qiming.registry.rules import timetable as rules
from qiming.registry.services.common import LOCKING, load_place, lock_place
from qiming.registry.types import TAUGHT_KINDS, OrgKind, OrgRef, SlotTime

EDIT = "registry.edit_timetable"
MAX_ROWS = 6000
KEPT = "课表没有动。"
State = TimetableImport.State


@transaction.atomic
def preview_timetable(
    *, actor: Actor, school_id: UUID, year_key: str, term_no: int, name: str, data: bytes
) -> UUID:
    """Read a timetable and keep what it says; the timetable in force is not touched."""
    school = load_place(actor, EDIT, school_id, OrgKind.SCHOOL)
    if term_no not in {term.no for term in terms(year_key, school.scope_path)}:
        raise UserError("没有这个学期", kept=KEPT, next="换一个学期再传。", field="term")
    sheet = tables.read(name, data, limit_rows=MAX_ROWS)
    headings = {rules.column_of(heading) for heading in sheet.headings}
    missing = [one for one in rules.NEEDED if one not in headings]
    if missing:
        raise UserError(
            f"课表里缺少这些列：{'、'.join(missing)}",
            kept=KEPT,
            next="下载模板，把内容贴进去再传。",
            field="file",
        )
    rows = [(row.line, {rules.column_of(key): cell for key, cell in row.cells.items()}) for row in sheet.rows]
    if not rows:
        raise UserError("课表里只有表头，没有课", kept=KEPT, next="填好再传。", field="file")
    reading = rules.read_rows(rows, _places(school), _teachers(school))
    kept = TimetableImport.objects.create(
        scope_path=school.scope_path,
        school=school,
        uploaded_by=actor.person_id,
        file_name=name[:120],
        file_sha256=hashlib.sha256(data).hexdigest(),
        school_year=year_key,
        term_no=term_no,
        rows=[_plain(one) for one in reading.lessons],
        problems=_wrong(reading, dict(rows)),
        counts={
            "lessons": len(reading.lessons),
            "wrong": len({one.line for one in reading.problems}),
            "classes": len({one.place_id for one in reading.lessons}),
        },
    )
    _note(actor, "registry.preview_timetable", kept)
    return kept.id


@transaction.atomic
def apply_timetable(*, actor: Actor, import_id: UUID, good_rows_only: bool = False) -> dict[str, int]:
    """Write what was shown: the lessons of the classes the file speaks of, for its term. Twice is once."""
    kept = _load(actor, import_id)
    lock_place(kept.school_id)
    kept.refresh_from_db()
    if kept.state == State.APPLIED:
        return dict(kept.counts)
    if kept.state == State.DROPPED:
        raise UserError("这份课表已经放弃了", kept=KEPT, next="重新上传。", status=409)
    if kept.problems and not good_rows_only:
        raise UserError(
            f"还有{kept.counts['wrong']}行有问题",
            kept=KEPT,
            next="改好文件重新上传，或勾选“先写入没有问题的行”。",
            field="good_rows_only",
        )
    if not kept.rows:
        raise UserError("没有可以写入的课", kept=KEPT, next="改好课表再传一次。")
    _write(kept)
    kept.state, kept.applied_at, kept.rows = State.APPLIED, time.now(), []
    kept.save(update_fields=["state", "applied_at", "rows"])
    _note(actor, "registry.apply_timetable", kept)
    return dict(kept.counts)


@transaction.atomic
def drop_timetable(*, actor: Actor, import_id: UUID) -> None:
    """Leave a file unwritten and forget its rows. Twice is once."""
    kept = _load(actor, import_id)
    if kept.state == State.PREVIEWED:
        kept.state, kept.rows, kept.problems = State.DROPPED, [], []
        kept.save(update_fields=["state", "rows", "problems"])
        _note(actor, "registry.drop_timetable", kept)


def wrong_rows_sheet(kept: TimetableImport) -> bytes:
    """The wrong rows as they were typed, with the reasons beside them, to mend and send again."""
    lines = [
        [*(row["cells"].get(column, "") for column in rules.COLUMNS), f"第{row['line']}行：{row['said']}"]
        for row in kept.problems
    ]
    return tables.xlsx([("要改的行", [*rules.COLUMNS, "要改的地方"], lines)])


def template() -> bytes:
    """The sheet to fill in, with how."""
    how = [
        ["班级", "七年级3班、七（3）班都认得；教学班写全名"],
        ["星期、节次", "星期二、周二、2；第3节、3"],
        ["课程", "写课表上的名称；给这门课开课时照它排"],
        ["教师", "本校老师的姓名，同名的写账号；可不填"],
        ["周次", "不填是每周；也可以写 单、双、1-8、2-16双"],
    ]
    example = ["七年级3班", "星期二", "3", "信息科技", "", "单"]
    return tables.xlsx([("课表", rules.COLUMNS, [example]), ("填写说明", ("列", "怎么填"), how)])


def _write(kept: TimetableImport) -> None:
    open_now = Organisation.objects.unscoped(LOCKING).filter(
        parent_id=kept.school_id, kind__in=TAUGHT_KINDS, closed_on=None
    )
    places = {str(place.id): place for place in open_now}
    gone = {row["place_id"] for row in kept.rows} - set(places)
    if gone:
        raise UserError(
            "预览之后，有的班已经没有了", kept=KEPT, next="重新上传，看过新的预览再写入。", status=409
        )
    spoken_of = {row["place_id"] for row in kept.rows}
    TimetableLine.objects.unscoped(LOCKING).filter(
        place_id__in=spoken_of, school_year=kept.school_year, term_no=kept.term_no
    ).delete()
    TimetableLine.objects.bulk_create(
        (
            TimetableLine(
                id=new_id(),
                scope_path=places[row["place_id"]].scope_path,
                place=places[row["place_id"]],
                school_year=kept.school_year,
                term_no=kept.term_no,
                **{key: row[key] for key in _FIELDS},
            )
            for row in kept.rows
        ),
        batch_size=500,
    )


_FIELDS = ("weekday", "slot_no", "course", "teacher_id", "first_week", "last_week", "parity")


def _plain(lesson: rules.Lesson) -> dict[str, Any]:
    return {
        "line": lesson.line,
        "place_id": str(lesson.place_id),
        "weekday": lesson.weekday,
        "slot_no": lesson.slot_no,
        "course": lesson.course,
        "teacher_id": str(lesson.teacher_id) if lesson.teacher_id else None,
        "first_week": lesson.weeks.first,
        "last_week": lesson.weeks.last,
        "parity": lesson.weeks.parity,
    }


def _wrong(reading: rules.Reading, cells: dict[int, dict[str, str]]) -> list[dict[str, Any]]:
    """The wrong lines as typed, with the reasons of each."""
    said: dict[int, list[rules.Problem]] = {}
    for problem in reading.problems:
        said.setdefault(problem.line, []).append(problem)
    return [
        {
            "line": line,
            "cells": {column: cells[line].get(column, "")[:60] for column in rules.COLUMNS},
            "columns": [one.column for one in found],
            "said": "；".join(f"{one.column}：{one.reason}" for one in found),
            "problems": [asdict(one) | {"value": one.value[:60]} for one in found],
        }
        for line, found in sorted(said.items())
    ]


def _places(school: Organisation) -> list[rules.PlaceFacts]:
    rows = Organisation.objects.unscoped(LOCKING).filter(parent=school, kind__in=TAUGHT_KINDS, closed_on=None)
    times: dict[str, list[SlotTime]] = {}
    found = []
    for place in rows:
        stage = _stage(place)
        if stage not in times:
            times[stage] = slot_times(place.id)
        slots = frozenset(time.no for time in times[stage])
        found.append(rules.PlaceFacts(place.id, place.name, place.grade, place.class_no, slots))
    return found


def _stage(place: Organisation) -> str:
    ref = OrgRef(place.id, OrgKind(place.kind), place.name, place.scope_path, None, place.grade, place.stages)
    return str(ref.stage)


def _teachers(school: Organisation) -> dict[str, list[UUID]]:
    """The school's people by name and by account name."""
    rows = Employment.objects.unscoped(LOCKING).filter(in_force(time.today()), school=school)
    found: dict[str, list[UUID]] = {}
    for person_id, name, username in rows.values_list(
        "person_id", "person__name", "person__account__username"
    ):
        for key in {name, (username or "").casefold()} - {""}:
            found.setdefault(key, []).append(person_id)
    return found


def _load(actor: Actor, import_id: UUID) -> TimetableImport:
    return TABLE.load(actor, EDIT, TimetableImport, id=import_id)


def _note(actor: Actor, verb: str, kept: TimetableImport) -> None:
    audit.write(
        actor,
        verb,
        thing="timetable_import",
        thing_id=kept.id,
        scope_path=kept.scope_path,
        detail={"counts": kept.counts, "file_sha256": kept.file_sha256},
    )
