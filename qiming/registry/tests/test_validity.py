"""Until when: last days set ahead, roles that ended yesterday, people at several schools."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.models import (
    ClassMembership,
    Employment,
    Guardianship,
    RoleGrant,
    StaffInvitation,
)
from qiming.registry.queries import alliances as lists
from qiming.registry.testing import Cast

WHY = "the test looks at the table"


def grant_of(cast: Cast, who: str) -> RoleGrant:
    return RoleGrant.objects.unscoped(WHY).get(person_id=cast.people[who], ends_on=None)


def in_days(days: int) -> date:
    return time.today() + timedelta(days=days)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(-9, None, True), (0, None, True), (1, None, False), (-9, 1, True), (-9, 0, False), (-9, -1, False)],
)
def test_a_role_holds_from_its_first_day_to_the_day_before_its_end(
    cast: Cast, starts: int, ends: int | None, holds: bool
) -> None:
    grant = grant_of(cast, "teacher")
    grant.starts_on, grant.ends_on = in_days(starts), None if ends is None else in_days(ends)
    grant.save()
    assert bool(cast.teacher.grants) is holds
    assert (cast.client("teacher").get(f"/school/classes/{cast.klass.id}/").status_code == 200) is holds


@pytest.mark.parametrize(("ends", "holds"), [(1, True), (0, False)])
def test_guardians_and_pupils_too(cast: Cast, ends: int, holds: bool) -> None:
    day = in_days(ends)
    Guardianship.objects.unscoped(WHY).update(starts_on=in_days(-9), ends_on=day)
    ClassMembership.objects.unscoped(WHY).update(starts_on=in_days(-9), ends_on=day)
    assert bool(cast.actor("guardian").wards) is holds
    assert bool(cast.pupil_actor(0).grants) is holds
    assert bool(queries.pupils_of(cast.klass.id)) is holds


def test_an_administrator_sets_the_last_day_ahead(cast: Cast) -> None:
    grant = grant_of(cast, "teacher")
    services.set_grant_end(actor=cast.admin, grant_id=grant.id, ends_on=in_days(5))
    assert cast.teacher.grants
    with time.frozen(time.now() + timedelta(days=5)):
        assert not cast.teacher.grants
    page = cast.client("admin").get(f"/school/{cast.school.id}/staff/{cast.people['teacher']}/")
    assert "为止" in page.content.decode()
    services.set_grant_end(actor=cast.admin, grant_id=grant.id, ends_on=None)
    with time.frozen(time.now() + timedelta(days=5)):
        assert cast.teacher.grants


def test_an_employments_end_ends_the_roles_at_that_school(cast: Cast) -> None:
    services.set_employment_end(
        actor=cast.admin, person_id=cast.people["teacher"], school_id=cast.school.id, ends_on=in_days(3)
    )
    assert cast.teacher.grants
    # A role given later cannot outlast it, nor be made to.
    grant_id = services.assign_teacher(
        actor=cast.admin, person_id=cast.people["teacher"], class_id=cast.second_class.id
    )
    assert RoleGrant.objects.unscoped(WHY).get(id=grant_id).ends_on == in_days(3)
    with pytest.raises(UserError, match="不能更晚"):
        services.set_grant_end(actor=cast.admin, grant_id=grant_id, ends_on=None)
    with time.frozen(time.now() + timedelta(days=3)):
        assert not cast.teacher.grants
        with pytest.raises(Denied):
            services.assign_teacher(
                actor=cast.admin, person_id=cast.people["teacher"], class_id=cast.klass.id
            )


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "district_officer"])
def test_nobody_else_sets_last_days(cast: Cast, who: str) -> None:
    grant, guard = grant_of(cast, "teacher"), Guardianship.objects.unscoped(WHY).get()
    actor = cast.actor(who)
    with pytest.raises(Denied):
        services.set_grant_end(actor=actor, grant_id=grant.id, ends_on=in_days(1))
    with pytest.raises(Denied):
        services.set_employment_end(
            actor=actor, person_id=cast.people["teacher"], school_id=cast.school.id, ends_on=in_days(1)
        )
    with pytest.raises(Denied):
        services.set_guardianship_end(actor=actor, guardianship_id=guard.id, ends_on=in_days(1))


def test_days_gone_by_and_the_own_power_are_refused(cast: Cast) -> None:
    with pytest.raises(UserError, match="今天以前"):
        services.set_grant_end(actor=cast.admin, grant_id=grant_of(cast, "teacher").id, ends_on=in_days(-1))
    with pytest.raises(UserError, match="自己"):
        services.set_grant_end(actor=cast.admin, grant_id=grant_of(cast, "admin").id, ends_on=in_days(1))
    with pytest.raises(UserError, match="自己"):
        services.set_employment_end(
            actor=cast.admin,
            person_id=cast.people["admin"],
            school_id=cast.school.id,
            ends_on=in_days(1),
        )


def test_a_guardians_last_day_is_set_and_taken_back(cast: Cast) -> None:
    guard = Guardianship.objects.unscoped(WHY).get()
    client = cast.client("admin")
    url = f"/school/pupils/{cast.pupils[0].id}/guardians/{guard.id}/until/"
    assert client.post(url, {"ends_on": time.today().isoformat()}).status_code == 302
    assert not cast.actor("guardian").wards
    assert client.post(url, {"ends_on": "gestern"}).status_code in {404, 422}


def test_a_pupil_leaves_on_a_day_to_come(cast: Cast) -> None:
    pupil = cast.pupils[0]
    services.end_membership(actor=cast.admin, person_id=pupil.id, on=in_days(4))
    assert queries.pupil_on(pupil.id, in_days(3)) and not queries.pupil_on(pupil.id, in_days(4))
    assert cast.pupil_actor(0).grants
    # Moving to another class before that keeps the day; the pupil is still found by the administrator.
    services.move_pupil(actor=cast.admin, person_id=pupil.id, class_id=cast.second_class.id, seat_no=3)
    assert ClassMembership.objects.unscoped(WHY).get(
        person_id=pupil.id, class_group_id=cast.second_class.id
    ).ends_on == in_days(4)
    with time.frozen(time.now() + timedelta(days=4)):
        assert not cast.pupil_actor(0).grants


def test_a_roster_knows_a_pupil_who_leaves_later(cast: Cast) -> None:
    services.end_membership(actor=cast.admin, person_id=cast.pupils[0].id, on=in_days(4))
    lines = ["年级,班级,座号,姓名", *(f"七年级,3,{p.seat_no},{p.name}" for p in cast.pupils)]
    upload = services.preview_roster(
        actor=cast.admin, school_id=cast.school.id, name="n.csv", data="\n".join(lines).encode()
    )
    counts = services.apply_roster(actor=cast.admin, import_id=upload)
    assert (counts["new"], counts["back"], counts["unchanged"]) == (0, 0, len(cast.pupils))


def test_being_asked_to_a_second_school(cast: Cast) -> None:
    admin = cast.actor("other_admin")
    invitation = services.invite_staff(
        actor=admin, school_id=cast.other_school.id, username="Teacher", works_until=in_days(30)
    )
    assert [one.school for one in lists.invitations_for(cast.people["teacher"])] == ["示例七中"]
    with pytest.raises(Denied):  # not yet staff there
        services.assign_teacher(actor=admin, person_id=cast.people["teacher"], class_id=cast.other_class.id)
    services.answer_invitation(actor=cast.teacher, invitation_id=invitation, accept=True)
    services.assign_teacher(actor=admin, person_id=cast.people["teacher"], class_id=cast.other_class.id)
    assert {grant.org_id for grant in cast.teacher.grants} == {cast.klass.id, cast.other_class.id}
    names = [place.name for place in queries.classes_of(cast.teacher)]
    assert all(name.startswith(("示例一中", "示例七中")) for name in names)
    with time.frozen(time.now() + timedelta(days=30)):
        assert {grant.org_id for grant in cast.teacher.grants} == {cast.klass.id}
    with pytest.raises(UserError):
        services.answer_invitation(actor=cast.teacher, invitation_id=invitation, accept=True)


def test_asking_tells_nobody_which_accounts_there_are(cast: Cast) -> None:
    client = cast.client("other_admin")
    answers = []
    for username in ("teacher", "nobody.at.all", "guardian"):
        client.post("/school/staff/invite/", {"school": cast.other_school.id, "username": username})
        answers.append(username in client.get("/school/staff/invite/").content.decode())
    assert answers == [True, True, True]
    kept = StaffInvitation.objects.unscoped(WHY).values_list("username", "person_id")
    assert dict(kept) == {
        "teacher": cast.people["teacher"],
        "nobody.at.all": None,
        "guardian": None,
    }


def test_only_the_person_asked_answers(cast: Cast) -> None:
    invitation = services.invite_staff(
        actor=cast.actor("other_admin"), school_id=cast.other_school.id, username="teacher"
    )
    for who in ("colleague", "admin", "other_admin"):
        with pytest.raises(Denied):
            services.answer_invitation(actor=cast.actor(who), invitation_id=invitation, accept=True)
    services.withdraw_invitation(actor=cast.actor("other_admin"), invitation_id=invitation)
    with pytest.raises(UserError, match="收回"):
        services.answer_invitation(actor=cast.teacher, invitation_id=invitation, accept=True)
    assert Employment.objects.unscoped(WHY).filter(person_id=cast.people["teacher"]).count() == 1


def test_an_invitation_runs_out(cast: Cast) -> None:
    invitation = services.invite_staff(
        actor=cast.actor("other_admin"), school_id=cast.other_school.id, username="teacher"
    )
    with time.frozen(time.now() + timedelta(days=14)):
        assert lists.invitations_for(cast.people["teacher"]) == []
        with pytest.raises(UserError):
            services.answer_invitation(actor=cast.teacher, invitation_id=invitation, accept=True)


def test_too_many_invitations_at_once(cast: Cast) -> None:
    admin = cast.actor("other_admin")
    for number in range(30):
        services.invite_staff(actor=admin, school_id=cast.other_school.id, username=f"guess{number}")
    with pytest.raises(UserError, match="30份"):
        services.invite_staff(actor=admin, school_id=cast.other_school.id, username="one.more")


def test_the_pages_of_the_person_asked(cast: Cast) -> None:
    invitation = services.invite_staff(
        actor=cast.actor("other_admin"), school_id=cast.other_school.id, username="teacher"
    )
    client = cast.client("teacher")
    assert "请你兼课" in client.get("/me/schools/").content.decode()
    assert client.post(f"/me/schools/{invitation}/", {"act": "accept"}).status_code == 302
    assert "2所学校任职" in client.get("/me/schools/").content.decode()
    assert client.post(f"/me/schools/{UUID(int=1)}/", {"act": "accept"}).status_code == 404
