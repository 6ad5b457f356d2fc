"""What the room holds about one person: calls under a pseudonym that only this installation can make again."""

from uuid import UUID

from qiming.agents.models import Call, QuotaDay, Turn
from qiming.agents.queries import subject_of
from qiming.agents.talk.queries import words_of
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_HIDE = "text_box text_sha256 subject_sha256 seal buckets"
_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"


def export(person_id: UUID) -> list[Part]:
    """When which model was used through our own agents, and how it ended."""
    rows = Call.objects.unscoped(_WHY).filter(subject=subject_of(person_id))
    columns = {"时间": "created_at", "教育模型": "route", "模型": "model", "结果": "outcome"}
    return [holdings.part("agents.call", "用过的模型", rows, columns, hide=_HIDE), _said(person_id)]


def _said(person_id: UUID) -> Part:
    """What the person and agents said to each other, opened: it is the person's own."""
    columns = {"时间": "created_at", "智能体": "agent", "说的话": "asked", "回答": "replied"}
    return Part("agents.turn", "和智能体的对话", "", columns, words_of(subject_of(person_id)))


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Texts and the pseudonym go; the rows stay sealed and point to nobody."""
    subject = subject_of(person_id)
    QuotaDay.objects.filter(bucket__endswith=f":{subject}").delete()
    rows = Call.objects.unscoped(_WHY).filter(subject=subject)
    count = rows.update(subject="", buckets=[], text_box=None)
    said = Turn.objects.unscoped(_WHY).filter(subject=subject)
    talks = holdings.erased("和智能体的对话", said)
    return [talks, Fate("用过的模型", count, "pseudonym", "只剩次数和字数，不指向任何人，封存的次序不断")]


holdings.register("agents", 6, export=export, erase=erase)
