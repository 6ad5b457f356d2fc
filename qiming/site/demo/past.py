"""What has happened in the demo city since the year began: periods taught, answers given, evidence left."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import CourseRef, Item
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.learning import services as learning
from qiming.learning.types import Answer, WorkKind
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.site.demo import answers, endings, labs
from qiming.site.demo.city import PRIMARY, SENIOR, City
from qiming.site.demo.seats import Seat, dice_for, seats_of
from qiming.teaching import queries as teaching
from qiming.teaching import services
from qiming.teaching.models import LivePeriod
from qiming.teaching.types import AttendanceStatus, DeliveryMode, OfferingRef, PeriodRef

PLANTED = "m-train-is-enough"
WEEKS_BACK = 10
# What pupils wrote at the end of a lesson, by its place in the course.
REFLECTIONS = {
    1: ("写规则总有漏掉的，给例子要先想好给哪些。", "规则是人写的，例子也是人挑的，都可能漏掉谁。"),
    2: ("我看叶子是看颜色，机器看到的是一行数。", "选错了特征，再多的数也没有用。"),
    3: ("标签贴错几张，它就跟着错。", "先说好什么算瓶子，再贴标签，不然两个人贴得不一样。"),
    4: ("我原来以为学过的全对就行了，现在知道要拿没见过的图考它。", "下次我会先想好留哪几张不给它看。"),
    5: ("瓶子压扁了它就不认识，因为我给的例子全是站着的。", "总的认对很多，也可能有一种东西总被认错。"),
}
LATER = ("它不是真的认识，只是觉得像。",)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a class's AI periods went: where they lie in the week and how many were confirmed."""

    weekday: int
    slot_no: int
    answers: bool = False
    labs: bool = False
    unconfirmed: int = 0
    skipped: int = 0
    weeks: int = WEEKS_BACK  # since the course was opened
    every_weeks: int = 2


@dataclass(frozen=True, slots=True)
class Lot:
    """A class, who teaches it what, and how that went."""

    teacher: Actor
    group: OrgRef
    course: CourseRef
    habit: Habit
    plays_alone: bool = False


def lots(city: City, course: CourseRef) -> list[Lot]:
    """Every class's past, each a piece of work of its own that touches no other class; the longest first."""
    all_of_them = [*_main_school(city, course), *_other_stages(city)]
    return sorted(all_of_them, key=lambda lot: (lot.habit.answers, lot.habit.labs), reverse=True)


def _main_school(city: City, course: CourseRef) -> list[Lot]:
    """Five classes of one year and one of a second school, taught on the platform, one of them in full detail."""
    shen, zhou, lin = (city.actor(name) for name in ("shen", "zhou", "lin"))
    main, second = city.schools[0], city.schools[1]
    plan = [
        (shen, main.classes[0], Habit(4, 5, unconfirmed=1)),
        (shen, main.classes[2], Habit(_lesson_day(), 7, answers=True, labs=True)),
        (shen, main.classes[4], Habit(2, 6, skipped=1)),
        (zhou, main.classes[1], Habit(3, 2)),
        (zhou, main.classes[3], Habit(1, 4, unconfirmed=2)),
        (lin, second.classes[0], Habit(5, 7, skipped=2)),
    ]
    return [Lot(teacher, group, course, habit) for teacher, group, habit in plan]


def _other_stages(city: City) -> list[Lot]:
    """A primary and a senior school, begun later: so many weekly lessons that a visitor comes to one with a lab."""
    tian, gao = city.actor("tian"), city.actor("gao")
    small, large = city.schools[PRIMARY].classes
    plan = [
        (tian, small, "g2-see-sort-ask", Habit(_lesson_day(), 4, weeks=5, every_weeks=1)),
        (tian, large, "g5-lost-and-found", Habit(_lesson_day(), 5, labs=True, weeks=3, every_weeks=1)),
        (
            gao,
            city.schools[SENIOR].classes[0],
            "g10-build-and-account",
            Habit(_lesson_day(), 6, weeks=2, every_weeks=1),
        ),
    ]
    courses = {key: curriculum.current_course(key) for _, _, key, _ in plan}
    return [
        Lot(teacher, group, course, habit, plays_alone=teacher is gao)
        for teacher, group, key, habit in plan
        if (course := courses[key])
    ]


def teach(lot: Lot) -> None:
    """One class's past."""
    offering = open_and_teach(lot.teacher, lot.group, lot.course, lot.habit)
    if lot.plays_alone:
        labs.play_alone(seats_of(lot.group), _evening(time.today() - timedelta(days=3)))
        labs.show_alone(lot.teacher, offering)


def document(city: City) -> None:
    """Classes taught without the platform: with and without material; and those that never began."""
    lin, mals = city.actor("lin"), city.actor("mals")
    _record_otherwise(lin, city.schools[1].classes[1], "认识身边的人工智能", 2)
    _record_otherwise(mals, city.schools[3].classes[0], "教机器认树叶（不插电）", 1)


