"""What the room holds about one person: what they offered and decided; of pupils what families said, what tools sent."""

from uuid import UUID

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.resources.launching import rights as launching
from qiming.resources.lti import rights as lti
from qiming.resources.models import Adoption, Exclusion, Rating, Resource, ResourceVersion

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "学校的资源和选用决定要留存，去掉了是谁办的"


def export(person_id: UUID) -> list[Part]:
    """Resources offered, versions made, decisions taken for a school."""
    part = holdings.part
    return [
        *launching.export(person_id),
        part(
            "resources.resource",
            "送审的资源",
            Resource.objects.unscoped(_WHY).filter(offered_by=person_id),
            {"时间": "created_at", "标题": "title"},
            hide="words",
        ),
        part(
            "resources.resourceversion",
            "做的资源版本",
            ResourceVersion.objects.unscoped(_WHY).filter(made_by=person_id),
            {"时间": "created_at", "第几版": "number", "到哪一步": "state"},
        ),
        part(
            "resources.adoption",
            "代表学校作的选用决定",
            Adoption.objects.unscoped(_WHY).filter(decided_by=person_id),
            {"时间": "created_at", "决定": "minutes", "结束原因": "ended_why"},
        ),
        part(
            "resources.adoption_ended",
            "代表学校结束的选用",
            Adoption.objects.unscoped(_WHY).filter(ended_by=person_id),
            {"结束": "ended_on", "原因": "ended_why"},
        ),
        part(
            "resources.rating",
            "对资源的评价",
            Rating.objects.unscoped(_WHY).filter(person_id=person_id),
            {"时间": "created_at", "几分": "stars", "理由": "why"},
        ),
        part(
            "resources.exclusion",
            "代表区里收起的资源",
            Exclusion.objects.unscoped(_WHY).filter(decided_by=person_id),
            {"从哪天": "since", "原因": "why", "放回": "ended_on"},
        ),
        part(
            "resources.exclusion_ended",
            "代表区里放回的资源",
            Exclusion.objects.unscoped(_WHY).filter(ended_by=person_id),
            {"从哪天": "since", "放回": "ended_on"},
        ),
        *lti.export(person_id),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The school's things stay; who did them becomes a number that leads nowhere."""
    offered = Resource.objects.unscoped(_WHY).filter(offered_by=person_id)
    made = ResourceVersion.objects.unscoped(_WHY).filter(made_by=person_id)
    decided = Adoption.objects.unscoped(_WHY).filter(decided_by=person_id)
    ended = Adoption.objects.unscoped(_WHY).filter(ended_by=person_id)
    return [
        *launching.erase(person_id, pseudonym_id),
        holdings.moved("送审的资源", offered, _KEPT, offered_by=pseudonym_id),
        holdings.moved("做的资源版本", made, _KEPT, made_by=pseudonym_id),
        holdings.moved("选用决定", decided, _KEPT, decided_by=pseudonym_id),
        holdings.moved("结束的选用", ended, _KEPT, ended_by=pseudonym_id),
        holdings.moved(
            "对资源的评价",
            Rating.objects.unscoped(_WHY).filter(person_id=person_id),
            _KEPT,
            person_id=pseudonym_id,
        ),
        holdings.moved(
            "区里收起的资源",
            Exclusion.objects.unscoped(_WHY).filter(decided_by=person_id),
            _KEPT,
            decided_by=pseudonym_id,
        ),
        holdings.moved(
            "区里放回的资源",
            Exclusion.objects.unscoped(_WHY).filter(ended_by=person_id),
            _KEPT,
            ended_by=pseudonym_id,
        ),
        *lti.erase(person_id, pseudonym_id),
    ]


holdings.register("resources", 5, export=export, erase=erase)
