"""What trust shows on lower pages."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qiming.kernel import slots
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
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


def data_links(request: HttpRequest, *, person_id: UUID, **_: object) -> SafeString | str:
    """From a pupil's page: a copy of the data, a hold on deletions."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return ""
    pupil = registry.pupil(person_id)
    links: list[tuple[str, str]] = []
    if TABLE.allows(actor, "trust.copy_person", pupil):
        links.append((reverse("trust.person_data", args=[person_id]), "给一份数据副本"))
    if TABLE.allows(actor, "trust.hold", pupil):
        links.append((f"{reverse('trust.holds')}?person={person_id}", "暂停删除"))
    if not links:
        return ""
    made = format_html_join(" ", '<a class="btn" href="{}">{}</a>', links)
    return format_html('<p class="acts mt4">{}</p>', made)


def my_data_link(request: HttpRequest) -> SafeString | str:
    """孩子的数据, in a guardian's menu."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor) or not actor.has_role(Role.GUARDIAN):
        return ""
    return format_html('<a href="{}">孩子的数据</a>', reverse("trust.my_data"))


def report_door(request: HttpRequest) -> SafeString | str:
    """投诉与举报, at the foot of every page of somebody signed in; a pupil is invited to tell an adult."""
    actor: Actor | None = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return ""
    words = "告诉一位大人" if actor.has_role(Role.PUPIL) else "投诉与举报"
    where = f"{reverse('trust.report_new')}?{urlencode({'from': request.path})}"
    return format_html('<nav class="door-l" aria-label="投诉与举报"><a href="{}">{}</a></nav>', where, words)


def protect_link(request: HttpRequest) -> SafeString | str:
    """数据保护, for those who answer for a place."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, "trust.see_ledger"):
        return ""
    return format_html('<a href="{}">数据保护</a>', reverse("trust.protect"))


def slips_link(request: HttpRequest, *, school: OrgRef, **_: object) -> SafeString | str:
    """From the classes of a school to how many have answered."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.may_try(actor, "trust.see_slips"):
        return ""
    return format_html('<a class="btn" href="{}">同意书收了几份</a>', reverse("trust.slips"))


def class_slips_link(request: HttpRequest, *, class_id: UUID, **_: object) -> SafeString | str:
    """From a class to its slips."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not TABLE.allows(actor, "trust.enter_slips", registry.org(class_id)):
        return ""
    url = reverse("trust.slips_class", args=[class_id])
    return format_html('<p class="acts"><a class="btn" href="{}">同意书回执：打印、录入</a></p>', url)


slots.fill("registry.pupil_actions", reads_link)
slots.fill("registry.classes_actions", slips_link)
slots.fill("registry.class_actions", class_slips_link)
slots.fill("registry.pupil_actions", data_links)
slots.fill("kernel.account_menu", my_data_link)
slots.fill("kernel.report_door", report_door)
slots.fill("kernel.account_menu", protect_link)
