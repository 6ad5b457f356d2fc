"""Periods taught without the platform: unplugged, with other materials, or before the school had it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import AI
from qiming.kernel import files
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.models import StoredFile
from qiming.kernel.time import today
from qiming.registry import queries as registry
from qiming.registry.types import SlotTime
from qiming.teaching.access import AMEND, RECORD, SEE_PHOTO, TABLE
from qiming.teaching.consent import PHOTOS, hidden
from qiming.teaching.events import PERIOD_AMENDED, PERIOD_CONFIRMED
from qiming.teaching.models import PeriodPhoto, TaughtPeriod
from qiming.teaching.queries.refs import WHY, period_ref
from qiming.teaching.rules.dated import COUNTED_SINCE
from qiming.teaching.services.confirming import Exceptions, mark_attendance, settle
from qiming.teaching.services.crediting import evidence_kind_of, recompute
from qiming.teaching.services.periods import (
    locked_period,
    moments,
    note_change,
    save_in_slot,
    tell,
)
from qiming.teaching.services.roster import is_known_on
from qiming.teaching.types import PeriodRef, PeriodState

MAX_PHOTOS = 6
NOT_YET_HERE = "这个班的学生那时还没有入学，没有那天的名单"
WHICH_CLASS = "要记的是现在高年级的班，请选它现在的班名。"


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo with the teacher's statement: which pupils can be recognised in it; nobody, when empty."""

    name: str
    data: bytes
    pictured: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """What was taught, in the words of whoever puts it on record."""

    class_id: UUID
    on: date
    slot_no: int | None
    title: str
    materials: str
    credited_minutes: int
    outcome_ids: Sequence[str] = ()
    note: str = ""
    exceptions: Exceptions = field(default_factory=dict)
    photos: Sequence[Photo] = ()
    period_minutes: int | None = None


def record_other_period(*, actor: Actor, told: Told) -> PeriodRef:
    """Put a period on record that the platform did not see. It counts, and the ledger says what stands behind it."""
    place = registry.org(told.class_id)
    TABLE.require(actor, RECORD, place)
    time = _check(told)
    if not is_known_on(place, told.on):
        raise UserError(NOT_YET_HERE, next=WHICH_CLASS, field="on")
    length = told.period_minutes or (time.minutes if time else 45)
    with transaction.atomic():
        starts_at, ends_at = moments(told.on, time)
        period = TaughtPeriod(
            scope_path=place.path,
            class_group_id=place.id,
            school_year=registry.current_year(told.on).key,
            title=told.title.strip(),
            materials=told.materials.strip(),
            outcome_ids=_outcomes(told.outcome_ids),
            note=told.note.strip()[:500],
            planned_date=told.on,
            slot_no=told.slot_no,
            starts_at=starts_at,
            ends_at=ends_at,
            state=PeriodState.TAUGHT,
            credited_minutes=_minutes(told.credited_minutes, length),
            period_minutes=length,
        )
        save_in_slot(period)
        _complete(actor, period, told, "recorded")
    return period_ref(period)


def record_planned_otherwise(*, actor: Actor, period_id: UUID, told: Told) -> PeriodRef:
    """A planned period was held without the platform: the same facts, on the planned row."""
    with transaction.atomic():
        period = locked_period(actor, RECORD, period_id)
        if period.state != PeriodState.PLANNED or period.planned_date > today():
            raise UserError("只有排好的、已经到日子的课可以这样记", next="刷新页面看看这节课现在的状态。")
        _check_words(told)
        period.materials = told.materials.strip()
        period.note = told.note.strip()[:500]
        if period.subject == AI:
            period.credited_minutes = _minutes(told.credited_minutes, period.period_minutes)
        period.outcome_ids = _outcomes(told.outcome_ids)
        _complete(actor, period, told, "recorded")
    return period_ref(period)


def add_photos(*, actor: Actor, period_id: UUID, photos: Sequence[Photo]) -> PeriodRef:
    """Add photos to a period. A confirmed period's ledger then says that it is documented."""
    with transaction.atomic():
        period = locked_period(actor, RECORD, period_id)
        if period.state in (PeriodState.PLANNED, PeriodState.CANCELLED):
            raise UserError("这节课还没有上，不能加照片", next="上过以后再来加。")
        _keep_photos(actor, period, photos)
        if period.state == PeriodState.CONFIRMED:
            period.evidence_kind = evidence_kind_of(period)
            period.save(update_fields=["evidence_kind"])
            recompute(period)
            tell(PERIOD_AMENDED, period)
        note_change(actor, period, "photos_added", after={"photos": len(photos)})
    return period_ref(period)


