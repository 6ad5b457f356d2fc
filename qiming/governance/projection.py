"""Rebuilds the figures of classes from the ledger: the same answer however often and in whatever order it runs."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import connection, transaction

from qiming.curriculum import queries as curriculum
from qiming.governance import groups, rollup, rules
from qiming.governance.groups import ai_periods
from qiming.governance.models import ClassCoverage, GradeCoverage
from qiming.governance.types import ClassFacts
from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Stage
from qiming.teaching import queries as teaching
from qiming.teaching.types import EvidenceKind, PeriodRef, PeriodState

KEPT_WINDOW = timedelta(weeks=6)
TAUGHT = {PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED}
MONTHS = 12
FIRST_MONTH = 9


@dataclass(frozen=True, slots=True)
class SchoolNow:
    """What all classes of a school share at the moment of counting."""

    school: OrgRef
    school_year: str
    today: date
    weeks_left: int
    held: int
    missed: int
    required: Mapping[Stage, int]  # periods a school year asks, by the rules in force today
    with_teacher: Set[UUID]
    with_offering: Set[UUID]


@transaction.atomic
def project_school(school_id: UUID, school_year: str) -> int:
    """Rebuild every class of one school and the sums above them; returns how many classes there are."""
    _one_at_a_time(school_id)
    school = registry.org(school_id)
    classes = registry.classes_of_year(school.path, school_year)
    periods = ai_periods([one.id for one in classes], school_year)
    members = _members(school.path, classes)
    # By person, not by place: hours follow a pupil from another class, group or school.
    totals = teaching.totals_of_pupils([one for found in members.values() for one in found], school_year)
    today = time.today()
    held, missed = _kept([period for found in periods.values() for period in found], today)
    now = SchoolNow(
        school=school,
        school_year=school_year,
        today=today,
        weeks_left=registry.teaching_weeks_left(today, school.path),
        held=held,
        missed=missed,
        required={stage: required_periods(stage, today) for stage in {group.stage for group in classes}},
        with_teacher=registry.classes_with_teacher(school.path),
        with_offering=_with_offering(classes, school_year),
    )
    shared = groups.Shared.of(school.path, school_year, today)
    rows = []
    for group in classes:
        pupils = members.get(group.id, [])
        sums = [totals[pupil].periods if pupil in totals else Fraction(0) for pupil in pupils]
        rows.append(_row(now, group, periods[group.id], sums, shared.by_all(pupils)))
    _store(rows)
    rollup.store(school.path, rows)
    _forget_closed(school_id, school_year, classes)
    return len(rows)


def _one_at_a_time(school_id: UUID) -> None:
    """Two countings of a school take turns, so that the one that saw less does not have the last word."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('governance.school.' || %s::text, 0))", [school_id]
        )


def _forget_closed(school_id: UUID, school_year: str, classes: Sequence[OrgRef]) -> None:
    """Classes that were closed leave the school's figures, and grades without classes its sums."""
    ours = {"school_id": school_id, "school_year": school_year}
    rows = ClassCoverage.objects.unscoped("closed classes of the school").filter(**ours)
    rows.exclude(class_group_id__in=[group.id for group in classes]).delete()
    sums = GradeCoverage.objects.unscoped("grades of the school without classes").filter(**ours)
    sums.exclude(grade__in={group.grade or 0 for group in classes}).delete()


def _members(path: str, classes: Sequence[OrgRef]) -> dict[UUID, list[UUID]]:
    """Pupils by class: today's, and of a class that went up a grade since, those of its last day."""
    last_days = {group.closed_on - timedelta(days=1) for group in classes if group.closed_on}
    members: dict[UUID, list[UUID]] = {}
    for day in (None, *sorted(last_days)):
        closed = {
            group.id for group in classes if group.closed_on and group.closed_on - timedelta(days=1) == day
        }
        for row in registry.pupils_under(path, on=day):
            if day is None or row["class_id"] in closed:
                members.setdefault(row["class_id"], []).append(row["pupil_id"])
    return members


