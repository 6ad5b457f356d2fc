"""A pupil's home: the lesson of now or today, homework, practice, works, the eight periods."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.kernel.access import Actor
from qiming.kernel.time import now, today
from qiming.learning import queries, services
from qiming.learning.labs.gallery import open_galleries
from qiming.learning.labs.models import Gallery
from qiming.learning.models import Submission
from qiming.learning.pages.endings import TaskLine, task_lines
from qiming.learning.pages.shown import NamedWork, named
from qiming.learning.services.common import WHY_OWN
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.resources.launching import queries as launching
from qiming.teaching import queries as teaching
from qiming.teaching.types import HomeworkRef, LiveRef, OfferingRef, PeriodRef, PeriodState
from qiming.trust.queries import waiting_for
from qiming.trust.texts import needs_own
from qiming.trust.types import Via

USUAL_PERIODS = 8
DONE = (PeriodState.TAUGHT, PeriodState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class HomeworkLine:
    """One homework as a pupil sees it."""

    homework: HomeworkRef
    state: str  # open | late | waiting | marked | returned
    submission: Submission | None

    @property
    def words(self) -> str:
        return {
            "open": "还没交",
            "late": "过了时间，还可以交",
            "waiting": "交了，等老师看",
            "marked": "批好了",
            "returned": "老师请你再改一改",
        }[self.state]


@dataclass(frozen=True, slots=True)
class Home:
    live: LiveRef | None
    today: PeriodRef | None
    coming: PeriodRef | None
    last: PeriodRef | None
    homework: list[HomeworkLine]
    tasks: list[TaskLine]
    offers: list[services.Offer]
    works: list[NamedWork]
    offerings: list[OfferingRef]
    galleries: list[Gallery]
    confirmed: int
    unconfirmed: int
    planned: int
    total: int
    other_subjects: bool  # whether courses that are no AI class hours stand beside
    consent_asks: int  # purposes that wait for the pupil's own word, of those who decide too


def home_of(actor: Actor) -> Home:
    """Everything on a pupil's home page."""
    class_id = class_of(actor)
    group = _group_of(actor)
    offerings = _open_offerings(actor)
    year = registry.current_year().key
    by_offering = teaching.periods_of_offerings([one.id for one in offerings])
    periods = [
        one for found in by_offering.values() for one in found if one.state is not PeriodState.CANCELLED
    ]
    sums = teaching.class_summaries(_places_of(actor), year).values()
    mine = teaching.totals_of_pupils([actor.person_id], year).get(actor.person_id)
    return Home(
        live=teaching.current_live_for(actor.person_id) if class_id else None,
        today=_of_today(periods),
        coming=_next(periods),
        last=_last(periods),
        homework=homework_lines(actor.person_id) if class_id else [],
        tasks=task_lines(actor.person_id, offerings),
        offers=[offer for one in offerings if (offer := services.offer_in(actor, one, by_offering[one.id]))],
        works=named(queries.works_of(actor.person_id).select_related("offering").defer("state")[:3]),
        offerings=offerings,
        galleries=open_galleries([one.id for one in offerings]),
        confirmed=int(mine.periods) if mine else 0,
        unconfirmed=sum(one.unconfirmed for one in sums),
        planned=sum(one.planned for one in sums),
        total=_periods_a_year(group) if group else USUAL_PERIODS,
        other_subjects=any(not one.counts_for_ai for one in offerings),
        consent_asks=waiting_for(actor.person_id, Via.PUPIL) if group and needs_own(group.grade) else 0,
    )


def tools_of_next(home: Home) -> dict[str, Any]:
    """The products of the lesson that goes on or comes next, as the player shows them: one question when there are none."""
    lesson = home.live or home.today or home.coming
    of = next((one for one in home.offerings if lesson and one.id == lesson.offering_id), None)
    if lesson is None or of is None:
        return {}
    return launching.tools_of_lesson(of.class_group_id, of.scope_path, lesson.lesson_key)


def _group_of(actor: Actor) -> OrgRef | None:
    """The pupil's class, from the places that the line with the pupil's school is made of."""
    path = next((grant.scope_path for grant in actor.grants if grant.role == Role.PUPIL), None)
    return registry.ancestors(path)[-1] if path else None


def _periods_a_year(group: OrgRef) -> int:
    """What the dated rules ask of this stage in a school year."""
    return curriculum.stage_rules(today(), group.stage.value).periods_per_year or USUAL_PERIODS


def _places_of(actor: Actor) -> list[UUID]:
    """The pupil's class, then the teaching groups."""
    return [grant.org_id for grant in actor.grants if grant.role == Role.PUPIL]


def _open_offerings(actor: Actor) -> list[OfferingRef]:
    found = teaching.open_offerings_of_classes(_places_of(actor))
    return [one for of_place in found.values() for one in of_place]


def class_of(actor: Actor) -> UUID | None:
    return next((grant.org_id for grant in actor.grants if grant.role == Role.PUPIL), None)


def _of_today(periods: list[PeriodRef]) -> PeriodRef | None:
    ours = [one for one in periods if one.planned_date == today() and one.lesson_version_id]
    return min(ours, key=lambda one: (one.state in DONE, one.slot_no or 0), default=None)


def _next(periods: list[PeriodRef]) -> PeriodRef | None:
    later = [one for one in periods if one.planned_date > today() and one.state is PeriodState.PLANNED]
    return min(later, key=lambda one: (one.planned_date, one.slot_no or 0), default=None)


def _last(periods: list[PeriodRef]) -> PeriodRef | None:
    """The lesson had most recently, to go back to."""
    had = [
        one for one in periods if one.state in DONE and one.lesson_version_id and one.planned_date < today()
    ]
    return max(had, key=lambda one: (one.planned_date, one.slot_no or 0), default=None)


def homework_lines(pupil_id: UUID) -> list[HomeworkLine]:
    """Open homework, what needs the pupil first; what was marked stays a week."""
    given = teaching.homework_for(pupil_id)
    rows = Submission.objects.unscoped(WHY_OWN).filter(
        pupil_id=pupil_id, homework_id__in=[one.id for one in given]
    )
    by_homework = {row.homework_id: row for row in rows}
    lines = [_line(one, by_homework.get(one.id), now()) for one in given]
    order = {"returned": 0, "late": 1, "open": 2, "waiting": 3, "marked": 4}
    shown = [line for line in lines if line.state != "marked" or _fresh(line.submission)]
    return sorted(shown, key=lambda line: (order[line.state], line.homework.due_at))


def _line(homework: HomeworkRef, row: Submission | None, at: datetime) -> HomeworkLine:
    state = row.state if row else ("late" if at > homework.due_at else "open")
    return HomeworkLine(homework, state, row)


def _fresh(row: Submission | None) -> bool:
    return bool(row and row.marked_at and row.marked_at > now() - timedelta(days=7))
