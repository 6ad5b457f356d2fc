"""The editor: an outline, the form of one place, what pupils will see of it and what the checker says."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.curriculum.access import EDIT, SEE_SCHOOL, TABLE
from qiming.curriculum.authoring import forms, labs, queries, services
from qiming.curriculum.authoring.areas import fitted
from qiming.curriculum.authoring.checking import findings
from qiming.curriculum.authoring.controls import all_fields, short
from qiming.curriculum.authoring.fields import groups_of
from qiming.curriculum.authoring.lab_fields import CHALLENGE
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.parts import (
    ACTIVITIES,
    ACTIVITY,
    ITEM,
    ITEMS,
    LESSON,
    ORDERS,
    Block,
    Parts,
    blocks,
)
from qiming.curriculum.authoring.texts import PLACES, TEXT, TEXTS
from qiming.curriculum.authoring.views.common import head_of, to
from qiming.curriculum.authoring.words import line
from qiming.curriculum.media import answer_media
from qiming.curriculum.types import ACTIVITY_WORDS, KIND_WORDS
from qiming.kernel import uploads
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, body_limit, is_fragment, page, wants_json
from qiming.kernel.throttle import SEARCH, limited

LONGEST_BASE = 120_000
_STALE = UserError(
    "这一页太旧了，对不上现在的草稿", kept="写的还在这一页上。", next="复制出来，刷新页面再改。", status=409
)


@require_POST
@page(TABLE, EDIT)
def start(request: ActorRequest) -> HttpResponse:
    """Make the school's version of a lesson, or go to the one there is."""
    lesson_id, school_id = _uuid(request.POST.get("lesson", "")), _uuid(request.POST.get("school", ""))
    if lesson_id is None:
        raise UserError("没有说改哪一课", next="回到那一课，再点“改成本校版”。")
    fork = services.start_fork(actor=request.actor, lesson_version_id=lesson_id, school_id=school_id)
    return to("curriculum.editor", fork.id)


