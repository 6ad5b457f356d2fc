"""Past terms from a sheet: shown with its errors first, then applied, and only once."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, tables
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import now, today
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.teaching.access import IMPORT, RECORD, TABLE
from qiming.teaching.models import PastImport, TaughtPeriod
from qiming.teaching.queries.refs import WHY
from qiming.teaching.rules.past import (
    CLASS,
    EXAMPLE,
    HEADINGS,
    NEEDED,
    ClassFacts,
    PastRow,
    Problem,
    SheetRow,
    read_sheet,
)
from qiming.teaching.services.other import NOT_YET_HERE, WHICH_CLASS, Told, record_other_period
from qiming.teaching.services.roster import is_known_on, roster_on
from qiming.teaching.types import AttendanceStatus, PeriodState

MAX_ROWS = 600


def template() -> bytes:
    """The sheet to fill in, with one line that shows how."""
    example = (
        "七年级（1）班", "2025-10-15", "3", "机器怎样认图片", "校本材料，不插电活动", "45", "45", "3、17", EXAMPLE,
    )  # fmt: skip
    marked = [f"{one}*" if one in NEEDED else one for one in HEADINGS]
    return tables.xlsx([("以往课时", marked, [example])])


def preview_past(*, actor: Actor, name: str, data: bytes) -> PastImport:
    """Read a sheet and keep what it says; nothing is put on record yet."""
    TABLE.require(actor, IMPORT)
    sheet = tables.read(name, data, limit_rows=MAX_ROWS)
    missing = [one for one in NEEDED if one not in sheet.headings]
    if missing:
        raise UserError(
            f"表里缺少这些列：{'、'.join(missing)}",
            kept="什么都没有写入。",
            next="下载模板，把内容贴进去再传。",
            field="file",
        )
    classes = _classes(actor)
    rows = [SheetRow(row.line, row.cells) for row in sheet.rows]
    good, problems = _with_roster(*read_sheet(rows, [_facts(one) for one in classes], today()), classes)
    with transaction.atomic():
        kept = PastImport.objects.create(
            scope_path=_common_path(classes),
            uploaded_by=actor.person_id,
            file_name=name[:120],
            sha256=hashlib.sha256(data).hexdigest(),
            rows=[_plain(row) for row in good],
            problems=[asdict(one) for one in problems],
        )
        _write(actor, kept, "past_previewed", {"rows": len(good), "problems": len(problems)})
    return kept


def _with_roster(
    rows: list[PastRow], problems: list[Problem], classes: list[OrgRef]
) -> tuple[list[PastRow], list[Problem]]:
    """Only rows of days on which it is known who was in the class."""
    places = {one.id: one for one in classes}
    days = {(row.class_id, row.on) for row in rows}
    known = {(class_id, on) for class_id, on in days if is_known_on(places[class_id], on)}
    strange = [row for row in rows if (row.class_id, row.on) not in known]
    problems = [*problems, *(Problem(row.line, CLASS, f"{NOT_YET_HERE}。{WHICH_CLASS}") for row in strange)]
    return [row for row in rows if row not in strange], sorted(problems, key=lambda one: one.line)


def apply_past(*, actor: Actor, import_id: UUID) -> PastImport:
    """Put the good rows on record. Twice is once; a period that is already there is passed over."""
    with transaction.atomic():
        rows = PastImport.objects.unscoped("filtered by the access table").select_for_update()
        kept = TABLE.load(actor, IMPORT, rows, id=import_id)
        if kept.applied_at is not None:
            return kept
        if not kept.rows:
            raise UserError("没有可以写入的行", next="改好表格再传一次。")
        seats = {one: _seats(UUID(one)) for one in {row["class_id"] for row in kept.rows}}
        for row in kept.rows:
            if _exists(row):
                kept.skipped_count += 1
                continue
            _record(actor, row, seats[row["class_id"]])
            kept.applied_count += 1
        kept.applied_at = now()
        kept.save()
        _write(actor, kept, "past_applied", {"added": kept.applied_count, "skipped": kept.skipped_count})
    return kept


def _classes(actor: Actor) -> list[OrgRef]:
    """The classes whose past the actor may put on record."""
    # By their own names: a sheet names no school, and a name two schools share must be seen to be shared.
    found = registry.orgs(place.id for place in registry.classes_of(actor))
    for path in actor.paths(Role.SCHOOL_ADMIN):
        found |= {place.id: place for place in registry.classes_under(path)}
    allowed = [place for place in found.values() if TABLE.allows(actor, RECORD, place)]
    if not allowed:
        raise Denied(IMPORT, hides=False)
    return allowed


def _facts(place: OrgRef) -> ClassFacts:
    times = registry.slot_times(place.id)
    return ClassFacts(
        class_id=place.id,
        name=place.name,
        minutes_of_slot={time.no: time.minutes for time in times},
        default_minutes=times[0].minutes if times else 45,
        seats=frozenset(pupil.seat_no for pupil in registry.pupils_of(place.id)),
    )


def _seats(class_id: UUID) -> dict[int, UUID]:
    return {pupil.seat_no: pupil.id for pupil in registry.pupils_of(class_id)}


def _plain(row: PastRow) -> dict[str, Any]:
    return asdict(row) | {
        "class_id": str(row.class_id),
        "on": row.on.isoformat(),
        "absent_seats": list(row.absent_seats),
    }


def _exists(row: dict[str, Any]) -> bool:
    rows = TaughtPeriod.objects.unscoped(WHY).filter(class_group_id=row["class_id"], planned_date=row["on"])
    rows = rows.exclude(state=PeriodState.CANCELLED)
    by_slot = row["slot_no"] is not None
    return (rows.filter(slot_no=row["slot_no"]) if by_slot else rows.filter(title=row["title"])).exists()


def _record(actor: Actor, row: dict[str, Any], seats: dict[int, UUID]) -> None:
    on = date.fromisoformat(str(row["on"]))
    there = {pupil.id for pupil in roster_on(UUID(str(row["class_id"])), on)}
    absent = [seats[seat] for seat in list(row["absent_seats"]) if seat in seats]
    told = Told(
        class_id=UUID(str(row["class_id"])),
        on=on,
        slot_no=row["slot_no"],
        title=str(row["title"]),
        materials=str(row["materials"]),
        credited_minutes=int(str(row["credited_minutes"])),
        period_minutes=int(str(row["period_minutes"])),
        note=str(row["note"]),
        exceptions={pupil: AttendanceStatus.ABSENT for pupil in absent if pupil in there},
    )
    record_other_period(actor=actor, told=told)


def _common_path(classes: list[OrgRef]) -> str:
    """The deepest place that holds all the classes."""
    paths = [place.path.rstrip("/").split("/") for place in classes]
    common = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common) + "/"


def _write(actor: Actor, kept: PastImport, verb: str, detail: dict[str, Any]) -> None:
    audit.write(
        actor,
        f"teaching.{verb}",
        thing="past_import",
        thing_id=kept.id,
        scope_path=kept.scope_path,
        detail=detail,
    )
