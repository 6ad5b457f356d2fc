"""The projector: how to join, the slides, the poll, a work; and the time left."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from qiming.curriculum import queries as curriculum
from qiming.kernel.http import ActorRequest, not_modified, page, tagged
from qiming.registry import queries as registry
from qiming.teaching import queries
from qiming.teaching.access import RUN, TABLE
from qiming.teaching.queries.board import Board, Running, board, running, shares, wall_tag, wall_work


@require_GET
@page(TABLE, RUN)
def wall(request: ActorRequest, period_id: UUID) -> HttpResponse:
    found = running(request.actor, period_id)
    if found.row.ended_at is not None:
        return HttpResponseRedirect(reverse("teaching.period", args=[period_id]))
    seen = board(found)
    group = registry.org(seen.live.class_group_id)
    context = _context(request, found, seen) | {"etag": wall_tag(found), "group": group}
    return render(request, "teaching/wall.html", context)


@require_GET
@page(TABLE, RUN)
def wall_state(request: ActorRequest, period_id: UUID) -> HttpResponse:
    """What the wall shows now; 304 when it is the same."""
    found = running(request.actor, period_id)
    etag = wall_tag(found)
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    if found.row.ended_at is not None:
        return HttpResponse(status=410)
    return tagged(render(request, "teaching/_wall.html", _context(request, found, board(found))), etag)


def _context(request: ActorRequest, found: Running, seen: Board) -> dict[str, object]:
    slides = curriculum.slides(seen.live.lesson_version_id)
    number = min(seen.slide_no, max(0, len(slides) - 1))
    join_url = request.build_absolute_uri(f"{reverse('teaching.join')}?code={seen.join_code}")
    return {
        "board": seen,
        "live": seen.live,
        # Slides are our own content, rendered without raw HTML when it was imported.
        "slide": mark_safe(slides[number]) if slides else "",
        "slide_no": number,
        "slide_count": len(slides),
        "shares": shares(seen.live.poll),
        "before": _round_before(seen),
        "join_url": join_url,
        "join_host": request.get_host(),
        "period_id": found.row.period_id,
        "work_id": wall_work(found.row) if seen.wall == "work" else None,
    }


def _round_before(seen: Board) -> dict[str, int]:
    """The counts of the round before, when the class votes again after discussion."""
    poll = seen.live.poll
    if poll is None or poll.round_no < 2:
        return {}
    rounds = [one for one in queries.poll_rounds(seen.live.period_id) if one.question == poll.question]
    return rounds[-2].counts if len(rounds) > 1 else {}
