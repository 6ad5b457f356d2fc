"""Packages by people: whose reach a file stays within, who waits for whom, what a refusal leaves."""

from dataclasses import replace

import pytest

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import services as registry
from qiming.registry.models import (
    Account,
    Employment,
    Person,
    RoleGrant,
    RosterPackage,
    StagedUser,
)
from qiming.registry.oneroster import compare, services, staging
from qiming.registry.testing import Cast
from qiming.registry.tests.oneroster_files import Files, enrollment, group, org, role, user
from qiming.registry.tests.oneroster_world import WHY, Bring, changes, found, target

pytestmark = pytest.mark.django_db


def own_school(cast: Cast, school: str = "school") -> Files:
    name = {"school": "示例一中", "other": "示例七中"}[school]
    return Files(
        source="school-sis",
        rows={
            "orgs": [org("s", name)],
            "classes": [group("k9", "s", 9, 1)],
            "users": [user("a1", "周同学"), user("b1", "吴老师")],
            "roles": [
                role("a1", "s", "student"),
                role("b1", "s", "teacher"),
                role("b1", "s", "siteAdministrator"),
            ],
            "enrollments": [enrollment("a1", "k9"), enrollment("b1", "k9", "teacher")],
        },
    )


def test_a_school_administrator_imports_the_own_school(cast: Cast, bring: Bring) -> None:
    kept = bring(own_school(cast), actor=cast.admin, place=cast.school.id)
    assert changes(kept)["pupils"] == {"new": 1} and changes(kept)["posts"] == {"new": 1}
    assert kept.applied_by == cast.people["admin"]
    assert registry.build_actor(Account.objects.get(person_id=target("b1"))).has_role("school_admin")


def test_a_place_beyond_reach_is_a_wrong_row(cast: Cast, bring: Bring) -> None:
    kept = bring(own_school(cast, "other"), actor=cast.admin, place=cast.school.id, apply=False)
    assert found(kept) == [("orgs", 2, "name")]
    assert kept.counts["rows"]["held"] == 5
    district = bring(
        own_school(cast, "other"), actor=cast.actor("district_officer"), place=cast.district.id, apply=False
    )
    assert found(district)[0] == ("orgs", 2, "name")


def test_an_officer_appoints_nobody_by_a_file(cast: Cast, bring: Bring) -> None:
    kept = bring(own_school(cast), actor=cast.actor("district_officer"), place=cast.district.id)
    assert "posts" not in changes(kept) and any("校长或管理员" in note for note in kept.notes)
    assert kept.samples["new"][0]["name"] == "", "officers see no names"
    assert not RoleGrant.objects.unscoped(WHY).filter(person_id=target("b1"), role="school_admin").exists()


