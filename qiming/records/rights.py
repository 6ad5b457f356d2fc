"""What the record store holds about one person: copied out on request, erased on request."""

from uuid import UUID

from django.db import connection

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.records.models import Statement

_WHY = "the request was checked in the trust room"


def export(person_id: UUID) -> list[Part]:
    """The statements of which the person is the actor."""
    rows = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    columns = {"时间": "timestamp", "做了什么": "verb", "对象": "object_kind", "哪一个": "object_id"}
    says = "按 xAPI 2.0 格式存的每一次学习行为；raw 一列是完整的原文。"
    return [holdings.part("records.statement", "学习行为记录", rows, columns, says=says)]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The person's statements go; in those of others that name the person the pseudonym takes the place."""
    own = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_statement SET raw = replace(raw::text, %s, %s)::jsonb,"
            " object_id = replace(object_id, %s, %s)"
            " WHERE actor_person <> %s AND scope_path LIKE ANY(%s) AND (strpos(raw::text, %s) > 0 OR object_id = %s)",
            [
                str(person_id), str(pseudonym_id), str(person_id), str(pseudonym_id),
                person_id, _places(person_id), str(person_id), str(person_id),
            ],
        )  # fmt: skip
        others = cursor.rowcount
    fates = [holdings.erased("学习行为记录", own)]
    if others:
        fates.append(Fate("别人的记录里提到的编号", others, "pseudonym", "是别人的行为，只换掉编号"))
    return fates


def _places(person_id: UUID) -> list[str]:
    """Where statements about the person can lie: the places of the person's own (a search by prefix stays cheap)."""
    rows = Statement.objects.unscoped(_WHY).filter(actor_person=person_id)
    return [f"{path}%" for path in rows.order_by().values_list("scope_path", flat=True).distinct()]


holdings.register("records", 4, export=export, erase=erase)
