"""Packages against the database: what a file changes and what it ends."""

import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import queries, secrets
from qiming.registry import services as registry
from qiming.registry.models import (
    Account,
    ClassCard,
    ClassMembership,
    Employment,
    ExternalId,
    GroupMembership,
    Guardianship,
    Organisation,
    Person,
    RoleGrant,
)
from qiming.registry.oneroster import services, work
from qiming.registry.testing import Cast
from qiming.registry.tests.oneroster_files import Files, city_files, enrollment, group, org, role, user
from qiming.registry.tests.oneroster_world import WHY, Bring, changes, found, names, seats, target

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_package_makes_places_people_and_everything_they_need(
    cast: Cast, bring: Bring, version: str
) -> None:
    bring(city_files(cast.district.name, version))
    school = Organisation.objects.unscoped(WHY).get(official_code="3111000001")
    assert (school.name, school.stages, school.parent_id) == ("新建一中", ["junior"], cast.district.id)
    assert names("c1") == ["王小雨", "李雷", "古丽米热·阿卜杜热西提"]
    pupil = Person.objects.get(id=target("p1"))
    card = ClassCard.objects.unscoped(WHY).get(person=pupil)
    assert card.token_hash == secrets.token_hash(secrets.card_token(card.id, 1))
    assert pupil.account.kind == "pupil" and not pupil.account.has_usable_password()
    seat = ClassMembership.objects.unscoped(WHY).get(person=pupil)
    assert (seat.pupil_number_tail, seat.scope_path) == ("0011", queries.org(seat.class_group_id).path)
    assert seat.starts_on == min(queries.current_year().starts, time.today())
    teacher = Account.objects.get(person_id=target("t1"))
    assert (teacher.username, teacher.must_change_password, teacher.is_active) == ("zhao.t", True, True)
    assert registry.build_actor(teacher).has_role("teacher")
    assert Employment.objects.unscoped(WHY).filter(school=school).count() == 2
    heads = RoleGrant.objects.unscoped(WHY).filter(role="school_head", organisation=school)
    assert [head.person_id for head in heads] == ([target("h1")] if version == "1.2" else [])
    family = Guardianship.objects.unscoped(WHY).get(ward=pupil)
    assert family.guardian_id == target("g1") and family.scope_path == seat.scope_path


def test_the_same_package_twice_changes_nothing(bring: Bring, files: Files) -> None:
    bring(files)
    rows = {
        model: set(model._default_manager.all().values_list("id")) for model in (Person, Account, ExternalId)
    }
    again = bring(files)
    assert changes(again) == {}
    assert rows == {model: set(model._default_manager.all().values_list("id")) for model in rows}


def test_a_planned_end_stands_and_nothing_is_added_beside_it(bring: Bring, files: Files) -> None:
    bring(files)
    later = time.today() + timedelta(days=40)
    held = [model.objects.unscoped(WHY) for model in (Employment, RoleGrant, Guardianship)]
    for rows in held:
        rows.filter(ends_on=None).update(ends_on=later)
    before = [set(rows.values_list("id", "ends_on")) for rows in held]
    assert changes(bring(files)) == {}
    assert [set(rows.values_list("id", "ends_on")) for rows in held] == before


def test_a_preview_writes_nothing_of_the_roster(bring: Bring, files: Files) -> None:
    before = Person.objects.count()
    kept = bring(files, apply=False)
    assert kept.state == "previewed" and kept.counts["pupils"]["new"] == 3
    assert next(line["name"] for line in kept.samples["new"]) == "王小雨"
    assert Person.objects.count() == before and not ExternalId.objects.exists()


def test_one_audit_row_and_one_event_per_school(bring: Bring, files: Files) -> None:
    before = AuditRow.objects.count()
    bring(files)
    written = list(AuditRow.objects.order_by("id")[before:])
    assert [row.verb for row in written] == ["registry.receive_package", "registry.apply_package"]
    assert "王小雨" not in str(written[1].detail) and "p1" not in str(written[1].detail)
    events = OutboxEvent.objects.filter(
        name="registry.roster_applied", payload__school_id=str(target("s1", "o"))
    )
    assert events.count() == 1


