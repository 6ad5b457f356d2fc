"""What the room shows on lower pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.curriculum.types import AI
from qiming.educators.access import OWN, SEE_NEEDS, SEE_STAFF, TABLE
from qiming.educators.standing import queries
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.teaching.services.opening import Plan


def links(request: HttpRequest) -> SafeString | str:
    """师资 for whoever answers for a place, 我的培训 for everybody who works there."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, OWN):
        return ""
    own = format_html('<a href="{}">我的培训</a>', reverse("educators.mine"))
    if not TABLE.may_try(actor, SEE_NEEDS):
        return own
    return format_html('<a href="{}">师资与培训</a>{}', reverse("educators.home"), own)


def opening_advice(request: HttpRequest, *, plan: Plan, **_: object) -> SafeString | str:
    """Beside the verdict of a course being opened: whether those who teach the class may teach AI in its stage. A
    teacher reads of nobody else; the school's leaders read of all."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or plan.course.subject != AI:
        return ""
    school = registry.school_of(plan.class_group.path)
    sees_all = TABLE.allows(actor, SEE_STAFF, school)
    who = [one for one in registry.teachers_of(plan.class_group.id) if sees_all or one.id == actor.person_id]
    stage = plan.class_group.stage
    lines = [
        ("您" if one.id == actor.person_id else one.name, queries.standing_at(one.id, school.id, stage))
        for one in who
    ]
    return render_to_string("educators/_opening.html", {"lines": lines}, request) if lines else ""


slots.fill("kernel.account_menu", links)
slots.fill("teaching.opening_advice", opening_advice)
