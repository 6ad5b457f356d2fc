"""The marker's verbs on photographed sheets: upload, read, say whose, correct, drop. Each is one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from qiming.assist.access import TABLE
from qiming.assist.marker import ocr, queries
from qiming.assist.marker.access import MARK
from qiming.assist.marker.rules import sheets
from qiming.assist.models import PreMark, SheetAnswer, SheetPhoto
from qiming.kernel import audit, files, keeping, uploads
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef

READ_TASK = "assist.read_sheets"
MOST_AT_ONCE = 50
MOST_PHOTOS = 200  # of one homework: a class with four pages each
MOST_TEXT = 2000
WAITING = ("waiting", "reading")
_LOCKED = "filtered by the access table"
_CHECKED = "the homework was checked by the access table"
ONLY_PAPER = UserError(
    "请先确认照片里只有练习纸",
    kept="照片还没有传上去。",
    next="拍到人脸的照片请重拍；都没有，就打上勾再传。",
    field="only_paper",
)
NO_PHOTOS = UserError("还没有选照片", kept="", next="选好照片再传。", field="photos")
NOT_OF_CLASS = UserError(
    "这名学生不在这个班，或者这次作业没有布置给这名学生",
    kept="照片没有变。",
    next="刷新页面，从名单里选。",
    field="pupil",
)
RELEASED = UserError(
    "这份答案已经发给学生了", kept="发出去的分数和文字没有变。", next="要改分，请到“批改”里改。", status=409
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came."""

    name: str
    data: bytes


@dataclass(slots=True)
class Taken:
    """What became of an upload: photos kept, those that were there already, those refused (name, why)."""

    kept: int
    known: int
    refused: list[tuple[str, str]]


def homework_for(actor: Actor, homework_id: UUID) -> HomeworkRef:
    homework = teaching.homework(homework_id)
    TABLE.require(actor, MARK, homework)
    if not queries.items_on_paper(homework):
        raise Denied(MARK)
    return homework


def upload(*, actor: Actor, homework_id: UUID, photos: Sequence[Sent], only_paper: bool) -> Taken:
    """Keep photos of sheets, each drawn anew; a file that is no photo costs the others nothing. A job reads them."""
    homework = homework_for(actor, homework_id)
    if not photos:
        raise NO_PHOTOS
    if not only_paper:
        raise ONLY_PAPER
    have = SheetPhoto.objects.unscoped(_CHECKED).filter(homework_id=homework.id).count()
    if len(photos) > MOST_AT_ONCE or have + len(photos) > MOST_PHOTOS:
        raise UserError(
            f"一次最多传{MOST_AT_ONCE}张，一次作业最多{MOST_PHOTOS}张",
            kept=f"已经传上的{have}张都在。",
            next="分几次传，或者先删掉拍坏的。",
            field="photos",
            status=413,
        )
    taken = Taken(0, 0, [])
    with transaction.atomic():
        for position, photo in enumerate(photos, have + 1):
            _take(actor, homework, photo, position, taken)
        if taken.kept:
            detail = {"photos": taken.kept}
            _audit(actor, "assist.uploaded_sheets", ("homework", homework.id), homework.scope_path, detail)
            _ask(homework.id)
    return taken


def _take(actor: Actor, homework: HomeworkRef, photo: Sent, position: int, taken: Taken) -> None:
    digest = hashlib.sha256(photo.data).hexdigest()
    rows = SheetPhoto.objects.unscoped(_CHECKED).filter(homework_id=homework.id, digest=digest)
    if rows.exists():
        taken.known += 1
        return
    try:
        if uploads.sniff(photo.data) == "application/pdf":
            raise UserError("这里只收照片（JPG、PNG、WebP）", next="请把 PDF 里的每一页存成图片再传。")
        stored = files.put(photo.data, name=f"练习纸{position}", scope_path=homework.scope_path, actor=actor)
    except UserError as refused:
        taken.refused.append((photo.name[:60], f"{refused.message}。{refused.next}"))
        return
    row = SheetPhoto(
        scope_path=homework.scope_path,
        homework_id=homework.id,
        stored_file_id=stored.id,
        digest=digest,
        position=position,
        state="waiting" if ocr.is_installed() else "by_hand",
        troubles=[] if ocr.is_installed() else ["not_installed"],
        uploaded_by=actor.person_id,
    )
    SheetPhoto.objects.bulk_create([row], ignore_conflicts=True)
    if rows.filter(id=row.id).exists():
        taken.kept += 1
    else:  # the same photo at the same moment from another page
        taken.known += 1
        keeping.forget_files([stored.id])


def _ask(homework_id: UUID) -> None:
    if ocr.is_installed():
        task = jobs.configure_task(READ_TASK, lock="assist.ocr")
        transaction.on_commit(lambda: task.defer(homework_id=str(homework_id)))


def load(actor: Actor, photo_id: UUID) -> SheetPhoto:
    rows = SheetPhoto.objects.unscoped(_LOCKED).select_related("stored_file")
    return TABLE.load(actor, MARK, rows, id=photo_id)


def read_again(*, actor: Actor, homework_id: UUID) -> int:
    """Ask once more for what was not read; returns how many photos."""
    homework = homework_for(actor, homework_id)
    with transaction.atomic():
        rows = SheetPhoto.objects.unscoped(_CHECKED).filter(homework_id=homework.id)
        count = rows.filter(state__in=["failed", "reading", "by_hand"], read_at=None).update(
            state="waiting" if ocr.is_installed() else "by_hand"
        )
        if count:
            _ask(homework.id)
    return count


