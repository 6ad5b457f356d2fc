"""What a teacher's day looks like: the next period, what waits, the week, the classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from django.urls import reverse

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Lesson
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.learning import queries as learning
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodRef, PeriodState

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the teacher."""

    title: str
    text: str
    need: str
    act: str
    url: str


@dataclass(frozen=True, slots=True)
class ClassYear:
    """One class's school year on the eight-ruler."""

    group: OrgRef
    confirmed: int
    unconfirmed: int
    planned: int
    required: int
    offering_id: UUID | None

    @property
    def missing(self) -> int:
        """What a class still lacks. Nothing is asked of a teaching group: its pupils' classes are counted."""
        if self.group.kind is OrgKind.TEACHING_GROUP:
            return 0
        return max(0, self.required - self.confirmed - self.unconfirmed - self.planned)


@dataclass(frozen=True, slots=True)
class Cell:
    """One period in the week's table."""

    period: PeriodRef
    class_name: str
    when: str
    is_today: bool
    order: int

    @property
    def waits(self) -> bool:
        return self.period.state is PeriodState.TAUGHT


@dataclass(frozen=True, slots=True)
class Week:
    """This week's lessons: days across, periods of the day down."""

    title: str
    days: list[date]
    rows: list[tuple[int, list[Cell | None]]]
    count: int
    others: int  # periods of other subjects


@dataclass(frozen=True, slots=True)
class TeacherDay:
    """All a teacher's home shows."""

    today: date
    week_no: int | None
    next_period: PeriodRef | None
    next_class: OrgRef | None
    lesson: Lesson | None
    steps: list[dict[str, object]]
    todos: list[Todo]
    week: Week
    classes: list[ClassYear]


def day_of(actor: Actor) -> TeacherDay:
    """The teacher's day as of now."""
    today = time.today()
    classes = {group.id: group for group in registry.classes_of(actor)}
    upcoming = teaching.next_periods(actor, limit=1)
    following = upcoming[0] if upcoming else None
    lesson = _lesson(following)
    years = class_years(list(classes.values()), today)
    any_class = next(iter(classes.values()), None)
    return TeacherDay(
        today=today,
        week_no=registry.week_of(today, any_class.path) if any_class else None,
        next_period=following,
        next_class=classes.get(following.class_group_id) if following else None,
        lesson=lesson,
        steps=_steps(lesson),
        todos=_todos(actor, classes, years),
        week=_week(classes, today),
        classes=years,
    )


def class_years(groups: Sequence[OrgRef], today: date) -> list[ClassYear]:
    """The eight-ruler of each class. A period whose day went by without it is neither planned nor taught."""
    year = registry.current_year(today).key
    ids = [group.id for group in groups]
    sums = teaching.class_summaries(ids, year)
    periods = teaching.periods_of_classes(ids, year)
    courses = teaching.open_offerings_of_classes(ids)
    found = []
    for group in groups:
        one = sums[group.id]
        overdue = sum(
            Fraction(period.credited_minutes, period.period_minutes)
            for period in periods[group.id]
            if period.state is PeriodState.PLANNED and period.planned_date < today
        )
        found.append(
            ClassYear(
                group=group,
                confirmed=int(one.confirmed_periods),
                unconfirmed=int(one.unconfirmed_periods),
                planned=int(one.planned_periods - overdue),
                required=curriculum.stage_rules(today, group.stage.value).periods_per_year,
                offering_id=next((one.id for one in courses[group.id] if one.counts_for_ai), None)
                or next((one.id for one in courses[group.id]), None),
            )
        )
    return found


def _lesson(period: PeriodRef | None) -> Lesson | None:
    if period is None or period.lesson_version_id is None:
        return None
    return curriculum.lesson(period.lesson_version_id)


def _steps(lesson: Lesson | None) -> list[dict[str, object]]:
    if lesson is None:
        return []
    return [
        {"label": step.title, "minutes": step.minutes, "state": "", "url": "", "needle": ""}
        for step in lesson.main_activities
    ]


def _todos(actor: Actor, classes: dict[UUID, OrgRef], years: Sequence[ClassYear]) -> list[Todo]:
    todos = [
        Todo(
            title=f"{classes[period.class_group_id].name} {period.title}",
            text=f"{period.planned_date.month}月{period.planned_date.day}日"
            + (f"第{period.slot_no}节" if period.slot_no else ""),
            need="过了时间，没有记录" if period.state is PeriodState.PLANNED else "上过了，还没有确认",
            act="补记或改期" if period.state is PeriodState.PLANNED else "确认授课",
            url=reverse("teaching.period", args=[period.id]),
        )
        for period in teaching.unconfirmed(actor, limit=5)
        if period.class_group_id in classes
    ]
    waiting = learning.answers_waiting(actor)
    if waiting:
        todos.append(
            Todo(
                f"{waiting}份简答等你看", "机器拿不准的，由你来定", "", "开始看", reverse("learning.marking")
            )
        )
    todos += [
        Todo(
            f"{one.school}请你兼课", "同意以后，那所学校给你排班", "", "答复", reverse("registry.my_schools")
        )
        for one in registry.invitations_for(actor.person_id)
    ]
    for year in years:
        if year.missing:
            todos.append(
                Todo(
                    title=f"{year.group.name}少排{year.missing}节",
                    text=f"学年要{year.required}节",
                    need="",
                    act="排课" if year.offering_id else "开课",
                    url=reverse("teaching.offering", args=[year.offering_id])
                    if year.offering_id
                    else f"{reverse('teaching.open')}?class={year.group.id}",
                )
            )
    return todos


def _week(classes: dict[UUID, OrgRef], today: date) -> Week:
    is_weekend = today.weekday() >= 5
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if is_weekend else 0)
    year = registry.current_year(today).key
    found = teaching.periods_of_classes(list(classes), year)
    periods = [
        period
        for of_class in found.values()
        for period in of_class
        if monday <= period.planned_date < monday + timedelta(days=7)
        and period.state is not PeriodState.CANCELLED
    ]
    last = max([4, *(period.planned_date.weekday() for period in periods)])
    days = [monday + timedelta(days=number) for number in range(last + 1)]
    numbers = sorted({period.slot_no or 0 for period in periods})
    rows = [(number, [_cell(classes, periods, day, number, today) for day in days]) for number in numbers]
    ours = sum(period.counts_for_ai for period in periods)
    return Week("下一周" if is_weekend else "这一周", days, rows, ours, len(periods) - ours)


def _cell(
    classes: dict[UUID, OrgRef], periods: Sequence[PeriodRef], day: date, number: int, today: date
) -> Cell | None:
    for period in periods:
        if period.planned_date == day and (period.slot_no or 0) == number:
            when = f"周{WEEKDAYS[day.weekday()]}" + (f" 第{number}节" if number else "")
            return Cell(period, classes[period.class_group_id].name, when, day == today, day.weekday())
    return None
