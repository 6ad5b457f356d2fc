"""Class rosters on their way in: preview first, then apply what was shown, or leave it."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, outbox, tables, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import events, secrets
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, Organisation, RosterImport
from qiming.registry.queries.calendar import current_year
from qiming.registry.queries.people import in_force
from qiming.registry.rules import roster_diff, roster_rows
from qiming.registry.rules.roster_diff import Change, Diff, Kind, Member
from qiming.registry.rules.roster_rows import Reading, RosterRow
from qiming.registry.services import enrolment
from qiming.registry.services.common import INSTALLATION, LOCKING, check_seats, load_place, lock_place
from qiming.registry.services.places import ensure_class
from qiming.registry.types import OrgKind, Stage

KEEP_WRONG_ROWS = timedelta(days=30)
_BACK_WITHIN = timedelta(days=400)


@transaction.atomic
def preview_roster(*, actor: Actor | None, school_id: UUID, name: str, data: bytes) -> UUID:
    """Read a roster file and keep what it would change; nothing of the roster is written.

    Returns the id of the import. Raises `UserError` when the file as a whole cannot be read.
    """
    school = load_place(actor, "registry.edit_roster", school_id, OrgKind.SCHOOL)
    _purge_old(school)
    table = tables.read(name, data, limit_rows=roster_rows.MAX_ROWS)
    said = roster_rows.heading_problems(table.headings)
    if said:
        raise UserError(
            "；".join(said),
            kept="名单没有动。",
            next=f"第一行要有：{'、'.join(roster_rows.REQUIRED)}。可以先下载模板，把名单贴进去。",
            field="file",
        )
    reading, originals = _read(table, school)
    if not reading.rows and not reading.problems:
        raise UserError(
            "文件里只有标题，没有学生", kept="名单没有动。", next="请检查是不是传错了文件。", field="file"
        )
    members = members_of(school)
    result = _diff(reading.rows, members, school, reading.touched_by_wrong)
    kept = RosterImport.objects.create(
        school=school,
        scope_path=school.scope_path,
        uploaded_by=actor.person_id if actor else school.id,
        file_name=name[:120],
        file_sha256=hashlib.sha256(data).hexdigest(),
        rows={
            "rows": [row.as_json() for row in reading.rows],
            "touched": [list(key) if key else None for key in reading.touched_by_wrong],
        },
        problems=[problem.as_json() for problem in (*reading.problems, *result.problems)],
        wrong_rows=_wrong_rows(reading, result, originals),
        counts=result.counts
        | {"wrong": len({p.line for p in (*reading.problems, *result.problems)}), "encoding": table.encoding},
        stamp=roster_diff.stamp_of(members),
    )
    return kept.id


def preview_of(kept: RosterImport) -> Diff:
    """What applying this import would do to the roster as it is now."""
    rows, touched = _stored(kept)
    return _diff(rows, members_of(kept.school), kept.school, touched)


def is_stale(kept: RosterImport) -> bool:
    """Whether the roster has changed since the preview."""
    return roster_diff.stamp_of(members_of(kept.school)) != kept.stamp


@transaction.atomic
def apply_roster(*, actor: Actor | None, import_id: UUID, good_rows_only: bool = False) -> dict[str, Any]:
    """Write what the preview showed, once: applying again changes nothing and tells the same counts.

    With wrong rows in the file the good ones are written only when `good_rows_only` says so.
    """
    kept = _load(actor, import_id)
    school = lock_place(kept.school_id)
    kept = RosterImport.objects.unscoped(LOCKING).select_for_update().get(id=kept.id)
    if kept.state == RosterImport.State.APPLIED:
        return dict(kept.counts)
    if kept.state == RosterImport.State.DROPPED:
        raise UserError("这次导入已经放弃了", kept="名单没有动。", next="请重新上传文件。", status=409)
    members = members_of(school)
    if roster_diff.stamp_of(members) != kept.stamp:
        raise UserError(
            "预览之后，名单又有人改过",
            kept="名单没有动，文件也还在。",
            next="请重新上传，看过新的预览再写入。",
            status=409,
        )
    if kept.problems and not good_rows_only:
        raise UserError(
            f"还有{kept.counts['wrong']}行有问题",
            kept="名单没有动。",
            next="改好文件重新上传，或勾选“先写入没有问题的行”。",
            field="good_rows_only",
        )
    rows, touched = _stored(kept)
    result = _diff(rows, members, school, touched)
    classes = _write(actor, school, result)
    _finish(actor, kept, school, classes)
    return dict(kept.counts)


@transaction.atomic
def drop_roster(*, actor: Actor | None, import_id: UUID) -> None:
    """Leave an import unapplied and forget its rows."""
    kept = _load(actor, import_id)
    kept = RosterImport.objects.unscoped(LOCKING).select_for_update().get(id=kept.id)
    if kept.state != RosterImport.State.PREVIEWED:
        return
    kept.state = RosterImport.State.DROPPED
    kept.rows, kept.problems, kept.wrong_rows = {}, [], []
    kept.save(update_fields=["state", "rows", "problems", "wrong_rows"])
    audit.write(
        actor, "registry.drop_roster", thing="roster_import", thing_id=kept.id, scope_path=kept.scope_path
    )


def members_of(school: Organisation) -> list[Member]:
    """The roster of a school: who is in a class now, and who left within about a year."""
    today = time.today()
    since = today - _BACK_WITHIN
    rows = (
        ClassMembership.objects.unscoped("the school's roster is compared as a whole")
        .filter(scope_path__startswith=school.scope_path)
        .exclude(ends_on__lt=since)
        .order_by("starts_on", "id")
        .values_list(
            "id",
            "person_id",
            "class_group__grade",
            "class_group__class_no",
            "seat_no",
            "person__name",
            "pupil_number_digest",
            "ends_on",
        )
    )
    members: dict[UUID, Member] = {}
    open_now: set[UUID] = set()
    for row_id, person_id, grade, class_no, seat_no, name, digest, ends_on in rows:
        if person_id in open_now:
            continue
        is_open = ends_on is None or ends_on > today
        members[person_id] = Member(
            row_id, person_id, grade or 0, class_no or 0, seat_no, name, digest, is_open
        )
        if is_open:
            open_now.add(person_id)
    return list(members.values())


def _read(table: tables.Table, school: Organisation) -> tuple[Reading, dict[int, dict[str, str]]]:
    lines = [
        (row.line, {roster_rows.column_of(heading): cell for heading, cell in row.cells.items()})
        for row in table.rows
    ]
    reading = roster_rows.read_rows(
        lines,
        school_name=school.name,
        stages=[Stage(stage) for stage in school.stages],
        digest=secrets.number_digest,
    )
    return reading, dict(lines)


def _wrong_rows(reading: Reading, result: Diff, originals: dict[int, dict[str, str]]) -> list[dict[str, Any]]:
    """The wrong lines as typed, with the reasons: what the corrected-rows file is made of."""
    reasons: dict[int, list[str]] = {}
    for problem in (*reading.problems, *result.problems):
        reasons.setdefault(problem.line, []).append(f"{problem.column}：{problem.reason}")
    return [
        {
            "line": line,
            "cells": {column: originals[line].get(column, "") for column in roster_rows.COLUMNS},
            "reasons": said,
        }
        for line, said in sorted(reasons.items())
    ]


def _diff(rows: tuple[RosterRow, ...], members: list[Member], school: Organisation, touched: Any) -> Diff:
    known = (
        Organisation.objects.unscoped(INSTALLATION)
        .filter(parent=school, closed_on=None)
        .values_list("grade", "class_no")
    )
    return roster_diff.diff(
        rows,
        members,
        known_classes={(grade, class_no) for grade, class_no in known if grade and class_no},
        touched_by_wrong=touched,
        numbers_elsewhere=_numbers_elsewhere(rows, school),
    )


def _numbers_elsewhere(rows: tuple[RosterRow, ...], school: Organisation) -> set[str]:
    wanted = {row.number_digest for row in rows if row.number_digest}
    if not wanted:
        return set()
    found = (
        ClassMembership.objects.unscoped("only tells whether a number is in use at another school")
        .filter(in_force(time.today()), pupil_number_digest__in=wanted)
        .exclude(scope_path__startswith=school.scope_path)
        .values_list("pupil_number_digest", flat=True)
    )
    return {digest for digest in found if digest}


def _stored(kept: RosterImport) -> tuple[tuple[RosterRow, ...], frozenset[tuple[int, int] | None]]:
    stored: dict[str, Any] = kept.rows or {"rows": [], "touched": []}
    touched = frozenset((key[0], key[1]) if key else None for key in stored["touched"])
    return tuple(RosterRow(**row) for row in stored["rows"]), touched


def _load(actor: Actor | None, import_id: UUID) -> RosterImport:
    rows = RosterImport.objects.unscoped(INSTALLATION)
    if actor is not None:
        return TABLE.load(actor, "registry.edit_roster", rows, id=import_id)
    kept = rows.filter(id=import_id).first()
    if kept is None:
        raise Denied("registry.edit_roster")
    return kept


def _write(actor: Actor | None, school: Organisation, result: Diff) -> dict[tuple[int, int], Organisation]:
    keys = sorted({c.row.class_key for c in result.changes if c.row is not None})
    classes = {key: ensure_class(actor, school, *key) for key in keys}
    firsts = _first_days(classes)
    enrolment.leave([c.member for c in result.of(Kind.ENDED) if c.member])
    enrolment.change([(c.member, c.row) for c in result.of(Kind.CHANGED) if c.member and c.row], classes)
    enrolment.come_back([(c.member, c.row) for c in result.of(Kind.BACK) if c.member and c.row], classes)
    enrolment.enrol(_new_rows(result.of(Kind.NEW)), classes, firsts, is_synthetic=school.is_synthetic)
    check_seats()
    return classes


def _new_rows(changes: list[Change]) -> list[RosterRow]:
    return [change.row for change in changes if change.row is not None]


def _first_days(classes: dict[tuple[int, int], Organisation]) -> dict[tuple[int, int], date]:
    """From when new pupils count as members: a class's first roster holds from the start of the year."""
    used = set(
        ClassMembership.objects.unscoped(LOCKING)
        .filter(class_group__in=list(classes.values()))
        .values_list("class_group_id", flat=True)
    )
    today = time.today()
    begun = min(current_year(today).starts, today)
    return {key: today if group.id in used else begun for key, group in classes.items()}


