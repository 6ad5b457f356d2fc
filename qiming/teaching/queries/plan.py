"""Courses opened and periods planned or taught."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring.classes import ClassUse
from qiming.kernel.access import Actor, Denied
from qiming.kernel.scope import ScopedQuerySet
from qiming.kernel.time import now, today
from qiming.registry import queries as registry
from qiming.registry.types import Role
from qiming.teaching.access import PLAN, SEE_CLASS, SEE_PERIOD
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.queries.refs import WHY, offering_ref, period_ref
from qiming.teaching.types import OfferingRef, PeriodRef, PeriodState

# One course by its id stands before every answer of every pupil: without building a query each time.
_COLUMNS = [field.attname for field in Offering._meta.concrete_fields]
_OFFERING = f"SELECT {', '.join(_COLUMNS)} FROM {Offering._meta.db_table} WHERE id = %s"  # noqa: S608 - our own names


def offering(offering_id: UUID) -> OfferingRef:
    with connection.cursor() as cursor:
        cursor.execute(_OFFERING, [offering_id])
        found = cursor.fetchone()
    if found is None:
        raise Denied(SEE_CLASS)
    return offering_ref(Offering(*found))


def offerings_of_class(class_id: UUID, *, only_open: bool = False) -> list[OfferingRef]:
    """A class's courses, the newest first."""
    rows = Offering.objects.unscoped(WHY).filter(class_group_id=class_id).order_by("-school_year", "-id")
    return [offering_ref(row) for row in (rows.filter(is_open=True) if only_open else rows)]


def offerings_by_ids(ids: Iterable[UUID]) -> list[OfferingRef]:
    """Courses by their ids, whichever classes they were opened for; unknown ids are left out."""
    rows = Offering.objects.unscoped(WHY).filter(id__in=list(ids))
    return [offering_ref(row) for row in rows.order_by("-school_year", "-id")]


def open_offerings_of_classes(class_ids: Iterable[UUID]) -> dict[UUID, list[OfferingRef]]:
    """Several classes' open courses at once, the newest first."""
    ids = list(class_ids)
    found: dict[UUID, list[OfferingRef]] = {class_id: [] for class_id in ids}
    rows = Offering.objects.unscoped(WHY).filter(class_group_id__in=ids, is_open=True)
    for row in rows.order_by("-school_year", "-id"):
        found[row.class_group_id].append(offering_ref(row))
    return found


def offerings_of(actor: Actor) -> list[OfferingRef]:
    """Open courses of the classes the actor may see."""
    rows = Offering.objects.for_actor(actor, SEE_CLASS).filter(is_open=True)
    return [offering_ref(row) for row in rows.order_by("scope_path", "id")]


def classes_taking(actor: Actor, scope_path: str, course_key: str, lesson_key: str) -> list[ClassUse]:
    """The classes of a school for which the actor may choose a version of this lesson, the own ones first."""
    rows = Offering.objects.for_actor(actor, PLAN).filter(
        is_open=True, course_key=course_key, scope_path__startswith=scope_path
    )
    listed = list(rows.order_by("scope_path", "id"))
    names = registry.orgs({row.class_group_id for row in listed})
    own = set(actor.paths(Role.TEACHER))
    found = []
    for row in listed:
        lesson = curriculum.lesson_of_course(row.next_version_id or row.course_version_id, lesson_key)
        if lesson:
            found.append(
                ClassUse(
                    offering_id=row.id,
                    class_name=names[row.class_group_id].name,
                    lesson_version_id=lesson.id,
                    is_own=row.scope_path in own,
                    waits=row.next_version_id is not None,
                )
            )
    return sorted(found, key=lambda one: not one.is_own)


def periods_of(offering_id: UUID) -> list[PeriodRef]:
    return [period_ref(row) for row in in_order(_periods().filter(offering_id=offering_id))]


def periods_of_offerings(offering_ids: Iterable[UUID]) -> dict[UUID, list[PeriodRef]]:
    """The periods of several courses with one question."""
    found: dict[UUID, list[PeriodRef]] = {offering_id: [] for offering_id in offering_ids}
    for row in in_order(_periods().filter(offering_id__in=list(found))) if found else ():
        assert row.offering_id is not None
        found[row.offering_id].append(period_ref(row))
    return found


def periods_of_class(class_id: UUID, school_year: str) -> list[PeriodRef]:
    """Every period of a class in a school year, with or without an offering, in order of time."""
    rows = _periods().filter(class_group_id=class_id, school_year=school_year)
    return [period_ref(row) for row in in_order(rows)]


def periods_of_classes(class_ids: Iterable[UUID], school_year: str) -> dict[UUID, list[PeriodRef]]:
    found: dict[UUID, list[PeriodRef]] = {class_id: [] for class_id in class_ids}
    rows = _periods().filter(class_group_id__in=list(found), school_year=school_year)
    for row in in_order(rows):
        found[row.class_group_id].append(period_ref(row))
    return found


def period(period_id: UUID) -> PeriodRef:
    row = _periods().filter(id=period_id).first()
    if row is None:
        raise Denied(SEE_PERIOD)
    return period_ref(row)


def periods_by_ids(ids: Iterable[UUID]) -> dict[UUID, PeriodRef]:
    return {row.id: period_ref(row) for row in _periods().filter(id__in=list(ids))}


def periods_under(
    scope_path: str, *, school_year: str, states: Iterable[PeriodState] = (), since: date | None = None
) -> list[PeriodRef]:
    """Periods of all classes under a place, for desks; the desk's own room checks the right."""
    rows = _periods().filter(scope_path__startswith=scope_path, school_year=school_year)
    if states:
        rows = rows.filter(state__in=list(states))
    if since is not None:
        rows = rows.filter(planned_date__gte=since)
    return [period_ref(row) for row in in_order(rows)]


def next_periods(actor: Actor, *, limit: int = 8) -> list[PeriodRef]:
    """Periods of the actor's classes that are running or still to come, the nearest first."""
    rows = TaughtPeriod.objects.for_actor(actor, SEE_CLASS).filter(
        state__in=[PeriodState.PLANNED, PeriodState.LIVE], planned_date__gte=today()
    )
    return [period_ref(row) for row in in_order(rows)[:limit]]


def unconfirmed(actor: Actor, *, limit: int = 50) -> list[PeriodRef]:
    """Periods that were taught, or whose day is over, and that nobody has confirmed: the oldest first."""
    rows = TaughtPeriod.objects.for_actor(actor, SEE_CLASS)
    found = rows.filter(state=PeriodState.TAUGHT) | rows.filter(
        state__in=[PeriodState.PLANNED, PeriodState.LIVE], planned_date__lt=today()
    )
    return [period_ref(row) for row in in_order(found)[:limit]]


def runs_late(ref: PeriodRef) -> bool:
    """Whether a planned period's time has come and gone without being started."""
    return ref.state is PeriodState.PLANNED and ref.ends_at is not None and ref.ends_at < now()


def in_order(rows: ScopedQuerySet[TaughtPeriod]) -> ScopedQuerySet[TaughtPeriod]:
    return rows.order_by("planned_date", "slot_no", "position", "part", "id")


def _periods() -> ScopedQuerySet[TaughtPeriod]:
    return TaughtPeriod.objects.unscoped(WHY)
