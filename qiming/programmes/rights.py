"""What the room holds about one person: what they wrote, saw, noted and confirmed for a school or an office."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.programmes.models import Application, Attachment, Call, Reuse, Support, Visit

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "学校和主管单位的征集记录要留存，去掉了是谁办的"
# (key, what it is, rows, the column naming the person, columns for people)
_HELD: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("application", "写的申报", "made_by", {"时间": "created_at", "标题": "title", "到哪一步": "state"}),
    ("attachment", "传的附件", "added_by", {"时间": "created_at", "名字": "name"}),
    ("visit", "去学校看的记录", "visitor", {"日期": "day", "看到什么": "note"}),
    ("reuse", "记下的采用", "noted_by", {"时间": "created_at", "怎么用的": "says"}),
    ("support", "写的支持", "noted_by", {"日期": "day", "做了什么": "says"}),
    ("support_confirmed", "确认的支持", "confirmed_by", {"日期": "day", "做了什么": "says"}),
    ("call", "发起的征集", "opened_by", {"时间": "created_at", "名称": "title"}),
    ("call_ranked", "排过序的征集", "ranked_by", {"时间": "ranked_at", "名称": "title"}),
)


def _rows(key: str) -> QuerySet[Any]:
    """Every row of one kind: the key's first word says which."""
    found: dict[str, Callable[[], QuerySet[Any]]] = {
        "application": lambda: Application.objects.unscoped(_WHY).defer("words"),
        "attachment": Attachment.objects.all,
        "visit": lambda: Visit.objects.unscoped(_WHY),
        "reuse": Reuse.objects.all,
        "support": Support.objects.all,
        "call": lambda: Call.objects.unscoped(_WHY),
    }
    return found[key.split("_", maxsplit=1)[0]]()


def export(person_id: UUID) -> list[Part]:
    """Every row with the person's number in it."""
    return [
        holdings.part(
            f"programmes.{key}", title, _rows(key).filter(**{column: person_id}), shown, hide="words"
        )
        for key, title, column, shown in _HELD
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The records stay; who made them becomes a number that leads nowhere."""
    return [
        holdings.moved(title, _rows(key).filter(**{column: person_id}), _KEPT, **{column: pseudonym_id})
        for key, title, column, _ in _HELD
    ]


holdings.register("programmes", 10, export=export, erase=erase)
