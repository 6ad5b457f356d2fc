"""The third-party report: sent by the company, checked by a clerk."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from qiming.assurance.access import FILE
from qiming.assurance.models import ThirdPartyReport
from qiming.assurance.services.common import WHY, note, own_version, version_on_duty
from qiming.kernel import files, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

LONGEST_DAYS = 366  # proposed in workflows 2a: a report counts for twelve months


@dataclass(frozen=True, slots=True)
class ReportWish:
    """What a company says about the report it sends."""

    body: str
    accreditation: str
    dated: date
    valid_until: date
    is_full: bool
    name: str
    data: bytes


@transaction.atomic
def send_report(*, actor: Actor, version_id: UUID, wish: ReportWish) -> UUID:
    """Keep a report (PDF) for a version; a later one does not remove the earlier."""
    version = own_version(actor, FILE, version_id)
    if not wish.body.strip() or not wish.accreditation.strip():
        raise UserError("请写检测机构和它的资质编号", kept="没有上传。", field="body")
    if wish.dated > time.today() or wish.valid_until < wish.dated:
        raise UserError("报告的日期不对", kept="没有上传。", field="dated")
    if wish.valid_until > wish.dated + timedelta(days=LONGEST_DAYS):
        raise UserError("报告最长有效十二个月", kept="没有上传。", field="valid_until")
    stored = files.put(wish.data, name=wish.name, scope_path=version.scope_path, actor=actor)
    row = ThirdPartyReport.objects.create(
        scope_path=version.scope_path,
        version=version,
        body=wish.body.strip()[:80],
        accreditation=wish.accreditation.strip()[:80],
        dated=wish.dated,
        valid_until=wish.valid_until,
        file_id=stored.id,
        sha256=stored.sha256,
        content_hash=version.content_hash,
        is_full=wish.is_full,
        sent_by=actor.person_id,
    )
    note(actor, "assurance.send_report", version, report=str(row.id))
    return row.id


@transaction.atomic
def check_report(*, actor: Actor, report_id: UUID, accepted: bool, said: str) -> None:
    """A clerk holds a report against what it must be: of an accredited body, full, of this version."""
    row = ThirdPartyReport.objects.unscoped(WHY).select_for_update().filter(id=report_id).first()
    if row is None:
        raise Denied(FILE)
    version = version_on_duty(actor, row.version_id, "clerk")
    if not said.strip():
        raise UserError("请写怎么核对的", kept="没有改动。", field="said")
    if row.accepted is not None:
        raise UserError("这份报告已经核对过", kept="没有改动。", status=409)
    if accepted and not row.is_full:
        raise UserError("不是全面检测的报告不能收", kept="没有改动。", field="accepted")
    row.accepted, row.note = accepted, said.strip()[:300]
    row.checked_by, row.checked_at = actor.person_id, time.now()
    row.save()
    note(actor, "assurance.check_report", version, report=str(row.id), accepted=accepted)
