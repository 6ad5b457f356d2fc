"""What the kernel holds about one person: traces in the sealed trail and in delivered events, by internal number."""

from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.kernel.models import AuditRow, OutboxEvent

_SEALED = "封存的操作记录，法律要求留存；只有内部编号，编号已不指向任何人，到期清除"


def export(person_id: UUID) -> list[Part]:
    """The audit rows about this person."""
    rows = AuditRow.objects.filter(thing_id=person_id)
    columns = {"时间": "created_at", "做了什么": "verb"}
    return [holdings.part("kernel.auditrow", "对本人资料的改动", rows, columns, hide="seal seal_no")]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Delivered events that name the person go; the trail is sealed and stays."""
    events = OutboxEvent.objects.annotate(said=Cast("payload", TextField())).filter(
        ~Q(delivered_at=None), said__contains=str(person_id)
    )
    return [
        holdings.erased("已送达的房间间事件", events),
        Fate("操作记录", AuditRow.objects.filter(thing_id=person_id).count(), "kept", _SEALED),
    ]


holdings.register("kernel", 0, export=export, erase=erase)