def test_who_disappears_is_ended_and_who_returns_is_the_same_person(bring: Bring, files: Files) -> None:
    bring(files)
    gone = target("p2")
    without = files.but(
        users=[one for one in files.rows["users"] if one["sourcedId"] != "p2"],
        roles=[one for one in files.rows["roles"] if one["userSourcedId"] != "p2"],
        enrollments=[one for one in files.rows["enrollments"] if one["userSourcedId"] != "p2"],
    )
    assert changes(bring(without)) == {"pupils": {"ended": 1}}
    assert names("c1") == ["王小雨", "古丽米热·阿卜杜热西提"] and Person.objects.filter(id=gone).exists()
    assert OutboxEvent.objects.filter(name="registry.pupil_left").count() == 1
    assert changes(bring(without)) == {}
    with time.frozen(time.now() + timedelta(days=1)):
        assert changes(bring(files)) == {"pupils": {"returned": 1}}
        assert target("p2") == gone and "李雷" in names("c1")


def test_moves_swaps_and_corrections(bring: Bring, files: Files) -> None:
    two = files.but(
        classes=[*files.rows["classes"], group("c2", "s1", 7, 2)],
        users=[*files.rows["users"], user("p4", "韩梅梅")],
        roles=[*files.rows["roles"], role("p4", "s1", "student")],
        enrollments=[*files.rows["enrollments"], enrollment("p4", "c2")],
    )
    bring(two)
    cards = {card.person_id: card.token_hash for card in ClassCard.objects.unscoped(WHY)}
    moved = [{**one} for one in two.rows["enrollments"]]
    moved[0]["classSourcedId"], moved[-1]["classSourcedId"] = "c2", "c1"  # p1 and p4 change places
    renamed = [{**one, "givenName": "磊"} if one["sourcedId"] == "p2" else one for one in two.rows["users"]]
    swapped = [group("c1", "s1", 7, 2), group("c2", "s1", 7, 1)]
    with time.frozen(time.now() + timedelta(days=1)):
        kept = bring(two.but(enrollments=moved, users=renamed, classes=swapped))
        assert changes(kept) == {"classes": {"changed": 2}, "pupils": {"changed": 1, "moved": 2}}
        assert names("c1") == ["韩梅梅", "李磊", "古丽米热·阿卜杜热西提"] and names("c2") == ["王小雨"]
        assert queries.org(target("c1", "c")).name == "七年级（2）班"
    place = queries.org(target("c2", "c")).path
    assert ClassCard.objects.unscoped(WHY).get(person_id=target("p1")).scope_path == place
    assert cards == {card.person_id: card.token_hash for card in ClassCard.objects.unscoped(WHY)}
    assert OutboxEvent.objects.filter(name="registry.pupil_moved").count() == 2


def test_a_future_move_begins_on_its_day(bring: Bring, files: Files) -> None:
    two = files.but(classes=[*files.rows["classes"], group("c2", "s1", 7, 2)])
    bring(two)
    later = time.today() + timedelta(days=10)
    moved = [
        {**one, "classSourcedId": "c2", "beginDate": later.isoformat()}
        if one["userSourcedId"] == "p1"
        else one
        for one in two.rows["enrollments"]
    ]
    bring(two.but(enrollments=moved))
    rows = ClassMembership.objects.unscoped(WHY).filter(person_id=target("p1")).order_by("starts_on")
    assert [(row.starts_on, row.ends_on) for row in rows][1:] == [(later, None)]
    assert rows[0].ends_on == later
    assert changes(bring(two.but(enrollments=moved))) == {}