def open_and_teach(teacher: Actor, group: OrgRef, course: CourseRef, habit: Habit) -> OfferingRef:
    """Open the course for a class some weeks ago and hold what has fallen due since, as `habit` says."""
    start = _start(habit.weeks)
    with time.frozen(time.at_local(start, 8)):
        wish = services.Wish(
            class_id=group.id,
            course_version_id=course.id,
            mode=DeliveryMode.STANDALONE,
            host_subject="",
            share_minutes=None,
            weekday=habit.weekday,
            slot_no=habit.slot_no,
            every_weeks=habit.every_weeks,
            starts_on=start,
        )
        offering = services.open_offering(actor=teacher, wish=wish, accept_short=True)
    seats = seats_of(group)
    if habit.answers:
        endings.sit_pretest(teacher, offering, seats, time.at_local(start, 9))
    due = [one for one in teaching.periods_of(offering.id) if one.ends_at and one.ends_at < time.now()]
    taught = due[: len(due) - habit.skipped] if habit.skipped else due
    for number, period in enumerate(taught):
        is_last = number >= len(taught) - habit.unconfirmed
        _hold(teacher, period, seats, course, habit, confirm=not is_last)
    if habit.answers and taught and taught[-1].ends_at:
        endings.make_projects(teacher, offering, seats, taught[-1].ends_at + timedelta(minutes=20))
    if habit.labs and taught and taught[-1].ends_at:
        labs.show(teacher, offering, [one.lesson_key for one in taught], taught[-1].ends_at)
    return offering


def _start(weeks: int = WEEKS_BACK) -> date:
    """So many weeks ago; in summer, before the end of lessons, for a course opened after it finds no period."""
    year = registry.current_year()
    last = max((one.ends for one in registry.terms(year.key, registry.city().path)), default=year.ends)
    return max(year.starts, min(time.today(), last) - timedelta(weeks=weeks))


def _lesson_day() -> int:
    """Today's weekday (1–5), so that there is a lesson to run today; Monday at the weekend."""
    weekday = time.today().isoweekday()
    return weekday if weekday <= 5 else 1


def _hold(
    teacher: Actor,
    period: PeriodRef,
    seats: Sequence[Seat],
    course: CourseRef,
    habit: Habit,
    *,
    confirm: bool,
) -> None:
    assert period.starts_at and period.ends_at
    dice = dice_for(str(period.position), seats)
    missing = set(dice.sample([seat.pupil.id for seat in seats], 2 if habit.answers else 1))
    present = [seat for seat in seats if seat.pupil.id not in missing]
    with time.frozen(period.starts_at + timedelta(minutes=1)):
        live = services.start_period(actor=teacher, period_id=period.id)
        code = LivePeriod.objects.unscoped("the demo reads the wall").get(period_id=period.id).join_code
        for seat in present:
            services.join(actor=seat.actor, code=code)
    if habit.labs:
        labs.work_in_class(period, present, period.starts_at + timedelta(minutes=12))
    if habit.answers:
        with time.frozen(period.starts_at + timedelta(minutes=30)):
            _answer(period, present, course, dice)
    with time.frozen(period.ends_at):
        services.end_period(actor=teacher, period_id=live.period_id)
    if confirm:
        with time.frozen(period.ends_at + timedelta(minutes=5)):
            absent = dict.fromkeys(missing, AttendanceStatus.EXCUSED)
            services.confirm_period(actor=teacher, period_id=period.id, exceptions=absent)


def _answer(period: PeriodRef, seats: Sequence[Seat], course: CourseRef, dice: random.Random) -> None:
    assert period.lesson_version_id and period.offering_id
    lesson = curriculum.lesson(period.lesson_version_id)
    quiz = next((step for step in lesson.main_activities if step.kind == "quiz"), None)
    reflect = next((step for step in lesson.main_activities if step.kind == "reflect"), None)
    items = curriculum.items_of(period.lesson_version_id, use="class")
    for seat in seats:
        given = [
            _one(item, seat, period, quiz.key if quiz else "", dice) for item in items if item.kind != "short"
        ]
        learning.record_attempts(actor=seat.actor, offering_id=period.offering_id, answers=given)
        if reflect and (seat.is_planted or dice.random() < 0.2):
            learning.keep_work(
                actor=seat.actor,
                save_id=new_id(),
                offering_id=period.offering_id,
                lesson_key=lesson.key,
                activity_key=reflect.key,
                kind=WorkKind.REFLECTION,
                state={"text": dice.choice(REFLECTIONS.get(period.position, LATER))},
                hand_in=True,
                period_id=period.id,
            )


def _one(item: Item, seat: Seat, period: PeriodRef, activity_key: str, dice: random.Random) -> Answer:
    planted = seat.is_planted and answers.shows(item, PLANTED)
    knows = not planted and dice.random() < seat.ability - 0.12 * (item.difficulty - 2)
    response = answers.right(item) if knows else answers.wrong(item, dice, PLANTED if planted else "")
    return Answer(
        id=new_id(),
        lesson_key=period.lesson_key,
        item_key=item.key,
        response=response,
        activity_key=activity_key,
        period_id=period.id,
        client_at=time.now(),
    )


def _record_otherwise(teacher: Actor, group: OrgRef, title: str, count: int) -> None:
    for number in range(count):
        on = _teaching_day(group, _start() + timedelta(weeks=2 * number + 1))
        if on is None:
            continue
        with time.frozen(_evening(on)):
            services.record_other_period(
                actor=teacher,
                told=services.Told(
                    class_id=group.id,
                    on=on,
                    slot_no=None,
                    title=title,
                    materials="纸卡片和树叶标本",
                    credited_minutes=45,
                    note="没有用平板，按不插电的办法上。",
                ),
            )


def _teaching_day(group: OrgRef, near: date) -> date | None:
    slots = registry.school_slots(group.id, near, min(near + timedelta(days=10), time.today()))
    return slots[0].date if slots else None


def _evening(on: date) -> datetime:
    return time.at_local(on, 17)
