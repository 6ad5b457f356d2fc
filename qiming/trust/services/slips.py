"""Paper slips: a class typed in one go, with the scan. A guardian online afterwards overrides them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, files, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.models import StoredFile
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.trust import texts
from qiming.trust.access import TABLE
from qiming.trust.models import ConsentLine, SlipBatch, SlipScan
from qiming.trust.queries.consent import consented_among
from qiming.trust.services.consent import tell_ended
from qiming.trust.services.reads import log_read
from qiming.trust.types.consent import Purpose, Said, Via

ENTER: Final = "trust.enter_slips"
MOST_SCANS = 60
OLDEST = 366  # days: an older signature is asked for again

Slip = Mapping[Purpose, bool]
Scan = tuple[str, bytes]


def enter_slips(
    *,
    actor: Actor,
    batch_id: UUID,
    class_id: UUID,
    slips: Mapping[UUID, Slip],
    signed_on: date,
    scans: Sequence[Scan] = (),
) -> SlipBatch:
    """Keep the slips of a class: pupil → purpose → yes or no; who is not in it has not handed one in. All or
    nothing; the same `batch_id` again changes nothing."""
    group = registry.org(class_id)
    TABLE.require(actor, ENTER, group)
    known = {pupil.id: pupil for pupil in registry.pupils_of(class_id)}
    _check(slips, known, signed_on)
    with transaction.atomic():
        batch, is_new = SlipBatch.objects.unscoped("one's own page made the key").get_or_create(
            id=batch_id,
            defaults={
                "scope_path": group.path,
                "class_id": class_id,
                "typed_by": actor.person_id,
                "signed_on": signed_on,
                "pupils": len(slips),
            },
        )
        if (batch.class_id, batch.typed_by) != (class_id, actor.person_id):
            raise UserError("这一页已经用过了", kept="什么都没有改。", next="刷新页面再录。", status=409)
        if not is_new:
            return batch
        held = {purpose: consented_among(slips, purpose) for purpose in Purpose}
        ConsentLine.objects.bulk_create(_lines(actor, batch, slips, known))
        for purpose, before in held.items():
            for person_id in before - consented_among(before, purpose):
                tell_ended(known[person_id], purpose)
        _keep_scans(actor, batch, scans)
        detail = {"pupils": len(slips), "scans": len(scans)}
        audit.write(actor, ENTER, thing="slips", thing_id=batch.id, scope_path=group.path, detail=detail)
    return batch


def _check(slips: Mapping[UUID, Slip], known: Mapping[UUID, PupilRef], signed_on: date) -> None:
    if not slips:
        raise UserError(
            "没有勾“交了”的回执",
            kept="什么都没有改。",
            next="交了回执的那一行先勾“交了”，再记下来。",
            field="slips",
        )
    if not set(slips) <= set(known):
        raise UserError(
            "名单刚刚变过，有的学生不在这个班了",
            kept="什么都没有记。",
            next="刷新页面，按新的名单再录一次。",
            status=409,
        )
    today = time.today()
    if not 0 <= (today - signed_on).days <= OLDEST:
        raise UserError(
            "签字的日期要在今天以前的一年里",
            kept="勾选的都还在。",
            next="改一下日期再记。",
            field="signed_on",
        )


def _lines(
    actor: Actor, batch: SlipBatch, slips: Mapping[UUID, Slip], known: Mapping[UUID, PupilRef]
) -> list[ConsentLine]:
    return [
        ConsentLine(
            scope_path=known[person_id].scope_path,
            person_id=person_id,
            purpose=purpose,
            said=Said.GIVEN if is_yes else Said.REFUSED,
            via=Via.PAPER,
            entered_by=actor.person_id,
            text_no=texts.current(purpose).no,
            text_digest=texts.current(purpose).digest,
            batch=batch,
        )
        for person_id, slip in slips.items()
        for purpose, is_yes in slip.items()
    ]


@transaction.atomic
def add_scans(*, actor: Actor, batch_id: UUID, scans: Sequence[Scan]) -> int:
    """Put scans to slips typed before; returns how many there are now."""
    batch = TABLE.load(
        actor, ENTER, SlipBatch.objects.for_actor(actor, ENTER).select_for_update(), id=batch_id
    )
    if not scans:
        raise UserError("没有选文件", kept="录过的都在。", next="选 PDF 或照片，再传一次。", field="scans")
    count = _keep_scans(actor, batch, scans)
    detail = {"scans": len(scans)}
    audit.write(
        actor, "trust.add_scans", thing="slips", thing_id=batch.id, scope_path=batch.scope_path, detail=detail
    )
    return count


def _keep_scans(actor: Actor, batch: SlipBatch, scans: Sequence[Scan]) -> int:
    have = SlipScan.objects.unscoped("the batch was loaded for the actor").filter(batch=batch).count()
    if have + len(scans) > MOST_SCANS:
        raise UserError(
            f"一批回执最多附{MOST_SCANS}个文件",
            kept="勾选的都还在。",
            next="合成一个 PDF 再传。",
            field="scans",
        )
    for name, data in scans:
        stored = files.put(data, name=name, scope_path=batch.scope_path, actor=actor)
        SlipScan.objects.create(
            scope_path=batch.scope_path, batch=batch, stored_file=stored, added_by=actor.person_id
        )
    return have + len(scans)


def scan_file(*, actor: Actor, scan_id: UUID) -> StoredFile:
    """A scan for whoever enters slips of that class; that it was looked at is noted for every pupil on it."""
    rows = SlipScan.objects.for_actor(actor, ENTER).select_related("stored_file", "batch")
    scan = TABLE.load(actor, ENTER, rows, id=scan_id)
    lines = ConsentLine.objects.unscoped("the pupils whose slips were typed with this scan")
    log_read(
        actor,
        verb=ENTER,
        subjects=lines.filter(batch=scan.batch).values_list("person_id", flat=True).distinct(),
        scope_path=scan.scope_path,
        what="同意书回执的扫描件",
    )
    return scan.stored_file
