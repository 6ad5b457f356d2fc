"""个性化学习手册: asked for by teacher, guardian or the pupil, followed while it is made, taken away."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.insight.access import CLASS_HANDBOOK, MAKE_HANDBOOK, TABLE
from qiming.insight.handbooks import services
from qiming.insight.handbooks.files import name_of
from qiming.insight.models import Handbook
from qiming.insight.views.pupils import PUPIL_FRAME, STAFF_FRAME
from qiming.kernel import exports, made
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, is_fragment, not_modified, page, tagged
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.trust import services as trust

BOOK = exports.declare(
    "insight.handbook", "个性化学习手册：一名或一班学生的薄弱点和练习", Grade.L3, TABLE, MAKE_HANDBOOK
)
SHOWN = 5


@page(TABLE, MAKE_HANDBOOK)
def of_pupil(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """What is in a handbook, those made lately, and a new one."""
    pupil = _seen(request, registry.pupil(person_id))
    TABLE.require(request.actor, MAKE_HANDBOOK, pupil)
    if request.method == "POST":
        book = services.ask_for_pupil(actor=request.actor, pupil=pupil)
        return HttpResponseRedirect(reverse("insight.handbook", args=[book.id]))
    is_own = pupil.id == request.actor.person_id
    context = {
        "pupil": pupil,
        "is_own": is_own,
        "whose": "你" if is_own else pupil.name,
        "books": _lately(request, pupil_id=pupil.id),
        "frame": PUPIL_FRAME if is_own else STAFF_FRAME,
        "crumbs": []
        if is_own
        else [(pupil.name, reverse("insight.pupil", args=[pupil.id])), ("学习手册", "")],
    }
    return render(request, "insight/handbooks/ask.html", context)


@page(TABLE, CLASS_HANDBOOK)
def of_class(request: ActorRequest, class_id: UUID) -> HttpResponse:
    """The same for everybody of a class, in one file to print."""
    group = registry.org(class_id)
    TABLE.require(request.actor, CLASS_HANDBOOK, group)
    error: UserError | None = None
    if request.method == "POST":
        try:
            book = services.ask_for_class(actor=request.actor, class_id=class_id)
            return HttpResponseRedirect(reverse("insight.handbook", args=[book.id]))
        except UserError as caught:
            error = caught
    context = {
        "group": group,
        "error": error,
        "whose": f"{group.name}每名学生",
        "books": _lately(request, class_group_id=class_id, pupil=None),
        "frame": STAFF_FRAME,
        "crumbs": [("学情", reverse("insight.home")), (group.name, ""), ("学习手册", "")],
    }
    return render(request, "insight/handbooks/ask.html", context, status=422 if error else 200)


@require_GET
@page(TABLE, MAKE_HANDBOOK)
def book(request: ActorRequest, handbook_id: UUID) -> HttpResponseBase:
    """How far it is, then the file."""
    row = TABLE.load(request.actor, MAKE_HANDBOOK, Handbook, id=handbook_id)
    is_own = row.pupil_id == request.actor.person_id
    etag = f"{row.state}-{row.done}"
    context = {
        "book": row,
        "etag": etag,
        "again": reverse("insight.handbook_of", args=[row.pupil_id])
        if row.pupil_id
        else reverse("insight.class_handbook", args=[row.class_group_id]),
        "told": row.total - row.left_out,
        "is_class": row.pupil_id is None,
        "frame": PUPIL_FRAME if is_own else STAFF_FRAME,
        "crumbs": [],
    }
    if is_fragment(request):
        if unchanged := not_modified(request, etag):
            return unchanged
        return tagged(render(request, "insight/handbooks/_book.html", context), etag)
    return render(request, "insight/handbooks/book.html", context)


@require_GET
@page(TABLE, MAKE_HANDBOOK)
def file(request: ActorRequest, handbook_id: UUID) -> HttpResponseBase:
    """The PDF. Who takes another's handbook stands in the reading log."""
    row = TABLE.load(request.actor, MAKE_HANDBOOK, Handbook, id=handbook_id)
    if row.state != "ready":
        raise UserError("手册还没有做好", kept="没有改动。", next="在进度页等一会儿。", status=409)
    pupils = [one for one in registry.pupils_of(row.class_group_id) if row.pupil_id in {None, one.id}]
    trust.log_read(
        request.actor,
        verb=MAKE_HANDBOOK,
        subjects=[one.id for one in pupils],
        scope_path=row.scope_path,
        what="学习手册",
    )
    exports.tell(
        BOOK, actor=request.actor, place=row, thing_id=row.id, kind="pdf", rows=row.total - row.left_out
    )
    # A file's name may be seen by whoever looks at the device: it names the class, not the child.
    called = f"{registry.org(row.class_group_id).name}-学习手册-{row.created_at:%Y%m%d}.pdf"
    answer = made.download(name_of(row.id), called=called, media_type=exports.PDF)
    answer["X-Data-Grade"] = BOOK.grade.name
    return answer


def _lately(request: ActorRequest, **whose: object) -> list[Handbook]:
    rows = Handbook.objects.for_actor(request.actor, MAKE_HANDBOOK).filter(
        asked_by=request.actor.person_id, **whose
    )
    return list(rows.order_by("-created_at", "-id")[:SHOWN])


def _seen(request: ActorRequest, one: PupilRef) -> PupilRef:
    """The pupil in the class, or for whoever teaches only a teaching group, in that group."""
    if TABLE.allows(request.actor, MAKE_HANDBOOK, one):
        return one
    seats = registry.seats_of_pupil(one.id)
    return next((seat for seat in seats if TABLE.allows(request.actor, MAKE_HANDBOOK, seat)), one)
