"""What the resources room shows on lower pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.curriculum.types import CourseRef
from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.resources.access import BROWSE, OFFER, TABLE
from qiming.resources.launching import slots as launching  # noqa: F401 - fills its own places
from qiming.resources.lti import slots as lti  # noqa: F401 - likewise


def shelf_link(request: HttpRequest) -> SafeString | str:
    """应用超市, in the menu of everybody who works at a school or an office."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not TABLE.may_try(actor, BROWSE):
        return ""
    return format_html('<a href="{}">应用超市</a>', reverse("resources.shelf"))


def offer_link(request: HttpRequest, *, course: CourseRef, **_: object) -> SafeString | str:
    """From the school's own version of a course: offer it to other schools."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not course.scope_path or not TABLE.allows(actor, OFFER, course):
        return ""
    where = reverse("resources.offer", query={"course": str(course.id)})
    return format_html('<a class="btn" href="{}">给别的学校用</a>', where)


slots.fill("kernel.account_menu", shelf_link)
slots.fill("curriculum.course_actions", offer_link)