def test_seats_are_kept_given_or_found(cast: Cast, bring: Bring, files: Files) -> None:
    given = [
        {**one, "metadata.seatNo": "9"} if one["userSourcedId"] == "p2" else one
        for one in files.rows["enrollments"]
    ]
    seated = replace(files.but(enrollments=given), more={"enrollments": ["metadata.seatNo"]})
    bring(seated)
    assert [seat for seat, _ in seats("c1")] == [1, 2, 9]
    registry.add_pupil(actor=None, class_id=target("c1", "c"), name="手工加的", seat_no=3)
    more = files.but(
        users=[*files.rows["users"], user("p4", "韩梅梅")],
        roles=[*files.rows["roles"], role("p4", "s1", "student")],
        enrollments=[*files.rows["enrollments"], enrollment("p4", "c1")],
    )
    assert changes(bring(more)) == {"pupils": {"new": 1}}
    assert sorted(seat for seat, _ in seats("c1")) == [1, 2, 3, 4, 9], "the one added by hand stays"
    clash = replace(
        more.but(
            enrollments=[*more.rows["enrollments"][:-1], enrollment("p4", "c1", **{"metadata.seatNo": "3"})]
        ),
        more={"enrollments": ["metadata.seatNo"]},
    )
    assert found(bring(clash, apply=False)) == [("enrollments", 6, "metadata.seatNo")]


def test_a_class_of_a_hundred_is_too_full(bring: Bring, files: Files) -> None:
    many = [f"x{n}" for n in range(100)]
    kept = bring(
        files.but(
            users=[*files.rows["users"], *(user(sid, "张三丰") for sid in many)],
            roles=[*files.rows["roles"], *(role(sid, "s1", "student") for sid in many)],
            enrollments=[*files.rows["enrollments"], *(enrollment(sid, "c1") for sid in many)],
        ),
        apply=False,
    )
    assert len(found(kept)) == 4


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"users": lambda f: [*f.rows["users"], user("p1", "又一个")]}, [("users", 2, "sourcedId"), ("users", 8, "sourcedId")]),
        ({"enrollments": lambda f: [enrollment("nobody", "c1")]}, [("enrollments", 2, "userSourcedId")]),
        ({"enrollments": lambda f: [enrollment("p1", "nowhere")]}, [("enrollments", 2, "classSourcedId")]),
        ({"enrollments": lambda f: [enrollment("t1", "c1", "student")]}, [("enrollments", 2, "role")]),
        ({"classes": lambda f: [group("c1", "no school", 7, 1)]}, [("classes", 2, "schoolSourcedId")]),
        ({"classes": lambda f: [group("c1", "s1", 7, 1), group("c2", "s1", 7, 1)]}, [("classes", 2, "title"), ("classes", 3, "title")]),
        ({"roles": lambda f: [*f.rows["roles"], role("t1", "nowhere", "teacher")]}, [("roles", 8, "orgSourcedId")]),
        ({"roles": lambda f: [*f.rows["roles"], role("ghost", "s1", "teacher")]}, [("roles", 8, "userSourcedId")]),
        ({"roles": lambda f: [*f.rows["roles"], role("p1", "s1", "teacher")]}, [("users", 2, "sourcedId")]),
        ({"orgs": lambda f: [org("d1", "没有的区", "district"), f.rows["orgs"][1]]}, [("orgs", 2, "name"), ("orgs", 3, "parentSourcedId")]),
        ({"orgs": lambda f: [f.rows["orgs"][0], org("s1", "甲校", parentSourcedId="s2"), org("s2", "乙校", parentSourcedId="s1")]}, [("orgs", 3, "parentSourcedId"), ("orgs", 4, "parentSourcedId")]),
        ({"orgs": lambda f: [*f.rows["orgs"], org("s2", "新建一中", parentSourcedId="d1")]}, [("orgs", 3, "name"), ("orgs", 4, "name")]),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_a_wrong_row(
    bring: Bring, files: Files, change: dict[str, Any], expected: list[tuple[str, int, str]]
) -> None:
    kept = bring(files.but(**{name: make(files) for name, make in change.items()}), apply=False)
    assert found(kept) == expected
    with pytest.raises(UserError, match=f"还有{len(expected)}行有问题"):
        services.apply_package(actor=None, package_id=kept.id)
    assert not ExternalId.objects.exists()


