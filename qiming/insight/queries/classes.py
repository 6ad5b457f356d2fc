"""A class in one course: the report and its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef
from qiming.insight import words
from qiming.insight.consent import seen_by
from qiming.insight.queries.facts import Facts, answers_of, bands_of, facts
from qiming.insight.queries.items import distributions
from qiming.insight.queries.kept import Kept, stamp
from qiming.insight.rules import groups as grouping
from qiming.insight.rules import steps
from qiming.insight.rules.misconceptions import held
from qiming.insight.types import (
    AfterLine,
    ClassReport,
    Column,
    Group,
    Held,
    MisconceptionLine,
    NextStep,
    Place,
    StepKind,
)
from qiming.kernel.access import Actor, Denied
from qiming.kernel.time import now
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef, PeriodRef, PeriodState

HELD = (PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED)


def place_of(class_id: UUID, offering_id: UUID) -> Place | None:
    """Where a report belongs; None when there is no such course in this class."""
    try:
        offering = teaching.offering(offering_id)
    except Denied:
        return None
    if offering.class_group_id != class_id:
        return None
    above = {one.kind: one for one in registry.ancestors(offering.scope_path)}
    group = above.get(OrgKind.CLASS_GROUP) or above.get(OrgKind.TEACHING_GROUP)
    school = above.get(OrgKind.SCHOOL)
    return Place(offering, group, school) if group and school else None


def gather(offering: OfferingRef, reader: Actor | None = None) -> Facts:
    """Three questions: the pupils of today, their answers in this course, what is believed of them. A reader from
    outside the class gets the pupils whose families consent, in names and in figures alike."""
    everybody = pupils_of(offering)
    return _known(offering, seen_by(reader, everybody, offering.scope_path), len(everybody))


def _known(offering: OfferingRef, pupils: Sequence[PupilRef], of: int) -> Facts:
    known = facts(offering, pupils, answers_of(offering.id), bands_of([one.id for one in pupils]))
    return replace(known, left_out=of - len(pupils))


def pupils_of(offering: OfferingRef) -> list[PupilRef]:
    """The class or group of today by seat, a class read as plain values: a report needs no model of each."""
    of_class = [
        PupilRef(row["pupil_id"], row["name"], row["seat_no"], row["class_id"], row["scope_path"])
        for row in registry.pupils_under(offering.scope_path)
    ]
    return of_class or registry.pupils_of(offering.class_group_id)


def step_of(known: Facts) -> NextStep:
    return steps.next_step(known.ids, known.answerers, known.found, known.bands, known.concepts)


def next_step(offering_id: UUID) -> NextStep:
    """Worked out again only when something it is made of has changed: it stands on every teacher's first page."""
    offering = teaching.offering(offering_id)
    pupils = tuple(pupils_of(offering))
    made_of = (offering, pupils, stamp(offering.id, [one.id for one in pupils]))
    return _steps.get(made_of, lambda: step_of(_known(offering, pupils, len(pupils))))


def misconceptions(offering_id: UUID) -> list[Held]:
    return gather(teaching.offering(offering_id)).found


def groups(offering_id: UUID) -> list[Group]:
    known = gather(teaching.offering(offering_id))
    return suggested(known, curriculum.concepts(known.concepts))


_reports: Kept[ClassReport] = Kept()
_steps: Kept[NextStep] = Kept()


def class_report(place: Place, reader: Actor | None = None) -> ClassReport:
    """The whole report with a fixed number of questions, whatever the size of the class; worked out again only when
    something it is made of has changed."""
    offering = place.offering
    everybody = pupils_of(offering)
    pupils = tuple(seen_by(reader, everybody, offering.scope_path))
    periods = tuple(teaching.periods_of(offering.id))
    made_of = (place, pupils, len(everybody), periods, stamp(offering.id, [one.id for one in pupils]))
    report = _reports.get(made_of, lambda: _worked_out(place, pupils, periods, len(everybody)))
    return replace(report, next_period=_next_period(periods), made_of=made_of)


