"""Sessions: when they end, who sees them, who ends them; shared devices; what a request costs."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.registry import actors, joining, secrets, services
from qiming.registry.defaults import sign_in_rules
from qiming.registry.models import Account, ClassCard, RoleGrant, Session
from qiming.registry.queries import account as queries
from qiming.registry.rules.devices import describe
from qiming.registry.rules.sign_in import SchoolDay, ends_at, idle_minutes
from qiming.registry.services import sessions
from qiming.registry.services.sessions import Entry
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "three-quiet-words"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
A_DAY = date(2026, 11, 20)  # a Friday in term
RULES = sign_in_rules(A_DAY)


def enter(account: Account, **headers: str) -> Client:
    account.set_password(PASSWORD)
    account.save()
    client = Client(headers=headers)
    answer = client.post("/sign-in/", {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def by_card(cast: Cast, index: int = 0) -> Client:
    client = Client()
    card = ClassCard.objects.unscoped("test").get(person_id=cast.pupils[index].id)
    client.get(f"/c/{secrets.card_token(card.id, card.token_serial)}")
    pin = "-".join(secrets.pin_pictures(card.id, card.pin_serial))
    assert client.post("/sign-in/pictures/", {"pin": pin}).status_code == 302
    return client


def row_of(client: Client) -> Session:
    row: Session = Session.objects.get(session_key=client.session.session_key)
    return row


def at(hour: int, minute: int = 0) -> datetime:
    return time.at_local(A_DAY, hour, minute)


# ---------- the rules ----------

LESSONS = SchoolDay(at(8), at(16))


@pytest.mark.parametrize(
    ("kind", "now", "day", "ends"),
    [
        ("staff", at(9), None, at(21)),
        ("guardian", at(9), None, at(21)),
        ("pupil", at(9), None, at(15)),  # a day without lessons: six hours
        ("pupil", at(9), LESSONS, at(15)),
        ("pupil", at(13), LESSONS, at(17)),  # an hour after the last period
        ("pupil", at(7, 30), LESSONS, at(13, 30)),
        ("pupil", at(19), LESSONS, at(19) + timedelta(hours=6)),  # at home
        ("pupil", at(5), LESSONS, at(11)),
    ],
)
def test_when_a_session_ends(kind: str, now: datetime, day: SchoolDay | None, ends: datetime) -> None:
    assert ends_at(RULES, kind, now, day) == ends


def test_whoever_reaches_pupils_records_may_be_away_for_two_hours() -> None:
    assert idle_minutes(RULES, ["teacher"]) == idle_minutes(RULES, ["school_head", "guardian"]) == 120
    assert idle_minutes(RULES, ["city_officer"]) is None and idle_minutes(RULES, []) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (EDGE, "Windows电脑上的Edge"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "iPad上的Safari"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel) Chrome/126 Mobile Safari/537", "安卓手机上的Chrome"),
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS; TAH) HuaweiBrowser/15", "鸿蒙设备上的华为浏览器"),
        ("Mozilla/5.0 (iPhone) MicroMessenger/8.0 Safari", "iPhone上的微信"),
        ("", "一台设备"),
        ("<script>alert(1)</script>" * 100, "一台设备"),
    ],
)
def test_a_device_in_words(said: str, words: str) -> None:
    assert describe(said) == words and len(words) <= 40


# ---------- signing in ----------


def test_staff_get_a_session_of_half_a_day_that_use_does_not_prolong(cast: Cast) -> None:
    client = enter(cast.account("teacher"), user_agent=EDGE)
    row = row_of(client)
    assert (row.way, row.device, row.idle_minutes) == ("password", "Windows电脑上的Edge", 120)
    until = row.expire_date
    assert abs(until - time.now() - timedelta(hours=12)) < timedelta(minutes=1)
    client.get("/account/second-factor/app/")  # keeps something in the session
    assert row_of(client).expire_date == until
    with time.frozen(until + timedelta(seconds=5)):
        assert client.get("/school/classes/").status_code == 302


def test_two_hours_away_and_it_is_over_but_use_keeps_it(cast: Cast) -> None:
    client = enter(cast.account("teacher"))
    start = time.now()
    for minutes in (60, 120, 180):
        with time.frozen(start + timedelta(minutes=minutes)):
            assert client.get("/school/classes/").status_code == 200
    with time.frozen(start + timedelta(minutes=180 + 121)):
        assert client.get("/school/classes/").status_code == 302
    with time.frozen(start + timedelta(minutes=10)):
        assert client.get("/school/classes/").status_code == 200


def test_what_a_page_asks_by_itself_does_not_count_as_use(cast: Cast) -> None:
    client = enter(cast.account("teacher"))
    begun = row_of(client).seen_at
    with time.frozen(time.now() + timedelta(minutes=30)):
        client.get("/school/classes/", headers={"X-Fragment": "1"})
        assert row_of(client).seen_at == begun
        client.get("/school/classes/")
        seen = row_of(client).seen_at
        assert begun and seen and seen > begun


def test_being_seen_is_written_once_in_ten_minutes_and_otherwise_a_request_costs_one_query(
    cast: Cast,
) -> None:
    client = enter(cast.account("teacher"))

    def writes() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/account/told/")
        return sum("UPDATE" in one["sql"] for one in asked)

    assert writes() == 0
    later = time.now() + timedelta(minutes=11)
    with time.frozen(later):
        assert (writes(), writes()) == (1, 0)


def test_a_pupils_cookie_ends_with_the_browser(cast: Cast) -> None:
    client = by_card(cast)
    assert client.cookies["sessionid"]["max-age"] == "" and client.cookies["sessionid"]["expires"] == ""
    staff = enter(cast.account("teacher"))
    assert staff.cookies["sessionid"]["max-age"] == 12 * 3600


def test_thirty_pupils_cost_few_queries_each(cast: Cast) -> None:
    client = Client()
    card = ClassCard.objects.unscoped("test").get(person_id=cast.pupils[0].id)
    client.get(f"/c/{secrets.card_token(card.id, card.token_serial)}")
    pin = "-".join(secrets.pin_pictures(card.id, card.pin_serial))
    with CaptureQueriesContext(connection) as asked:
        client.post("/sign-in/pictures/", {"pin": pin})
    assert len(asked) <= 30, "\n".join(one["sql"][:160] for one in asked)


def test_a_session_begun_during_a_period_ends_ten_minutes_after_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = new_id()

    def live(pupil_id: UUID) -> UUID | None:
        return period if pupil_id == cast.pupils[0].id else None

    monkeypatch.setattr(joining, "_live", [live])
    in_class, at_home = by_card(cast, 0), by_card(cast, 1)
    staff = enter(cast.account("teacher"))
    assert row_of(in_class).period_id == period and row_of(at_home).period_id is None
    assert sessions.end_with_period(period) == 1
    assert sessions.end_with_period(period) == 0  # not put off by asking again
    now = time.now()
    with time.frozen(now + timedelta(minutes=9)):
        assert in_class.get("/account/").status_code == 200
    with time.frozen(now + timedelta(minutes=11)):
        assert in_class.get("/account/").status_code == 302
        assert at_home.get("/account/").status_code == staff.get("/account/").status_code == 200


# ---------- my sessions ----------


def test_everybody_sees_and_ends_the_own_sessions(cast: Cast) -> None:
    here = enter(cast.account("teacher"), user_agent=EDGE)
    there = enter(cast.account("teacher"), user_agent="Mozilla/5.0 (iPad) Safari/604")
    page = here.get("/account/sessions/").content.decode()
    assert "现在在2处登录着" in page and "iPad上的Safari" in page and "这台设备" in page
    assert str(there.session.session_key) not in page
    mark = actors.session_mark(str(there.session.session_key))
    assert here.post(f"/account/sessions/{mark}/")["Location"] == "/account/sessions/?done=signed_out"
    assert there.get("/account/").status_code == 302 and here.get("/account/").status_code == 200
    assert here.post(f"/account/sessions/{mark}/").status_code == 404
    own = actors.session_mark(str(here.session.session_key))
    assert here.post(f"/account/sessions/{own}/")["Location"] == "/sign-in/"
    assert here.get("/account/").status_code == 302


def test_nobody_ends_a_strangers_session(cast: Cast) -> None:
    other = enter(cast.account("head"))
    mark = actors.session_mark(str(other.session.session_key))
    assert enter(cast.account("teacher")).post(f"/account/sessions/{mark}/").status_code == 404
    assert other.get("/account/").status_code == 200


def test_all_others_end_at_once(cast: Cast) -> None:
    browsers = [enter(cast.account("teacher")) for _ in range(3)]
    browsers[0].post("/account/sessions/others/")
    assert [one.get("/account/").status_code for one in browsers] == [200, 302, 302]


def test_idle_ones_are_not_listed_and_times_are_coarse(cast: Cast) -> None:
    enter(cast.account("teacher"))
    here = enter(cast.account("teacher"))
    actor = cast.teacher
    assert len(queries.sessions(actor)) == 2
    old = time.now() - timedelta(minutes=125)
    Session.objects.exclude(session_key=here.session.session_key).update(seen_at=old)
    assert [line.seen for line in queries.sessions(actor)] == ["刚刚"]


def test_the_school_signs_a_pupil_out_everywhere(cast: Cast) -> None:
    tablet = by_card(cast)
    teacher = cast.client("teacher")
    page = teacher.get(f"/school/pupils/{cast.pupils[0].id}/").content.decode()
    assert "在1处登录着" in page
    assert teacher.post(f"/school/pupils/{cast.pupils[0].id}/sign-out/").status_code == 302
    assert tablet.get("/account/").status_code == 302
    outside = cast.client("other_teacher")
    assert outside.post(f"/school/pupils/{cast.pupils[0].id}/sign-out/").status_code == 404


def test_a_session_ended_meanwhile_does_not_come_back(cast: Cast) -> None:
    client = enter(cast.account("teacher"))
    client.get("/account/second-factor/app/")
    store = client.session
    store["x"] = 1
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


# ---------- roles that end ----------


def test_a_role_reaches_nothing_after_its_last_day(cast: Cast) -> None:
    account = cast.account("teacher")
    client = enter(account)
    grants = RoleGrant.objects.unscoped("test").filter(person_id=account.person_id)
    grants.update(ends_on=time.today() + timedelta(days=1))
    assert client.get("/school/classes/").status_code == 200
    page = client.get("/account/").content.decode()
    assert f"到{time.today():%Y-%m-%d}为止" in page and "快到期了" in page
    grants.update(starts_on=time.today() - timedelta(days=1), ends_on=time.today())
    assert client.get("/school/classes/").status_code == 403
    assert services.build_actor(account).grants == ()


def test_signed_out_pages_and_pieces(cast: Cast) -> None:
    client = Client()
    page = client.post(
        "/school/staff/new/", {"name": "王"}, headers={"referer": "http://testserver/school/staff/?school=x"}
    )
    assert page["Location"] == "/sign-in/?next=/school/staff/%3Fschool%3Dx"
    foreign = client.post("/school/staff/new/", headers={"referer": "https://evil.example/school/"})
    assert foreign["Location"] == "/sign-in/?next=/"
    piece: Any = client.post("/school/staff/new/", headers={"HX-Request": "true"})
    assert piece.status_code == 401 and "HX-Redirect" not in piece and piece["HX-Reswap"] == "none"
    assert "登录已经结束" in piece.content.decode()


def test_entries_say_how_somebody_came(cast: Cast) -> None:
    client = cast.client("teacher")
    key = str(client.session.session_key)
    sessions.begin(
        session_key=key, account=cast.account("teacher"), entry=Entry(Session.Way.PASSKEY, EDGE, True)
    )
    row = row_of(client)
    assert (row.way, row.has_second_factor) == ("passkey", True)
    assert "通行密钥" in client.get("/account/sessions/").content.decode()
