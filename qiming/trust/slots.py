"""What trust shows on lower pages."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.trust.access import TABLE


def reads_link(request: HttpRequest, *, person_id: UUID, **_: object) -> SafeString | str:
    """The way from a pupil's page to who read the record."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.allows(actor, "trust.see_reads", registry.pupil(person_id)):
        return ""
    return format_html(
        '<p class="acts mt4"><a class="btn" href="{}">谁看过这名学生的记录</a></p>',
        reverse("trust.reads", args=[person_id]),
    )


slots.fill("registry.pupil_actions", reads_link)
