"""升级: the rules, who may, what is written once, what stays as it was, and how it is undone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries, services
from qiming.registry.models import ClassCard, ClassMembership, Organisation, Promotion, RoleGrant
from qiming.registry.rules import year_turn as rules
from qiming.registry.rules.year_turn import Teachers
from qiming.registry.testing import Cast
from qiming.registry.types import Role, Stage

WHY = "the test looks at the table"
TURN = date(2027, 9, 1)
STAGES = st.sets(st.sampled_from(list(Stage)), min_size=1)
CLASSES = st.sets(st.tuples(st.integers(1, 12), st.integers(1, 4)), max_size=8)


@pytest.mark.parametrize(
    ("stages", "grade", "after"),
    [
        ([Stage.PRIMARY], 5, 6),
        ([Stage.PRIMARY], 6, None),
        ([Stage.PRIMARY, Stage.JUNIOR], 6, 7),
        ([Stage.JUNIOR], 9, None),
        ([Stage.JUNIOR, Stage.SENIOR], 9, 10),
        ([Stage.SENIOR], 12, None),
    ],
)
def test_who_goes_up_and_who_leaves(stages: list[Stage], grade: int, after: int | None) -> None:
    assert rules.next_grade(grade, stages) == after


@given(STAGES, CLASSES)
def test_no_two_classes_become_one(stages: set[Stage], classes: set[tuple[int, int]]) -> None:
    steps = rules.propose(classes, stages)
    became = [(step.to_grade, step.class_no) for step in steps if step.to_grade]
    assert len(became) == len(set(became)) and len(steps) == len(classes)
    empty = rules.empty_classes(steps, stages)
    assert not set(empty) & set(became)  # nobody comes up into a class made for new pupils


@given(st.integers(1, 12), st.integers(1, 9), CLASSES)
def test_who_repeats_stays_in_the_grade(grade: int, no: int, coming: set[tuple[int, int]]) -> None:
    target = rules.stay_down(grade, no, coming)
    assert target[0] == grade and (target in coming or not any(one == grade for one, _ in coming))


def prepared(cast: Cast) -> Promotion:
    key = services.prepare_turn(actor=cast.admin, school_id=cast.school.id)
    return Promotion.objects.unscoped(WHY).get(id=key)


def turned(cast: Cast, on: date = TURN) -> Promotion:
    """Confirmed for a day and, with the clock on that day, applied."""
    row = prepared(cast)
    with time.frozen(time.at_local(on, 9, 0)):
        return services.confirm_turn(actor=cast.admin, promotion_id=row.id, on=on)


def names(cast: Cast) -> list[str]:
    return [group.name for group in queries.classes_under(cast.school.path)]


def test_every_class_goes_up_and_keeps_its_number(cast: Cast) -> None:
    services.open_class(school_id=cast.school.id, grade=9, class_no=2)
    row = turned(cast)
    assert row.state == Promotion.State.APPLIED and row.school_year == "2027-2028"
    assert names(cast) == ["七年级（3）班", "八年级（3）班", "九年级（1）班"]
    with time.frozen(time.at_local(TURN, 9, 0)):
        eighth = next(one for one in queries.classes_under(cast.school.path) if one.grade == 8)
        assert [(p.id, p.seat_no) for p in queries.pupils_of(eighth.id)] == [
            (p.id, p.seat_no) for p in cast.pupils
        ]
        assert queries.pupil(cast.pupils[0].id).class_id == eighth.id


def test_last_year_still_says_the_grade_it_had_then(cast: Cast) -> None:
    before = queries.org(cast.klass.id).name
    turned(cast)
    assert queries.org(cast.klass.id).name == before == "七年级（3）班"
    then = queries.pupil_on(cast.pupils[0].id, TURN - timedelta(days=1))
    assert then and then.class_id == cast.klass.id
    now = queries.pupil_on(cast.pupils[0].id, TURN)
    assert now and queries.org(now.class_id).grade == 8
    last = [one.id for one in queries.classes_of_year(cast.school.path, "2026-2027")]
    this = [one.id for one in queries.classes_of_year(cast.school.path, "2027-2028")]
    assert cast.klass.id in last and cast.klass.id not in this and not set(last) & set(this)


def test_the_top_grade_leaves_and_is_signed_out(cast: Cast) -> None:
    top = services.open_class(school_id=cast.school.id, grade=9, class_no=1)
    leaver = services.add_pupil(actor=None, class_id=top.id, name="毕业同学", seat_no=1)
    turned(cast)
    assert queries.pupil_on(leaver, TURN) is None
    assert queries.pupil_on(leaver, TURN - timedelta(days=1))


def test_teachers_go_along_or_end_as_chosen(cast: Cast) -> None:
    row = prepared(cast)
    services.appoint(
        actor=None,
        person_id=cast.people["colleague"],
        role=Role.TEACHER,
        place_id=cast.second_class.id,
    )
    services.choose_for_turn(
        actor=cast.admin,
        promotion_id=row.id,
        teachers={cast.klass.id: Teachers.FOLLOW, cast.second_class.id: Teachers.END},
        makes_empty_classes=False,
    )
    with time.frozen(time.at_local(TURN, 9, 0)):
        services.confirm_turn(actor=cast.admin, promotion_id=row.id, on=TURN)
        taught = [queries.org(grant.org_id).name for grant in cast.teacher.grants]
        assert taught == ["八年级（3）班"] and not cast.actor("colleague").grants
    assert names(cast) == ["八年级（3）班", "九年级（1）班"]


def test_who_repeats_a_grade_gets_a_free_seat_there(cast: Cast) -> None:
    row = prepared(cast)
    services.keep_back(actor=cast.admin, promotion_id=row.id, person_id=cast.pupils[1].id, back=True)
    with time.frozen(time.at_local(TURN, 9, 0)):
        services.confirm_turn(actor=cast.admin, promotion_id=row.id, on=TURN)
        now = queries.pupil(cast.pupils[1].id)
        assert queries.org(now.class_id).grade == 7


def test_a_day_to_come_waits_for_its_night_and_is_applied_once(cast: Cast) -> None:
    row = prepared(cast)
    with time.frozen(time.at_local(TURN - timedelta(days=20), 9, 0)):
        services.confirm_turn(actor=cast.admin, promotion_id=row.id, on=TURN)
        services.confirm_turn(actor=cast.admin, promotion_id=row.id, on=TURN)
        assert services.apply_due_turns() == 0 and "七年级（3）班" in names(cast)
    with time.frozen(time.at_local(TURN, 0, 10)):
        assert services.apply_due_turns() == 1
        assert services.apply_due_turns() == 0
    assert Promotion.objects.unscoped(WHY).get().state == Promotion.State.APPLIED
    assert ClassMembership.objects.unscoped(WHY).filter(person_id=cast.pupils[0].id).count() == 2


def test_a_year_is_turned_once(cast: Cast) -> None:
    turned(cast)
    with pytest.raises(UserError, match="已经升过级"):
        turned(cast, TURN + timedelta(days=2))


def test_it_is_undone_as_if_it_had_not_been(cast: Cast) -> None:
    def picture() -> list[object]:
        cards = ClassCard.objects.unscoped(WHY).order_by("id").values_list("id", "scope_path")
        seats = ClassMembership.objects.unscoped(WHY).order_by("id").values_list("id", "ends_on", "seat_no")
        held = RoleGrant.objects.unscoped(WHY).order_by("id").values_list("id", "ends_on")
        open_now = Organisation.objects.unscoped(WHY).filter(closed_on=None).order_by("id").values_list("id")
        return [list(cards), list(seats), list(held), list(open_now)]

    group = services.open_group(actor=cast.admin, school_id=cast.school.id, name="走班A", grade=7)
    services.set_group_members(actor=cast.admin, group_id=group.id, person_ids=[cast.pupils[0].id])
    services.end_membership(actor=cast.admin, person_id=cast.pupils[2].id, on=TURN + timedelta(days=40))
    before = picture()
    row = turned(cast)
    assert picture() != before
    with time.frozen(time.at_local(TURN, 10, 0)):
        services.undo_turn(actor=cast.admin, promotion_id=row.id)
        services.undo_turn(actor=cast.admin, promotion_id=row.id)
    assert picture() == before
    assert turned(cast).state == Promotion.State.APPLIED  # and it can be done again


def test_it_is_not_undone_over_what_came_after(cast: Cast) -> None:
    row = turned(cast)
    with time.frozen(time.at_local(TURN, 10, 0)):
        new = next(one for one in queries.classes_under(cast.school.path) if one.grade == 7)
        services.add_pupil(actor=None, class_id=new.id, name="新生同学", seat_no=1)
        with pytest.raises(UserError, match="有人进来"):
            services.undo_turn(actor=cast.admin, promotion_id=row.id)
    assert Promotion.objects.unscoped(WHY).get().state == Promotion.State.APPLIED


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "district_officer"])
def test_only_the_schools_administrator(cast: Cast, who: str) -> None:
    row = prepared(cast)
    actor = cast.actor(who)
    with pytest.raises(Denied):
        services.prepare_turn(actor=actor, school_id=cast.school.id)
    with pytest.raises(Denied):
        services.confirm_turn(actor=actor, promotion_id=row.id, on=TURN)
    with pytest.raises(Denied):
        services.undo_turn(actor=actor, promotion_id=row.id)


def test_a_stranger_cannot_be_kept_back_and_a_wrong_day_changes_nothing(cast: Cast) -> None:
    row = prepared(cast)
    with pytest.raises(Denied):
        services.keep_back(
            actor=cast.admin, promotion_id=row.id, person_id=cast.other_pupils[0].id, back=True
        )
    with pytest.raises(UserError, match="没有新学年"):
        services.confirm_turn(actor=cast.admin, promotion_id=row.id, on=date(2027, 2, 1))
    services.drop_turn(actor=cast.admin, promotion_id=row.id)
    assert "七年级（3）班" in names(cast)


def test_the_page_walks_through_the_year(cast: Cast) -> None:
    client = cast.client("admin")
    made = client.post("/school/year/new/", {"school": cast.school.id})
    url = made["Location"]
    shown = client.get(url).content.decode()
    assert "八年级（3）班" in shown and "现在什么都没有动" in shown
    client.post(f"{url}keep/", {"class_id": str(cast.klass.id), "seat_no": "2"})
    assert "留级1人" in client.get(url).content.decode()
    wrong = client.post(f"{url}keep/", {"class_id": str(cast.klass.id), "seat_no": "88"})
    assert wrong.status_code == 422 and "没有88号" in wrong.content.decode()
    client.post(f"{url}choose/", {f"t-{cast.klass.id}": "follow", "empty": "on"})
    bad = client.post(f"{url}confirm/", {"on": "2027-02-01"})
    assert bad.status_code == 422 and "没有新学年" in bad.content.decode()
    assert client.post(f"{url}confirm/", {"on": TURN.isoformat()}).status_code == 302
    assert "到那天夜里自动办" in client.get(url).content.decode()
    assert client.post(f"{url}drop/").status_code == 302
    assert names(cast) == ["七年级（3）班", "八年级（1）班"]