def remove_photo(*, actor: Actor, photo_id: UUID, reason: str) -> None:
    """Take away a photo that should not be there (a face, a wrong board); the trail keeps that it was."""
    with transaction.atomic():
        rows = PeriodPhoto.objects.unscoped("filtered by the access table").select_related("period")
        photo = TABLE.load(actor, AMEND, rows, id=photo_id)
        period = locked_period(actor, AMEND, photo.period_id)
        photo.delete()
        if period.state == PeriodState.CONFIRMED:
            period.evidence_kind = evidence_kind_of(period)
            period.save(update_fields=["evidence_kind"])
            recompute(period)
            tell(PERIOD_AMENDED, period)
        note_change(actor, period, "photo_removed", reason=reason.strip()[:300])


def photo_file(*, actor: Actor, photo_id: UUID) -> StoredFile:
    """The stored picture, for the school alone, while everybody who can be recognised in it consents."""
    rows = PeriodPhoto.objects.unscoped("filtered by the access table").select_related("stored_file")
    photo = TABLE.load(actor, SEE_PHOTO, rows, id=photo_id)
    if hidden([(photo.id, photo.faces, photo.pictured)]):
        raise UserError(
            "这张照片不再显示",
            kept="这节课的记录没有变。",
            next="照片里有人没有同意，或者放的时候没有说明。需要的话，换一张认不出学生的。",
            status=403,
        )
    return photo.stored_file


def _complete(actor: Actor, period: TaughtPeriod, told: Told, kind: str) -> None:
    _keep_photos(actor, period, told.photos)
    mark_attendance(actor, period, told.exceptions)
    settle(actor, period)
    note_change(actor, period, kind, after={"materials": period.materials, "photos": len(told.photos)})
    tell(PERIOD_CONFIRMED, period)


def _keep_photos(actor: Actor, period: TaughtPeriod, photos: Sequence[Photo]) -> None:
    have = PeriodPhoto.objects.unscoped(WHY).filter(period=period).count()
    if have + len(photos) > MAX_PHOTOS:
        raise UserError(f"一节课最多放{MAX_PHOTOS}张照片", kept="填写的都还在。", field="photos")
    _must_consent(period, photos)
    for photo in photos:
        stored = files.put(photo.data, name=photo.name, scope_path=period.scope_path, actor=actor)
        PeriodPhoto.objects.create(
            scope_path=period.scope_path,
            period=period,
            stored_file=stored,
            added_by=actor.person_id,
            faces="some" if photo.pictured else "none",
            pictured=sorted(str(one) for one in photo.pictured),
        )


def _must_consent(period: TaughtPeriod, photos: Sequence[Photo]) -> None:
    """Whoever can be recognised is of this class and consents; otherwise the photo does not come in at all."""
    pictured = frozenset().union(*(photo.pictured for photo in photos)) if photos else frozenset()
    if not pictured:
        return
    known = {one.id: one.name for one in registry.pupils_of(period.class_group_id)}
    if not pictured <= set(known):
        raise UserError("照片里选的学生不在这个班", next="刷新页面，按现在的名单再选一次。", field="pictured")
    missing = [known[one] for one in pictured - PHOTOS.among(pictured)]
    if missing:
        raise UserError(
            f"{'、'.join(sorted(missing))}没有同意照片里认得出本人",
            kept="填写的都还在，照片没有放上。",
            next="换一张，或者裁掉、遮住再放。",
            field="pictured",
        )


def _check(told: Told) -> SlotTime | None:
    _check_words(told)
    if told.on > today():
        raise UserError("还没有到这一天", next="没上的课请排进计划。", field="on")
    if told.on < COUNTED_SINCE:
        raise UserError(f"只记{COUNTED_SINCE}以后的课", next="每学年8课时从2025年秋季学期算起。", field="on")
    if told.slot_no is None:
        return None
    time = next((one for one in registry.slot_times(told.class_id) if one.no == told.slot_no), None)
    if time is None:
        raise UserError("这所学校的节次表里没有这一节", next="换一个节次。", field="slot_no")
    return time


def _check_words(told: Told) -> None:
    if not 2 <= len(told.title.strip()) <= 120:
        raise UserError("请写上了什么（2到120字）", kept="其余填写的都还在。", field="title")
    if len(told.materials.strip()) > 200:
        raise UserError("用的材料最多200字", kept="其余填写的都还在。", field="materials")


def _minutes(given: int, length: int) -> int:
    if not 1 <= given <= length:
        raise UserError(f"人工智能用的分钟数要在1到{length}之间", field="credited_minutes")
    return given


def _outcomes(ids: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(ids))
    known = curriculum.outcomes_by_key(wanted)
    if len(known) != len(wanted):
        raise UserError("对应的课程纲要条目找不到了", next="重新选一次。", field="outcome_ids")
    return wanted