def test_good_rows_only_holds_back_what_hangs_on_a_wrong_one_and_ends_nobody_for_it(
    bring: Bring, files: Files, tmp_path: Path
) -> None:
    bring(files)
    users = [{**one, "givenName": "?"} if one["sourcedId"] == "p1" else one for one in files.rows["users"]]
    kept = bring(
        files.but(
            users=[*users, user("p4", "韩梅梅")],
            roles=[*files.rows["roles"], role("p4", "s1", "student")],
            enrollments=[*files.rows["enrollments"], enrollment("p4", "c1")],
        ),
        good_rows_only=True,
    )
    assert changes(kept) == {"pupils": {"new": 1}}
    assert kept.counts["rows"]["wrong"] == 1 and names("c1")[0] == "王小雨"
    assert list(names("c1")) == ["王小雨", "李雷", "古丽米热·阿卜杜热西提", "韩梅梅"]


def test_the_wrong_rows_come_back_as_a_package_that_can_be_mended_and_sent(
    cast: Cast, bring: Bring, files: Files, tmp_path: Path
) -> None:
    users = [{**one, "givenName": "?"} if one["sourcedId"] == "p1" else one for one in files.rows["users"]]
    kept = bring(files.but(users=users), good_rows_only=True)
    assert names("c1") == ["李雷", "古丽米热·阿卜杜热西提"]
    with zipfile.ZipFile(work.wrong_file_of(kept.id)) as wrong:
        texts = {name: wrong.read(name).decode("utf-8-sig") for name in wrong.namelist()}
    assert set(texts) == {"manifest.csv", "users.csv", "roles.csv", "enrollments.csv"}
    assert "第2行 givenName：" in texts["users.csv"] and texts["users.csv"].count("\n") == 3
    mended = tmp_path / "mended.zip"
    with zipfile.ZipFile(mended, "w") as out:
        for name, text in texts.items():
            out.writestr(name, text.replace("?", "小雨"))
    again = services.receive_package(actor=None, place_id=cast.city.id, name="mended.zip")
    again = services.read_package(actor=None, package_id=again.id, path=mended)
    assert found(again) == []
    services.apply_package(actor=None, package_id=again.id)
    assert "王小雨" in names("c1") and changes(bring(files)) == {}


def test_a_delta_touches_only_what_it_names(bring: Bring, files: Files) -> None:
    bring(files)
    kept = bring(
        files.delta(
            users=[user("p2", "李磊"), user("p5", "新同学")],
            roles=[role("p5", "s1", "student")],
            enrollments=[
                enrollment("p5", "c1"),
                {**enrollment("p3", "c1"), "status": "tobedeleted"},
            ],
        )
    )
    assert changes(kept) == {"pupils": {"new": 1, "changed": 1, "ended": 1}}
    assert names("c1") == ["王小雨", "李磊", "新同学"]


def test_an_older_delta_undoes_nothing(bring: Bring, files: Files) -> None:
    bring(files)
    bring(files.delta(users=[{**user("p2", "李新名"), "dateLastModified": "2026-10-05T00:00:00Z"}]))
    kept = bring(files.delta(users=[{**user("p2", "李旧名"), "dateLastModified": "2026-10-01T00:00:00Z"}]))
    assert changes(kept) == {} and any("旧" in note for note in kept.notes)
    assert Person.objects.get(id=target("p2")).name == "李新名"


def test_deltas_end_people_classes_and_schools(bring: Bring, files: Files) -> None:
    bring(files)
    over = {"status": "tobedeleted"}
    kept = bring(
        files.delta(
            orgs=[{**files.rows["orgs"][1], **over}],
            classes=[{**files.rows["classes"][0], **over}],
            users=[{**one, **over} for one in files.rows["users"]],
        ),
        confirm_ends=True,
    )
    assert changes(kept) == {
        "schools": {"ended": 1},
        "classes": {"ended": 1},
        "pupils": {"ended": 3},
        "jobs": {"ended": 2},
        "teaching": {"ended": 1},
        "families": {"ended": 1},
    }
    assert queries_closed("新建一中") and not Account.objects.get(person_id=target("t1")).is_active
    assert not RoleGrant.objects.unscoped(WHY).filter(person_id=target("h1"), ends_on=None).exists()
    with time.frozen(time.now() + timedelta(days=1)):
        back = changes(bring(files))
    assert back["schools"] == back["classes"] == {"returned": 1} and back["pupils"] == {"returned": 3}
    assert changes(bring(files)) == {}


