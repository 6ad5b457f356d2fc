"""A small cast for tests of every room: one city, two districts, two schools, two classes, one of each role.

@pytest.fixture
def cast(db): return testing.cast()

cast.teacher            an Actor         cast.client("teacher")   a signed-in test client
cast.pupils[0]          a PupilRef       cast.pupil_actor(0)      that pupil as an Actor
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.test import Client

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.kernel.testing import Rows, copy_in, copy_out
from qiming.registry import queries, services
from qiming.registry.models import Account, Employment, Guardianship, Organisation, Person
from qiming.registry.types import OrgRef, PupilRef, Role, Stage

NAMES = [
    "安",
    "白",
    "常",
    "丁",
    "范",
    "高",
    "何",
    "江",
    "康",
    "李",
    "马",
    "倪",
    "欧",
    "潘",
    "秦",
    "任",
    "沈",
    "唐",
    "万",
    "夏",
    "杨",
    "郑",
]


@dataclass
class Cast:
    """Who and where. `other_*` is a school of another district, into which nobody here may look."""

    city: OrgRef
    district: OrgRef
    school: OrgRef
    klass: OrgRef
    second_class: OrgRef
    other_school: OrgRef
    other_class: OrgRef
    pupils: list[PupilRef]
    other_pupils: list[PupilRef]
    people: dict[str, UUID] = field(default_factory=dict)
    vendor: OrgRef | None = None

    def actor(self, who: str) -> Actor:
        """One of: admin, head, teacher, guardian, district_officer, city_officer, other_admin, other_teacher,
        colleague (works at the school, teaches no class), vendor (acts for a company)."""
        return services.build_actor(self.account(who))

    def account(self, who: str) -> Account:
        return Account.objects.get(person_id=self.people[who])

    def pupil_actor(self, index: int = 0) -> Actor:
        return services.build_actor(Account.objects.get(person_id=self.pupils[index].id))

    def client(self, who: str) -> Client:
        return signed_in(self.account(who))

    def pupil_client(self, index: int = 0) -> Client:
        return signed_in(Account.objects.get(person_id=self.pupils[index].id))

    @property
    def admin(self) -> Actor:
        return self.actor("admin")

    @property
    def teacher(self) -> Actor:
        return self.actor("teacher")


_kept: dict[tuple[int, date], tuple[Cast, Rows]] = {}


def cast(pupils: int = 6) -> Cast:
    """The cast; class 七年级（3）班 has `pupils` pupils, seats 1 to n.

    Made once in a process by the room's own verbs and copied in from then on; made anew where the clock was moved or
    something is there already.
    """
    if abs(time.now() - datetime.now(UTC)) > timedelta(minutes=1) or not _is_empty():
        return _make(pupils)
    key = pupils, time.today()
    if key not in _kept:
        made = _make(pupils)
        _kept[key] = deepcopy(made), copy_out(_models())
        return made
    made, rows = _kept[key]
    copy_in(rows)
    return deepcopy(made)


def _models() -> list[type[Model]]:
    """What the verbs of this room write into; organisations first, which the others' triggers look up."""
    own, kernel = (apps.get_app_config(name).get_models() for name in ("registry", "kernel"))
    return sorted([*own, *kernel], key=lambda model: model is not Organisation)


def _is_empty() -> bool:
    return not any(model._base_manager.exists() for model in (Organisation, Person, AuditRow, OutboxEvent))


def _make(pupils: int) -> Cast:
    city = services.load_units_and_calendar()
    near, far = queries.districts()[:2]
    school = services.found_school(
        district_id=near.id, name="示例一中", stages=[Stage.JUNIOR], is_synthetic=True
    )
    other = services.found_school(
        district_id=far.id, name="示例七中", stages=[Stage.JUNIOR], is_synthetic=True
    )
    klass = services.open_class(school_id=school.id, grade=7, class_no=3)
    second = services.open_class(school_id=school.id, grade=8, class_no=1)
    elsewhere = services.open_class(school_id=other.id, grade=7, class_no=1)
    for seat in range(1, pupils + 1):
        services.add_pupil(actor=None, class_id=klass.id, name=f"{NAMES[seat % 22]}同学", seat_no=seat)
    services.add_pupil(actor=None, class_id=elsewhere.id, name="外校同学", seat_no=1)
    made = Cast(
        city,
        near,
        school,
        klass,
        second,
        other,
        elsewhere,
        queries.pupils_of(klass.id),
        queries.pupils_of(elsewhere.id),
    )
    made.vendor = services.found_vendor(name="示例智学公司", is_synthetic=True)
    _add_staff(made)
    _add_guardian(made)
    return made


def signed_in(account: Account) -> Client:
    """A test client of somebody signed in."""
    client = Client()
    client.force_login(account)
    return client


def _add_staff(made: Cast) -> None:
    roles: list[tuple[str, OrgRef | None, Role | None, OrgRef | None]] = [
        ("admin", made.school, Role.SCHOOL_ADMIN, made.school),
        ("head", made.school, Role.SCHOOL_HEAD, made.school),
        ("teacher", made.school, Role.TEACHER, made.klass),
        ("colleague", made.school, None, None),
        ("other_admin", made.other_school, Role.SCHOOL_ADMIN, made.other_school),
        ("other_teacher", made.other_school, Role.TEACHER, made.other_class),
        ("district_officer", None, Role.DISTRICT_OFFICER, made.district),
        ("city_officer", None, Role.CITY_OFFICER, made.city),
        ("vendor", None, Role.VENDOR, made.vendor),
    ]
    for who, works_at, role, place in roles:
        person = _account(who, Account.Kind.STAFF)
        made.people[who] = person.id
        if works_at:
            school = Organisation.objects.unscoped("test cast").get(id=works_at.id)
            Employment.objects.create(person=person, school=school, scope_path=school.scope_path)
        if role and place:
            services.appoint(actor=None, person_id=person.id, role=role, place_id=place.id)


def _add_guardian(made: Cast) -> None:
    person = _account("guardian", Account.Kind.GUARDIAN)
    made.people["guardian"] = person.id
    if made.pupils:
        ward = made.pupils[0]
        Guardianship.objects.create(guardian=person, ward_id=ward.id, scope_path=ward.scope_path)


def _account(username: str, kind: Account.Kind) -> Person:
    person = Person.objects.create(name=f"{username}老师", is_synthetic=True)
    Account.objects.create(kind=kind, username=username, person=person, password=make_password(None))
    return person