@pytest.mark.parametrize("who", ["head", "teacher", "guardian"])
def test_nobody_else_brings_packages(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        services.receive_package(actor=cast.actor(who), place_id=cast.school.id, name="a.zip")


def test_nobody_reaches_a_package_of_another_school(cast: Cast, bring: Bring) -> None:
    kept = bring(own_school(cast), actor=cast.admin, place=cast.school.id, apply=False)
    for verb in (services.apply_package, services.drop_package):
        with pytest.raises(Denied):
            verb(actor=cast.actor("other_admin"), package_id=kept.id)


def test_a_school_cannot_claim_people_of_another_by_naming_them(
    cast: Cast, bring: Bring, files: Files
) -> None:
    bring(files)
    stranger = target("p1")
    grab = own_school(cast)
    by_id = grab.but(
        users=[user("p1", "周同学"), *grab.rows["users"][1:]],
        roles=[role("p1", "s", "student"), *grab.rows["roles"][1:]],
        enrollments=[enrollment("p1", "k9")],
    )
    for source in ("sis", "school-sis"):
        kept = bring(replace(by_id, source=source), actor=cast.admin, place=cast.school.id, apply=False)
        assert found(kept) == ([("users", 2, "sourcedId")] if source == "sis" else [])
    by_key = grab.but(
        users=[user(str(stranger), "周同学"), *grab.rows["users"][1:]],
        roles=grab.rows["roles"][1:],
        enrollments=[enrollment(str(stranger), "k9")],
    )
    kept = bring(by_key, actor=cast.admin, place=cast.school.id, apply=False)
    assert found(kept) == [("users", 2, "sourcedId")]
    by_number = grab.but(
        users=[user("a1", "周同学", identifier="G110101201501010011"), *grab.rows["users"][1:]]
    )
    kept = bring(by_number, actor=cast.admin, place=cast.school.id, apply=False)
    assert found(kept)[0][:2] == ("users", 2)


def test_a_delta_without_users_reaches_no_strangers(cast: Cast, bring: Bring, files: Files) -> None:
    bring(files)
    bring(own_school(cast), actor=cast.admin, place=cast.school.id)
    grab = replace(
        own_school(cast).delta(enrollments=[enrollment("p1", "k9"), enrollment(str(target("p2")), "k9")]),
        source="sis",
    )
    kept = bring(grab, actor=cast.admin, place=cast.school.id, apply=False)
    assert {line for _, line, _ in found(kept)} == {2, 3}


def test_an_administrator_does_not_end_themselves(cast: Cast, bring: Bring) -> None:
    files = own_school(cast)
    named = files.but(
        users=[*files.rows["users"], user("me", "admin老师")],
        roles=[*files.rows["roles"], role("me", "s", "teacher")],
    )
    bring(named, actor=cast.admin, place=cast.school.id)
    assert target("me") == cast.people["admin"]
    assert changes(bring(files, actor=cast.admin, place=cast.school.id)) == {}
    assert Employment.objects.unscoped(WHY).filter(person_id=cast.people["admin"], ends_on=None).exists()


# -- turns


def test_a_roster_that_changed_since_the_comparison_is_not_written_over(
    cast: Cast, bring: Bring, files: Files
) -> None:
    bring(files)
    kept = bring(files.but(classes=[*files.rows["classes"], group("c2", "s1", 7, 2)]), apply=False)
    registry.add_pupil(actor=None, class_id=target("c1", "c"), name="手工加的", seat_no=7)
    with pytest.raises(UserError, match="名单又有人改过"):
        services.apply_package(actor=None, package_id=kept.id)
    kept.refresh_from_db()
    assert kept.state == "previewed"


def test_applying_twice_writes_once_and_a_dropped_package_is_gone(bring: Bring, files: Files) -> None:
    kept = bring(files)
    people = Person.objects.count()
    assert services.apply_package(actor=None, package_id=kept.id) == kept.counts
    assert Person.objects.count() == people
    other = bring(files, apply=False)
    services.drop_package(actor=None, package_id=other.id)
    with pytest.raises(UserError, match="已放弃"):
        services.apply_package(actor=None, package_id=other.id)


def test_a_package_that_cannot_be_read_is_kept_as_refused(bring: Bring, files: Files) -> None:
    broken = replace(files, rows={**files.rows})
    object.__setattr__(broken, "text", lambda name: "a,b\n1,2\n")
    with pytest.raises(UserError, match="缺少 sourcedId 列"):
        bring(broken)
    kept = RosterPackage.objects.unscoped(WHY).get()
    assert kept.state == "refused" and "至少要有" in kept.refusal["next"]


def test_millions_of_wrong_rows_are_not_kept(
    bring: Bring, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MAX_WRONG", 3)
    with pytest.raises(UserError, match="已经有5行读不了"):
        bring(files.but(users=[user(f"u{n}", "?") for n in range(5)]))


def test_staged_rows_are_taken_away_when_all_is_done(bring: Bring, files: Files) -> None:
    kept = bring(files)
    assert not StagedUser.objects.filter(package=kept).exists()
    assert compare.changes(kept.counts) > 0
