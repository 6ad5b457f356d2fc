"""The tree: what loading gives, what the database refuses, who is whose actor."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.scope import UnscopedQueryError
from qiming.registry import actors, queries, services
from qiming.registry.models import Account, ClassMembership, Organisation, RoleGrant
from qiming.registry.testing import Cast
from qiming.registry.testing import cast as make_cast
from qiming.registry.types import OrgKind, Role, Stage

pytestmark = pytest.mark.django_db


def organisation(**facts: object) -> Organisation:
    return Organisation.objects.create(**facts)


def test_beijing_has_eighteen_district_bodies_and_loading_again_changes_nothing() -> None:
    services.load_units_and_calendar()
    before = list(Organisation.objects.unscoped("test").order_by("id").values())
    services.load_units_and_calendar()
    assert list(Organisation.objects.unscoped("test").order_by("id").values()) == before
    names = [place.name for place in queries.districts()]
    assert len(names) == 18
    assert {"燕山", "北京经济技术开发区", "海淀区"} <= set(names)
    assert names[0] == "东城区"


def test_paths_lead_down_and_up(cast: Cast) -> None:
    assert cast.klass.path.startswith(cast.school.path)
    assert [place.kind for place in queries.ancestors(cast.klass.path)] == list(OrgKind)[:4]
    assert queries.school_of(cast.klass.path) == cast.school
    assert queries.org_by_path(cast.school.path) == queries.org(cast.school.id) == cast.school
    assert queries.classes_under(cast.district.path) == [cast.klass, cast.second_class]
    assert queries.schools_under(cast.city.path) == [cast.school, cast.other_school]
    assert queries.children(cast.school.id) == [cast.klass, cast.second_class]
    assert cast.klass.name == "七年级（3）班"


def test_a_missing_place_is_refused_like_a_forbidden_one(cast: Cast) -> None:
    with pytest.raises(Denied):
        queries.org(cast.people["admin"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "class_group", "grade": 7, "class_no": 9},  # a class below a district
        {"kind": "district"},  # a district below a district
        {"kind": "school", "grade": 7},  # a school with a grade
        {"kind": "school", "path": "elsewhere/"},  # a path that isn't the parent's
        {"kind": "school", "step": "a/b"},
        {"kind": "city"},  # a city with a parent
    ],
)
def test_the_database_keeps_the_shape_of_the_tree(cast: Cast, wrong: dict[str, object]) -> None:
    step = str(wrong.pop("step", "zzzzz"))
    path = wrong.pop("path", f"{cast.district.path}{step}/")
    with pytest.raises(IntegrityError), transaction.atomic():
        organisation(name="错", parent_id=cast.district.id, step=step, scope_path=path, **wrong)


def test_a_place_cannot_be_moved(cast: Cast) -> None:
    place = Organisation.objects.unscoped("test").get(id=cast.school.id)
    place.parent_id = cast.other_school.parent_id
    with pytest.raises(IntegrityError), transaction.atomic():
        place.save()


def test_a_role_is_held_where_it_belongs(cast: Cast) -> None:
    for role, place in [
        (Role.TEACHER, cast.school),
        (Role.SCHOOL_HEAD, cast.klass),
        ("janitor", cast.school),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(
                person_id=cast.people["teacher"],
                role=str(role),
                organisation_id=place.id,
                scope_path=place.path,
            )


def test_one_pupil_per_seat_and_day_also_in_the_past(cast: Cast) -> None:
    first, second = cast.pupils[:2]
    rows = ClassMembership.objects.unscoped("test")
    today = time.today()
    rows.filter(person_id=second.id).update(starts_on=today - timedelta(days=30), ends_on=today)
    rows.filter(person_id=first.id).update(starts_on=today - timedelta(days=60))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(person_id=second.id).update(seat_no=first.seat_no)
        connection.check_constraints()
    connection.check_constraints()


def test_two_schools_of_one_name_in_a_district_are_refused(cast: Cast) -> None:
    with pytest.raises(UserError, match="已经有"):
        services.found_school(district_id=cast.district.id, name="示例一中", stages=[Stage.JUNIOR])


def test_scoped_rows_are_not_read_without_saying_for_whom(cast: Cast) -> None:
    with pytest.raises(UnscopedQueryError):
        list(ClassMembership.objects.all())
    assert ClassMembership.objects.for_actor(cast.teacher, "registry.see_roster").count() == 6
    other = cast.actor("other_teacher")
    assert ClassMembership.objects.for_actor(other, "registry.see_roster").count() == 1


# ---------- actors ----------


def test_an_actor_costs_one_query(cast: Cast) -> None:
    account = cast.account("teacher")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        actor = actors.build_actor(account)
    assert len(asked) == 1
    assert [(grant.role, grant.scope_path) for grant in actor.grants] == [("teacher", cast.klass.path)]
    assert queries.classes_of(actor) == [cast.klass]


def test_pupil_and_guardian_actors(cast: Cast) -> None:
    pupil = cast.pupil_actor(0)
    assert pupil.roles == {"pupil"} and pupil.grants[0].org_id == cast.klass.id
    guardian = cast.actor("guardian")
    assert guardian.wards == {cast.pupils[0].id} and guardian.grants == () and guardian.roles == {"guardian"}
    assert queries.wards_of(guardian.person_id) == [cast.pupils[0]]


def test_a_grant_counts_from_its_first_day_to_the_day_before_its_last(cast: Cast) -> None:
    account = cast.account("teacher")
    grant = RoleGrant.objects.unscoped("test").get(person=account.person)
    for starts, ends, holds in [(0, None, True), (1, None, False), (-5, 0, False), (-5, 1, True)]:
        grant.starts_on = time.today() + timedelta(days=starts)
        grant.ends_on = None if ends is None else time.today() + timedelta(days=ends)
        grant.save()
        assert bool(actors.build_actor(account).grants) is holds


def test_a_closed_account_is_nobody(cast: Cast) -> None:
    account = cast.account("admin")
    Account.objects.filter(id=account.id).update(is_active=False)
    assert actors.build_actor(account).grants == ()


# ---------- people ----------


def test_pupils_are_listed_by_seat_and_by_day(cast: Cast) -> None:
    assert [pupil.seat_no for pupil in queries.pupils_of(cast.klass.id)] == [1, 2, 3, 4, 5, 6]
    assert queries.pupils_of(cast.klass.id, on=time.today() - timedelta(days=1)) == []
    assert queries.pupil(cast.pupils[2].id) == cast.pupils[2]
    assert queries.pupils_under(cast.district.path).count() == 6
    assert queries.class_sizes(cast.city.path) == {cast.klass.id: 6, cast.other_class.id: 1}
    assert [ref.id for ref in queries.teachers_of(cast.klass.id)] == [cast.people["teacher"]]
    assert queries.persons_named([cast.pupils[0].id]) == {cast.pupils[0].id: cast.pupils[0].name}
    with pytest.raises(Denied):
        queries.pupil(cast.people["admin"])


def test_the_cast_can_be_empty(db: None) -> None:
    assert make_cast(pupils=0).pupils == []
