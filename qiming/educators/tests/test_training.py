"""Places handed down three levels, enrolment, attendance by code, settling: and sums that nobody types."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from qiming.educators.models import Allotment, Attendance, Enrolment, SchoolNeed
from qiming.educators.standing import queries as standings
from qiming.educators.standing import services as standing
from qiming.educators.training import queries, services
from qiming.educators.types import Audience, Level, Mode, Post, Tier
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import at_local, frozen, today
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.registry.types import Stage


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with frozen(at_local(today(), 10)):
        yield testing.cast()


def opened(
    cast: Cast, places: int = 3, tier: Tier = Tier.GENERAL, audience: Audience = Audience.AI_TEACHERS
) -> Allotment:
    wish = services.Wish("人工智能通识", tier, audience, today(), today() + timedelta(days=30), places)
    return services.open_training(actor=cast.actor("city_officer"), place=cast.city, wish=wish)


def at_school(cast: Cast, top: Allotment, places: int = 1) -> Allotment:
    """Places from the city through the district to the school."""
    services.hand_down(
        actor=cast.actor("city_officer"), allotment_id=top.id, wanted={cast.district.id: places}
    )
    part = Allotment.objects.unscoped("test").get(training=top.training, place_id=cast.district.id)
    officer = cast.actor("district_officer")
    services.hand_down(actor=officer, allotment_id=part.id, wanted={cast.school.id: places})
    return Allotment.objects.unscoped("test").get(training=top.training, place_id=cast.school.id)


def enrol(cast: Cast, part: Allotment, who: str = "teacher") -> Enrolment:
    return services.enrol(actor=cast.admin, allotment_id=part.id, person_id=cast.people[who])


def session(cast: Cast, top: Allotment, hours_ago: int = 0):  # type: ignore[no-untyped-def]  # the row as it is
    event = services.Event(
        "第一讲", Mode.ONSITE, "区教师进修学校", time.now() - timedelta(hours=hours_ago), 90
    )
    return services.add_session(actor=cast.actor("city_officer"), training_id=top.training_id, event=event)


def passed(cast: Cast, tier: Tier, who: str = "teacher", audience: Audience = Audience.AI_TEACHERS) -> None:
    """A whole training, so that somebody has passed it."""
    top = opened(cast, tier=tier, audience=audience)
    enrol(cast, at_school(cast, top), who)
    held = session(cast, top)
    services.attend(actor=cast.actor(who), code=held.code)
    with frozen(time.now() + timedelta(hours=5)):
        services.close_training(actor=cast.actor("city_officer"), training_id=top.training_id)


def test_three_levels_and_sums_without_typing_again(cast: Cast) -> None:
    top = opened(cast)
    row = enrol(cast, at_school(cast, top, 2))
    held = session(cast, top)
    services.attend(actor=cast.teacher, code=f" {held.code.lower()} ")
    sheet = queries.sheet(queries.allotment(cast.actor("city_officer"), top.id))
    assert (sheet.places, sheet.left, sheet.taken, sheet.passed) == (3, 1, 1, 0)
    with frozen(time.now() + timedelta(hours=5)):
        services.close_training(actor=cast.actor("city_officer"), training_id=top.training_id)
    row.refresh_from_db()
    assert (row.state, row.credit_hundredths) == ("passed", 20)  # two periods on site, ten make a credit
    for who in ("city_officer", "district_officer", "admin"):
        (line,) = queries.allotments(cast.actor(who))
        assert queries.sheet(line).passed == 1
    (part,) = [one for one in queries.sheet(top).parts if one.places]
    assert (part.place.id, part.taken, part.passed) == (cast.district.id, 1, 1)


def test_what_is_handed_down_never_exceeds_what_is_there(cast: Cast) -> None:
    top, officer = opened(cast), cast.actor("city_officer")
    with pytest.raises(UserError, match="分多了1个"):
        services.hand_down(actor=officer, allotment_id=top.id, wanted={cast.district.id: 4})
    part = at_school(cast, top, 2)
    enrol(cast, part)
    enrol(cast, part, "colleague")
    with pytest.raises(UserError, match="名额用完了"):
        enrol(cast, part, "head")
    assert part.parent_id is not None
    with pytest.raises(UserError, match="已经用了2个"):
        services.hand_down(
            actor=cast.actor("district_officer"), allotment_id=part.parent_id, wanted={cast.school.id: 1}
        )
    with pytest.raises(IntegrityError), transaction.atomic():  # the database holds it by itself
        Allotment.objects.unscoped("test").filter(id=part.id).update(places=1)


def test_a_place_given_back_is_free_and_twice_is_once(cast: Cast) -> None:
    part = at_school(cast, opened(cast))
    row = enrol(cast, part)
    assert enrol(cast, part).id == row.id
    services.withdraw(actor=cast.admin, enrolment_id=row.id)
    services.withdraw(actor=cast.admin, enrolment_id=row.id)
    enrol(cast, part, "colleague")
    with pytest.raises(UserError, match="名额用完了"):
        enrol(cast, part)


@pytest.mark.parametrize("who", ["teacher", "other_admin", "guardian", "vendor", "district_officer", "head"])
def test_only_the_school_enrols(cast: Cast, who: str) -> None:
    part = at_school(cast, opened(cast))
    with pytest.raises(Denied):
        services.enrol(actor=cast.actor(who), allotment_id=part.id, person_id=cast.people["teacher"])


def test_others_places_and_people_are_out_of_reach(cast: Cast) -> None:
    top = opened(cast)
    part = at_school(cast, top)
    with pytest.raises(Denied):
        services.hand_down(actor=cast.actor("district_officer"), allotment_id=top.id, wanted={})
    with pytest.raises(UserError, match="没有这位老师"):
        enrol(cast, part, "other_teacher")
    with pytest.raises(UserError, match="不在下一级"):
        services.hand_down(actor=cast.actor("city_officer"), allotment_id=top.id, wanted={cast.school.id: 1})
    with pytest.raises(Denied):
        queries.allotment(cast.actor("other_admin"), top.id)
    assert queries.allotments(cast.actor("other_admin")) == []


def test_the_code_counts_for_whoever_is_enrolled_and_only_while_it_is_open(cast: Cast) -> None:
    top = opened(cast)
    enrol(cast, at_school(cast, top))
    held, early = session(cast, top), session(cast, top, -3)
    for code in ("", "不对", held.code[:-1], held.code + " OR 1=1"):
        with pytest.raises(UserError, match="到场码不对"):
            services.attend(actor=cast.teacher, code=code)
    with pytest.raises(UserError, match="到场码不对"):  # another's enrolment
        services.attend(actor=cast.actor("head"), code=held.code)
    with pytest.raises(UserError, match="不在签到的时间"):
        services.attend(actor=cast.teacher, code=early.code)
    services.attend(actor=cast.teacher, code=held.code)
    services.attend(actor=cast.teacher, code=held.code)
    assert Attendance.objects.unscoped("test").count() == 1
    with pytest.raises(UserError, match="还有活动没结束"):
        services.close_training(actor=cast.actor("city_officer"), training_id=top.training_id)


def test_noted_by_hand_with_a_reason(cast: Cast) -> None:
    top = opened(cast)
    enrol(cast, at_school(cast, top))
    held, officer = session(cast, top, 1), cast.actor("city_officer")
    person = cast.people["teacher"]
    with pytest.raises(UserError, match="要写原因"):
        services.note_there(actor=officer, session_id=held.id, person_id=person, reason=" ")
    with pytest.raises(Denied):
        services.note_there(actor=cast.admin, session_id=held.id, person_id=person, reason="签到表")
    with pytest.raises(UserError, match="没有报名"):
        services.note_there(actor=officer, session_id=held.id, person_id=cast.people["head"], reason="签到表")
    assert [one.id for one in queries.absent(officer, held)] == [person]
    services.note_there(actor=officer, session_id=held.id, person_id=person, reason="签到表")
    assert queries.absent(officer, held) == []


def test_tiers_follow_each_other(cast: Cast) -> None:
    part = at_school(cast, opened(cast, tier=Tier.APPLIED))
    with pytest.raises(UserError, match="要先通过通识"):
        enrol(cast, part)
    passed(cast, Tier.GENERAL)
    assert enrol(cast, part).state == "enrolled"


def test_after_it_is_closed_nothing_moves(cast: Cast) -> None:
    top = opened(cast)
    row = enrol(cast, at_school(cast, top))
    session(cast, top, 5)
    officer = cast.actor("city_officer")
    for _ in range(2):
        services.close_training(actor=officer, training_id=top.training_id)
    row.refresh_from_db()
    assert (row.state, row.credit_hundredths) == ("not_passed", 0)
    for act in (
        lambda: services.withdraw(actor=cast.admin, enrolment_id=row.id),
        lambda: services.hand_down(actor=officer, allotment_id=top.id, wanted={}),
        lambda: session(cast, top),
    ):
        with pytest.raises(UserError, match="已经结业"):
            act()


def noted(cast: Cast, who: str = "teacher", post: Post = Post.TEACHER) -> None:
    wanted = standing.Noted(post, Stage.JUNIOR, "数学", 13)
    standing.set_profile(actor=cast.admin, school=cast.school, person_id=cast.people[who], noted=wanted)


def test_a_standing_grows_with_training_and_the_want_with_it(cast: Cast) -> None:
    here = cast.people["teacher"], cast.school.id, Stage.JUNIOR
    assert standings.standing_at(*here).level is Level.UNKNOWN
    noted(cast)
    assert standings.standing_at(*here).level is Level.NOT_YET
    need = SchoolNeed.objects.unscoped("test").get(school_id=cast.school.id)
    assert (need.classes, need.owed, need.can_give, need.will_give) == (2, 16, 0, 0)
    passed(cast, Tier.GENERAL)
    enrol(cast, at_school(cast, opened(cast, tier=Tier.APPLIED)))
    assert standings.standing_at(*here).level is Level.ON_THE_WAY
    need.refresh_from_db()
    assert (need.can_give, need.will_give) == (0, 16)
    (line,) = [
        one for one in standings.needs(cast.actor("city_officer"), cast.city) if one.place == cast.district
    ]
    assert (line.short_now, line.short_after) == (16, 0)
    assert standings.needs(cast.actor("other_admin"), cast.other_school) == []


def test_leaders_are_counted_by_post(cast: Cast) -> None:
    noted(cast, "head", Post.HEAD)
    noted(cast, "colleague", Post.MIDDLE)
    passed(cast, Tier.GENERAL, "head", Audience.LEADERS)
    found = {one.post: (one.noted, one.trained) for one in standings.leaders(cast.district)}
    assert found == {"书记": (0, 0), "校长": (1, 1), "中层": (1, 0)}
    assert standings.tiers_of([cast.people["head"]]) == {}  # it makes no teacher of anybody


def test_only_the_admin_notes_and_only_of_own_staff(cast: Cast) -> None:
    wanted = standing.Noted(Post.TEACHER, None, "数学", 13)
    for who in ("teacher", "head", "other_admin", "district_officer"):
        with pytest.raises(Denied):
            standing.set_profile(
                actor=cast.actor(who), school=cast.school, person_id=cast.people["teacher"], noted=wanted
            )
    with pytest.raises(UserError, match="没有这位老师"):
        standing.set_profile(
            actor=cast.admin, school=cast.school, person_id=cast.people["other_teacher"], noted=wanted
        )


@pytest.mark.django_db(transaction=True)
def test_two_take_the_last_place_at_once() -> None:
    cast = testing.cast()
    part = at_school(cast, opened(cast))

    def one(person_id: UUID) -> str:
        try:
            services.enrol(actor=admin, allotment_id=part.id, person_id=person_id)
        except UserError as error:
            return error.message
        finally:
            connection.close()
        return "in"

    admin = cast.admin
    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(one, [cast.people["teacher"], cast.people["colleague"]]))
    assert found == ["in", "名额用完了"]
