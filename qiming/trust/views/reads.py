"""谁看过: the page on which a pupil, a guardian or the school sees who read a record."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from qiming.kernel import time
from qiming.kernel.http import ActorRequest, page
from qiming.registry import queries as registry
from qiming.registry.types import Role
from qiming.trust import queries
from qiming.trust.access import TABLE
from qiming.trust.rules.keeping import kept_days


@page(TABLE, "trust.see_reads")
def my_reads(request: ActorRequest) -> HttpResponse:
    """A pupil's own page; a guardian chooses among the wards; an administrator starts from a roster."""
    actor = request.actor
    if actor.has_role(Role.PUPIL):
        return HttpResponseRedirect(reverse("trust.reads", args=[actor.person_id]))
    wards = registry.wards_of(actor.person_id)
    if len(wards) == 1:
        return HttpResponseRedirect(reverse("trust.reads", args=[wards[0].id]))
    return render(request, "trust/choose.html", {"wards": wards})


@page(TABLE, "trust.see_reads")
def reads(request: ActorRequest, person_id: UUID) -> HttpResponse:
    pupil = registry.pupil(person_id)
    TABLE.require(request.actor, "trust.see_reads", pupil)
    found = queries.reads_of(pupil.id)
    return render(
        request,
        "trust/reads.html",
        {
            "pupil": pupil,
            "is_self": pupil.id == request.actor.person_id,
            "place": registry.org(pupil.class_id),
            "reads": found,
            "readers": len({read.reader_id for read in found}),
            "years": kept_days("trust.reads", time.today()) // 365,
            "frame": "kernel/pupil_base.html" if request.actor.has_role(Role.PUPIL) else "kernel/base.html",
        },
    )
