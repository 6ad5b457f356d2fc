"""How a class works in its labs: who reached which goal, and how they went about it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiming.insight.access import SEE_CLASS, TABLE
from qiming.insight.queries.classes import gather
from qiming.insight.views.classes import crumbs_of, load_place, note
from qiming.kernel.http import ActorRequest, page
from qiming.learning import queries as learning
from qiming.learning.access import TABLE as LEARNING


@require_GET
@page(TABLE, SEE_CLASS)
def of_class(request: ActorRequest, class_id: UUID, offering_id: UUID) -> HttpResponse:
    """Every lab step the class has met: the short picture of strategies, then goal by goal."""
    place = load_place(request, class_id, offering_id, SEE_CLASS)
    known = gather(place.offering, request.actor)
    note(request, place, [one.id for one in known.pupils], "实验里的做法", SEE_CLASS)
    opens = LEARNING.allows(request.actor, "learning.see_work", place.group)
    reports = learning.lab_reports(place.offering, known.pupils)
    context = {
        "place": place,
        "reports": [
            (
                one,
                learning.lab_rows(one.grid, opens=opens),
                zip(one.grid.goals, one.grid.reached, strict=True),
            )
            for one in reports
        ],
        "marks": learning.lab_marks(),
        "left_out": known.left_out,
        "crumbs": [*crumbs_of(place, linked=True), ("实验", "")],
    }
    return render(request, "insight/labs.html", context)
