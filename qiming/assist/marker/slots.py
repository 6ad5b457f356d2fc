"""What the marker shows on lower pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.assist.access import TABLE
from qiming.assist.marker import queries
from qiming.assist.marker.access import MARK
from qiming.curriculum.types import Item
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.teaching.types import HomeworkRef, OfferingRef


def _actor(request: HttpRequest) -> Actor | None:
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else None


def to_sheets(
    request: HttpRequest, *, homework: HomeworkRef, brief: bool = True, **_: object
) -> SafeString | str:
    """From one homework to its photographed sheets."""
    actor = _actor(request)
    if brief or actor is None or not TABLE.allows(actor, MARK, homework):
        return ""
    if not queries.items_on_paper(homework):
        return ""
    where = reverse("assist.sheets", args=[homework.id])
    return format_html('<p class="mt4"><a class="btn" href="{}">写在纸上的，拍照批</a></p>', where)


def to_queue(request: HttpRequest, **_: object) -> SafeString | str:
    """From what waits to be marked to the proposals."""
    actor = _actor(request)
    if actor is None or not TABLE.may_try(actor, MARK):
        return ""
    return format_html(
        '<p class="mt4"><a class="btn" href="{}">简答预批和练习纸照片</a></p>', reverse("assist.marker")
    )


def to_question(request: HttpRequest, *, offering: OfferingRef, item: Item, **_: object) -> SafeString | str:
    """From one pile to the same answers with proposals."""
    actor = _actor(request)
    if actor is None or item.kind != "short" or not TABLE.allows(actor, MARK, offering):
        return ""
    where = reverse("assist.question", args=[offering.id, item.id])
    return format_html('<p class="mt4"><a class="btn" href="{}">看机器的预批</a></p>', where)


slots.fill("teaching.homework_status", to_sheets)
slots.fill("learning.marking_more", to_queue)
slots.fill("learning.pile_more", to_question)
