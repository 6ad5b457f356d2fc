"""What launching holds about one person: what families said, launches under pseudonyms, what staff decided."""

from uuid import UUID

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.resources.launching.models import (
    ToolAdoption,
    ToolClass,
    ToolLaunch,
    ToolNoticeRead,
    ToolPlace,
    ToolWord,
)
from qiming.resources.launching.pseudonyms import pseudonym

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "学校的选用决定要留存，去掉了是谁办的"


def export(person_id: UUID) -> list[Part]:
    """Words on products, launches (found by the pseudonyms only this installation can make), decisions."""
    part = holdings.part
    return [
        part(
            "resources.toolword",
            "对产品同意不同意",
            ToolWord.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "说了什么": "said"},
        ),
        part(
            "resources.toollaunch",
            "打开过的产品",
            ToolLaunch.objects.unscoped(_WHY).filter(pseudonym__in=_names(person_id)),
            {"哪个小时": "created_at"},
            says="平台只记到小时；产品知道的代号写在“pseudonym”里，向厂商要数据时用它。",
        ),
        part(
            "resources.tooladoption",
            "提出、决定、备案的产品",
            ToolAdoption.objects.unscoped(_WHY).filter(asked_by=person_id)
            | ToolAdoption.objects.unscoped(_WHY).filter(decided_by=person_id)
            | ToolAdoption.objects.unscoped(_WHY).filter(filed_by=person_id),
            {"时间": "created_at", "产品": "title", "用途": "purpose"},
        ),
        part(
            "resources.toolplace",
            "放进课里的产品",
            ToolPlace.objects.unscoped(_WHY).filter(placed_by=person_id),
            {"时间": "created_at", "产品": "title", "哪一课": "lesson_key"},
        ),
        part(
            "resources.toolclass",
            "开到班的产品",
            ToolClass.objects.unscoped(_WHY).filter(enabled_by=person_id),
            {"时间": "created_at", "用到": "until"},
        ),
        part(
            "resources.toolnoticeread",
            "看过的产品消息",
            ToolNoticeRead.objects.filter(person_id=person_id),
            {"看到": "read_at"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """A child's words and launches go; the school's decisions stay without who took them."""
    words = ToolWord.objects.unscoped(_WHY)
    adoptions = ToolAdoption.objects.unscoped(_WHY)
    fates = [
        holdings.erased("对产品的回答", words.filter(person_id=person_id)),
        holdings.erased(
            "打开产品的记录", ToolLaunch.objects.unscoped(_WHY).filter(pseudonym__in=_names(person_id))
        ),
    ]
    words.filter(decided_by=person_id).update(decided_by=pseudonym_id)
    words.filter(entered_by=person_id).update(entered_by=pseudonym_id)
    adoptions.filter(decided_by=person_id).update(decided_by=pseudonym_id)
    adoptions.filter(filed_by=person_id).update(filed_by=pseudonym_id)
    placed = ToolPlace.objects.unscoped(_WHY).filter(placed_by=person_id)
    enabled = ToolClass.objects.unscoped(_WHY).filter(enabled_by=person_id)
    return [
        *fates,
        holdings.erased("看过的产品消息", ToolNoticeRead.objects.filter(person_id=person_id)),
        holdings.moved("提出的选用", adoptions.filter(asked_by=person_id), _KEPT, asked_by=pseudonym_id),
        holdings.moved("放进课里的产品", placed, _KEPT, placed_by=pseudonym_id),
        holdings.moved("开到班的产品", enabled, _KEPT, enabled_by=pseudonym_id),
    ]


def _names(person_id: UUID) -> list[str]:
    """Every name under which a product of this installation may know the person."""
    rows = ToolAdoption.objects.unscoped(_WHY).values_list("product_id", flat=True).distinct()
    return [pseudonym(product_id, person_id) for product_id in rows]
