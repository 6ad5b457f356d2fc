"""The educators' room in the demo: what schools noted of their staff, a training that was passed, two that go on."""

from datetime import timedelta
from uuid import UUID

from qiming.casework import services as cases
from qiming.curriculum.types import OutcomeRef
from qiming.educators.cohort import queries as outputs
from qiming.educators.cohort import services as cohort
from qiming.educators.cohort.rules import Period
from qiming.educators.models import Allotment, Enrolment, Output
from qiming.educators.standing import services as standing
from qiming.educators.training import services as training
from qiming.educators.types import Audience, Mode, Post, Tier
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Stage
from qiming.site.demo.city import SENIOR, City

FIRST, THIRD = 0, 2
ONLINE = "网上直播"
# Who notes whom: the admin, the person, post, stage of the licence, origin subject, periods a week in it.
STAFF = (
    ("admin", FIRST, "shen", Post.TEACHER, Stage.JUNIOR, "信息科技", 10),
    ("admin", FIRST, "zhou", Post.TEACHER, Stage.JUNIOR, "数学", 12),
    ("admin", FIRST, "head", Post.HEAD, Stage.SENIOR, "物理", 2),
    ("admin", FIRST, "admin", Post.MIDDLE, Stage.JUNIOR, "语文", 8),
    ("admin7", THIRD, "admin7", Post.MIDDLE, Stage.JUNIOR, "物理", 6),
    ("admin10", SENIOR, "gao", Post.TEACHER, Stage.SENIOR, "通用技术", 12),
)


def grow(city: City) -> None:
    """Profiles, trainings at three levels, and the count of what every school lacks."""
    for admin, number, who, post, licence, subject, periods in STAFF:
        noted = standing.Noted(post, licence, subject, periods)
        standing.set_profile(
            actor=city.actor(admin), school=_school(city, number), person_id=city.people[who], noted=noted
        )
    _passed(city)
    _going_on(city)
    _cohort(city)
    standing.recount_all()


def _passed(city: City) -> None:
    """A training of last month, entered afterwards: two were enrolled, one of them missed too much."""
    begun = time.today() - timedelta(days=45)
    days = begun, begun + timedelta(days=20)
    wish = training.Wish("人工智能通识（全员）", Tier.GENERAL, Audience.AI_TEACHERS, *days, 40)
    office = city.actor("city")
    top = training.open_training(actor=office, place=city.city, wish=wish)
    _enrol(city, top, 30, ("shen", "zhou"))
    teachers = {who: city.actor(who) for who in ("shen", "zhou")}
    with time.frozen(time.at_local(begun, 9)):
        first = _event(office, top, "人工智能是什么、不是什么", "区教师进修学校", 300)
        second = _event(office, top, "课堂上的安全和伦理", ONLINE, 120)
        for who, code in (("shen", first), ("shen", second), ("zhou", second)):
            training.attend(actor=teachers[who], code=code)
    training.close_training(actor=office, training_id=top.training_id)


def _going_on(city: City) -> None:
    """One of the district for leaders, and one whose code is on the screen today."""
    day, office, admin = time.today(), city.actor("district"), city.actor("admin")
    days = day - timedelta(days=3), day + timedelta(days=60)
    wish = training.Wish("书记校长人工智能专题", Tier.GENERAL, Audience.LEADERS, *days, 25)
    ours = training.open_training(actor=office, place=_district(city), wish=wish)
    school = _school(city, FIRST)
    training.hand_down(actor=office, allotment_id=ours.id, wanted={school.id: 2})
    part = _part(ours, school.id)
    for who in ("head", "admin"):
        training.enrol(actor=admin, allotment_id=part.id, person_id=city.people[who])
    days = day - timedelta(days=7), day + timedelta(days=30)
    wish = training.Wish("人工智能应用：把实验带进课堂", Tier.APPLIED, Audience.AI_TEACHERS, *days, 30)
    top = training.open_training(actor=city.actor("city"), place=city.city, wish=wish)
    _enrol(city, top, 20, ("shen",))
    with time.frozen(time.at_local(day, 8)):
        _event(city.actor("city"), top, "现场研修第一天", "市教师研修中心报告厅", 600)