def _worked_out(
    place: Place, pupils: Sequence[PupilRef], periods: Sequence[PeriodRef], of: int
) -> ClassReport:
    known = _known(place.offering, pupils, of)
    concepts = curriculum.concepts(known.concepts)
    step = step_of(known)
    remedy = known.course.remedies.get(step.key)
    lines = _lines(known, concepts)
    return ClassReport(
        place=place,
        pupils=known.pupils,
        left_out=known.left_out,
        concepts=columns(known, concepts),
        bands=known.bands,
        step=step,
        heading=words.heading(step, known.course.misconceptions, concepts, remedy),
        groups=tuple(suggested(known, concepts)) if step.kind is not StepKind.NOTHING else (),
        misconceptions=tuple(line for line in lines if line.held.n and not line.held.is_single),
        clues=tuple(line for line in lines if line.held.is_single or not line.held.n),
        after=_after(known, periods),
        answers=len(known.answers),
        answerers=known.answerers,
        latest=known.latest,
        lessons=tuple(one.position for one in known.course.lessons if one.key in known.lesson_keys),
        next_period=None,
    )


def columns(known: Facts, concepts: Mapping[str, ConceptRef]) -> tuple[Column, ...]:
    """The concepts met so far, as columns of the map."""
    return tuple(Column(key, concepts[key].title) for key in known.concepts if key in concepts)


def suggested(known: Facts, concepts: Mapping[str, ConceptRef]) -> list[Group]:
    """The groups the answers suggest, in words."""
    holders = {one.id: one.pupils for one in known.found if not one.is_single}
    return [
        words.group(one, tuple(known.by_id[pupil] for pupil in one.pupils), known.course, concepts)
        for one in grouping.suggest(known.ids, holders, known.bands, known.concepts)
    ]


def _lines(known: Facts, concepts: Mapping[str, ConceptRef]) -> list[MisconceptionLine]:
    """Every misconception seen; of the first, the item that showed it most with its answers counted."""
    found: list[MisconceptionLine] = []
    for index, one in enumerate(known.found):
        items = tuple((known.course.items[key], n) for key, n in one.by_item if key in known.course.items)
        shown = None
        if index == 0 and one.n and not one.is_single and items:
            shown = distributions(known, [items[0][0]], concepts, one.id)[0]
        misconception = known.course.misconceptions[one.id]
        found.append(MisconceptionLine(one, misconception, known.course.remedies.get(one.id), items, shown))
    return found


def _next_period(periods: Sequence[PeriodRef]) -> PeriodRef | None:
    coming = (PeriodState.PLANNED, PeriodState.LIVE)
    ahead = [one for one in periods if one.state in coming and (one.ends_at is None or one.ends_at >= now())]
    return ahead[0] if ahead else None


def _after(known: Facts, periods: Sequence[PeriodRef]) -> AfterLine | None:
    """The finding before the last lesson, judged by the same rule, and what the answers since then say of it."""
    last = last_held(periods, known)
    if last is None or last.starts_at is None:
        return None
    earlier, since = steps.cut(known.answers, last.starts_at.timestamp())
    least = grouping.threshold(len(known.pupils))
    before = steps.commonest(
        [one for one in held(earlier, known.course.shows) if one.id in known.course.misconceptions], least
    )
    if before is None:
        return None
    key = before.id
    found = steps.after(key, before, known.held_by(key), since, known.course.probes(key))
    remedy = known.course.remedies.get(key)
    positions = [
        known.course.items[one.item_key].lesson_position
        for one in earlier
        if one.item_key in known.course.items
    ]
    return AfterLine(
        after=found,
        misconception=known.course.misconceptions[key],
        lesson_before=max(positions, default=0),
        lesson=last,
        remedy=remedy,
        was_done=_was_released(last, remedy.step_key)
        if remedy and remedy.lesson_key == last.lesson_key
        else None,
    )


def last_held(periods: Sequence[PeriodRef], known: Facts) -> PeriodRef | None:
    """The last lesson that was held and after whose beginning somebody answered."""
    latest = known.latest
    if latest is None:
        return None
    taught = [one for one in periods if one.state in HELD and one.starts_at and one.starts_at <= latest]
    return max(taught, key=lambda one: one.starts_at or latest, default=None)


def _was_released(period: PeriodRef, step_key: str) -> bool | None:
    """Whether a step was handed out in a lesson held on the platform."""
    released = teaching.released_in(period.id)
    return None if released is None else any(one.key == step_key for one in released)