def queries_closed(name: str) -> bool:
    return Organisation.objects.unscoped(WHY).get(name=name).closed_on is not None


def test_too_many_ends_of_a_school_have_to_be_confirmed(bring: Bring, files: Files) -> None:
    many = [f"m{n}" for n in range(8)]
    full = files.but(
        users=[*files.rows["users"], *(user(sid, "赵同学") for sid in many)],
        roles=[*files.rows["roles"], *(role(sid, "s1", "student") for sid in many)],
        enrollments=[*files.rows["enrollments"], *(enrollment(sid, "c1") for sid in many)],
    )
    bring(full)
    kept = bring(files, apply=False)
    assert kept.guard == [{"school": "新建一中", "kind": "pupils", "open": 11, "ended": 8}]
    with pytest.raises(UserError, match="会有很多人离开：新建一中（11人里的8人）"):
        services.apply_package(actor=None, package_id=kept.id)
    services.apply_package(actor=None, package_id=kept.id, confirm_ends=True)
    assert len(names("c1")) == 3


def test_people_who_are_here_already_are_found_again(cast: Cast, bring: Bring) -> None:
    school = Organisation.objects.unscoped(WHY).get(id=cast.school.id)
    files = Files(
        rows={
            "orgs": [org("d", cast.district.name, "district"), org("s", school.name, parentSourcedId="d")],
            "classes": [group("k", "s", 7, 3)],
            "users": [user(f"p{n}", pupil.name) for n, pupil in enumerate(cast.pupils)]
            + [user("t", "teacher老师")],
            "roles": [role("t", "s", "teacher")],
            "enrollments": [enrollment(f"p{n}", "k") for n in range(len(cast.pupils))]
            + [enrollment("t", "k", "teacher")],
        }
    )
    before = Person.objects.count()
    kept = bring(files)
    assert changes(kept) == {} and Person.objects.count() == before
    assert target("p0") == cast.pupils[0].id and target("t") == cast.people["teacher"]
    assert target("s", "o") == cast.school.id and target("k", "c") == cast.klass.id


def test_scheduled_classes_become_teaching_groups(bring: Bring, files: Files) -> None:
    scheduled = {"sourcedId": "x1", "title": "物理选考A班", "classType": "scheduled", "schoolSourcedId": "s1"}
    taught = files.but(
        classes=[*files.rows["classes"], scheduled],
        enrollments=[
            *files.rows["enrollments"],
            enrollment("p1", "x1"),
            enrollment("p3", "x1"),
            enrollment("t1", "x1", "teacher"),
        ],
    )
    kept = bring(taught)
    assert kept.counts["groups"]["new"] == 1 and kept.counts["group_seats"]["new"] == 2
    rows = GroupMembership.objects.unscoped(WHY).filter(group_id=target("x1", "c"), ends_on=None)
    assert sorted(rows.values_list("seat_no", flat=True)) == [1, 2]
    assert changes(bring(taught)) == {}
    fewer = taught.but(
        enrollments=[one for one in taught.rows["enrollments"] if one["sourcedId"] != "e-p3-x1"]
    )
    assert changes(bring(fewer)) == {"group_seats": {"ended": 1}}
    assert len(names("c1")) == 3, "the seat in the own class stays"


def test_who_belongs_nowhere_is_not_taken_over_but_counted(bring: Bring, files: Files) -> None:
    kept = bring(
        files.but(
            users=[
                *files.rows["users"],
                user("p9", "无班生"),
                user("g9", "无孩家长"),
                user("t9", "无校老师"),
            ],
            roles=[
                *files.rows["roles"],
                role("p9", "s1", "student"),
                role("g9", "s1", "parent"),
                role("t9", "d1", "teacher"),
            ],
        )
    )
    assert not ExternalId.objects.filter(sourced_id__in=["p9", "g9", "t9"]).exists()
    assert [kept.counts[kind]["left_out"] for kind in ("pupils", "guardians", "staff")] == [1, 1, 1]
    assert sum("没有收" in note for note in kept.notes) == 3
