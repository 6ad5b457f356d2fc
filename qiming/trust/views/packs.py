"""年度审计包: asked for, followed, downloaded."""

from uuid import UUID

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.kernel import exports, made
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, is_fragment, not_modified, page, tagged
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.trust import services
from qiming.trust.access import TABLE
from qiming.trust.forms.packs import PackForm
from qiming.trust.queries import packs as queries
from qiming.trust.queries.rights import place_of
from qiming.trust.services.packs import FIRST_YEAR, MAKE, is_as_frozen
from qiming.trust.types.packs import PackState
from qiming.trust.views.common import refuse, sent, show

PACK = exports.declare("trust.year_pack", "年度审计包：只有合计", Grade.L2, TABLE, MAKE)
_MEDIA = {"pdf": exports.PDF, "xlsx": exports.XLSX}


@page(TABLE, MAKE)
def packs(request: ActorRequest) -> HttpResponseBase:
    """The packs made so far, and a new one."""
    place = place_of(request.actor, set(TABLE.row(MAKE).reaches))
    form = PackForm(sent(request), first=FIRST_YEAR)
    if form.is_valid():
        try:
            pack = services.ask_pack(actor=request.actor, place_id=place.id, year=form.cleaned_data["year"])
            return HttpResponseRedirect(reverse("trust.pack", args=[pack.id]))
        except UserError as error:
            refuse(form, error)
    rows = list(queries.packs_of(request.actor))
    names = {path: registry.org_by_path(path).name for path in {row.scope_path for row in rows}}
    context = {
        "form": form,
        "place": place,
        "packs": [(row, names[row.scope_path]) for row in rows],
        "crumbs": [("数据保护", reverse("trust.protect")), ("年度审计包", "")],
    }
    return show(request, "trust/packs/list.html", context, form)


@require_GET
@page(TABLE, MAKE)
def pack(request: ActorRequest, pack_id: UUID) -> HttpResponseBase:
    """How far a pack is, then what is in it."""
    row = services.load_pack(request.actor, pack_id)
    etag = f"{row.state}-{row.done}"
    ready = row.state == PackState.READY
    context = {
        "pack": row,
        "ready": ready,
        "intact": ready and is_as_frozen(row),
        "place": registry.org_by_path(row.scope_path),
        "etag": etag,
        "crumbs": [("年度审计包", reverse("trust.packs")), (f"{row.year}年", "")],
    }
    if is_fragment(request):
        if unchanged := not_modified(request, etag):
            return unchanged
        return tagged(render(request, "trust/packs/_pack.html", context), etag)
    return show(request, "trust/packs/pack.html", context)


@require_GET
@page(TABLE, MAKE)
def pack_file(request: ActorRequest, pack_id: UUID, kind: str) -> HttpResponseBase:
    """The PDF or the table of a pack."""
    row = services.load_pack(request.actor, pack_id)
    if kind not in _MEDIA:
        raise Denied(MAKE)
    if row.state != PackState.READY:
        raise UserError("还没有整理好", kept="没有改动。", next="在进度页等一会儿。", status=409)
    place = registry.org_by_path(row.scope_path)
    exports.note(PACK, actor=request.actor, place=place, thing_id=row.id, kind=kind)
    name = f"{place.name}-{row.year}年未成年人个人信息保护审计包.{kind}"
    answer = made.download(f"packs/{row.id}.{kind}", called=name, media_type=_MEDIA[kind])
    answer["X-Data-Grade"] = PACK.grade.name
    return answer
