"""A pupil's report: for the pupil, the guardian, the teacher, the head."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiming.insight.access import MAKE_HANDBOOK, SEE_CLASS, SEE_OWN, SEE_PUPIL, TABLE
from qiming.insight.consent import may_read
from qiming.insight.queries import evidence, pupil_report
from qiming.insight.queries.pupils import PupilReport
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest, page
from qiming.learning import services as learning
from qiming.learning.access import TABLE as LEARNING
from qiming.learning.services.corrections import CORRECT
from qiming.mastery import JUDGEMENTS
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef, Stage
from qiming.teaching import queries as teaching
from qiming.trust import services as trust

ONLY_IN_CLASS = UserError(
    "这名学生的学习记录只在班里用",
    kept="家里没有同意给班外的人看。名单、出勤和课时不受影响。",
    next="需要了解，请问任课老师。",
    status=403,
)
_ID = re.compile(r"[0-9a-f-]{36}")
PUPIL_FRAME = "kernel/pupil_base.html"
STAFF_FRAME = "kernel/base.html"


@require_GET
@page(TABLE, SEE_OWN)
def mine(request: ActorRequest) -> HttpResponse:
    """The pupil's own report."""
    return _report(request, registry.pupil(request.actor.person_id))


@require_GET
@page(TABLE, SEE_PUPIL)
def pupil(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The same for whoever may see this pupil; the reading is noted."""
    return _report(request, load(request, person_id, "学习报告"))


@require_GET
@page(TABLE, SEE_PUPIL)
def answers(request: ActorRequest, person_id: UUID, concept: str) -> HttpResponse:
    """The answers behind what is believed of one pupil on one concept."""
    return answers_page(request, person_id, concept)


@require_POST
@page(LEARNING, CORRECT)
def correct(request: ActorRequest, person_id: UUID, concept: str) -> HttpResponse:
    """The teacher's own judgement, with the reason."""
    one = load(request, person_id, "")
    seen = request.POST.get("seen", "")
    try:
        learning.correct_mastery(
            actor=request.actor,
            pupil=one,
            concept=concept,
            band=request.POST.get("band", ""),
            reason=request.POST.get("reason", ""),
            seen=UUID(seen) if _ID.fullmatch(seen) else None,
        )
    except UserError as trouble:
        return answers_page(request, person_id, concept, trouble)
    return redirect("insight.answers", person_id, concept)


@require_POST
@page(LEARNING, CORRECT)
def take_back(request: ActorRequest, person_id: UUID, concept: str, correction_id: UUID) -> HttpResponse:
    """What the answers say counts again."""
    load(request, person_id, "")
    learning.take_back(actor=request.actor, correction_id=correction_id)
    return redirect("insight.answers", person_id, concept)


def answers_page(
    request: ActorRequest, person_id: UUID, concept: str, trouble: UserError | None = None
) -> HttpResponse:
    one = load(request, person_id, "")
    found = evidence.concept_evidence(one, concept)
    if found is None:
        raise Denied(SEE_PUPIL)
    _note(request, one, f"作答：{found.concept.title}")
    is_own = one.id == request.actor.person_id
    group = registry.org(one.class_id)
    offerings = teaching.offerings_of_class(one.class_id)
    context = {
        "found": found,
        "pupil": one,
        "is_own": is_own,
        "is_school": TABLE.allows(request.actor, SEE_CLASS, group),
        "frame": PUPIL_FRAME if is_own else STAFF_FRAME,
        "primary": group.stage is Stage.PRIMARY,
        "named": evidence.misconceptions_of(offerings),
        "may_correct": LEARNING.allows(request.actor, CORRECT, one),
        "bands": [(key.value, key.words) for key in JUDGEMENTS],
        "trouble": trouble,
        "posted": request.POST,
        "back": reverse("insight.mine") if is_own else reverse("insight.pupil", args=[one.id]),
        "crumbs": [] if is_own else crumbs_of(request, one, found.concept.title),
    }
    return render(request, "insight/answers.html", context, status=trouble.status if trouble else 200)


def _report(request: ActorRequest, one: PupilRef) -> HttpResponse:
    found = pupil_report(one)
    is_own = one.id == request.actor.person_id
    is_school = bool(found.group and TABLE.allows(request.actor, SEE_CLASS, found.group))
    context = {
        "report": found,
        "pupil": one,
        "is_own": is_own,
        "is_school": is_school,
        "makes_handbook": TABLE.allows(request.actor, MAKE_HANDBOOK, one),
        "opens_works": LEARNING.allows(request.actor, "learning.see_work", one),
        "you": "你" if is_own else one.name,
        "frame": PUPIL_FRAME if is_own else STAFF_FRAME,
        "primary": bool(found.group and found.group.stage is Stage.PRIMARY),
        "class_url": _class_url(found) if is_school else "",
        "crumbs": [] if is_own else crumbs_of(request, one),
    }
    return render(request, "insight/pupil.html", context)


def load(request: ActorRequest, person_id: UUID, what: str) -> PupilRef:
    one = _as_seen_by(request.actor, registry.pupil(person_id))
    TABLE.require(request.actor, SEE_PUPIL, one)
    if not may_read(request.actor, one):
        raise ONLY_IN_CLASS
    if what:
        _note(request, one, what)
    return one


def _as_seen_by(actor: Actor, one: PupilRef) -> PupilRef:
    """The pupil in the class, or for whoever teaches only a teaching group, in that group."""
    if TABLE.allows(actor, SEE_PUPIL, one):
        return one
    seats = registry.seats_of_pupil(one.id)
    return next((seat for seat in seats if TABLE.allows(actor, SEE_PUPIL, seat)), one)


def _note(request: ActorRequest, one: PupilRef, what: str) -> None:
    trust.log_read(request.actor, verb=SEE_PUPIL, subjects=[one.id], scope_path=one.scope_path, what=what)


def _class_url(found: PupilReport) -> str:
    if not found.offerings or found.group is None:
        return ""
    return reverse("insight.class", args=[found.group.id, found.offerings[0].id])


def crumbs_of(request: ActorRequest, one: PupilRef, last: str = "") -> list[tuple[str, str]]:
    begin = [("学情", reverse("insight.home"))] if TABLE.may_try(request.actor, SEE_CLASS) else []
    name = (one.name, reverse("insight.pupil", args=[one.id]) if last else "")
    return [*begin, name, *([(last, "")] if last else [])]
