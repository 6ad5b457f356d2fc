"""Calls of the demo city: one that is open, one to be ranked, cases in the library, a named school. Synthetic."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qiming.casework import queries as case_queries
from qiming.casework import services as cases
from qiming.casework.models import Appointment, ReviewSheet
from qiming.casework.types import Proof, ReviewState
from qiming.kernel import memo, time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.programmes import queries, services
from qiming.programmes.models import Application, Naming
from qiming.programmes.types import Quota, Terms
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.types import OrgRef, Role
from qiming.site.demo.city import PASSWORD, City, Login, hashed

EXPERTS = ("expert.a", "expert.b", "expert.c", "tian")
HILL = "延庆区"
_WHY = "the demo acts for its cast"
# What the schools wrote, one after another; invented.
_SAID = (
    "以前只讲概念，学生记得住名词，说不出机器是怎么学会的。",
    "先猜，再用自己收集的二十张照片训练，用没见过的照片检验，把认错的贴到墙上讨论为什么。",
    "对着第1课到第3课的要点，两课时做完，别的学校照着教案就能上。",
    "学生自己定什么算认对，不同小组定得不一样，正好讨论。",
    "只用教室里的电脑，不联网，不传任何人的照片。",
    "检验时认对的比例写在墙上；期末再做一遍，八成学生能说出为什么会认错。",
    "用人工智能改过两段话的语句，内容是老师写的。",
)


@dataclass(frozen=True, slots=True)
class Town:
    """The city, and everybody as they are before the clock is turned back."""

    city: City
    actors: dict[str, Actor]

    def actor(self, who: str) -> Actor:
        return self.actors[who]


def fill(city: City) -> None:
    """Duties, two more heads, four calls at four moments."""
    start = time.now() - timedelta(days=75)
    town = _people(city, start)
    with memo.remembering(), time.frozen(start):
        named = _call(town, "demonstration_school", Quota(4), "人工智能教育示范校（示例）")
        school = _apply(town, named, "head", "demonstration_school", "每个班每周一节，老师轮着上公开课")
        _to_review(town, school, "district", "recommend")
        shelf = _call(town, "case_collection", Quota(2), "初秋应用案例征集（示例）")
        told = _apply(town, shelf, "head7", "case_collection", "图书角的借书小助手", scenario="class")
        waits = _apply(town, shelf, "headshan", "case_collection", "山里的鸟叫分类器", scenario="class")
        _to_review(town, told, "district", "recommend_practice")
        _to_review(town, waits, "yanqing", "recommend_practice")
        for one in (school, told, waits):
            _review(town, one)
    _to_library(town, start + timedelta(days=31), shelf, told, waits)
    _name(town, start + timedelta(days=31), named, school)
    _to_rank(town)
    _open(town)


def _to_library(town: Town, when: datetime, shelf: UUID, told: UUID, waits: UUID) -> None:
    """One published and used, one whose notice is over and that waits for the city."""
    with time.frozen(when):
        services.rank(actor=town.actor("heyi"), call_id=shelf)
        for one in (told, waits):
            _move(town, one, "heyi", "propose")
    if _due(told) >= time.now():
        return  # in the holidays a notice of school days is still up
    with time.frozen(_due(told) + timedelta(minutes=1)):
        _move(town, told, "city", "publish")
    first = _org(town, 0)
    services.note_reuse(
        actor=town.actor("shen"),
        application_id=told,
        school_id=first.id,
        says="七年级照着做了借书小助手，换成本校图书角的书（合成示例）。",
    )


def _name(town: Town, when: datetime, named: UUID, school: UUID) -> None:
    """The main school holds a name, leads two schools, has done something for them."""
    with time.frozen(when):
        services.rank(actor=town.actor("heyi"), call_id=named)
        services.note_visit(
            actor=town.actor("heyi"),
            application_id=school,
            key=new_id(),
            day=time.today(),
            seen={"lesson": True, "pupils": True, "figures": True},
            note="听了一节课，学生自己收集照片、自己检验；申报表里的数对得上（合成示例）。",
        )
        _move(town, school, "heyi", "propose")
    if _due(school) >= time.now():
        return  # in the holidays a notice of school days is still up
    with time.frozen(_due(school) + timedelta(minutes=1)):
        _move(town, school, "city", "name")
        head = town.actor("head")
        naming = Naming.objects.unscoped(_WHY).get(application_id=school)
        pairs = [
            services.pair(actor=head, naming_id=naming.id, partner_id=_org(town, number).id)
            for number in (2, 3)
        ]
        today = time.today()
    done = (
        (pairs[0], 10, "到校一起备了第1课和第2课", "head7"),
        (pairs[0], 20, "借出两套实验材料，教了怎么用", "head7"),
        (pairs[1], 15, "线上同上一节课，学生互相看作品", "headshan"),
        (pairs[1], 22, "帮着看了期末作品，写了修改意见", ""),
    )
    for pairing, after, says, by in done:
        day = min(today + timedelta(days=after), time.today())
        one = services.note_support(actor=head, pairing_id=pairing, day=day, says=f"{says}（合成示例）")
        if by:
            services.confirm_support(actor=town.actor(by), support_id=one)


def _to_rank(town: Town) -> None:
    """A call that closed yesterday: two are reviewed, of the third one sheet is still owed."""
    hill = registry.org_by_path(_org(town, 3).path)
    floor = frozenset(one.path for one in registry.districts() if hill.path.startswith(one.path))
    with time.frozen(time.now() - timedelta(days=31)):
        call = _call(town, "case_collection", Quota(2, None, {}, 1, floor), "秋季应用案例征集（示例）")
    with time.frozen(time.now() - timedelta(days=12)):
        first = _apply(town, call, "head", "case_collection", "食堂里的分类器", scenario="class")
        hill_one = _apply(town, call, "headshan", "case_collection", "茶叶好坏谁说了算", scenario="class")
        late = _apply(town, call, "head7", "case_collection", "把错题变成小老师", scenario="class")
        for one, district in ((first, "district"), (hill_one, "yanqing"), (late, "district")):
            _to_review(town, one, district, "recommend_practice")
    _review(town, first, lower=0)
    _review(town, hill_one, lower=6)
    _review(town, late, lower=3, but_one=True)


def _open(town: Town) -> None:
    """A call that schools apply to now: one draft, one with the district."""
    call = _call(town, "pilot_school", Quota(10, 3), f"{time.today().year}年一校一场景试点（示例）")
    _apply(town, call, "head", "pilot_school", "用数据管好校园节水", scenario="class", words=2)
    sent = _apply(town, call, "head7", "pilot_school", "图书馆里的推荐", scenario="class")
    _send(town, sent)


def _people(city: City, start: datetime) -> Town:
    hill = next(one for one in registry.districts(city.city.path) if one.name == HILL)
    heads = (
        ("head7", "示例七中校长", Role.SCHOOL_HEAD, _school(city, 2)),
        ("headshan", "示例山区学校校长", Role.SCHOOL_HEAD, _school(city, 3)),
        ("yanqing", "延庆区教委 · 示例", Role.DISTRICT_OFFICER, hill),
    )
    for username, name, role, place in heads:
        city.people[username], _ = people.create_staff(
            actor=None,
            place_id=place.id,
            name=name,
            username=username,
            password=PASSWORD,
            hashed=hashed(),
            is_synthetic=True,
        )
        people.appoint(actor=None, person_id=city.people[username], role=role, place_id=place.id)
        city.logins.append(Login("校长" if role is Role.SCHOOL_HEAD else "区", username, place.name))
    held = [(who, "programme_expert") for who in EXPERTS]
    held += [("heyi", "programme_panel"), ("jiandu", "programme_objections"), ("jiandu", "programme_hearing")]
    # Since before the first call; nobody appoints themselves, so the installation does.
    Appointment.objects.bulk_create(
        Appointment(
            scope_path=city.city.path,
            person_id=city.people[who],
            duty=duty,
            since=time.local(start).date(),
            appointed_by=city.people["city"],
        )
        for who, duty in held
    )
    names = ("city", "district", "yanqing", "head", "head7", "headshan", "heyi", "shen", *EXPERTS)
    return Town(city, {who: city.actor(who) for who in names})


def _school(city: City, number: int) -> OrgRef:
    found = city.schools[number].org
    assert found
    return found


def _org(town: Town, number: int) -> OrgRef:
    return _school(town.city, number)


def _call(town: Town, key: str, quota: Quota, title: str) -> UUID:
    today = time.today()
    terms = Terms(today, today + timedelta(days=queries.programme(key).open_days), quota)
    return services.open_call(actor=town.actor("city"), key=key, title=title, terms=terms)


def _apply(
    town: Town, call: UUID, who: str, key: str, title: str, *, scenario: str = "", words: int = 99
) -> UUID:
    number = {"head": 0, "head7": 2, "headshan": 3}[who]
    written = queries.programme(key).words[:words]
    form = services.Form(
        title,
        _org(town, number).stages[0].value,
        scenario,
        {one.key: f"合成示例。{_SAID[at % len(_SAID)]}" for at, one in enumerate(written)},
    )
    return services.begin(actor=town.actor(who), call_id=call, school_id=_org(town, number).id, form=form)


def _send(town: Town, application: UUID) -> None:
    promise = Proof.of_words("promise", "校长的真实性承诺", "写的都属实（合成示例）。")
    cases.move(
        actor=_author(town, application), case_id=_case(application), transition="submit", evidence=[promise]
    )


def _to_review(town: Town, application: UUID, district: str, step: str) -> None:
    _send(town, application)
    _move(town, application, district, "check")
    _move(town, application, district, step)


def _review(town: Town, application: UUID, *, lower: int = 2, but_one: bool = False) -> None:
    """Every sheet that was asked, `lower` points below the most; one stays owed."""
    by = {person: name for name, person in town.city.people.items()}
    case = case_queries.follow_case([application])[application]
    review = next(
        one for one in case_queries.workflow_of(case.workflow_id).reviews.values() if one.state == case.state
    )
    asked = list(ReviewSheet.objects.unscoped(_WHY).filter(case=case, state=ReviewState.ASKED).order_by("id"))
    for sheet in asked[but_one:]:
        cases.hand_in(
            actor=town.actor(by[sheet.person_id]),
            sheet_id=sheet.id,
            points={one.key: max(0, one.most - lower) for one in review.criteria},
            notes={one.key: "有过程，有证据（合成示例）。" for one in review.criteria},
            verdict="accept",
            advice="结果可以再写清楚怎么算的（合成示例）。",
        )


def _move(town: Town, application: UUID, who: str, step: str) -> None:
    cases.move(
        actor=town.actor(who), case_id=_case(application), transition=step, reason="看过，齐全（合成示例）。"
    )


def _author(town: Town, application: UUID) -> Actor:
    made_by = Application.objects.unscoped(_WHY).get(id=application).made_by
    return town.actor(next(name for name, person in town.city.people.items() if person == made_by))


def _case(application: UUID) -> UUID:
    found = Application.objects.unscoped(_WHY).get(id=application).case_id
    assert found
    return found


def _due(application: UUID) -> datetime:
    found = case_queries.follow_case([application])[application].due_at
    assert found
    return found
