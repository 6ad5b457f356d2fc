"""What may be used in a day."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from qiming.agents import access
from qiming.agents.models import QuotaRule
from qiming.agents.services.places import place_for, tell
from qiming.agents.types import Per
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

_WHY = "the place was checked by the access table"


def set_quota(
    *,
    actor: Actor | None,
    place_id: UUID,
    per: Per,
    quota_class: str = "",
    requests: int | None = None,
    tokens: int | None = None,
    minutes: int | None = None,
) -> UUID:
    """Set what may be used in a day at a place and below. Quotas of places above go on holding: the strictest counts."""
    place = place_for(actor, access.QUOTAS, place_id)
    given = (requests, tokens, minutes)
    if all(one is None for one in given) or any(one is not None and not 0 <= one <= 10**12 for one in given):
        raise UserError(
            "次数、字数、分钟至少写一个，写正整数",
            kept="额度没有改。",
            next="不限的那一项不写；写0就是不让用。",
        )
    with transaction.atomic():
        row, _ = QuotaRule.objects.unscoped(_WHY).update_or_create(
            scope_path=place.path,
            per=per.value,
            quota_class=quota_class,
            defaults={"requests": requests, "tokens": tokens, "minutes": minutes},
        )
        told = {"per": per.value, "class": quota_class, "limits": [str(one) for one in given]}
        tell(actor, "agents.set_quota", row.id, place.path, told)
    return row.id