def _cohort(city: City) -> None:
    """A cohort of last week: one output waits for its reviewers, another is begun."""
    begun = time.today() - timedelta(days=9)
    office, school = city.actor("city"), _school(city, FIRST)
    days = begun, begun + timedelta(days=4)
    title = "3天集中加1天实践（初中班）"
    wish = training.Wish(title, Tier.GENERAL, Audience.AI_TEACHERS, *days, 40, asks_output=True)
    top = training.open_training(actor=office, place=city.city, wish=wish)
    _enrol(city, top, 30, ("shen", "zhou"))
    teachers = {who: city.actor(who) for who in ("shen", "zhou")}
    with time.frozen(time.at_local(begun, 9)):
        code = _event(office, top, "集中研修", "市教师研修中心", 540)
        for teacher in teachers.values():
            training.attend(actor=teacher, code=code)
    training.close_training(actor=office, training_id=top.training_id)
    for who, place in (("lin", "output_reviewer"), ("mals", "output_reviewer"), ("gao", "cohort_lead")):
        cases.appoint(actor=office, place_id=city.city.id, person_id=city.people[who], duty=place)
    rows = Enrolment.objects.unscoped("the demo builds them").filter(training=top.training_id)
    for who, teacher in teachers.items():
        row = rows.get(person_id=city.people[who])
        output = cohort.begin(actor=teacher, enrolment_id=row.id, stage=school.stages[0])
        _write(teacher, output, whole=who == "shen")


def _write(teacher: Actor, output: Output, *, whole: bool) -> None:
    """Eight periods out of the outcomes of the stage, handed in when there is a lesson of the teacher's own."""
    themes: dict[str, list[OutcomeRef]] = {}
    for one in outputs.outcomes_for(output):
        themes.setdefault(one.theme, []).append(one)
    in_turn = [one for row in zip(*themes.values(), strict=False) for one in row]
    found = outputs.examples(teacher.person_id, output.scope_path)
    plan = [_period(number, one) for number, one in enumerate(in_turn[: len(output.plan)], 1)]
    plan += [Period()] * (len(output.plan) - len(plan))
    if not whole:
        plan, found = [plan[0], *([Period()] * (len(plan) - 1))], []
    draft = cohort.Draft(plan, found[0].course.id if found else None)
    row = cohort.keep(actor=teacher, output_id=output.id, draft=draft, version=output.version)
    if found and not outputs.mapping_of(row).faults:
        cohort.hand_in(actor=teacher, output_id=row.id)


def _period(number: int, one: OutcomeRef) -> Period:
    return Period(
        f"{one.theme_title}之{number}（合成示例）",
        (one.key,),
        f"{one.text}（合成示例）",
        f"先让学生猜一猜，再分组动手试，最后说说为什么：围绕“{one.text}”。没有设备时用纸卡片（合成示例）。",
        "每人写一句话说明理由，抽三位讲给全班听（合成示例）。",
    )


def _enrol(city: City, top: Allotment, places: int, people: tuple[str, ...]) -> None:
    """Hand places down from the city to the first school, and enrol."""
    district, school, admin = _district(city), _school(city, FIRST), city.actor("admin")
    training.hand_down(actor=city.actor("city"), allotment_id=top.id, wanted={district.id: places})
    middle = _part(top, district.id)
    wanted = {school.id: len(people) + 2}
    training.hand_down(actor=city.actor("district"), allotment_id=middle.id, wanted=wanted)
    part = _part(top, school.id)
    for who in people:
        training.enrol(actor=admin, allotment_id=part.id, person_id=city.people[who])


def _event(actor: Actor, top: Allotment, title: str, where: str, minutes: int) -> str:
    """The code of a session that begins in ten minutes."""
    mode = Mode.ONLINE if where == ONLINE else Mode.ONSITE
    event = training.Event(title, mode, where, time.now() + timedelta(minutes=10), minutes)
    return training.add_session(actor=actor, training_id=top.training_id, event=event).code


def _school(city: City, number: int) -> OrgRef:
    school = city.schools[number].org
    assert school is not None
    return school


def _district(city: City) -> OrgRef:
    return registry.org_by_path(registry.prefixes(_school(city, FIRST).path)[-2])


def _part(top: Allotment, place_id: UUID) -> Allotment:
    rows = Allotment.objects.unscoped("the demo builds them")
    return rows.get(training=top.training_id, place_id=place_id)
