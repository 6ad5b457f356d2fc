"""What the adviser's pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import NoReverseMatch, resolve, reverse

from qiming.agents.guard.injection import orders
from qiming.agents.knowledge.procedures import Procedure, procedures
from qiming.agents.knowledge.shelf import DocumentView, Section
from qiming.agents.talk.services import guard
from qiming.assist.access import TABLE
from qiming.assist.adviser.access import ANSWER, ASK, KEEP
from qiming.assist.models import AdviceLine, AdviceTalk, Ticks
from qiming.kernel.access import TABLES, Actor, Denied
from qiming.kernel.http import door_of
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

_WHY = "loaded through the access table"
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a reply as a page shows it; `url`: where it stands, empty when the reader may not go there."""

    kind: str
    text: str
    source: str = ""
    place: str = ""
    issued_by: str = ""
    number: str = ""
    issued_on: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    by: str
    by_words: str
    text: str
    at: Any
    outcome: str = ""
    parts: tuple[PartView, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class StepView:
    number: int
    text: str
    done: bool
    url: str


def places_of(actor: Actor) -> set[str]:
    """Where the actor's questions are asked from: every place at which a role is held, or a child's."""
    paths = {grant.scope_path for grant in actor.grants}
    if actor.wards:
        paths |= {one.scope_path for one in registry.wards_of(actor.person_id)}
    if not paths:
        raise Denied(ASK)
    return paths


def desks_of(actor: Actor) -> list[OrgRef]:
    """The places to whose people a talk can be given: school, district, city above the actor, nearest first."""
    found: dict[str, OrgRef] = {}
    for path in places_of(actor):
        for place in registry.ancestors(path):
            if place.kind in (OrgKind.SCHOOL, OrgKind.DISTRICT, OrgKind.CITY):
                found[place.path] = place
    return sorted(found.values(), key=lambda one: -len(one.path))


def own_talks(actor: Actor) -> QuerySet[AdviceTalk]:
    """What the actor asked, newest first."""
    return AdviceTalk.objects.for_actor(actor, ASK).order_by("-moved_at", "-id")[:_SHOWN]


def queue(actor: Actor) -> QuerySet[AdviceTalk]:
    """What was handed over to the actor's places: what waits first, longest first."""
    rows = AdviceTalk.objects.for_actor(actor, ANSWER).exclude(handed_at=None)
    return rows.order_by("-state", "handed_at", "id")[:_SHOWN]


def waiting(actor: Actor) -> int:
    """How many wait for an answer of the actor's places."""
    rows = AdviceTalk.objects.for_actor(actor, ANSWER)
    return rows.filter(state=AdviceTalk.State.HANDED).count()


def own_talk(actor: Actor, talk_id: UUID) -> AdviceTalk:
    return TABLE.load(actor, ASK, AdviceTalk.objects.unscoped(_WHY), id=talk_id)


def handed_talk(actor: Actor, talk_id: UUID) -> AdviceTalk:
    rows = AdviceTalk.objects.unscoped(_WHY).exclude(handed_at=None)
    return TABLE.load(actor, ANSWER, rows, id=talk_id)


def lines_of(talk: AdviceTalk, actor: Actor) -> list[LineView]:
    """Everything said in a talk, for a reader."""
    return [
        LineView(
            by=row.by,
            by_words=AdviceLine.By(row.by).label,
            text=row.text,
            at=row.created_at,
            outcome=row.outcome,
            parts=tuple(_part(one, actor) for one in row.parts),
        )
        for row in talk.lines.order_by("number")
    ]


def _part(said: dict[str, str], actor: Actor) -> PartView:
    url = page_url(said["page"], actor) if said.get("page") else ""
    if said["kind"] == "quote":
        url = f"{reverse('assist.document', args=[said['document']])}#c-{said['chunk']}"
    elif said["kind"] == "steps" and said["key"] in procedures():
        url = reverse("assist.procedure", args=[said["key"]])
    shown = ("source", "place", "issued_by", "number", "issued_on")
    return PartView(
        said["kind"], said.get("text", ""), **{name: said.get(name, "") for name in shown}, url=url
    )


def page_url(name: str, actor: Actor) -> str:
    """The address of one of our pages, empty when there is none or this actor has no business there."""
    try:
        url = reverse(name)
        door = door_of(resolve(url).func)
    except NoReverseMatch:
        return ""
    if door is None or (door.room and not TABLES[door.room].may_try(actor, door.verb)):
        return ""
    return url


def procedures_for(actor: Actor) -> list[Procedure]:
    """What people with the actor's roles do, by title."""
    return [one for one in procedures().values() if actor.roles & set(one.roles)]


def steps_of(procedure: Procedure, actor: Actor) -> list[StepView]:
    """The steps with what the actor ticked off; a step whose words changed since is open again."""
    row = Ticks.objects.filter(person_id=actor.person_id, procedure=procedure.key).first()
    done = set(row.done) if row else set()
    return [
        StepView(number, step.text, step.text in done, page_url(step.page, actor) if step.page else "")
        for number, step in enumerate(procedure.steps, 1)
    ]


def place_name(path: str) -> str:
    """A place by its path, in words."""
    return registry.org_by_path(path).name


def asker_words(talk: AdviceTalk) -> str:
    """Who asks, as the desk that answers needs to know it."""
    return registry.persons_named([talk.person_id]).get(talk.person_id, "已删除的账号")


def keeps_at(actor: Actor) -> list[OrgRef]:
    """The places for which the actor may bring documents, the widest first."""
    return [registry.org_by_path(path) for path in sorted(TABLE.paths(actor, KEEP), key=len)]


def hands_of(document: DocumentView) -> dict[str, str]:
    """Who brought, checked and released a document."""
    who = {"loaded": document.loaded_by, "approved": document.approved_by, "released": document.released_by}
    names = registry.persons_named([one for one in who.values() if one])
    return {act: names.get(one, "已离开的同事") for act, one in who.items() if one}


def sections_with_marks(document: DocumentView) -> list[tuple[Section, bool]]:
    """The pieces, and whether a piece speaks to machines as orders do: it is quoted all the same, and never obeyed."""
    lexicon = guard().library.injection
    return [(one, bool(orders(one.text, lexicon))) for one in document.sections]
