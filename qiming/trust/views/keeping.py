"""到期清除: the rules, the certificates, the holds."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.kernel import exports, pdf, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import Grade
from qiming.registry import queries as registry
from qiming.trust import services
from qiming.trust.access import TABLE
from qiming.trust.forms.rights import HoldForm
from qiming.trust.models import RetentionRun
from qiming.trust.queries import rights as queries
from qiming.trust.services.keeping import HOLD
from qiming.trust.views.common import refuse, sent, show

SEE = "trust.see_ledger"
CERTIFICATE = exports.declare("trust.retention_certificate", "到期清除证明：只有数字", Grade.L2, TABLE, SEE)
_SHOWN = timedelta(days=366)


@require_GET
@page(TABLE, SEE)
def retention(request: ActorRequest) -> HttpResponseBase:
    """Every rule with its ground, and what was deleted in the last year at the actor's places."""
    place = queries.place_of(request.actor, set(TABLE.row(SEE).reaches))
    now = time.now()
    context = {
        "rules": queries.rule_lines(),
        "runs": queries.certificates(place.path, since=now - _SHOWN, until=now, limit=60),
        "place": place,
        "may_hold": TABLE.may_try(request.actor, HOLD),
        "crumbs": [("数据保护", reverse("trust.protect")), ("到期清除", "")],
    }
    return show(request, "trust/keeping/retention.html", context)


@require_GET
@page(TABLE, SEE)
def certificate(request: ActorRequest) -> HttpResponseBase:
    """One certificate (`?run=`) as PDF: figures only, for the whole installation."""
    try:
        run = RetentionRun.objects.filter(id=UUID(request.GET.get("run", ""))).first()
    except ValueError:
        run = None
    if run is None:
        raise UserError("没有这张证明", next="从到期清除的列表里点一张。")
    data = {
        "number": str(run.id),
        "says": run.says,
        "basis": run.basis,
        "verified": run.verified,
        "keep_days": run.keep_days,
        "cutoff": run.cutoff,
        "made_at": run.created_at,
        "count": run.count,
        "held_back": run.held_back,
        "ids_sha256": run.ids_sha256,
    }
    place = queries.place_of(request.actor, set(TABLE.row(SEE).reaches))
    return exports.leave(
        CERTIFICATE,
        actor=request.actor,
        place=place,
        data=pdf.write("trust/documents/retention.typ", data),
        called="到期清除证明.pdf",
        media_type=pdf.MEDIA_TYPE,
        thing_id=run.id,
    )


@page(TABLE, HOLD)
def holds(request: ActorRequest) -> HttpResponseBase:
    """Open holds, and a new one: for a pupil (`?person=`) or for the actor's whole school."""
    actor = request.actor
    pupil = registry.pupil(_uuid(request.GET["person"])) if request.GET.get("person") else None
    if pupil is not None:
        TABLE.require(actor, HOLD, pupil)
    place = queries.place_of(actor, set(TABLE.row(HOLD).reaches))
    form = HoldForm(sent(request))
    if form.is_valid():
        try:
            services.place_hold(
                actor=actor,
                reason=form.cleaned_data["reason"],
                person_id=pupil.id if pupil else None,
                place_id=None if pupil else place.id,
            )
            return HttpResponseRedirect(reverse("trust.holds"))
        except UserError as error:
            refuse(form, error)
    context = {
        "form": form,
        "pupil": pupil,
        "place": place,
        "holds": queries.holds_for(actor),
        "crumbs": [
            ("数据保护", reverse("trust.protect")),
            ("到期清除", reverse("trust.retention")),
            ("暂停删除", ""),
        ],
    }
    return show(request, "trust/keeping/holds.html", context, form)


@require_POST
@page(TABLE, HOLD)
def lift(request: ActorRequest, hold_id: UUID) -> HttpResponseBase:
    services.lift_hold(actor=request.actor, hold_id=hold_id)
    return HttpResponseRedirect(reverse("trust.holds"))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Denied(HOLD) from error
