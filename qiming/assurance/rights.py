"""What the gate holds about one person: what they filed, checked and signed. Pupils have nothing here."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qiming.assurance.models import (
    Filing,
    HumanMark,
    JudgePass,
    OwnBank,
    Product,
    ProductVersion,
    Proposal,
    Signature,
    TelemetryKey,
    TestRun,
    ThirdPartyReport,
    Trial,
    WrittenReport,
)
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "准入的依据要留存，去掉了是谁办的"

# model, field, what it is called, columns of the copy, columns hidden from it
_HELD: tuple[tuple[Any, str, str, dict[str, str], str], ...] = (
    (Product, "filed_by", "申报的产品", {"时间": "created_at", "名称": "title"}, "endpoint_key"),
    (ProductVersion, "made_by", "申报的版本", {"时间": "created_at", "第几版": "number"}, ""),
    (Filing, "checked_by", "核验过的备案号", {"时间": "checked_at", "种类": "kind", "说明": "note"}, ""),
    (TestRun, "started_by", "发起的检测", {"时间": "created_at", "题库": "suite"}, ""),
    (HumanMark, "person_id", "判读过的作答", {"时间": "created_at", "说明": "note"}, ""),
    (JudgePass, "started_by", "请模型做过的评判", {"时间": "created_at", "模型": "judge"}, ""),
    (OwnBank, "brought_by", "导入的题库", {"时间": "created_at", "名称": "title"}, "body"),
    (OwnBank, "ended_by", "停用的题库", {"时间": "ended_at", "名称": "title"}, "body"),
    (WrittenReport, "asked_by", "要过的检测报告", {"时间": "created_at"}, ""),
    (ThirdPartyReport, "sent_by", "上传的报告", {"时间": "created_at", "机构": "body"}, ""),
    (ThirdPartyReport, "checked_by", "核对过的报告", {"时间": "checked_at", "说明": "note"}, ""),
    (Trial, "set_by", "定过的试用", {"时间": "created_at", "到": "until"}, ""),
    (Proposal, "made_by", "拟过的准入意见", {"时间": "created_at", "理由": "grounds"}, ""),
    (Signature, "person_id", "签署过的意见", {"时间": "created_at", "部门": "authority"}, ""),
    (TelemetryKey, "made_by", "领过的密钥", {"时间": "created_at"}, ""),
)


# The second name a table holds, told apart.
_SECOND = {(ThirdPartyReport, "checked_by"): "_checked", (OwnBank, "ended_by"): "_ended"}


def _rows(model: Any, field: str, person_id: UUID) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.unscoped(_WHY).filter(**{field: person_id})
    return found


def export(person_id: UUID) -> list[Part]:
    """Everything somebody filed, checked, judged or signed."""
    return [
        holdings.part(
            f"assurance.{model._meta.model_name}" + _SECOND.get((model, field), ""),
            called,
            _rows(model, field, person_id),
            columns,
            hide=hidden,
        )
        for model, field, called, columns, hidden in _HELD
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The grounds of a verdict stay; who did them becomes a number that leads nowhere."""
    return [
        holdings.moved(called, _rows(model, field, person_id), _KEPT, **{field: pseudonym_id})
        for model, field, called, _, _ in _HELD
    ]


holdings.register("assurance", 6, export=export, erase=erase)
