"""安全事件登记: opened, measures and notices noted with their moment, closed with what was learned."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.trust.access import TABLE
from qiming.trust.catalogue import catalogue
from qiming.trust.clocks import clock
from qiming.trust.models import Incident, IncidentStep
from qiming.trust.types.reports import IncidentState

OPEN = "trust.open_incident"
HANDLE = "trust.see_incidents"


@dataclass(frozen=True, slots=True)
class Found:
    """An incident as somebody found it."""

    title: str
    what: str
    happened_on: date
    categories: list[str]
    people_touched: int
    is_grave: bool


def place_of(actor: Actor) -> OrgRef:
    """The school or office at which the actor's incidents are registered: the nearest one."""
    paths = [grant.scope_path for grant in actor.grants if grant.role in TABLE.row(OPEN).reaches]
    return registry.workplace_of(max(paths, key=len))


@transaction.atomic
def open_incident(*, actor: Actor, found: Found) -> Incident:
    """Register an incident at the actor's place; the clock of telling begins now."""
    TABLE.require(actor, OPEN)
    place = place_of(actor)
    if found.happened_on > time.today():
        raise UserError("发生的日期还没到", kept="写的都还在。", field="happened_on")
    if not found.categories or set(found.categories) - set(catalogue().categories):
        raise UserError("请选涉及哪几类数据", kept="写的都还在。", field="categories")
    limit = clock("incident_grave_hours" if found.is_grave else "incident_tell_hours").value
    now = time.now()
    incident = Incident.objects.create(
        scope_path=place.path,
        title=found.title,
        what=found.what,
        happened_on=found.happened_on,
        found_at=now,
        categories=found.categories,
        people_touched=found.people_touched,
        is_grave=found.is_grave,
        state=IncidentState.OPEN,
        opened_by=actor.person_id,
        tell_by=now + timedelta(hours=limit),
    )
    audit.write(actor, OPEN, thing="incident", thing_id=incident.id, scope_path=place.path)
    outbox.announce(
        "trust.incident_opened", {"incident_id": str(incident.id), "is_grave": found.is_grave}, place.path
    )
    return incident


@transaction.atomic
def add_step(
    *, actor: Actor, incident_id: UUID, kind: str, text: str, whom: str = "", at: datetime | None = None
) -> None:
    """A measure taken (`measure`) or somebody notified (`told`, with `whom`)."""
    incident = _load(actor, incident_id)
    if incident.state == IncidentState.CLOSED:
        raise UserError("这一件已经结案", kept="写的话还在。", next="有新情况请另登记一件。", status=409)
    if kind == "told" and not whom.strip():
        raise UserError("请写通知了谁", kept="写的话还在。", field="whom")
    moment = at or time.now()
    if moment > time.now():
        raise UserError("时间还没到", kept="写的话还在。", field="at")
    IncidentStep.objects.create(
        incident=incident, kind=kind, text=text, whom=whom.strip(), at=moment, by_id=actor.person_id
    )
    audit.write(
        actor,
        "trust.incident_step",
        thing="incident",
        thing_id=incident.id,
        scope_path=incident.scope_path,
        detail={"kind": kind},
    )


@transaction.atomic
def close_incident(*, actor: Actor, incident_id: UUID, lessons: str) -> None:
    """Close with what was learned; not before a measure was taken and somebody told."""
    incident = _load(actor, incident_id)
    if incident.state == IncidentState.CLOSED:
        return
    kinds = set(incident.steps.values_list("kind", flat=True))
    if kinds != {"measure", "told"}:
        missing = "采取了什么措施" if "measure" not in kinds else "通知了谁"
        raise UserError(
            f"还没有记{missing}", kept="写的话还在。", next=f"先记下{missing}，再结案。", status=409
        )
    if not lessons.strip():
        raise UserError("请写一句教训：以后怎么避免", field="lessons")
    incident.state, incident.lessons = IncidentState.CLOSED, lessons.strip()
    incident.closed_by, incident.closed_at = actor.person_id, time.now()
    incident.save(update_fields=["state", "lessons", "closed_by", "closed_at"])
    audit.write(
        actor,
        "trust.close_incident",
        thing="incident",
        thing_id=incident.id,
        scope_path=incident.scope_path,
    )


def _load(actor: Actor, incident_id: UUID) -> Incident:
    rows = Incident.objects.unscoped("filtered by the access table on the next line").select_for_update()
    return TABLE.load(actor, HANDLE, rows, id=incident_id)
