"""Families and staff: one-time codes, accounts, appointments, resets; and who may do none of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.models import Account, FamilyCode, RoleGrant
from qiming.registry.testing import Cast
from qiming.registry.types import Role

pytestmark = pytest.mark.django_db

SECRET = "three-quiet-words"


# ---------- families ----------


def family(code: str, **changed: str) -> Account:
    given = {"relation": "母亲", "name": "安妈妈", "username": "anmama", "password": SECRET} | changed
    return services.join_family(actor=None, code=code, address="10.0.0.4", **given)


def test_a_family_code_makes_a_guardian_once(cast: Cast) -> None:
    pupil = cast.pupils[1]
    code = services.give_family_code(actor=cast.teacher, person_id=pupil.id)
    account = family(code.lower().replace("-", " "))
    actor = services.build_actor(account)
    assert actor.wards == {pupil.id} and actor.roles == {Role.GUARDIAN}
    with pytest.raises(UserError, match="用不了"):
        family(code, username="other")
    assert FamilyCode.objects.unscoped("test").get().used_at is not None


def test_a_guardian_adds_a_second_child(cast: Cast) -> None:
    account = family(services.give_family_code(actor=cast.admin, person_id=cast.pupils[1].id))
    code = services.give_family_code(actor=cast.admin, person_id=cast.pupils[2].id)
    actor = services.build_actor(account)
    services.join_family(code=code, relation="母亲", address="10.0.0.5", actor=actor)
    assert services.build_actor(account).wards == {cast.pupils[1].id, cast.pupils[2].id}


@pytest.mark.parametrize(
    "changed",
    [{"username": "admin"}, {"username": "1"}, {"password": "short"}, {"name": ""}, {"relation": "邻居"}],
)
def test_a_refused_guardian_leaves_the_code_usable(cast: Cast, changed: dict[str, str]) -> None:
    code = services.give_family_code(actor=cast.teacher, person_id=cast.pupils[1].id)
    with pytest.raises(UserError):
        family(code, **changed)
    assert family(code).username == "anmama"


def test_family_codes_expire_and_cannot_be_guessed(cast: Cast) -> None:
    code = services.give_family_code(actor=cast.teacher, person_id=cast.pupils[1].id)
    with time.frozen(time.now() + timedelta(days=15)), pytest.raises(UserError, match="用不了"):
        family(code)
    told = []
    for n in range(21):
        with pytest.raises(UserError) as refused:
            family(f"AAAA{n:04d}")
        told.append(refused.value.message)
    assert "试得太多了" in told[-1]


def test_the_family_page(cast: Cast) -> None:
    code = services.give_family_code(actor=cast.teacher, person_id=cast.pupils[1].id)
    client = Client()
    form = {"code": code, "relation": "父亲", "name": "白爸爸", "username": "baibaba", "new_password": SECRET}
    bad = client.post("/sign-in/family/", form | {"new_password": "short"})
    assert bad.status_code == 422 and "白爸爸" in bad.content.decode()
    assert client.post("/sign-in/family/", form).status_code == 302
    assert client.get("/reads/")["Location"] == f"/reads/{cast.pupils[1].id}/"


# ---------- staff ----------


def test_accounts_are_made_given_classes_and_taken_back(cast: Cast) -> None:
    person_id, first = services.create_staff(
        actor=cast.admin, place_id=cast.school.id, name="沈老师", username="ShenYF"
    )
    account = Account.objects.get(person_id=person_id)
    assert account.username == "shenyf" and account.must_change_password and account.check_password(first)
    services.assign_teacher(actor=cast.admin, person_id=person_id, class_id=cast.klass.id)
    grant = services.assign_teacher(actor=cast.admin, person_id=person_id, class_id=cast.klass.id)
    assert len(queries.teachers_of(cast.klass.id)) == 2
    services.end_grant(actor=cast.admin, grant_id=grant)
    assert services.build_actor(account).grants == ()
    services.assign_teacher(actor=cast.admin, person_id=person_id, class_id=cast.klass.id)
    services.end_employment(actor=cast.admin, person_id=person_id, school_id=cast.school.id)
    assert services.build_actor(account).grants == ()
    assert not Account.objects.get(person_id=person_id).is_active


@pytest.mark.parametrize(
    ("name", "username", "says"),
    [
        ("", "someone", "姓名"),
        ("沈老师", "1abc", "小写字母"),
        ("沈老师", "admin", "已经有人"),
        ("王?", "wang", "认不出"),
    ],
)
def test_accounts_that_are_refused(cast: Cast, name: str, username: str, says: str) -> None:
    before = Account.objects.count()
    with pytest.raises(UserError, match=says):
        services.create_staff(actor=cast.admin, place_id=cast.school.id, name=name, username=username)
    assert Account.objects.count() == before


def test_a_reset_password_ends_every_session(cast: Cast) -> None:
    client = cast.client("teacher")
    person_id = cast.people["teacher"]
    fresh = services.reset_password(actor=cast.admin, person_id=person_id)
    account = cast.account("teacher")
    assert account.check_password(fresh) and account.must_change_password
    assert client.get("/school/classes/").status_code == 302


def test_what_an_administrator_cannot_do(cast: Cast) -> None:
    admin = cast.admin
    own = next(grant for grant in _grants_of(admin.person_id))
    with pytest.raises(UserError, match="不能收回自己"):
        services.end_grant(actor=admin, grant_id=own)
    with pytest.raises(UserError, match="不能给自己"):
        services.end_employment(actor=admin, person_id=admin.person_id, school_id=cast.school.id)
    for who in ("other_teacher", "district_officer", "guardian"):
        with pytest.raises(Denied):
            services.reset_password(actor=admin, person_id=cast.people[who])
        with pytest.raises(Denied):
            services.assign_teacher(actor=admin, person_id=cast.people[who], class_id=cast.klass.id)
    for role, place in ((Role.CITY_OFFICER, cast.city), (Role.SCHOOL_HEAD, cast.other_school)):
        with pytest.raises(Denied):
            services.appoint(actor=admin, person_id=cast.people["colleague"], role=role, place_id=place.id)


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "district_officer", "city_officer"])
def test_others_do_not_manage_staff(cast: Cast, who: str) -> None:
    actor, person_id = cast.actor(who), cast.people["colleague"]
    before = Account.objects.count()
    for verb in (
        lambda: services.create_staff(actor=actor, place_id=cast.school.id, name="甲", username="jiayi"),
        lambda: services.assign_teacher(actor=actor, person_id=person_id, class_id=cast.klass.id),
        lambda: services.reset_password(actor=actor, person_id=person_id),
        lambda: services.end_employment(actor=actor, person_id=person_id, school_id=cast.school.id),
    ):
        with pytest.raises(Denied):
            verb()
    assert Account.objects.count() == before


def _grants_of(person_id: UUID) -> list[UUID]:
    return list(RoleGrant.objects.unscoped("test").filter(person_id=person_id).values_list("id", flat=True))
