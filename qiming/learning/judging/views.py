"""A school turns “on the school's server” on and off, and sees whether it works."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qiming.kernel.http import ActorRequest, page
from qiming.learning.access import TABLE
from qiming.learning.judging import station
from qiming.learning.models import JudgeRun
from qiming.registry import queries as registry

WHY = "counted, not shown: how many wait says nothing about anybody"


@page(TABLE, station.SET)
@require_http_methods(["GET", "HEAD", "POST"])
def notebook(request: ActorRequest, school_id: UUID) -> HttpResponse:
    """One school's switch."""
    school = registry.org(school_id)
    TABLE.require(request.actor, station.SET, school)
    if request.method == "POST":
        station.choose(actor=request.actor, school_id=school.id, is_on=request.POST.get("on") == "1")
        return redirect("learning.notebook", school.id)
    choice = station.chosen(school.scope_path)
    waiting = JudgeRun.objects.unscoped(WHY).filter(state="waiting").count()
    context = {
        "school": school,
        "is_on": choice is None or choice.is_on,
        "choice": choice,
        "now": station.is_open(),
        "waiting": waiting,
        "crumbs": [(school.name, None)],
    }
    return render(request, "learning/notebook.html", context)
