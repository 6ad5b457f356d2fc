"""The concept graph with what a class or a pupil has learned drawn into it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiming.curriculum import queries as curriculum
from qiming.curriculum.access import BROWSE
from qiming.curriculum.access import TABLE as CURRICULUM
from qiming.curriculum.layout import Standing, draw
from qiming.curriculum.types import AI, STAGE_WORDS, ConceptRef
from qiming.insight.access import SEE_ANSWERS, SEE_CLASS, SEE_PUPIL, TABLE
from qiming.insight.queries.classes import gather
from qiming.insight.views import classes, pupils
from qiming.kernel.http import ActorRequest, page
from qiming.kernel.templatetags.ui import BANDS
from qiming.learning import queries as learning
from qiming.registry import queries as registry
from qiming.registry.types import Stage

SAID = {"known": "会了", "nearly": "快会了", "practise": "还要练", "unsure": "还看不出"}
OWN = "已学和本学段"
BRIEF = {"known": "会", "nearly": "快", "practise": "练"}


@require_GET
@page(TABLE, SEE_CLASS)
def of_class(request: ActorRequest, class_id: UUID, offering_id: UUID) -> HttpResponse:
    """The concepts of the class's stage, each with how many of the class have it."""
    place = classes.load_place(request, class_id, offering_id, SEE_CLASS)
    known = gather(place.offering, request.actor)
    opens = TABLE.allows(request.actor, SEE_ANSWERS, place.group)
    counted: dict[str, Counter[str]] = {}
    for (_, key), band in known.bands.items():
        if band == "unsure":
            continue  # what nobody can be judged on yet counts as not learnt
        counted.setdefault(key, Counter())[band] += 1

    def standing(key: str) -> Standing:
        bands = counted[key]
        bands["unsure"] = len(known.by_id) - sum(bands.values())
        said = "，".join(f"{bands[band]}人{SAID[band]}" for band in SAID if bands[band])
        brief = " ".join(f"{BRIEF[band]}{bands[band]}" for band in BRIEF if bands[band])
        url = reverse("insight.concept", args=[class_id, offering_id, key]) if opens else ""
        # Only what this course asked has a page of answers behind it.
        return _standing(bands, said, brief, url if key in known.concepts else "")

    there = curriculum.all_concepts(place.offering.subject)
    classes.note(request, place, [one.id for one in known.pupils], "班级知识图谱", SEE_CLASS)
    context = _context(request, there, place.group.stage, counted.keys(), standing) | {
        "frame": pupils.STAFF_FRAME,
        "heading": f"{place.group.name}在知识图谱上",
        "of": f"{len(known.by_id)}人",
        "left_out": known.left_out,
        "crumbs": [*classes.crumbs_of(place, linked=True), ("知识图谱", "")],
    }
    return render(request, "insight/graph.html", context)


@require_GET
@page(TABLE, SEE_PUPIL)
def of_pupil(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The same of one pupil, for whoever may see the pupil's report; the reading is noted."""
    one = pupils.load(request, person_id, "个人知识图谱")
    is_own = one.id == request.actor.person_id
    views = learning.mastery_of_pupil(one.id)
    bands = {key: str(view.band) for key, view in views.items() if view.band != "unsure"}

    def standing(key: str) -> Standing:
        said = BANDS[bands[key]][1]
        return _standing({bands[key]: 1}, said, said, reverse("insight.answers", args=[one.id, key]))

    stage = registry.org(one.class_id).stage
    context = _context(request, curriculum.all_concepts(AI), stage, bands.keys(), standing) | {
        "frame": pupils.PUPIL_FRAME if is_own else pupils.STAFF_FRAME,
        "heading": "我学到了哪里" if is_own else f"{one.name}学到了哪里",
        "of": "",
        "back": reverse("insight.mine") if is_own else "",
        "closed": not CURRICULUM.allows(request.actor, BROWSE, registry.org(one.class_id)),
        "crumbs": [] if is_own else pupils.crumbs_of(request, one, "知识图谱"),
    }
    return render(request, "insight/graph.html", context)


def _standing(bands: Mapping[str, int], said: str, brief: str, url: str) -> Standing:
    return Standing(said, brief, tuple((BANDS[band][0], bands.get(band, 0)) for band in SAID), url)


def _context(
    request: ActorRequest,
    there: list[ConceptRef],
    own: Stage | None,
    met: Iterable[str],
    standing: Callable[[str], Standing],
) -> dict[str, object]:
    """What is drawn and listed of the subject's concepts: those of the stage asked for; unasked, those of one's own
    stage and whatever was met in another."""
    seen = set(met)
    stages = {one.stage for one in there}
    asked = request.GET.get("stage", "")
    stage = asked if asked in stages or asked == "all" else ""
    shown = [one for one in there if _is_shown(one, stage, own, seen)]
    standings = {one.key: standing(one.key) for one in shown if one.key in seen}
    listed = [(one, standings.get(one.key)) for one in shown]
    return {
        "drawing": draw(shown, standings),
        "met": len(standings),
        "count": len(shown),
        "listed": sorted(listed, key=lambda row: row[1] is None),
        "stage": stage,
        "stages": _choices(stages),
    }


def _is_shown(one: ConceptRef, stage: str, own: Stage | None, seen: set[str]) -> bool:
    if not stage:
        return one.stage == own or one.key in seen
    return stage in ("all", one.stage)


def _choices(stages: set[str]) -> list[tuple[str, str]]:
    """Nothing to choose from where the subject lies in one stage."""
    if len(stages) < 2:
        return []
    return [("", OWN), *((key, STAGE_WORDS[key]) for key in STAGE_WORDS if key in stages), ("all", "全部")]
