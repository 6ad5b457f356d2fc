"""The class report and the pages behind its figures."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Lesson
from qiming.insight import heat
from qiming.insight.access import CLASS_HANDBOOK, SEE_ANSWERS, SEE_CLASS, SEE_EXAM, SEE_GAIN, SEE_HOME, TABLE
from qiming.insight.queries import class_lines, class_report, details
from qiming.insight.queries.classes import columns, gather, place_of, suggested
from qiming.insight.queries.facts import Facts
from qiming.insight.queries.gains import gain_report
from qiming.insight.queries.home import heading
from qiming.insight.queries.kept import Kept
from qiming.insight.queries.watched import watched
from qiming.insight.rules.groups import threshold
from qiming.insight.types import ClassReport, Place
from qiming.kernel.access import Denied
from qiming.kernel.http import ActorRequest, page
from qiming.learning import queries as learning
from qiming.learning.access import TABLE as LEARNING
from qiming.learning.queries.judged import JudgedStep
from qiming.trust import services as trust

SHOWN = 3
CLUES = 8
_bodies: Kept[SafeString] = Kept()
Crumbs = list[tuple[str, str]]


@require_GET
@page(TABLE, SEE_HOME)
def home(request: ActorRequest) -> HttpResponse:
    """My classes, a sentence each; for head and administrator, the school's classes."""
    mine, others = class_lines(request.actor)
    context = {
        "mine": mine,
        "others": others,
        "heading": heading(mine),
        "sees_exams": TABLE.may_try(request.actor, SEE_EXAM),
    }
    return render(request, "insight/home.html", context)


@require_GET
@page(TABLE, SEE_CLASS)
def report(request: ActorRequest, class_id: UUID, offering_id: UUID) -> HttpResponse:
    """What the class knows, who needs what, what to do next."""
    place = load_place(request, class_id, offering_id, SEE_CLASS)
    found = class_report(place, request.actor)
    note(request, place, [one.id for one in found.pupils], "班级学情", SEE_CLASS)
    opens = TABLE.allows(request.actor, SEE_ANSWERS, place.group)
    said = _bodies.get((found.made_of, found.next_period, opens), lambda: _body(place, found, opens))
    teaches = LEARNING.allows(request.actor, "learning.see_pupil", place.group)
    context = {
        "place": place,
        "body": said,
        "crumbs": crumbs_of(place),
        "programs": _programs(place),
        "sees_gain": TABLE.allows(request.actor, SEE_GAIN, place.group),
        "sees_exams": TABLE.allows(request.actor, SEE_EXAM, place.group),
        "makes_handbooks": TABLE.allows(request.actor, CLASS_HANDBOOK, place.group),
        "watched": watched(found.pupils) if teaches else (),
    }
    return render(request, "insight/class.html", context)


def _programs(place: Place) -> list[tuple[Lesson | None, JudgedStep]]:
    """What the server said to the programs the class handed in, by lesson."""
    version = place.offering.course_version_id
    found = learning.judged_steps(place.offering.id)
    return [(curriculum.lesson_of_course(version, one.lesson_key), one) for one in found]


def _body(place: Place, found: ClassReport, opens: bool) -> SafeString:
    """The report as HTML: the same for whoever may open the same, so it is drawn once while nothing changes."""
    least = threshold(len(found.pupils))
    shown = [one for one in found.misconceptions if one.held.n >= least][:SHOWN]
    context = {
        "report": found,
        "place": place,
        "shown": shown,
        "more": found.misconceptions[len(shown) :],
        "clues": found.clues[:CLUES],
        "opens": opens,
        "symbols": heat.symbols(),
        "rows": heat.rows(found.pupils, found.concepts, found.bands, opens=opens),
        "text_rows": heat.text_rows(found.pupils, found.concepts, found.bands, opens=opens),
        "practise": list(zip(found.concepts, found.practise, strict=True)),
        "base": _base(place),
        "teach_url": reverse("teaching.offering", args=[place.offering.id]),
    }
    return render_to_string("insight/_report.html", context)


@require_GET
@page(TABLE, SEE_GAIN)
def gain(request: ActorRequest, class_id: UUID, offering_id: UUID) -> HttpResponse:
    """Before and after the course: the class by concept, then who took which test."""
    place = load_place(request, class_id, offering_id, SEE_GAIN)
    found = gain_report(place, request.actor)
    note(request, place, [line.pupil.id for line in found.pupils], "课前测和课后测", SEE_GAIN)
    context = {
        "report": found,
        "place": place,
        "crumbs": [
            *crumbs_of(place)[:-1],
            (crumbs_of(place)[-1][0], reverse("insight.class", args=[class_id, offering_id])),
            ("课前课后", ""),
        ],
        "tasks_url": reverse("learning.course_tasks", args=[offering_id]),
    }
    return render(request, "insight/gain.html", context)


