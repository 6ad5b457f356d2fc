"""数据保护: where those who answer for a place find everything about its data."""

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from qiming.kernel.http import ActorRequest, page
from qiming.kernel.privacy import SOURCE, SOURCE_STATUS, Grade
from qiming.trust.access import TABLE
from qiming.trust.catalogue import catalogue
from qiming.trust.queries import classes, reports, rights
from qiming.trust.views.common import show

SEE = "trust.see_ledger"


@require_GET
@page(TABLE, SEE)
def protect(request: ActorRequest) -> HttpResponseBase:
    """What waits first, then where everything is."""
    actor = request.actor
    context = {
        "waiting": reports.waiting_count(actor),
        "erasures": rights.to_decide(actor),
        "decides": any(
            TABLE.may_try(actor, verb) for verb in ("trust.decide_erasure", "trust.confirm_erasure")
        ),
        "incidents": reports.incidents(actor).filter(state="open").count(),
    }
    return show(request, "trust/protect.html", context)


@require_GET
@page(TABLE, SEE)
def data_classes(request: ActorRequest) -> HttpResponseBase:
    """Every category of data with its level, its purpose and the tables it lies in."""
    context = {
        "lines": classes.by_category(),
        "basis": catalogue(),
        "grades": [(grade.name, grade.zh) for grade in Grade],
        "source": SOURCE,
        "status": SOURCE_STATUS,
        "crumbs": [("数据保护", "/protect/"), ("数据分级", "")],
    }
    return show(request, "trust/classes.html", context)
