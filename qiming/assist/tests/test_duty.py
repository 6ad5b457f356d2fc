"""From a child's words to an adult: told at once, escalated, taken once, closed with what was done."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from uuid import UUID

import pytest
from django.db import connection

from qiming.assist.duty import queries, rules, services
from qiming.assist.models import Alert, AlertNotice
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import at_local, frozen, today
from qiming.registry import testing
from qiming.registry.testing import Cast

EVERY_DAY = frozenset(range(7))


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with frozen(at_local(today(), 10)):
        yield testing.cast()


def on_duty(cast: Cast, who: str, place: int = 1) -> None:
    wanted = services.Wanted(cast.people[who], EVERY_DAY, time(0), time(23, 59), place)
    services.add_line(actor=cast.actor("admin"), school=cast.school, wanted=wanted)


def raised(cast: Cast, *, in_class: bool = False) -> Alert:
    return services.raise_alert(
        pupil=cast.pupils[0],
        turn_id=new_id(),
        kind="self_harm",
        is_explicit=True,
        period_id=new_id() if in_class else None,
    )


def told(alert: Alert) -> list[UUID]:
    rows = AlertNotice.objects.unscoped("test").filter(alert=alert).order_by("step", "told_at")
    return list(rows.values_list("person_id", flat=True))


def notice_of(cast: Cast, alert: Alert, who: str) -> UUID:
    return AlertNotice.objects.unscoped("test").get(alert=alert, person_id=cast.people[who]).id


def pass_time(alert: Alert) -> None:
    rows = Alert.objects.unscoped("test").filter(id=alert.id)
    alert.refresh_from_db()
    assert alert.last_told_at
    rows.update(last_told_at=alert.last_told_at - rules.WAIT)


def test_down_the_roster_then_to_the_leaders_and_no_further(cast: Cast) -> None:
    on_duty(cast, "colleague")
    on_duty(cast, "teacher", 2)
    alert = raised(cast)
    assert told(alert) == [cast.people["colleague"]]
    assert services.escalate() == 0
    pass_time(alert)
    assert services.escalate() == 1
    assert told(alert)[-1] == cast.people["teacher"]
    pass_time(alert)
    services.escalate()
    assert set(told(alert)[2:]) == {cast.people["head"], cast.people["admin"]}
    pass_time(alert)
    assert services.escalate() == 0


def test_in_a_period_its_teacher_is_told_with_the_first_on_duty_and_without_a_roster_too(cast: Cast) -> None:
    assert told(raised(cast, in_class=True)) == [cast.people["teacher"]]
    on_duty(cast, "colleague")
    assert set(told(raised(cast, in_class=True))) == {cast.people["teacher"], cast.people["colleague"]}


def test_the_same_turn_tells_nobody_twice(cast: Cast) -> None:
    on_duty(cast, "colleague")
    turn = new_id()
    for _ in range(2):
        services.raise_alert(
            pupil=cast.pupils[0], turn_id=turn, kind="self_harm", is_explicit=True, period_id=None
        )
    assert AlertNotice.objects.unscoped("test").count() == 1


def test_the_first_takes_it_the_second_reads_who(cast: Cast) -> None:
    on_duty(cast, "colleague")
    alert = raised(cast, in_class=True)
    mine, theirs = notice_of(cast, alert, "colleague"), notice_of(cast, alert, "teacher")
    assert queries.called() == {cast.people["colleague"], cast.people["teacher"]}
    services.take(actor=cast.actor("colleague"), notice_id=mine)
    assert services.take(actor=cast.actor("colleague"), notice_id=mine).state == Alert.State.TAKEN
    with pytest.raises(UserError, match="已经接手"):
        services.take(actor=cast.actor("teacher"), notice_id=theirs)
    with pytest.raises(UserError, match="先接手"):
        services.close(actor=cast.actor("teacher"), notice_id=theirs, done=["talked"], note="")
    with pytest.raises(UserError, match="没有选"):
        services.close(actor=cast.actor("colleague"), notice_id=mine, done=[], note="")
    services.close(
        actor=cast.actor("colleague"), notice_id=mine, done=["talked", "counsellor"], note="陪到校医室"
    )
    with pytest.raises(UserError, match="处理完"):
        services.close(actor=cast.actor("colleague"), notice_id=mine, done=["false_alarm"], note="")
    assert not queries.called()
    pass_time(alert)
    assert services.escalate() == 0


def test_who_was_not_told_does_not_learn_that_there_is_one(cast: Cast) -> None:
    on_duty(cast, "colleague")
    mine = notice_of(cast, raised(cast), "colleague")
    for who in ("teacher", "other_teacher", "other_admin", "guardian", "city_officer"):
        with pytest.raises(Denied):
            services.take(actor=cast.actor(who), notice_id=mine)
        assert cast.client(who).get(f"/duty/{mine}/").status_code in (403, 404)
    assert cast.client("head").get(f"/duty/{mine}/").status_code == 200  # a head sees the school's


def test_roster_page_says_what_is_wrong_and_keeps_what_was_typed(cast: Cast) -> None:
    page, client = f"/duty/roster/{cast.school.id}/", cast.client("admin")
    assert "还没有人值班" in client.get(page).text
    typed = {
        "person_id": str(cast.people["colleague"]),
        "weekdays": ["0", "2"],
        "starts": "16:00",
        "ends": "15:00",
        "place": "1",
    }
    answer = client.post(page, typed)
    assert answer.status_code == 422 and "要晚于开始" in answer.text and 'value="16:00"' in answer.text
    stranger = client.post(page, typed | {"person_id": str(cast.people["other_teacher"]), "ends": "18:00"})
    assert stranger.status_code == 422
    assert client.post(page, typed | {"ends": "18:00"}).status_code == 302
    shown = client.get(page).text
    assert "周一、周三" in shown and "周二" in shown
    assert cast.client("teacher").get(page).status_code in (403, 404)


def test_pages_show_the_bell_who_was_told_and_what_was_done(cast: Cast) -> None:
    on_duty(cast, "colleague")
    alert = raised(cast)
    mine, client = notice_of(cast, alert, "colleague"), cast.client("colleague")
    assert (
        "写了求助的话" in client.get("/").text and "写了求助的话" not in cast.client("teacher").get("/").text
    )
    shown = client.get(f"/duty/{mine}/").text
    assert cast.pupils[0].name in shown and "我来处理" in shown
    client.post(f"/duty/{mine}/take/")
    refused = client.post(f"/duty/{mine}/close/", {"note": "谈过了"})
    assert refused.status_code == 422 and "至少选一项" in refused.text and "谈过了" in refused.text
    client.post(f"/duty/{mine}/close/", {"done": ["talked"], "note": "谈过了"})
    assert "当面见了学生" in client.get(f"/duty/{mine}/").text
    assert "没有等人接手" in client.get("/duty/").text


@pytest.mark.django_db(transaction=True)
def test_two_adults_at_once_one_takes_it() -> None:
    cast = testing.cast()
    for who in ("colleague", "teacher"):
        on_duty(cast, who, 1)
    alert = services.raise_alert(
        pupil=cast.pupils[0], turn_id=new_id(), kind="self_harm", is_explicit=True, period_id=new_id()
    )
    both = [(cast.actor(who), notice_of(cast, alert, who)) for who in ("colleague", "teacher")]

    def taken(one: int) -> bool:
        try:
            services.take(actor=both[one][0], notice_id=both[one][1])
        except UserError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(taken, range(2))) == [False, True]
