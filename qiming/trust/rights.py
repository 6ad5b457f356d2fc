"""What the trust room itself holds about one pupil: copied out on request, erased on request."""

from uuid import UUID

from qiming.kernel import holdings, made
from qiming.kernel.holdings import Fate, Part
from qiming.registry import queries as registry
from qiming.trust.models import (
    AccessLog,
    ConsentLine,
    ErasureCase,
    LegalHold,
    PersonCopy,
    Report,
    ReportStep,
    SlipScan,
)
from qiming.trust.types.reports import StepKind

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_SEALED = "封存的日志，法律要求留存；只有内部编号，编号已不指向任何人，到期清除"
_BY_REPORTER = [StepKind.ASKED, StepKind.MORE, StepKind.APPEALED]


def export(person_id: UUID) -> list[Part]:
    """Readings, consent, reports, copies asked for, requests for erasure, holds."""
    part = holdings.part
    reports = Report.objects.unscoped(_WHY).filter(reporter_id=person_id)
    steps = ReportStep.objects.filter(report__in=reports)
    return [
        part(
            "trust.accesslog",
            "谁看过我的记录",
            AccessLog.objects.unscoped(_WHY).filter(subject_id=person_id),
            {"时间": "created_at", "身份": "role", "看了什么": "what"},
            hide="seal seal_no",
        ),
        part(
            "trust.consentline",
            "同意与撤回的经过",
            ConsentLine.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "用途": "purpose", "说了什么": "said", "方式": "via"},
        ),
        part(
            "trust.report",
            "写过的投诉举报",
            reports,
            {"时间": "created_at", "到哪一步": "state"},
            hide="code_hash",
        ),
        part("trust.reportstep", "投诉举报的往来", steps, {"时间": "created_at", "写了什么": "text"}),
        part(
            "trust.personcopy",
            "要过的副本",
            PersonCopy.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "到哪一步": "state"},
        ),
        part(
            "trust.erasurecase",
            "删除请求",
            ErasureCase.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "到哪一步": "state", "理由": "reason"},
        ),
        part(
            "trust.legalhold",
            "暂停删除",
            LegalHold.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "为什么": "reason"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Consent and copies go, complaints lose their writer and words; the sealed reading log stays as it is."""
    reports = Report.objects.unscoped(_WHY).filter(reporter_id=person_id)
    ReportStep.objects.filter(report__in=reports, kind__in=_BY_REPORTER).update(
        text="（已依法删除）", by_id=None
    )
    copies = PersonCopy.objects.unscoped(_WHY).filter(person_id=person_id)
    for copy_id in copies.values_list("id", flat=True):
        made.forget(f"copies/{copy_id}.zip")
    seen = AccessLog.objects.unscoped(_WHY).filter(subject_id=person_id).count()
    lifted = LegalHold.objects.unscoped(_WHY).filter(person_id=person_id)
    return [
        *_scans(person_id),
        holdings.erased("同意与撤回的经过", ConsentLine.objects.unscoped(_WHY).filter(person_id=person_id)),
        holdings.erased("要过的副本", copies),
        holdings.erased("解除了的暂停删除", lifted),
        holdings.moved("写过的投诉举报", reports, "处理经过留底；写的话和写的人都去掉了", reporter_id=None),
        Fate("查看记录", seen, "kept", _SEALED),
    ]


def _scans(person_id: UUID) -> list[Fate]:
    """Scanned slips: a sheet may bear several pupils' names, so a person has to look."""
    batches = ConsentLine.objects.unscoped(_WHY).filter(person_id=person_id, batch__isnull=False)
    scans = SlipScan.objects.unscoped(_WHY).filter(batch_id__in=batches.values("batch_id")).count()
    if not scans:
        return []
    place = registry.pupil(person_id)
    why = f"扫描件上可能还有别的学生，请学校在同意书回执里逐张核对，涂去这一名（{registry.org(place.class_id).name}）"
    return [Fate("纸质同意书的扫描件", scans, "by_hand", why)]


holdings.register("trust", 3, export=export, erase=erase)
