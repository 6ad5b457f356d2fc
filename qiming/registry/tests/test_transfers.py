"""转学: both sides, the district, who sees what when, and that the pupil stays the same person."""

from datetime import date, timedelta

import pytest

from qiming.kernel import outbox, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import moving, queries, services
from qiming.registry.models import (
    ClassCard,
    ClassMembership,
    GroupMembership,
    Guardianship,
    Session,
    Transfer,
)
from qiming.registry.queries import transfers as lists
from qiming.registry.testing import Cast

WHY = "the test looks at the table"


def released(cast: Cast, index: int = 0) -> Transfer:
    transfer_id = services.release_pupil(
        actor=cast.admin, person_id=cast.pupils[index].id, to_school_id=cast.other_school.id
    )
    return Transfer.objects.unscoped(WHY).get(id=transfer_id)


def received(cast: Cast, moved: Transfer, seat_no: int = 9) -> None:
    services.receive_pupil(
        actor=cast.actor("other_admin"),
        transfer_id=moved.id,
        class_id=cast.other_class.id,
        seat_no=seat_no,
    )


def asked(cast: Cast, name: str, number: str = "") -> Transfer:
    transfer_id = services.ask_for_pupil(
        actor=cast.actor("other_admin"),
        school_id=cast.other_school.id,
        from_school_id=cast.school.id,
        name=name,
        class_words="七（3）班",
        pupil_number=number,
    )
    return Transfer.objects.unscoped(WHY).get(id=transfer_id)


def test_released_and_received_the_pupil_is_the_same_person(cast: Cast) -> None:
    pupil = cast.pupils[0]
    card = ClassCard.objects.unscoped(WHY).get(person_id=pupil.id)
    client = cast.pupil_client(0)
    assert client.get("/learn/").status_code == 200
    moved = released(cast)
    assert queries.pupil(pupil.id).class_id == cast.klass.id  # nothing happened yet
    received(cast, moved)
    now = queries.pupil(pupil.id)
    assert (now.id, now.class_id, now.seat_no, now.name) == (pupil.id, cast.other_class.id, 9, pupil.name)
    assert pupil.id not in [one.id for one in queries.pupils_of(cast.klass.id)]
    assert ClassCard.objects.unscoped(WHY).get(person_id=pupil.id).token_hash == card.token_hash
    guard = Guardianship.objects.unscoped(WHY).get(ward_id=pupil.id)
    assert guard.scope_path == cast.other_class.path and guard.ends_on is None
    assert not Session.objects.filter(account__person_id=pupil.id).exists()
    assert cast.actor("guardian").wards == {pupil.id}


def test_the_old_school_loses_sight_and_the_new_one_sees(cast: Cast) -> None:
    pupil = cast.pupils[0]
    old, new = cast.client("admin"), cast.client("other_admin")
    url = f"/school/pupils/{pupil.id}/"
    assert (old.get(url).status_code, new.get(url).status_code) == (200, 404)
    moved = released(cast)
    assert (old.get(url).status_code, new.get(url).status_code) == (200, 404)
    received(cast, moved)
    assert (old.get(url).status_code, new.get(url).status_code) == (404, 200)
    # Former days of the old class show that somebody was there, not who; the new class shows the name.
    before = [one.name for one in queries.pupils_of(cast.klass.id, on=_yesterday())]
    assert pupil.name not in before
    seen = queries.pupils_named([pupil.id], seen_from=cast.klass.path)[pupil.id]
    assert seen.name == "已转走的学生"
    assert queries.pupils_named([pupil.id], seen_from=cast.other_class.path)[pupil.id].name == pupil.name
    listed = old.get("/school/transfers/").content.decode()
    assert pupil.name not in listed and "已转走的学生" in listed
    assert pupil.name in new.get("/school/transfers/").content.decode()


def _yesterday() -> date:
    """The day before the move, on which the pupil was still in the old class."""
    ClassMembership.objects.unscoped(WHY).filter(has_moved_away=True).update(
        starts_on=time.today() - timedelta(days=30)
    )
    return time.today() - timedelta(days=1)


