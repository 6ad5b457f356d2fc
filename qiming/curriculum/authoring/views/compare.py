"""What differs from the city's version, what the city has newer, and every step that was made."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from qiming.curriculum.access import EDIT, SEE_SCHOOL, TABLE
from qiming.curriculum.authoring import queries, services
from qiming.curriculum.authoring.merging import Conflict
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.views.common import head_of, to
from qiming.curriculum.authoring.words import Line, described, line
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page


@require_GET
@page(TABLE, SEE_SCHOOL)
def differences(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """The school's draft beside the city's version, place by place."""
    fork = queries.load_fork(request.actor, SEE_SCHOOL, fork_id)
    lines = described(queries.city_parts(fork), fork.parts)
    found = head_of(request, fork, "differences", "与市里的区别") | {
        "grouped": grouped(lines),
        "may_edit": TABLE.allows(request.actor, EDIT, fork),
    }
    return render(request, "curriculum/authoring/differences.html", found)


@require_http_methods(["GET", "POST"])
@page(TABLE, EDIT)
def history(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """Every step with who made it; POST puts the draft back to one of them."""
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    if request.method == "POST":
        said = request.POST.get("revision", "")
        if not said.isdecimal() or len(said) > 9:
            raise UserError("没有说恢复到哪一步", kept="草稿没有动。", next="从列表里选一步。")
        services.restore(actor=request.actor, fork_id=fork.id, revision=int(said))
        return to("curriculum.history", fork.id)
    found = head_of(request, fork, "history", "改过的每一步") | {"lines": queries.steps_of(fork)}
    return render(request, "curriculum/authoring/history.html", found)


@require_http_methods(["GET", "POST"])
@page(TABLE, EDIT)
def update(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """The city's newer version: what comes by itself, what must be chosen; POST takes it over."""
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    choices: dict[str, str] = {
        name.removeprefix("c:"): str(value) for name, value in request.POST.items() if name.startswith("c:")
    }
    error: UserError | None = None
    if request.method == "POST":
        try:
            services.take_over(
                actor=request.actor,
                fork_id=fork.id,
                city_id=_id(request.POST.get("city", "")),
                revision=_number(request.POST.get("revision", "")),
                choices=choices,
            )
            return to("curriculum.editor", fork.id)
        except UserError as refusal:
            error = refusal
            fork = queries.load_fork(request.actor, EDIT, fork_id)
    found = head_of(request, fork, "update", "市里的新版") | _update(fork, choices) | {"error": error}
    return render(request, "curriculum/authoring/update.html", found, status=error.status if error else 200)


def _update(fork: LessonFork, choices: dict[str, str]) -> dict[str, Any]:
    found = services.update_of(fork)
    if found is None:
        return {"update": None}
    city = queries.parts_of_lesson(found.city)
    taken = [line(one.path, one.before, one.after, fork.parts, city) for one in found.merged.taken]
    return {
        "update": found,
        "taken": grouped(taken),
        "taken_count": len(taken),
        "conflicts": [_choice(one, fork, city, choices) for one in found.merged.conflicts],
        "choices": choices,
    }


def _choice(one: Conflict, fork: LessonFork, city: dict[str, Any], choices: dict[str, str]) -> dict[str, Any]:
    """One conflict in words: what it was, what the city made of it, what the school did."""
    theirs = line(one.path, one.base, one.theirs, fork.parts, city)
    mine = line(one.path, one.base, one.mine, fork.parts, city)
    return {
        "name": one.name,
        "where": theirs.where,
        "what": theirs.what,
        "base": theirs.before,
        "theirs": theirs.after,
        "mine": mine.after,
        "chosen": choices.get(one.name, ""),
    }


def grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under the place they belong to, in the order of the lesson."""
    found: dict[str, list[Line]] = {}
    for one in lines:
        found.setdefault(one.where, []).append(one)
    return list(found.items())


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise UserError(
            "这一页太旧了", kept="草稿没有动。", next="看一眼下面，再点一次。", status=409
        ) from None


def _number(said: str) -> int:
    if not said.isdecimal() or len(said) > 9:
        raise Denied(EDIT)
    return int(said)