@require_GET
@page(TABLE, SEE_CLASS)
def groups(request: ActorRequest, class_id: UUID, offering_id: UUID) -> HttpResponse:
    """Every suggested group with what each member has and lacks."""
    place = load_place(request, class_id, offering_id, SEE_CLASS)
    known = gather(place.offering, request.actor)
    concepts = curriculum.concepts(known.concepts)
    heads = columns(known, concepts)
    opens = TABLE.allows(request.actor, SEE_ANSWERS, place.group)
    found = suggested(known, concepts)
    note(request, place, [one.id for one in known.pupils], "分组和依据", SEE_CLASS)
    return render(
        request,
        "insight/groups.html",
        {
            "place": place,
            "groups": [(one, heat.rows(one.pupils, heads, known.bands, opens=opens)) for one in found],
            "concepts": heads,
            "symbols": heat.symbols(),
            "opens": opens,
            "left_out": known.left_out,
            "crumbs": [*crumbs_of(place, linked=True), ("分组", "")],
        },
    )


@require_GET
@page(TABLE, SEE_CLASS)
def groups_print(request: ActorRequest, class_id: UUID, offering_id: UUID) -> HttpResponse:
    """The groups on a sheet of paper: names and what to do, nothing that judges anybody."""
    place = load_place(request, class_id, offering_id, SEE_CLASS)
    known = gather(place.offering, request.actor)
    found = suggested(known, curriculum.concepts(known.concepts))
    note(request, place, [one.id for one in known.pupils], "分组单", SEE_CLASS)
    return render(request, "insight/groups_print.html", {"place": place, "groups": found})


@require_GET
@page(TABLE, SEE_ANSWERS)
def misconception(
    request: ActorRequest, class_id: UUID, offering_id: UUID, misconception: str
) -> HttpResponse:
    """Who shows a misconception, in which answers, and how the class answered those items."""
    place = load_place(request, class_id, offering_id, SEE_ANSWERS)
    known = gather(place.offering, request.actor)
    found = details.misconception_detail(known, misconception)
    if found is None:
        raise Denied(SEE_ANSWERS)
    note(request, place, [line.pupil.id for line in found.everybody], "班级误解背后的作答")
    context = _context(place, found, "误解", known)
    return render(request, "insight/misconception.html", context)


@require_GET
@page(TABLE, SEE_ANSWERS)
def concept(request: ActorRequest, class_id: UUID, offering_id: UUID, concept: str) -> HttpResponse:
    """Where everybody stands on one concept, and how the class answered its items."""
    place = load_place(request, class_id, offering_id, SEE_ANSWERS)
    known = gather(place.offering, request.actor)
    found = details.concept_detail(known, concept)
    if found is None:
        raise Denied(SEE_ANSWERS)
    note(request, place, [one.id for one in known.pupils], f"知识点：{found.concept.title}")
    context = _context(place, found, "知识点", known)
    return render(request, "insight/concept.html", context)


@require_GET
@page(TABLE, SEE_ANSWERS)
def item(request: ActorRequest, class_id: UUID, offering_id: UUID, item_version_id: UUID) -> HttpResponse:
    """First answers of the class to one item, and who gave which."""
    place = load_place(request, class_id, offering_id, SEE_ANSWERS)
    known = gather(place.offering, request.actor)
    found = details.item_detail(known, item_version_id)
    if found is None:
        raise Denied(SEE_ANSWERS)
    note(request, place, [one.id for said in found.said for one in said.pupils], "一道题的作答")
    context = _context(place, found, "题目", known)
    return render(request, "insight/item.html", context)


def load_place(request: ActorRequest, class_id: UUID, offering_id: UUID, verb: str) -> Place:
    place = place_of(class_id, offering_id)
    if place is None:
        raise Denied(verb)
    TABLE.require(request.actor, verb, place.group)
    return place


def _base(place: Place) -> str:
    """The address of the class report; the pages behind its figures lie below it."""
    return reverse("insight.class", args=[place.group.id, place.offering.id])


def _context(place: Place, found: object, here: str, known: Facts) -> dict[str, object]:
    crumbs = [*crumbs_of(place, linked=True), (here, "")]
    return {
        "place": place,
        "found": found,
        "base": _base(place),
        "opens": True,
        "left_out": known.left_out,
        "crumbs": crumbs,
    }


def crumbs_of(place: Place, *, linked: bool = False) -> Crumbs:
    url = _base(place) if linked else ""
    return [("学情", reverse("insight.home")), (place.school.name, ""), (place.group.name, url)]


def note(
    request: ActorRequest, place: Place, subjects: list[UUID], what: str, verb: str = SEE_ANSWERS
) -> None:
    trust.log_read(request.actor, verb=verb, subjects=subjects, scope_path=place.group.path, what=what)