def test_who_comes_back_has_a_name_again(cast: Cast) -> None:
    received(cast, released(cast))
    back = services.release_pupil(
        actor=cast.actor("other_admin"), person_id=cast.pupils[0].id, to_school_id=cast.school.id
    )
    services.receive_pupil(actor=cast.admin, transfer_id=back, class_id=cast.second_class.id, seat_no=1)
    rows = ClassMembership.objects.unscoped(WHY).filter(
        person_id=cast.pupils[0].id, scope_path__startswith=cast.school.path
    )
    assert rows.count() == 2 and not rows.filter(has_moved_away=True).exists()


def test_groups_of_the_old_school_end(cast: Cast) -> None:
    group = services.open_group(actor=cast.admin, school_id=cast.school.id, name="走班A", grade=7)
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[cast.pupils[0].id])
    received(cast, released(cast))
    assert queries.pupils_of(group.id) == []
    assert GroupMembership.objects.unscoped(WHY).get().ends_on is not None


def test_rows_of_higher_rooms_follow(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[object, str, str]] = []
    monkeypatch.setattr(moving, "_followers", [lambda *given: told.append(given)])
    received(cast, released(cast))
    assert told == [(cast.pupils[0].id, cast.school.path, cast.other_class.path)]


def test_it_is_on_record_on_both_sides_and_told(cast: Cast) -> None:
    received(cast, released(cast))
    rows = AuditRow.objects.filter(verb="registry.receive_pupil").values_list("scope_path", flat=True)
    assert set(rows) == {cast.school.path, cast.other_class.path}
    event = OutboxEvent.objects.get(name="registry.pupil_transferred")
    assert event.payload["to_school_id"] == str(cast.other_school.id)
    outbox.deliver_all()


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "district_officer"])
def test_only_the_old_schools_administrator_releases(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        services.release_pupil(
            actor=cast.actor(who), person_id=cast.pupils[0].id, to_school_id=cast.other_school.id
        )


@pytest.mark.parametrize("who", ["admin", "other_teacher", "district_officer", "city_officer"])
def test_only_the_new_schools_administrator_receives(cast: Cast, who: str) -> None:
    moved = released(cast)
    with pytest.raises(Denied):
        services.receive_pupil(
            actor=cast.actor(who), transfer_id=moved.id, class_id=cast.other_class.id, seat_no=9
        )
    with pytest.raises(Denied):  # nor into a class of another school
        services.receive_pupil(
            actor=cast.actor("other_admin"), transfer_id=moved.id, class_id=cast.klass.id, seat_no=9
        )


def test_it_can_be_taken_back_until_it_was_received(cast: Cast) -> None:
    moved = released(cast)
    with pytest.raises(Denied):
        services.withdraw_transfer(actor=cast.actor("other_admin"), transfer_id=moved.id)
    services.withdraw_transfer(actor=cast.admin, transfer_id=moved.id)
    services.withdraw_transfer(actor=cast.admin, transfer_id=moved.id)
    with pytest.raises(UserError):
        received(cast, moved)
    again = released(cast)
    received(cast, again)
    with pytest.raises(UserError):
        services.withdraw_transfer(actor=cast.admin, transfer_id=again.id)


def test_a_pupil_is_released_to_one_school_at_a_time(cast: Cast) -> None:
    released(cast)
    third = services.found_school(
        district_id=cast.district.id, name="示例九中", stages=[cast.school.stage], is_synthetic=True
    )
    with pytest.raises(UserError, match="已经放行"):
        services.release_pupil(actor=cast.admin, person_id=cast.pupils[0].id, to_school_id=third.id)


def test_a_taken_seat_and_a_second_receiving_change_nothing(cast: Cast) -> None:
    moved = released(cast)
    with pytest.raises(UserError, match="已经是"):
        received(cast, moved, seat_no=1)
    received(cast, moved)
    with pytest.raises(UserError):
        received(cast, moved, seat_no=8)
    assert ClassMembership.objects.unscoped(WHY).filter(person_id=cast.pupils[0].id).count() == 2


def test_a_pupil_who_left_meanwhile_is_not_received(cast: Cast) -> None:
    moved = released(cast)
    services.end_membership(actor=cast.admin, person_id=cast.pupils[0].id)
    with pytest.raises(UserError, match="不在原来的学校"):
        received(cast, moved)


def test_asking_tells_nobody_who_is_at_a_school(cast: Cast) -> None:
    number = "G110101201401010011"
    lines = f"年级,班级,座号,姓名,学籍号\n八年级,1,1,有号同学,{number}"
    upload = services.preview_roster(
        actor=cast.admin, school_id=cast.school.id, name="n.csv", data=lines.encode()
    )
    services.apply_roster(actor=cast.admin, import_id=upload)
    right, wrong, nobody = (
        asked(cast, "有号同学", number),
        asked(cast, "有号同学", number[:-1] + "2"),
        asked(cast, "没有这个人"),
    )
    assert right.person_id and not wrong.person_id and not nobody.person_id
    shown = cast.client("other_admin").get("/school/transfers/").content.decode()
    assert shown.count("等原学校放行") == 3
    # The district decides where name and number agreed, without seeing a name.
    officer = cast.client("district_officer")
    page = officer.get("/school/transfers/").content.decode()
    assert "有号同学" not in page and page.count("代为放行<span") == 1
    with pytest.raises(UserError, match="没有对上"):
        services.decide_transfer(actor=cast.actor("district_officer"), transfer_id=nobody.id)
    assert officer.post(f"/school/transfers/{right.id}/decide/").status_code == 302
    received(cast, right)
    assert queries.pupil(right.person_id).class_id == cast.other_class.id


def test_the_old_school_says_who_is_meant_or_refuses(cast: Cast) -> None:
    one, other = asked(cast, "安同学"), asked(cast, "白同学")
    client = cast.client("admin")
    assert "安同学" in client.get(f"/school/transfers/{one.id}/").content.decode()
    wrong = client.post(
        f"/school/transfers/{one.id}/", {"class_id": str(cast.klass.id), "seat_no": "77", "act": "release"}
    )
    assert wrong.status_code == 422 and "没有77号" in wrong.content.decode()
    client.post(
        f"/school/transfers/{one.id}/", {"class_id": str(cast.klass.id), "seat_no": "1", "act": "release"}
    )
    client.post(f"/school/transfers/{other.id}/", {"act": "refuse", "note": "没有这名学生"})
    states = {row.id: row.state for row in Transfer.objects.unscoped(WHY)}
    assert states == {one.id: "released", other.id: "refused"}
    assert "没有这名学生" in cast.client("other_admin").get("/school/transfers/").content.decode()
    one.refresh_from_db()
    assert one.typed_name == "" and one.person_id == cast.pupils[0].id


def test_the_guardian_reads_of_it(cast: Cast) -> None:
    client = cast.client("guardian")
    assert "转学" not in client.get("/").content.decode()
    moved = released(cast)
    assert "等示例七中接收" in client.get("/").content.decode()
    received(cast, moved)
    assert "等示例七中接收" not in client.get("/").content.decode()


def test_the_pages_walk_a_pupil_over(cast: Cast) -> None:
    old, new = cast.client("admin"), cast.client("other_admin")
    url = f"/school/pupils/{cast.pupils[1].id}/transfer/"
    assert old.post(url, {"school": "没有的学校"}).status_code == 422
    assert old.post(url, {"school": "示例七中", "note": "搬家"}).status_code == 302
    line = lists.transfer_lines(cast.actor("other_admin"))[0]
    assert line.may_receive and line.name == cast.pupils[1].name
    page = new.get(f"/school/transfers/{line.row.id}/receive/")
    assert "搬家" in page.content.decode()
    taken = {"class_id": str(cast.other_class.id), "seat_no": "1"}
    assert new.post(f"/school/transfers/{line.row.id}/receive/", taken).status_code == 422
    taken["seat_no"] = "12"
    done = new.post(f"/school/transfers/{line.row.id}/receive/", taken)
    assert done.status_code == 302 and "跟来了" in new.get(done["Location"]).content.decode()


def test_what_schools_write_to_each_other_is_not_shown_to_officers(cast: Cast) -> None:
    """A note may well hold the pupil's name."""
    services.release_pupil(
        actor=cast.admin,
        person_id=cast.pupils[0].id,
        to_school_id=cast.other_school.id,
        note=f"{cast.pupils[0].name}随家长搬家",
    )
    for who, sees in (
        ("admin", True),
        ("other_admin", True),
        ("district_officer", False),
        ("city_officer", False),
    ):
        page = cast.client(who).get("/school/transfers/").content.decode()
        assert ("随家长搬家" in page) is sees, who
        assert (cast.pupils[0].name in page) is sees, who