def say_whose(*, actor: Actor, photo_id: UUID, pupil_id: UUID | None) -> SheetPhoto:
    """Whose sheet a photo shows; answers read off it go to that pupil. None: nobody's yet."""
    with transaction.atomic():
        rows = SheetPhoto.objects.unscoped(_LOCKED).select_for_update(of=("self",))
        row = TABLE.load(actor, MARK, rows, id=photo_id)
        homework = teaching.homework(row.homework_id)
        if pupil_id is not None and (
            registry.pupil_in(homework.class_group_id, pupil_id) is None or not homework.is_for(pupil_id)
        ):
            raise NOT_OF_CLASS
        before, row.pupil_id = row.pupil_id, pupil_id
        if before != pupil_id:
            if before is not None and _is_released(homework.id, before):
                raise RELEASED
            row.save(update_fields=["pupil"])
            for one in {before, pupil_id} - {None}:
                rebuild(homework, one)
            _audit(actor, "assist.said_whose_sheet", ("sheet_photo", row.id), row.scope_path, {})
    return row


def _is_released(homework_id: UUID, pupil_id: UUID) -> bool:
    marks = PreMark.objects.unscoped(_CHECKED).filter(
        sheet_answer__homework_id=homework_id, pupil_id=pupil_id, released_at__isnull=False
    )
    return marks.exists()


def rebuild(homework: HomeworkRef, pupil_id: UUID | None) -> None:
    """A pupil's answers anew from all photos that show the pupil's sheets. What a teacher corrected stays; without a
    photo, what no teacher has touched goes."""
    if pupil_id is None:
        return
    photos = list(
        SheetPhoto.objects.unscoped(_CHECKED)
        .filter(homework_id=homework.id, pupil_id=pupil_id)
        .order_by("position", "id")
    )
    mine = SheetAnswer.objects.unscoped(_CHECKED).filter(homework_id=homework.id, pupil_id=pupil_id)
    if not photos:
        touched = PreMark.objects.unscoped(_CHECKED).filter(sheet_answer__isnull=False)
        mine.filter(corrected_by=None).exclude(id__in=touched.values("sheet_answer_id")).delete()
        return
    items = queries.items_on_paper(homework)
    questions = [sheets.Question(item.id, no, queries.stem_of(item)) for no, item in enumerate(items, 1)]
    written: dict[UUID, list[tuple[UUID, sheets.Written]]] = {}
    for photo in photos:
        for key, found in sheets.answers_of(sheets.lines_of(photo.lines), questions).items():
            written.setdefault(key, []).append((photo.id, found))
    known = {row.item_version_id: row for row in mine.select_for_update()}
    for item in items:
        parts = written.get(item.id, [])
        text = "\n".join(found.text for _, found in parts if found.text)[:MOST_TEXT]
        row = known.get(item.id) or SheetAnswer(
            scope_path=homework.scope_path,
            homework_id=homework.id,
            offering_id=homework.offering_id,
            pupil_id=pupil_id,
            item_version_id=item.id,
        )
        row.read_text = text
        row.score = min((found.score for _, found in parts if found.text), default=0.0)
        row.places = [
            {"photo": str(photo_id), "box": list(box)} for photo_id, found in parts for box in found.boxes
        ]
        if (
            row.corrected_by is None
            and not PreMark.objects.unscoped(_CHECKED).filter(sheet_answer_id=row.id).exists()
        ):
            row.text = text
        row.save()


def correct(*, actor: Actor, answer_id: UUID, text: str) -> SheetAnswer:
    """The teacher's reading of one answer; it counts from now on, whatever is read again."""
    with transaction.atomic():
        rows = SheetAnswer.objects.unscoped(_LOCKED).select_for_update(of=("self",))
        row = TABLE.load(actor, MARK, rows, id=answer_id)
        said = text.replace("\x00", "").replace("\r\n", "\n").strip()[:MOST_TEXT]
        if row.corrected_by is not None and row.text == said:
            return row
        if (
            PreMark.objects.unscoped(_CHECKED)
            .filter(sheet_answer_id=row.id, released_at__isnull=False)
            .exists()
        ):
            if row.text == said:
                return row
            raise RELEASED
        row.text, row.corrected_by = said, actor.person_id
        row.save(update_fields=["text", "corrected_by"])
        detail = {"changed": said != row.read_text}
        _audit(actor, "assist.corrected_sheet", ("sheet_answer", row.id), row.scope_path, detail)
    return row


def drop(*, actor: Actor, photo_id: UUID) -> UUID:
    """Take away a photo that should not be there; what was read off it goes along, unless a teacher touched it."""
    with transaction.atomic():
        rows = SheetPhoto.objects.unscoped(_LOCKED).select_for_update(of=("self",))
        row = TABLE.load(actor, MARK, rows, id=photo_id)
        homework, pupil_id, stored = teaching.homework(row.homework_id), row.pupil_id, row.stored_file_id
        _audit(actor, "assist.dropped_sheet", ("sheet_photo", row.id), row.scope_path, {})
        row.delete()
        rebuild(homework, pupil_id)
        keeping.forget_files([stored])
    return homework.id


def _audit(actor: Actor, verb: str, row: tuple[str, UUID], path: str, detail: Mapping[str, object]) -> None:
    audit.write(actor, verb, thing=row[0], thing_id=row[1], scope_path=path, detail=dict(detail))
