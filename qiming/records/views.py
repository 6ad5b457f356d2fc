"""接入的系统: the keys of other systems, for those who answer for the city and its districts."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiming.kernel.http import ActorRequest, page
from qiming.records.access import SEE_KEYS, TABLE
from qiming.records.xapi import overview
from qiming.records.xapi.overview import State


@require_GET
@page(TABLE, SEE_KEYS)
def keys(request: ActorRequest) -> HttpResponseBase:
    """Each key with what it is for, its last use, and what it brought and what was refused lately."""
    lines = overview.lines()
    open_ = [one for one in lines if one.state is not State.REVOKED]
    context = {
        "lines": lines,
        "open": len(open_),
        "troubled": [one for one in open_ if one.state is State.TROUBLED],
        "unlimited": sum(1 for one in open_ if one.brings and not one.bounds),
        "stored": sum(one.stored for one in lines),
        "refused": sum(one.refused for one in lines),
        "turned_away": sum(one.turned_away for one in lines),
        "days": overview.SHOWN_DAYS,
    }
    return render(request, "records/keys.html", context)
