"""去学校看: what to look at, what was seen; written on the way, perhaps without a network."""

from uuid import UUID

from django.http import HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, signed_in_page
from qiming.programmes import queries, services
from qiming.programmes.access import BOARD
from qiming.programmes.forms import VisitForm
from qiming.programmes.models import Application
from qiming.programmes.views.calls import home_for
from qiming.registry import queries as registry


@require_http_methods(["GET", "POST"])
@signed_in_page("评选合议的人和区里的观察员写去学校看到的；和学校有关系的人不去")
def visit(request: ActorRequest, application_id: UUID) -> HttpResponseBase:
    """What one saw. A page that was without a network asks for JSON, and sends the same key until it is answered."""
    row = queries.load_application(request.actor, application_id)
    if not queries.may_visit(request.actor, row):
        raise Denied(BOARD)
    quiet = "application/json" in request.headers.get("Accept", "")
    form = VisitForm(request.POST if request.method == "POST" else None, today=time.today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.note_visit(
                actor=request.actor,
                application_id=row.id,
                key=said["key"],
                day=said["day"],
                seen=form.ticked(),
                note=said["note"],
            )
        except UserError as error:
            form.add_error(None, f"{error.message}。{error.next}")
        else:
            done = reverse("programmes.application", args=[row.id])
            return JsonResponse({"kept": True, "next": done}) if quiet else HttpResponseRedirect(done)
    if quiet and form.errors:
        words = [str(one) for errors in form.errors.values() for one in errors]
        return JsonResponse({"kept": False, "says": " ".join(words)}, status=422)
    return _page(request, row, form)


def _page(request: ActorRequest, row: Application, form: VisitForm) -> HttpResponseBase:
    context = {
        "row": row,
        "school": registry.org_by_path(row.scope_path).name,
        "form": form,
        "visits": queries.visits_of(row),
        "is_time": row.state == "scored" and queries.programme_of(row.call).visit,
        "crumbs": [
            *home_for(request),
            (row.title, reverse("programmes.application", args=[row.id])),
            ("去看", ""),
        ],
    }
    return render(request, "programmes/visit.html", context, status=422 if form.errors else 200)
