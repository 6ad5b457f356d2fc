"""Schools, classes, people and accounts of the demo city."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from uuid import UUID

from django.contrib.auth.hashers import make_password

from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry import services
from qiming.registry.models import Account
from qiming.registry.types import OrgRef, Role, Stage
from qiming.site.demo.cast import names

PASSWORD = "qiming-demo-2026"  # noqa: S105 - printed at every start of a demo city
CLASS_SIZE = 45


@cache
def hashed() -> str:
    """The one password of all demo accounts, hashed once: each hash takes as long as a sign-in may."""
    return make_password(PASSWORD)


@dataclass(slots=True)
class School:
    """A demo school: of each year it has, how large its classes are."""

    district: str
    name: str
    years: Mapping[str, tuple[int, ...]]
    stage: Stage = Stage.JUNIOR
    org: OrgRef | None = None
    classes: list[OrgRef] = field(default_factory=list)


SCHOOLS = (
    School("东城区", "示例一中", {"七年级": (44, 43, 45, 44, 42)}),
    School("东城区", "示例市第二实验外国语学校附属初级中学东校区（原示例第十九中学）", {"七年级": (43, 41)}),
    School("东城区", "示例七中", {"七年级": (44, 43)}),
    School("延庆区", "示例山区学校", {"七年级": (18,)}),
    School("东城区", "示例实验小学", {"二年级": (22,), "五年级": (24,)}, Stage.PRIMARY),
    School("东城区", "示例高中", {"高一": (26,)}, Stage.SENIOR),
)
PRIMARY, SENIOR = 4, 5  # of SCHOOLS


@dataclass(frozen=True, slots=True)
class Login:
    """One demo account as it is printed."""

    role: str
    username: str
    where: str


@dataclass(slots=True)
class City:
    """What the later steps of the demo need."""

    city: OrgRef
    schools: list[School]
    logins: list[Login]
    people: dict[str, UUID]

    def actor(self, username: str) -> Actor:
        """Somebody of the cast as of now."""
        return services.build_actor(Account.objects.get(username=username))


def found(place: OrgRef) -> City:
    """Schools, rosters by the importer, staff, a guardian."""
    city = City(place, [], [], {})
    districts = {one.name: one for one in registry.districts(place.path)}
    for template in SCHOOLS:
        school = School(template.district, template.name, template.years, template.stage)
        school.org = services.found_school(
            district_id=districts[school.district].id,
            name=school.name,
            stages=[school.stage],
            is_synthetic=True,
        )
        _import_roster(school)
        city.schools.append(school)
    _staff(city, districts["东城区"])
    return city


def _import_roster(school: School) -> None:
    assert school.org is not None
    lines = ["年级,班级,座号,姓名"]
    number = count(1)
    for year, sizes in school.years.items():
        for class_no, size in enumerate(sizes, 1):
            people = names(size, f"{school.name}/{next(number)}")
            lines += [f"{year},{class_no},{seat},{name}" for seat, name in enumerate(people, 1)]
    import_id = services.preview_roster(
        actor=None, school_id=school.org.id, name="示例名单.csv", data="\n".join(lines).encode("utf-8-sig")
    )
    services.apply_roster(actor=None, import_id=import_id)
    school.classes = registry.classes_under(school.org.path)


def _staff(city: City, district: OrgRef) -> None:
    first, second, third, hill, primary, senior = (school.org for school in city.schools)
    assert first and second and third and hill and primary and senior
    _hire(city, "city", "市教委 · 示例", Role.CITY_OFFICER, city.city)
    _hire(city, "district", "区教委 · 示例", Role.DISTRICT_OFFICER, district)
    _hire(city, "head", "示例校长", Role.SCHOOL_HEAD, first)
    _hire(city, "admin", "示例管理员", Role.SCHOOL_ADMIN, first)
    _teacher(city, "shen", "沈老师", first, [city.schools[0].classes[number] for number in (0, 2, 4)])
    _teacher(city, "zhou", "周老师", first, [city.schools[0].classes[number] for number in (1, 3)])
    _teacher(city, "lin", "林老师", second, city.schools[1].classes)
    _teacher(city, "mals", "马老师", hill, city.schools[3].classes)
    _teacher(city, "tian", "田老师", primary, city.schools[PRIMARY].classes)
    _teacher(city, "gao", "高老师", senior, city.schools[SENIOR].classes)
    _hire(city, "admin7", "示例七中管理员", Role.SCHOOL_ADMIN, third)
    _hire(city, "admin10", "示例高中管理员", Role.SCHOOL_ADMIN, senior)


def _hire(city: City, username: str, name: str, role: Role, place: OrgRef) -> None:
    person_id, _password = services.create_staff(
        actor=None,
        place_id=place.id,
        name=name,
        username=username,
        password=PASSWORD,
        hashed=hashed(),
        is_synthetic=True,
    )
    city.people[username] = person_id
    services.appoint(actor=None, person_id=person_id, role=role, place_id=place.id)
    city.logins.append(Login(_ROLE_WORDS[role], username, place.name))


def _teacher(city: City, username: str, name: str, school: OrgRef, classes: list[OrgRef]) -> None:
    person_id, _password = services.create_staff(
        actor=None,
        place_id=school.id,
        name=name,
        username=username,
        password=PASSWORD,
        hashed=hashed(),
        is_synthetic=True,
    )
    city.people[username] = person_id
    for group in classes:
        services.assign_teacher(actor=None, person_id=person_id, class_id=group.id)
    city.logins.append(Login("老师", username, f"{school.name} {'、'.join(group.name for group in classes)}"))


_ROLE_WORDS = {
    Role.CITY_OFFICER: "市",
    Role.DISTRICT_OFFICER: "区",
    Role.SCHOOL_HEAD: "校长",
    Role.SCHOOL_ADMIN: "管理员",
}