@require_GET
@page(TABLE, EDIT)
def editor(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    at = request.GET.get("at", LESSON)
    place = at if isinstance(fork.parts.get(at), dict) else LESSON
    found = head_of(request, fork, "editor", "本校版") | _pane(request, fork, place)
    return render(request, "curriculum/authoring/editor.html", found)


@require_POST
@page(TABLE, EDIT)
def save(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """Keep what was typed in one place; with `act`, also what a button of a list does."""
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    place, act = request.POST.get("place", LESSON), request.POST.get("act", "")
    base = _base(request, fork, place)
    mine, wrong = _typed(request, fork, place, base)

    def then(parts: Parts) -> Parts:
        return {**parts, place: forms.act(parts[place], act)} if act else parts

    try:
        fork = services.save_block(
            actor=request.actor, fork_id=fork.id, place=place, base=base, mine=mine, then=then
        )
    except services.Clash as clash:
        return _clash(request, fork, place, mine, clash)
    if not is_fragment(request):
        return to("curriculum.editor", fork.id, at=place)
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    # The next save starts from what the page shows, not from what others wrote meanwhile: theirs stays then too.
    shown = fork.parts[place] if act else mine
    found = _pane(request, fork, place, shown=shown) | {
        "fork": fork,
        "wrong": wrong,
        "base": json.dumps(shown),
    }
    changed = bool(act) or found["shape"] != request.POST.get("shape", found["shape"])
    return render(request, "curriculum/authoring/_saved.html", found | {"with_form": changed})


@require_POST
@page(TABLE, EDIT)
def change(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """Move, leave out, take in, delete, add; or take the last step back."""
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    place, act = request.POST.get("place", LESSON), request.POST.get("act", "")
    actor = request.actor
    if act == "undo":
        services.undo(actor=actor, fork_id=fork.id)
    elif act in ("add-step", "add-item"):
        place = _add(request, fork, place, act)
    else:
        services.change(actor=actor, fork_id=fork.id, how=_how(fork, place, act))
    return to("curriculum.editor", fork.id, at=place)


@body_limit(uploads.MAX_BYTES + 64 * 1024)
@limited(SEARCH)
@require_POST
@page(TABLE, EDIT)
def picture(request: ActorRequest, fork_id: UUID) -> HttpResponse:
    """A picture for the draft; the answer says what to write where it should stand."""
    fork = queries.load_fork(request.actor, EDIT, fork_id)
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise UserError("还没有选图片", kept="别的都在。", next="选一张再传。", field="file")
    text, name = services.add_picture(
        actor=request.actor, fork_id=fork.id, data=sent.read(), alt=request.POST.get("alt", "")
    )
    if wants_json(request):
        return JsonResponse({"text": text, "name": name})
    return to("curriculum.editor", fork.id)


@require_GET
@page(TABLE, SEE_SCHOOL)
def draft_media(request: ActorRequest, fork_id: UUID, name: str) -> HttpResponse:
    fork = queries.load_fork(request.actor, SEE_SCHOOL, fork_id)
    sha256 = queries.media_of(fork).get(name)
    if sha256 is None:
        raise Http404
    return answer_media(request, sha256)


def _typed(request: ActorRequest, fork: LessonFork, place: str, base: Block) -> tuple[Block, dict[str, str]]:
    """What was typed, and what of it could not be read."""
    around = queries.around(fork)
    fields = all_fields(groups_of(place, base, around))
    mine, wrong = forms.read(base, fields, request.POST)
    if "lab" in mine:
        asks = any(one.name == CHALLENGE for one in fields)
        mine["lab"] = labs.settled(base["lab"], mine["lab"], around.data_sets, asks_challenge=asks)
    return fitted(mine, fork), wrong


def _base(request: ActorRequest, fork: LessonFork, place: str) -> Block:
    """What stood at the place when the page was made, as the page carries it; without it, what stands there now."""
    said = request.POST.get("base", "")
    now_there = fork.parts.get(place)
    if not said:
        if isinstance(now_there, dict):
            return now_there
        raise UserError("没有说改的是哪一处", kept="草稿没有动。", next="刷新页面再改。")
    base = _json(said)
    if not isinstance(base, dict) or not isinstance(now_there, dict):
        raise _STALE
    if any(base.get(name) != now_there.get(name) for name in ("key", "id", "kind")):
        raise _STALE
    try:
        groups_of(place, base, queries.around(fork))
    except (KeyError, TypeError, AttributeError, IndexError):
        raise _STALE from None
    return base


def _json(said: str) -> Any:
    try:
        return json.loads(said) if len(said) <= LONGEST_BASE else None
    except ValueError:
        return None


def _clash(
    request: ActorRequest, fork: LessonFork, place: str, mine: Block, clash: services.Clash
) -> HttpResponse:
    lines = [
        (line((place, *one.path), one.theirs, one.mine, fork.parts), one.name) for one in clash.conflicts
    ]
    found = {"clash": lines, "theirs": json.dumps(clash.theirs), "place": place, "fork": fork}
    if is_fragment(request):
        return render(request, "curriculum/authoring/_clash.html", found, status=409)
    found |= head_of(request, fork, "editor", "本校版") | _pane(request, fork, place, shown=mine)
    found["base"] = json.dumps(clash.theirs)
    return render(request, "curriculum/authoring/editor.html", found, status=409)


def _pane(
    request: ActorRequest, fork: LessonFork, place: str, *, shown: Block | None = None
) -> dict[str, Any]:
    """The outline, the form of `place`, its preview, and what the checker says."""
    block = shown or fork.parts[place]
    city = queries.city_parts(fork)
    said = findings(fork)
    groups = groups_of(place, block, queries.around(fork))
    return {
        "place": place,
        "part": block,
        "is_own": place not in city,
        "is_changed": place in city and city[place] != fork.parts[place],
        "groups": groups,
        "shape": forms.shape_of(all_fields(groups)),
        "text_words": TEXTS[block["kind"]][0] if place.startswith(TEXT) else "",
        "base": json.dumps(block),
        "kind_words": ACTIVITY_WORDS.get(block.get("kind", ""), KIND_WORDS.get(block.get("kind", ""), "")),
        "outline": _outline(fork, city, said),
        "here": [one for one in said if one.place == place],
        "elsewhere": sum(one.place != place and not one.advice for one in said),
        "blocking": sum(not one.advice for one in said),
        "steps": [(kind, ACTIVITY_WORDS[kind]) for kind in forms.STEP_KINDS],
        "kinds": [(kind, KIND_WORDS[kind]) for kind in forms.ITEM_KINDS],
        **_preview(fork, place),
    }


def _outline(fork: LessonFork, city: Parts, said: list[Any]) -> list[dict[str, Any]]:
    wrong = {one.place for one in said if not one.advice}
    rows: list[dict[str, Any]] = [{"place": LESSON, "words": "这一课", "note": "", "head": ""}]
    for place in (one for one in PLACES if one in fork.parts):
        words = TEXTS[place.removeprefix(TEXT)][0]
        rows.append({"place": place, "words": words, "note": "", "head": ""})
    minutes = sum(
        step["minutes"]
        for step in blocks(fork.parts, ACTIVITIES)
        if not step.get("extra") and not step.get("hidden") and isinstance(step["minutes"], int)
    )
    for n, step in enumerate(blocks(fork.parts, ACTIVITIES)):
        head = f"环节　{minutes}分钟" if n == 0 else ""
        rows.append(
            {"place": ACTIVITY + step["key"], "words": step["title"] or "（没有名字）", "head": head}
            | {"note": f"{step['minutes']}分", "block": step}
        )
    for n, item in enumerate(blocks(fork.parts, ITEMS), start=1):
        words = f"{n}. {short(item['stem'] or '（还没写题干）', 16)}"
        head = f"题目　{len(fork.parts[ITEMS])}道" if n == 1 else ""
        rows.append(
            {"place": ITEM + item["id"], "words": words, "head": head}
            | {"note": KIND_WORDS[item["kind"]], "block": item}
        )
    for row in rows:
        place = str(row["place"])
        row["wrong"] = place in wrong
        row["mark"] = "新" if place not in city else "改" if city[place] != fork.parts[place] else ""
        row["hidden"] = bool(fork.parts[place].get("hidden"))
    return rows


def _preview(fork: LessonFork, place: str) -> dict[str, Any]:
    """The lesson's activity or item at `place`, as the rooms above show it."""
    if place == LESSON:
        return {"preview_step": None, "preview_items": []}
    if place.startswith(TEXT):
        return {"preview_step": None, "preview_items": [], **queries.shown_text(fork, place)}
    lesson, items = queries.draft(fork, everything=True)
    if place.startswith(ITEM):
        key = place.removeprefix(ITEM)
        return {"preview_step": None, "preview_items": [item for item in items if item.key == key]}
    step = lesson.activity(place.removeprefix(ACTIVITY))
    asked = step.data.get("items", ()) if step else ()
    return {"preview_step": step, "preview_items": [item for item in items if item.key in asked]}


def _add(request: ActorRequest, fork: LessonFork, place: str, act: str) -> str:
    kind, order = request.POST.get("kind", ""), ACTIVITIES if act == "add-step" else ITEMS
    if kind not in (forms.STEP_KINDS if act == "add-step" else forms.ITEM_KINDS):
        raise UserError("没有说加哪一种", kept="草稿没有动。", next="从列表里选一种再加。")
    around = queries.around(fork)
    if kind == "lab" and not around.labs:
        raise UserError("还没有可用的实验", kept="草稿没有动。", next="先加别的环节。")
    prefix = ORDERS[order]
    return services.add_block(
        actor=request.actor,
        fork_id=fork.id,
        order=order,
        make=lambda key: (
            forms.new_step(key, kind, labs.first_lab(around) if kind == "lab" else None)
            if order == ACTIVITIES
            else forms.new_item(key, kind, around.concepts)
        ),
        after=place.removeprefix(prefix) if place.startswith(prefix) else "",
    )


def _how(fork: LessonFork, place: str, act: str) -> Any:
    order = ACTIVITIES if place.startswith(ACTIVITY) else ITEMS
    key = place.removeprefix(ORDERS[order])
    ways = {
        "up": services.move(order, key, -1),
        "down": services.move(order, key, 1),
        "hide": services.hide(place, hidden=True),
        "show": services.hide(place, hidden=False),
        "drop": services.drop(place, queries.city_parts(fork)),
    }
    if act not in ways:
        raise forms.NO_SUCH_ACT
    if not place.startswith((ACTIVITY, ITEM)):
        raise Denied(EDIT)
    return ways[act]


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def back_to(fork_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("curriculum.editor", args=[fork_id]))
