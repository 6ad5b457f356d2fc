"""A small world for the tests: two districts, three schools, a class in each, one person per role at each place."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings

from qiming.casework.services import load_workflows
from qiming.credentials.services import load_achievements
from qiming.curriculum import queries as curriculum
from qiming.curriculum.services import sync_content
from qiming.curriculum.types import CourseRef
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry import services
from qiming.registry.models import Account, AllianceMember
from qiming.registry.types import OrgRef, PupilRef, Role, Stage
from tests.shipped import load_shipped

PASSWORD = "a-long-enough-one"
PLACES = {"here": ("东城区", "本校"), "near": ("东城区", "邻校"), "far": ("延庆区", "远校")}
PUPILS = ("陈一诺", "古丽米热·阿卜杜热西提", "欧阳𬀩")


@dataclass(slots=True)
class Place:
    """A school with one class and everybody in it."""

    district: OrgRef
    school: OrgRef
    group: OrgRef
    pupils: list[PupilRef]
    people: dict[str, UUID] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """The whole of it."""

    city: OrgRef
    places: dict[str, Place]
    course: CourseRef

    @property
    def here(self) -> Place:
        return self.places["here"]

    def account(self, role: str, place: str = "here") -> Account:
        return Account.objects.get(person_id=self.places[place].people[role])

    def actor(self, role: str, place: str = "here") -> Actor:
        """Somebody with `role` at `place`, as of now."""
        return services.build_actor(self.account(role, place))


def build(content: Path | None = None) -> World:
    """Make the world by the rooms' own verbs."""
    city = services.load_units_and_calendar()
    sync_content(content) if content else load_shipped()
    load_workflows(settings.CONTENT_ROOT)
    load_achievements(settings.CONTENT_ROOT)
    course = curriculum.current_course("g7-learning-from-examples")
    assert course is not None
    districts = {one.name: one for one in registry.districts(city.path)}
    world = World(city, {}, course)
    for key, (district, name) in PLACES.items():
        world.places[key] = _place(key, city, districts[district], name)
    return world


def _place(key: str, city: OrgRef, district: OrgRef, name: str) -> Place:
    school = services.found_school(
        district_id=district.id, name=name, stages=[Stage.JUNIOR], is_synthetic=True
    )
    lines = ["年级,班级,座号,姓名", *(f"七年级,1,{seat},{pupil}" for seat, pupil in enumerate(PUPILS, 1))]
    import_id = services.preview_roster(
        actor=None, school_id=school.id, name="名单.csv", data="\n".join(lines).encode()
    )
    services.apply_roster(actor=None, import_id=import_id)
    group = registry.classes_under(school.path)[0]
    place = Place(district, school, group, registry.pupils_of(group.id))
    for role, at in (
        (Role.CITY_OFFICER, city),
        (Role.DISTRICT_OFFICER, district),
        (Role.SCHOOL_HEAD, school),
        (Role.SCHOOL_ADMIN, school),
        (Role.TEACHER, group),
    ):
        place.people[role] = _hire(key, role, at, school)
    vendor = services.found_vendor(name=f"{name}边上的公司", is_synthetic=True)
    place.people[Role.VENDOR] = _hire(key, Role.VENDOR, vendor, vendor)
    place.people[Role.PUPIL] = place.pupils[0].id
    place.people[Role.ALLIANCE_HEAD] = _ally(key, district, school, place.people[Role.SCHOOL_HEAD])
    admin = services.build_actor(Account.objects.get(person_id=place.people[Role.SCHOOL_ADMIN]))
    code = services.give_family_code(actor=admin, person_id=place.pupils[0].id)
    guardian = services.join_family(
        code=code,
        relation="母亲",
        address="127.0.0.1",
        name="家长",
        username=f"family.{key}",
        password=PASSWORD,
    )
    place.people[Role.GUARDIAN] = guardian.person_id
    return place


def _ally(key: str, district: OrgRef, school: OrgRef, head_id: UUID) -> UUID:
    """The head of another school, which leads an alliance of which this one is a member."""
    lead = services.found_school(
        district_id=district.id, name=f"{school.name}的牵头校", stages=[Stage.JUNIOR], is_synthetic=True
    )
    lead_head = _hire(f"{key}.lead", Role.SCHOOL_HEAD, lead, lead)
    actor = services.build_actor(Account.objects.get(person_id=lead_head))
    alliance_id = services.propose_alliance(
        actor=actor, lead_id=lead.id, kind="group", name=f"{school.name}集团", school_ids=[school.id]
    )
    member = AllianceMember.objects.unscoped("the world is being made").get(alliance_id=alliance_id)
    head = services.build_actor(Account.objects.get(person_id=head_id))
    services.answer_alliance(actor=head, member_id=member.id, accept=True)
    return lead_head


def _hire(key: str, role: Role, at: OrgRef, school: OrgRef) -> UUID:
    employer = school if role is Role.TEACHER else at
    person_id, _ = services.create_staff(
        actor=None,
        place_id=employer.id,
        name="某老师",
        username=f"{role.value}.{key}"[:32],
        password=PASSWORD,
    )
    services.appoint(actor=None, person_id=person_id, role=role, place_id=at.id)
    return person_id