def _with_offering(classes: Sequence[OrgRef], school_year: str) -> set[UUID]:
    courses = teaching.open_offerings_of_classes(group.id for group in classes)
    return {
        key
        for key, found in courses.items()
        if any(one.school_year == school_year and one.counts_for_ai for one in found)
    }


def _facts(
    now: SchoolNow, group: OrgRef, periods: Sequence[PeriodRef], pupils: int, also: groups.Taken
) -> ClassFacts:
    waiting = [period for period in periods if period.state in (PeriodState.TAUGHT, PeriodState.LIVE)]
    return ClassFacts(
        on=now.today,
        required=now.required[group.stage],
        pupils=pupils,
        has_teacher=group.id in now.with_teacher or also.has_teacher,
        has_offering=group.id in now.with_offering
        or any(period.offering_id for period in periods)
        or also.has_offering,
        confirmed=_sum(period for period in periods if period.state is PeriodState.CONFIRMED)
        + also.confirmed,
        unconfirmed=_sum(waiting) + also.unconfirmed,
        planned=_sum(
            period
            for period in periods
            if period.state is PeriodState.PLANNED and period.planned_date >= now.today
        )
        + also.planned,
        oldest_unconfirmed=min((period.planned_date for period in waiting), default=None),
        weeks_left=now.weeks_left,
        held=now.held,
        missed=now.missed,
    )


def required_periods(stage: Stage, on: date) -> int:
    """How many periods a school year asks of a class of this stage, by the rule in force on `on`."""
    return curriculum.stage_rules(on, stage.value).periods_per_year


def _kept(periods: Sequence[PeriodRef], today: date) -> tuple[int, int]:
    due = [period for period in periods if today - KEPT_WINDOW <= period.planned_date < today]
    held = sum(period.state in TAUGHT for period in due)
    return held, len(due) - held


def _sum(periods: Iterable[PeriodRef]) -> Fraction:
    return sum(
        (Fraction(period.credited_minutes, period.period_minutes) for period in periods),
        Fraction(0),
    )


def _row(
    now: SchoolNow, group: OrgRef, periods: Sequence[PeriodRef], sums: Sequence[Fraction], also: groups.Taken
) -> ClassCoverage:
    facts = _facts(now, group, periods, len(sums), also)
    outlook = rules.forecast(facts)
    confirmed = [period for period in periods if period.state is PeriodState.CONFIRMED]
    return ClassCoverage(
        class_group_id=group.id,
        school_id=now.school.id,
        school_year=now.school_year,
        scope_path=group.path,
        grade=group.grade or 0,
        required=facts.required,
        pupils=len(sums),
        zero=sum(done == 0 for done in sums),
        enough=sum(done >= facts.required for done in sums),
        periods_milli=sum(_milli(done) for done in sums),
        confirmed_milli=_milli(facts.confirmed),
        unconfirmed_milli=_milli(facts.unconfirmed),
        planned_milli=_milli(facts.planned),
        oldest_unconfirmed=facts.oldest_unconfirmed,
        low=outlook.low,
        high=outlook.high,
        is_at_risk=outlook.at_risk and bool(sums),
        because=[[one.reason.value, one.says] for one in rules.because(facts)],
        by_evidence={
            kind.value: sum(one.evidence_kind is kind for one in confirmed) for kind in EvidenceKind
        },
        confirmed_by_month=_by_month(confirmed),
        planned_by_month=_by_month([one for one in periods if one.state is not PeriodState.CANCELLED]),
        counted_at=time.now(),
    )


def _by_month(periods: Sequence[PeriodRef]) -> list[int]:
    months = [0] * MONTHS
    for period in periods:
        months[(period.planned_date.month - FIRST_MONTH) % MONTHS] += _milli(
            Fraction(period.credited_minutes, period.period_minutes)
        )
    return months


def _milli(periods: Fraction) -> int:
    return int(periods * 1000)


def _store(rows: Sequence[ClassCoverage]) -> None:
    kept = {"id", "created_at", "class_group_id", "school_year"}
    ClassCoverage.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["class_group_id", "school_year"],
        update_fields=[
            field.attname for field in ClassCoverage._meta.concrete_fields if field.attname not in kept
        ],
        batch_size=500,
    )
