"""A syllabus on its way in: read and kept aside, its columns named, looked at, then written once or left."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from qiming.curriculum import queries as courses
from qiming.curriculum.access import BRING_SYLLABUS, TABLE
from qiming.curriculum.models import Outcome, Syllabus, SyllabusSheet
from qiming.curriculum.syllabi import rules
from qiming.curriculum.types import PROPOSAL, UNVERIFIED
from qiming.kernel import audit, tables, time
from qiming.kernel.access import Actor
from qiming.kernel.content import hash_data
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

MAX_ROWS = 1000
KEPT = "课程纲要没有动。"
STATUSES = ("official", PROPOSAL, UNVERIFIED)
MAX_TITLE = 80
State = SyllabusSheet.State


def places_of(actor: Actor) -> list[OrgRef]:
    """The places for which the actor may bring a syllabus: those of the roles themselves, not what lies below."""
    roles = set(TABLE.row(BRING_SYLLABUS).reaches)
    return list(
        {grant.org_id: registry.org(grant.org_id) for grant in actor.grants if grant.role in roles}.values()
    )


@transaction.atomic
def read_sheet(*, actor: Actor, place_id: UUID | None, name: str, data: bytes) -> UUID:
    """Read a sheet and guess its columns; nothing is shown to others."""
    place = next((one for one in places_of(actor) if place_id in (None, one.id)), None)
    if place is None:
        raise UserError("这个单位的课程纲要不归您带", next="换一个单位。", field="place", status=403)
    TABLE.require(actor, BRING_SYLLABUS, place)
    sheet = tables.read(name, data, limit_rows=MAX_ROWS)
    if not sheet.rows:
        raise UserError("表格里只有表头，没有条目", kept=KEPT, next="填好再传。", field="file")
    if len(set(sheet.headings)) < len(sheet.headings):
        raise UserError("有两列的表头一样", kept=KEPT, next="把表头改得不一样再传。", field="file")
    kept = SyllabusSheet.objects.create(
        scope_path=place.path,
        uploaded_by=actor.person_id,
        file_name=name[:120],
        file_sha256=hashlib.sha256(data).hexdigest(),
        headings=sheet.headings,
        rows=[[row.line, row.cells] for row in sheet.rows],
        columns=rules.guess(sheet.headings),
        about={"title": name.rsplit(".", 1)[0][:MAX_TITLE], "status": UNVERIFIED},
    )
    _note(actor, "curriculum.read_syllabus", kept)
    return kept.id


@transaction.atomic
def name_columns(
    *, actor: Actor, sheet_id: UUID, columns: Mapping[str, str], about: Mapping[str, str]
) -> SyllabusSheet:
    """Which column is what and what kind of text it is; the preview follows from it."""
    kept = _open(actor, sheet_id)
    chosen = {field: one for field, one in columns.items() if field in rules.FIELDS and one in kept.headings}
    if len(set(chosen.values())) < len(chosen):
        raise UserError("同一列选了两次", kept="原来的选择还在。", next="每一列只选给一项。", field="columns")
    if "text" not in chosen:
        raise UserError("还没有选哪一列是学习结果", kept="原来的选择还在。", next="选一列。", field="text")
    status = about.get("status", "")
    if status not in STATUSES:
        raise UserError("还没有选文本的地位", kept="原来的选择还在。", next="选一种。", field="status")
    kept.columns, kept.about = chosen, dict(about)
    kept.save(update_fields=["columns", "about"])
    return kept


def preview(kept: SyllabusSheet) -> rules.Reading:
    """What the sheet says with these columns."""
    facts = [
        rules.LessonFact(lesson.key, lesson.title, course.title, lesson.position)
        for course in courses.courses()
        for lesson in course.lessons
    ]
    rows = [(line, cells) for line, cells in kept.rows]
    stage, source = kept.about.get("stage", ""), kept.about.get("source", "")
    return rules.read_rows(rows, kept.columns, facts, stage=stage, source=source)


def next_version(kept: SyllabusSheet) -> int:
    """The number it would get: one more than what the place has under the same title."""
    same = Syllabus.objects.filter(scope_path=kept.scope_path, title=kept.about.get("title", ""))
    return int(same.aggregate(most=Max("version"))["most"] or 0) + 1


@transaction.atomic
def apply_sheet(*, actor: Actor, sheet_id: UUID, good_rows_only: bool = False) -> SyllabusSheet:
    """Write what was shown as a new version; the older one stays and is no longer current. Twice is once."""
    kept = _in_turn(actor, sheet_id)
    if kept.state == State.APPLIED:
        return kept
    if kept.state == State.DROPPED:
        raise UserError("这份表格已经放弃了", kept=KEPT, next="重新上传。", status=409)
    if "published" not in kept.about:
        raise UserError("还没有对列", kept=KEPT, next="先写清是什么文本、哪一列是什么。")
    reading = preview(kept)
    if reading.problems and not good_rows_only:
        wrong = len({one.line for one in reading.problems})
        raise UserError(
            f"还有{wrong}行有问题", kept=KEPT, next="改好表格重新上传，或勾选“先写入没有问题的行”。",
        )  # fmt: skip
    if not reading.outcomes:
        raise UserError("没有可以写入的条目", kept=KEPT, next="换一列作学习结果，或改好表格再传。")
    kept.syllabus = _write(kept, reading)
    kept.applied_count = len(reading.outcomes)
    kept.state, kept.applied_at, kept.rows = State.APPLIED, time.now(), []
    kept.save(update_fields=["syllabus", "applied_count", "state", "applied_at", "rows"])
    _note(actor, "curriculum.bring_syllabus", kept)
    return kept


@transaction.atomic
def drop_sheet(*, actor: Actor, sheet_id: UUID) -> None:
    """Leave a sheet unwritten and forget its cells. Twice is once."""
    kept = _in_turn(actor, sheet_id)
    if kept.state == State.READ:
        kept.state, kept.rows = State.DROPPED, []
        kept.save(update_fields=["state", "rows"])
        _note(actor, "curriculum.drop_syllabus", kept)


def _open(actor: Actor, sheet_id: UUID) -> SyllabusSheet:
    kept = _in_turn(actor, sheet_id)
    if kept.state != State.READ:
        raise UserError("这份表格已经处理过了", kept=KEPT, next="要再带一份，重新上传。", status=409)
    return kept


def _write(kept: SyllabusSheet, reading: rules.Reading) -> Syllabus:
    about = kept.about
    version, key = next_version(kept), f"own-{new_id().hex[-12:]}"
    Syllabus.objects.filter(scope_path=kept.scope_path, title=about["title"]).update(is_current=False)
    made = Syllabus.objects.create(
        key=key,
        title=about["title"],
        published=about["published"],
        status=about["status"],
        full_text_found=about["status"] == "official",
        note=about.get("note", ""),
        content_hash=hash_data([[one.text, one.stage, list(one.lessons)] for one in reading.outcomes]),
        scope_path=kept.scope_path,
        version=version,
    )
    themes = {
        theme: f"t{at}" for at, theme in enumerate(dict.fromkeys(one.theme for one in reading.outcomes), 1)
    }
    Outcome.objects.bulk_create(
        Outcome(
            syllabus=made, key=f"{key}-{at:04}", position=at, theme=themes[one.theme], **_fields(one, about)
        )
        for at, one in enumerate(reading.outcomes, 1)
    )
    return made


def _fields(one: rules.Read, about: Mapping[str, str]) -> dict[str, Any]:
    return {
        "theme_title": one.theme,
        "stage": one.stage,
        "grade": one.grade,
        "text": one.text,
        "source": one.source,
        "verified": about["status"] == "official",
        "note": one.note,
        "lesson": one.lessons[0] if one.lessons else "",
        "also_lessons": list(one.lessons[1:]),
    }


def _in_turn(actor: Actor, sheet_id: UUID) -> SyllabusSheet:
    """The sheet as it stands when it is this act's turn. Acts on the sheets of one place take turns, so that each
    gets its own version number and none is written and dropped at once."""
    kept: SyllabusSheet = TABLE.load(actor, BRING_SYLLABUS, SyllabusSheet, id=sheet_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('curriculum.syllabus.' || %s, 0))",
            [str(kept.scope_path)],
        )
    kept.refresh_from_db()
    return kept


def _note(actor: Actor, verb: str, kept: SyllabusSheet) -> None:
    audit.write(
        actor,
        verb,
        thing="syllabus_sheet",
        thing_id=kept.id,
        scope_path=str(kept.scope_path),
        detail={"rows": kept.applied_count or len(kept.rows)},
    )
