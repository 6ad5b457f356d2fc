"""Alliances: asked, answered, seen; what they give, and that it ends with them on the next request."""

from datetime import timedelta

import pytest

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.access import TABLE
from qiming.registry.actors import build_actor
from qiming.registry.models import Account, AllianceMember, Employment, RoleGrant
from qiming.registry.queries import alliances as lists
from qiming.registry.queries import pages, tree
from qiming.registry.testing import Cast, signed_in
from qiming.registry.types import Role

WHY = "the test looks at the table"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a head at the other school, which is asked."""
    person_id, _ = services.create_staff(
        actor=None, place_id=cast.other_school.id, name="七中校长", username="other.head", password="x" * 12
    )
    cast.people["other_head"] = person_id
    services.appoint(actor=None, person_id=person_id, role=Role.SCHOOL_HEAD, place_id=cast.other_school.id)
    return cast


def ask(cast: Cast, **more: object) -> AllianceMember:
    alliance_id = services.propose_alliance(
        actor=cast.actor("head"),
        lead_id=cast.school.id,
        kind="group",
        name="示例教育集团",
        school_ids=[cast.other_school.id],
        **more,  # type: ignore[arg-type]
    )
    return AllianceMember.objects.unscoped(WHY).get(alliance_id=alliance_id)


def joined(cast: Cast, **more: object) -> AllianceMember:
    member = ask(cast, **more)
    services.answer_alliance(actor=cast.actor("other_head"), member_id=member.id, accept=True)
    member.refresh_from_db()
    return member


def sees(cast: Cast, who: str = "head") -> bool:
    return TABLE.allows(cast.actor(who), "registry.see_places", cast.other_school)


def test_nothing_is_given_before_the_other_head_accepts(cast: Cast) -> None:
    member = ask(cast)
    assert not sees(cast)
    with pytest.raises(UserError):
        services.borrow_teacher(
            actor=cast.actor("other_admin"), school_id=cast.other_school.id, username="teacher"
        )
    services.answer_alliance(actor=cast.actor("other_head"), member_id=member.id, accept=False)
    assert not sees(cast)
    # The first answer holds.
    services.answer_alliance(actor=cast.actor("other_head"), member_id=member.id, accept=True)
    assert not sees(cast)


def test_the_lead_schools_head_sees_numbers_and_nothing_else(cast: Cast) -> None:
    joined(cast)
    head = cast.actor("head")
    assert sees(cast) and not sees(cast, "teacher") and not sees(cast, "admin")
    assert tree.load_place(head, cast.other_school.id).id == cast.other_school.id
    for verb in ("registry.see_classes", "registry.see_roster", "registry.see_staff"):
        assert not TABLE.allows(head, verb, cast.other_class)
    with pytest.raises(Denied):
        pages.load_class(head, "registry.see_roster", cast.other_class.id)
    # Members see nothing of the lead school, nor does its own place change.
    assert not TABLE.allows(cast.actor("other_head"), "registry.see_places", cast.school)
    assert tree.load_place(head, None).id == cast.school.id


def test_it_stays_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    joined(cast)
    account = Account.objects.get(person_id=cast.people["head"])
    with django_assert_num_queries(1):  # type: ignore[operator]
        actor = build_actor(account)
    assert [grant.org_id for grant in actor.grants if grant.role == Role.ALLIANCE_HEAD] == [
        cast.other_school.id
    ]


@pytest.mark.parametrize("how", ["end", "leave", "lead_puts_out", "by_date"])
def test_ending_ends_every_right_on_the_next_request(cast: Cast, how: str) -> None:
    member = joined(cast)
    lent = services.borrow_teacher(
        actor=cast.actor("other_admin"), school_id=cast.other_school.id, username="teacher"
    )
    services.assign_teacher(actor=cast.actor("other_admin"), person_id=lent, class_id=cast.other_class.id)
    desk, teacher = cast.client("head"), cast.client("teacher")
    places, roster = f"/places/{cast.other_school.id}/", f"/school/classes/{cast.other_class.id}/"
    assert desk.get(places).status_code == 200 and teacher.get(roster).status_code == 200
    if how == "end":
        services.end_alliance(actor=cast.actor("head"), alliance_id=member.alliance_id)
    elif how == "leave":
        services.leave_alliance(actor=cast.actor("other_head"), member_id=member.id)
    elif how == "lead_puts_out":
        services.leave_alliance(actor=cast.actor("head"), member_id=member.id)
    else:
        services.end_alliance(
            actor=cast.actor("head"),
            alliance_id=member.alliance_id,
            ends_on=time.today() + timedelta(days=3),
        )
        assert desk.get(places).status_code == 200 and teacher.get(roster).status_code == 200
        later = time.frozen(time.now() + timedelta(days=3))
        with later:
            assert not sees(cast)
            assert cast.other_class.id not in [g.org_id for g in cast.teacher.grants]
        return
    assert desk.get(places).status_code == 404 and teacher.get(roster).status_code == 404
    # The teacher's own school is untouched.
    assert cast.klass.id in [grant.org_id for grant in cast.teacher.grants]


def test_a_lent_teacher_uses_one_account_for_both_schools(cast: Cast) -> None:
    joined(cast)
    admin = cast.actor("other_admin")
    lent = services.borrow_teacher(actor=admin, school_id=cast.other_school.id, username=" Teacher ")
    assert lent == cast.people["teacher"]
    again = services.borrow_teacher(actor=admin, school_id=cast.other_school.id, username="teacher")
    assert again == lent
    assert Employment.objects.unscoped(WHY).filter(person_id=lent).count() == 2
    services.assign_teacher(actor=admin, person_id=lent, class_id=cast.other_class.id)
    assert {place.id for place in queries.classes_of(cast.teacher)} == {cast.klass.id, cast.other_class.id}
    assert [one.lent_by for one in lists.workplaces_of(lent)] == ["", cast.school.name]
    # The second school may not set the password: it would open the first one.
    with pytest.raises(UserError, match="第一所"):
        services.reset_password(actor=admin, person_id=lent)
    services.reset_password(actor=cast.admin, person_id=lent)


@pytest.mark.parametrize("username", ["nobody.at.all", "other_teacher", "guardian", "district_officer"])
def test_only_the_lead_schools_teachers_are_lent(cast: Cast, username: str) -> None:
    joined(cast)
    with pytest.raises(UserError, match="牵头校里没有"):
        services.borrow_teacher(
            actor=cast.actor("other_admin"), school_id=cast.other_school.id, username=username
        )
    with pytest.raises(UserError, match="牵头校里没有"):  # and never from a member to the lead school
        services.borrow_teacher(actor=cast.admin, school_id=cast.school.id, username="other_teacher")


def test_who_leaves_the_lead_school_is_no_longer_lent(cast: Cast) -> None:
    joined(cast)
    admin = cast.actor("other_admin")
    lent = services.borrow_teacher(actor=admin, school_id=cast.other_school.id, username="teacher")
    services.assign_teacher(actor=admin, person_id=lent, class_id=cast.other_class.id)
    services.end_employment(actor=cast.admin, person_id=lent, school_id=cast.school.id)
    assert not RoleGrant.objects.unscoped(WHY).filter(person_id=lent, ends_on=None).exists()
    assert not Account.objects.get(person_id=lent).is_active


def test_a_new_head_has_the_right_and_the_old_one_not(cast: Cast) -> None:
    joined(cast)
    grant = RoleGrant.objects.unscoped(WHY).get(person_id=cast.people["head"])
    services.end_grant(actor=cast.admin, grant_id=grant.id)
    services.appoint(
        actor=cast.admin,
        person_id=cast.people["colleague"],
        role=Role.SCHOOL_HEAD,
        place_id=cast.school.id,
    )
    assert not sees(cast) and sees(cast, "colleague")


def test_wrong_people_and_wrong_words_are_refused(cast: Cast) -> None:
    for who in ("admin", "teacher", "other_head", "district_officer"):
        with pytest.raises(Denied):
            services.propose_alliance(
                actor=cast.actor(who),
                lead_id=cast.school.id,
                kind="group",
                name="示例集团",
                school_ids=[cast.other_school.id],
            )
    member = ask(cast)
    for who in ("head", "admin", "other_admin", "district_officer"):
        with pytest.raises(Denied):
            services.answer_alliance(actor=cast.actor(who), member_id=member.id, accept=True)
    bad: list[dict[str, object]] = [
        {"name": "x"},
        {"kind": "club"},
        {"school_ids": []},
        {"school_ids": [cast.school.id]},
        {"school_ids": [cast.klass.id]},
        {"ends_on": time.today()},
    ]
    good: dict[str, object] = {"kind": "group", "name": "示例集团", "school_ids": [cast.other_school.id]}
    for wrong in bad:
        with pytest.raises(UserError):
            services.propose_alliance(
                actor=cast.actor("head"),
                lead_id=cast.school.id,
                **(good | wrong),  # type: ignore[arg-type]
            )


def test_officers_see_it_from_either_side(cast: Cast) -> None:
    joined(cast)
    assert len(lists.alliance_lines(cast.actor("district_officer"))) == 1
    assert len(lists.alliance_lines(cast.actor("city_officer"))) == 1
    assert len(lists.alliance_lines(cast.actor("other_admin"))) == 1
    assert lists.alliance_lines(cast.actor("teacher")) == []


def test_schools_are_found_by_their_full_name_alone(cast: Cast) -> None:
    assert [one.id for one in lists.schools_named(["示例七中"])] == [cast.other_school.id]
    services.found_school(district_id=cast.district.id, name="示例七中", stages=[cast.school.stage])
    with pytest.raises(UserError, match="不止一所"):
        lists.schools_named(["示例七中"])
    assert lists.schools_named([f"{cast.district.name} 示例七中"])[0].id != cast.other_school.id
    with pytest.raises(UserError, match="没有找到"):
        lists.schools_named(["七中"])


def test_the_pages(cast: Cast) -> None:
    head, other = cast.client("head"), cast.client("other_head")
    wrong = head.post(
        "/alliances/new/", {"lead": cast.school.id, "kind": "group", "name": "集", "schools": "无"}
    )
    assert wrong.status_code == 422 and "没有找到" in wrong.content.decode()
    form = {"lead": cast.school.id, "kind": "league", "name": "示例联盟", "schools": "示例七中\n"}
    made = head.post("/alliances/new/", form)
    assert made.status_code == 302
    assert "等对方校长答复" in head.get(made["Location"]).content.decode()
    asked = other.get("/alliances/").content.decode()
    assert "等本校答复" in asked and "看不到学生姓名" in asked
    member = AllianceMember.objects.unscoped(WHY).get()
    other.post(f"/alliances/members/{member.id}/answer/", {"act": "accept"})
    assert "已加入" in head.get(made["Location"]).content.decode()
    assert cast.client("district_officer").get("/alliances/").status_code == 200
    assert cast.client("teacher").get("/alliances/").status_code == 403
    shown = head.get(f"/places/{cast.other_school.id}/").content.decode()
    assert "七年级（1）班" in shown and "外校同学" not in shown


def test_an_account_without_any_school_sees_its_invitations(cast: Cast) -> None:
    client = signed_in(cast.account("colleague"))
    assert "你在示例一中任职" in client.get("/me/schools/").content.decode()
