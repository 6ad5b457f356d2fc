"""What is held about one person: when they opened tools, and what tools sent back about them."""

from __future__ import annotations

from uuid import UUID

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.resources.lti.models import LtiInvitation, LtiLaunch, LtiLink, LtiScore, LtiTool

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "登记和课里的安排要留存，去掉了是谁办的"


def export(person_id: UUID) -> list[Part]:
    part = holdings.part
    launches = LtiLaunch.objects.unscoped(_WHY).filter(person_id=person_id)
    return [
        part(
            "resources.ltilaunch",
            "打开工具",
            launches,
            {"时间": "created_at", "课": "lesson_key"},
            hide="login_hint nonce returned",
        ),
        part(
            "resources.ltiscore",
            "工具送回的成绩",
            LtiScore.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "at", "得分": "given", "满分": "max_score", "评语": "comment"},
        ),
        part(
            "resources.ltilink",
            "放进课里的工具活动",
            LtiLink.objects.unscoped(_WHY).filter(placed_by=person_id),
            {"时间": "created_at", "标题": "title", "课": "lesson_key"},
        ),
        part(
            "resources.ltitool",
            "登记的工具",
            LtiTool.objects.unscoped(_WHY).filter(registered_by=person_id),
            {"时间": "created_at", "名称": "name"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """What is about the person goes; what they arranged stays without their number."""
    launches = LtiLaunch.objects.unscoped(_WHY).filter(person_id=person_id)
    scores = LtiScore.objects.unscoped(_WHY).filter(person_id=person_id)
    links = LtiLink.objects.unscoped(_WHY).filter(placed_by=person_id)
    tools = LtiTool.objects.unscoped(_WHY).filter(registered_by=person_id)
    invited = LtiInvitation.objects.unscoped(_WHY).filter(made_by=person_id)
    return [
        holdings.erased("打开工具", launches),
        holdings.erased("工具送回的成绩", scores),
        holdings.moved("放进课里的工具活动", links, _KEPT, placed_by=pseudonym_id),
        holdings.moved("登记的工具", tools, _KEPT, registered_by=pseudonym_id),
        holdings.moved("发的登记口令", invited, _KEPT, made_by=pseudonym_id),
    ]
