"""Teaching groups: seats across classes, who may make them, what they give to whom."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.actors import build_actor
from qiming.registry.models import Account, GroupMembership
from qiming.registry.testing import Cast
from qiming.registry.types import OrgKind, OrgRef, Role


@pytest.fixture
def group(cast: Cast) -> OrgRef:
    services.add_pupil(actor=None, class_id=cast.second_class.id, name="八年级同学", seat_no=1)
    return services.open_group(actor=cast.admin, school_id=cast.school.id, name="走班A", grade=7)


def _ids(cast: Cast, *seats: int) -> list[UUID]:
    return [cast.pupils[seat - 1].id for seat in seats]


def test_pupils_of_several_classes_get_seats_in_the_order_given(cast: Cast, group: OrgRef) -> None:
    other = queries.pupils_of(cast.second_class.id)[0]
    wanted = [cast.pupils[2].id, other.id, cast.pupils[0].id]
    assert services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=wanted) == (3, 0)
    assert [(p.id, p.seat_no) for p in queries.pupils_of(group.id)] == list(
        zip(wanted, (1, 2, 3), strict=True)
    )
    assert services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=wanted) == (0, 0)
    # Whoever stays keeps the seat; a free one is taken again.
    again = [cast.pupils[0].id, cast.pupils[1].id]
    assert services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=again) == (1, 2)
    assert {p.id: p.seat_no for p in queries.pupils_of(group.id)} == {
        cast.pupils[0].id: 3,
        cast.pupils[1].id: 1,
    }


def test_the_home_class_stays_the_pupils_class(cast: Cast, group: OrgRef) -> None:
    pupil = cast.pupils[0]
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[pupil.id])
    assert queries.pupil(pupil.id).class_id == cast.klass.id
    assert queries.places_of_pupil(pupil.id) == [cast.klass.id, group.id]
    seen = queries.pupil_in(group.id, pupil.id)
    assert seen and seen.scope_path == group.path
    assert queries.pupil_in(group.id, cast.pupils[1].id) is None
    assert len([row for row in queries.pupils_under(cast.school.path) if row["pupil_id"] == pupil.id]) == 1
    assert group.id not in queries.class_sizes(cast.school.path)
    assert group.id not in [place.id for place in queries.children(cast.school.id)]
    assert queries.seats_under(cast.school.path) == {group.id: [pupil.id]}


def test_the_actor_comes_with_the_class_first(cast: Cast, group: OrgRef) -> None:
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[cast.pupils[0].id])
    grants = [(grant.role, grant.org_id) for grant in cast.pupil_actor(0).grants]
    assert grants == [(Role.PUPIL, cast.klass.id), (Role.PUPIL, group.id)]


def test_the_actor_still_costs_one_query(
    cast: Cast, group: OrgRef, django_assert_num_queries: object
) -> None:
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[cast.pupils[0].id])
    account = Account.objects.get(person_id=cast.pupils[0].id)
    with django_assert_num_queries(1):  # type: ignore[operator]
        build_actor(account)


def test_a_teacher_teaches_a_group_as_a_class(cast: Cast, group: OrgRef) -> None:
    services.assign_teacher(actor=cast.admin, person_id=cast.people["teacher"], class_id=group.id)
    assert group.id in [place.id for place in queries.classes_of(cast.teacher)]
    assert queries.teachers_of(group.id)[0].id == cast.people["teacher"]
    assert queries.school_of(group.path).id == cast.school.id
    assert queries.workplace_of(group.path).id == cast.school.id
    assert queries.slot_times(group.id) == queries.slot_times(cast.klass.id)


def test_nobody_but_the_schools_administrator_makes_groups(cast: Cast, group: OrgRef) -> None:
    for who in ("teacher", "head", "other_admin", "district_officer"):
        with pytest.raises(Denied):
            services.open_group(actor=cast.actor(who), school_id=cast.school.id, name="另一个", grade=7)
        with pytest.raises(Denied):
            services.set_group_members(actor=cast.actor(who), group_id=group.id, person_ids=[])
        with pytest.raises(Denied):
            services.close_group(actor=cast.actor(who), group_id=group.id)


def test_pupils_of_other_schools_are_refused_like_missing_ones(cast: Cast, group: OrgRef) -> None:
    for stranger in (cast.other_pupils[0].id, uuid4()):
        with pytest.raises(UserError, match="不在本校"):
            services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[stranger])
    assert queries.pupils_of(group.id) == []


@pytest.mark.parametrize("name", ["", "   ", "长" * 31])
def test_a_group_needs_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(UserError):
        services.open_group(actor=cast.admin, school_id=cast.school.id, name=name, grade=7)


def test_a_name_is_used_once_and_a_grade_is_one_of_the_schools(cast: Cast, group: OrgRef) -> None:
    with pytest.raises(UserError, match="已经有"):
        services.open_group(actor=cast.admin, school_id=cast.school.id, name="走班A", grade=8)
    with pytest.raises(UserError, match="没有这个年级"):
        services.open_group(actor=cast.admin, school_id=cast.school.id, name="小学", grade=2)
    mixed = services.open_group(actor=cast.admin, school_id=cast.school.id, name="混龄")
    assert mixed.grade is None and mixed.stage == cast.school.stage
    services.rename_group(actor=cast.admin, group_id=mixed.id, name="混龄社团")
    assert queries.org(mixed.id).name == "混龄社团"


def test_a_closed_group_gives_nothing_any_more(cast: Cast, group: OrgRef) -> None:
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=_ids(cast, 1, 2))
    services.assign_teacher(actor=cast.admin, person_id=cast.people["teacher"], class_id=group.id)
    services.close_group(actor=cast.admin, group_id=group.id)
    assert queries.pupils_of(group.id) == []
    assert group.id not in [grant.org_id for grant in cast.pupil_actor(0).grants + cast.teacher.grants]
    assert queries.groups_under(cast.school.path) == []
    with pytest.raises(Denied):
        services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[])


def test_leaving_the_school_leaves_the_groups(cast: Cast, group: OrgRef) -> None:
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=_ids(cast, 1, 2))
    services.end_membership(actor=cast.admin, person_id=cast.pupils[0].id)
    assert [p.id for p in queries.pupils_of(group.id)] == [cast.pupils[1].id]
    # Moving between classes of the school does not.
    services.move_pupil(
        actor=cast.admin, person_id=cast.pupils[1].id, class_id=cast.second_class.id, seat_no=9
    )
    assert [p.id for p in queries.pupils_of(group.id)] == [cast.pupils[1].id]


def test_membership_holds_from_a_day_to_a_day(cast: Cast, group: OrgRef) -> None:
    today = time.today()
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=_ids(cast, 1))
    GroupMembership.objects.unscoped("test").update(
        starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=1)
    )
    assert len(queries.pupils_of(group.id)) == 1
    GroupMembership.objects.unscoped("test").update(ends_on=today)
    assert queries.pupils_of(group.id) == []
    assert len(queries.pupils_of(group.id, on=today - timedelta(days=1))) == 1
    assert group.id not in [grant.org_id for grant in cast.pupil_actor(0).grants]


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_one_pupil_per_seat(cast: Cast, group: OrgRef) -> None:
    def put(person_id: UUID, seat: int) -> None:
        with transaction.atomic():
            GroupMembership.objects.create(
                person_id=person_id, group_id=group.id, seat_no=seat, scope_path=group.path
            )

    put(cast.pupils[0].id, 1)
    for person, seat in ((cast.pupils[1].id, 1), (cast.pupils[0].id, 2)):
        with pytest.raises(IntegrityError):
            put(person, seat)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor():
        GroupMembership.objects.create(
            person_id=cast.pupils[2].id, group_id=cast.klass.id, seat_no=1, scope_path=cast.klass.path
        )


def test_a_group_is_a_place_below_a_school(cast: Cast, group: OrgRef) -> None:
    assert group.kind is OrgKind.TEACHING_GROUP and group.is_taught and group.class_no is None
    assert [place.kind for place in queries.ancestors(group.path)] == [
        OrgKind.CITY,
        OrgKind.DISTRICT,
        OrgKind.SCHOOL,
        OrgKind.TEACHING_GROUP,
    ]


def test_an_administrator_makes_a_group_on_the_pages(cast: Cast) -> None:
    client = cast.client("admin")
    made = client.post("/school/groups/new/", {"school": cast.school.id, "name": "走班B", "grade": "7"})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "安同学" not in page or "七年级（3）班" in page
    assert page.count('name="pupils"') == len(cast.pupils)
    wanted = [str(cast.pupils[0].id), str(cast.pupils[3].id)]
    done = client.post(made["Location"], {"pupils": wanted})
    assert done.status_code == 302
    shown = client.get(done["Location"]).content.decode()
    assert "2名学生" in shown and cast.pupils[3].name in shown
    listed = client.get(f"/school/groups/?school={cast.school.id}").content.decode()
    assert "走班B" in listed and "1个教学班" in listed
    again = client.post("/school/groups/new/", {"school": cast.school.id, "name": "走班B", "grade": "7"})
    assert again.status_code == 422 and "已经有" in again.content.decode()


@pytest.mark.parametrize("typed", ["no-uuid", "0197a3f0-5c1e-7d33-9a4b-3f2c1d0e9b8a"])
def test_hostile_choices_change_nothing(cast: Cast, group: OrgRef, typed: str) -> None:
    answer = cast.client("admin").post(f"/school/groups/{group.id}/pupils/", {"pupils": [typed]})
    assert answer.status_code in {404, 409}
    assert queries.pupils_of(group.id) == []


def test_the_groups_teacher_gives_new_pictures(cast: Cast, group: OrgRef) -> None:
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[cast.pupils[0].id])
    services.appoint(actor=None, person_id=cast.people["colleague"], role=Role.TEACHER, place_id=group.id)
    client = cast.client("colleague")
    url = f"/school/groups/{group.id}/pupils/{cast.pupils[0].id}/pictures/"
    assert "三个新小图" in client.post(url).content.decode()
    assert client.post(f"/school/groups/{group.id}/pupils/{cast.pupils[1].id}/pictures/").status_code == 404
    # Of the home class such a teacher sees nothing.
    assert client.get(f"/school/classes/{cast.klass.id}/").status_code == 404
    assert client.get(f"/school/pupils/{cast.pupils[0].id}/").status_code == 404