def _finish(
    actor: Actor | None,
    kept: RosterImport,
    school: Organisation,
    classes: dict[tuple[int, int], Organisation],
) -> None:
    kept.state = RosterImport.State.APPLIED
    kept.applied_at = time.now()
    kept.applied_by = actor.person_id if actor else None
    kept.rows = {}
    kept.save(update_fields=["state", "applied_at", "applied_by", "rows"])
    class_ids = [str(group.id) for group in classes.values()]
    audit.write(
        actor,
        "registry.apply_roster",
        thing="roster_import",
        thing_id=kept.id,
        scope_path=school.scope_path,
        detail={"counts": kept.counts, "file_sha256": kept.file_sha256},
    )
    outbox.announce(
        events.ROSTER_APPLIED, {"school_id": str(school.id), "class_ids": class_ids}, school.scope_path
    )


def _purge_old(school: Organisation) -> None:
    RosterImport.objects.unscoped("retention: what was typed wrong is forgotten after a month").filter(
        school=school, created_at__lt=time.now() - KEEP_WRONG_ROWS
    ).update(rows={}, problems=[], wrong_rows=[])


def wrong_rows_sheet(kept: RosterImport) -> bytes:
    """The wrong rows as they were typed, with the reasons beside them, as an .xlsx file to mend and send again."""
    lines = [
        [
            *(row["cells"][column] for column in roster_rows.COLUMNS),
            f"第{row['line']}行：{'；'.join(row['reasons'])}",
        ]
        for row in kept.wrong_rows
    ]
    return tables.xlsx([("要改的行", [*roster_rows.COLUMNS, "要改的地方"], lines)])
