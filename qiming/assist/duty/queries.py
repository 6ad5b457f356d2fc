"""Who is on duty, and what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from qiming.assist.access import TABLE
from qiming.assist.duty import rules
from qiming.assist.duty.access import SEE_ALERT, SET_ROSTER
from qiming.assist.duty.words import DONE, FIRST, KINDS
from qiming.assist.models import Alert, AlertNotice, DutyLine
from qiming.kernel.access import Actor, Denied
from qiming.kernel.memo import kept
from qiming.kernel.scope import ScopedQuerySet
from qiming.kernel.time import local, now
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef

_WHY = "who is on duty is no secret within the platform; only yes or no leaves"
MOST_TOLD = 6  # people told of one alert, as a rule
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A line of the roster with a name."""

    id: UUID
    name: str
    line: rules.Line

    @property
    def days(self) -> str:
        days = sorted(self.line.weekdays)
        if days == list(range(5)):
            return "周一到周五"
        return "每天" if len(days) == 7 else "、".join(f"周{WEEKDAYS[day]}" for day in days)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told."""

    name: str
    step: int
    told_at: datetime
    seen_at: datetime | None
    outside: str = ""  # what became of the word through the message gateway; "" where there is none


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert in a list, by the notice through which it is opened."""

    notice_id: UUID
    pupil: PupilRef | None
    class_name: str
    alert: Alert

    @property
    def kind(self) -> str:
        return KINDS[self.alert.kind]

    @property
    def first(self) -> str:
        return FIRST[self.alert.kind]

    @property
    def done(self) -> list[str]:
        return [DONE[one] for one in self.alert.done]


def lines_at(path: str) -> list[rules.Line]:
    """The roster of the school to which a place belongs."""
    school = registry.school_of(path)
    rows = DutyLine.objects.unscoped(_WHY).filter(scope_path=school.path, ended_at=None)
    return [_line(row) for row in rows]


def is_somebody_on_duty(path: str) -> bool:
    """Whether an adult of the school would be told now."""
    return bool(rules.on_duty(lines_at(path), local(now())))


def roster(actor: Actor, school: OrgRef) -> list[RosterLine]:
    """The lines in force, the first to be told first."""
    rows = DutyLine.objects.for_actor(actor, SET_ROSTER).filter(scope_path=school.path, ended_at=None)
    found = list(rows.order_by("place", "starts", "created_at"))
    names = registry.persons_named([row.person_id for row in found])
    return [RosterLine(row.id, names.get(row.person_id, ""), _line(row)) for row in found]


def readable(actor: Actor) -> ScopedQuerySet[AlertNotice]:
    """The notices through which the actor may open an alert: those the actor was told by, and a head's school's."""
    rows = AlertNotice.objects.unscoped("only the person told, or who leads the school")
    return rows.filter(Q(person_id=actor.person_id) | TABLE.filter(actor, SEE_ALERT, AlertNotice))


def notice(actor: Actor, notice_id: UUID) -> AlertNotice:
    """One notice the actor may read; `Denied` otherwise."""
    found = readable(actor).filter(id=notice_id).select_related("alert").first()
    if found is None:
        raise Denied(SEE_ALERT)
    return found


def alerts(actor: Actor, limit: int = 100) -> list[AlertLine]:
    """What the actor was told, or may see of the own school; what waits first, the newest first."""
    by_alert: dict[UUID, AlertNotice] = {}
    for row in readable(actor).select_related("alert").order_by("-alert__at", "step")[: limit * MOST_TOLD]:
        if row.person_id == actor.person_id or row.alert_id not in by_alert:
            by_alert[row.alert_id] = row
    order = {Alert.State.OPEN: 0, Alert.State.TAKEN: 1, Alert.State.CLOSED: 2}
    lines = _lines(list(by_alert.values())[:limit])
    return sorted(lines, key=lambda one: order[Alert.State(one.alert.state)])


def alert_line(notice: AlertNotice) -> AlertLine:
    """The alert of one notice."""
    return _lines([notice])[0]


def told(alert: Alert) -> list[Told]:
    """Who was told when, in order."""
    rows = list(
        AlertNotice.objects.unscoped("the alert was the actor's to read").filter(alert=alert).order_by("step")
    )
    names = registry.persons_named([row.person_id for row in rows])
    return [
        Told(names.get(row.person_id, "（已离校）"), row.step, row.told_at, row.seen_at, _outside(row))
        for row in rows
    ]


def _outside(row: AlertNotice) -> str:
    if not row.outside:
        return ""
    tries = f"（试了{row.outside_tries}次）" if row.outside_tries > 1 else ""
    return AlertNotice.Outside(row.outside).label + tries


@kept(10)
def called() -> frozenset[UUID]:
    """Everybody who was told of an alert that nobody has taken yet. Asked on every page of the staff."""
    rows = AlertNotice.objects.unscoped(_WHY).filter(alert__state=Alert.State.OPEN)
    return frozenset(rows.values_list("person_id", flat=True))


def waiting(actor: Actor) -> AlertLine | None:
    """The newest alert that was told to the actor and that nobody has taken yet."""
    rows = AlertNotice.objects.unscoped("told to this person").filter(person_id=actor.person_id)
    row = rows.filter(alert__state=Alert.State.OPEN).select_related("alert").order_by("-told_at").first()
    return alert_line(row) if row else None


def _line(row: DutyLine) -> rules.Line:
    return rules.Line(row.person_id, frozenset(row.weekdays), row.starts, row.ends, row.place)


def _lines(rows: Sequence[AlertNotice]) -> list[AlertLine]:
    pupils = registry.pupils_named({row.alert.pupil_id for row in rows})
    places = {path: registry.org_by_path(path).name for path in {row.scope_path for row in rows}}
    return [
        AlertLine(row.id, pupils.get(row.alert.pupil_id), places[row.scope_path], row.alert) for row in rows
    ]
