"""Ways in: passwords, cards, join codes, family codes; locks, resets and what nobody may learn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry import joining, queries, secrets, services, testing
from qiming.registry.models import Account, ClassCard, Session, SignInFailure
from qiming.registry.rules import passwords as rules
from qiming.registry.services import sign_in
from qiming.registry.testing import Cast
from qiming.registry.types import JoinTarget

pytestmark = pytest.mark.django_db

SECRET = "three-quiet-words"


@pytest.fixture
def staffed(cast: Cast) -> Cast:
    account = cast.account("admin")
    account.set_password(SECRET)
    account.save()
    return cast


def attempt(username: str, password: str, address: str = "10.0.0.1") -> str:
    try:
        return str(sign_in.by_password(username=username, password=password, address=address).username)
    except UserError as error:
        return error.message


def card_of(cast: Cast, index: int = 0) -> ClassCard:
    return ClassCard.objects.unscoped("test").get(person_id=cast.pupils[index].id)


def token_of(card: ClassCard) -> str:
    return secrets.card_token(card.id, card.token_serial)


def right(card: ClassCard) -> list[str]:
    return list(secrets.pin_pictures(card.id, card.pin_serial))


def wrong(card: ClassCard) -> list[str]:
    return right(card)[::-1]


# ---------- passwords ----------


def test_a_right_password_enters_however_the_account_is_typed(staffed: Cast) -> None:
    assert attempt("admin", SECRET) == "admin"
    assert attempt(" ＡDMIN ", SECRET) == "admin"
    assert AuditRow.objects.filter(verb="registry.sign_in").count() == 2
    assert SignInFailure.objects.filter(failures__gt=0).count() == 0


def test_wrong_passwords_and_unknown_accounts_answer_alike(staffed: Cast) -> None:
    known = [attempt("admin", "wrong", "10.0.0.2") for _ in range(7)]
    unknown = [attempt("nobody-here", "wrong", "10.0.0.3") for _ in range(7)]
    assert known == unknown
    assert known[0] == "账号或密码不对，还可以试4次。"
    assert known[3] == "账号或密码不对，还可以试1次。"
    assert known[4] == known[6] == "试得太多了，请过15分钟再试。"


def test_a_locked_account_stays_locked_for_the_right_password_and_opens_again(staffed: Cast) -> None:
    for _ in range(5):
        attempt("admin", "wrong")
    assert "试得太多" in attempt("admin", SECRET)
    with time.frozen(time.now() + timedelta(minutes=16)):
        assert attempt("admin", SECRET) == "admin"


def test_one_address_trying_many_accounts_is_slowed(staffed: Cast) -> None:
    told = {attempt(f"guess{n}", "wrong", "10.9.9.9") for n in range(61)}
    assert "试得太多了，请过15分钟再试。" in told
    assert attempt("admin", SECRET, "10.0.0.8") == "admin"


def test_neither_account_nor_address_can_be_read_from_the_count(staffed: Cast) -> None:
    attempt("admin", "wrong", "10.1.2.3")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(f::text, '') FROM registry_signinfailure f")
        (text,) = cursor.fetchone()
    assert "admin" not in text and "10.1.2.3" not in text


def test_a_closed_account_and_a_pupil_do_not_enter_by_password(staffed: Cast) -> None:
    Account.objects.filter(username="admin").update(is_active=False)
    assert "不对" in attempt("admin", SECRET)
    assert "不对" in attempt("", "")


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_are_all_counted() -> None:
    cast = testing.cast(pupils=0)
    account = cast.account("admin")
    account.set_password(SECRET)
    account.save()

    def guess(n: int) -> str:
        try:
            return attempt("admin", f"wrong{n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(guess, range(10)))
    assert sum("不对" in words for words in told) == 4
    assert "试得太多" in attempt("admin", SECRET)


def test_the_door_keeps_what_was_typed_and_goes_on_to_where_one_wanted(staffed: Cast) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"username": "admin", "password": "wrong", "next": "/school/staff/"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="admin"' in page and "还可以试4次" in page and "wrong" not in page
    before = client.session.session_key
    answer = client.post("/sign-in/", {"username": "admin", "password": SECRET, "next": "/school/staff/"})
    assert (answer.status_code, answer["Location"]) == (302, "/school/staff/")
    assert client.session.session_key != before
    row = Session.objects.get(session_key=client.session.session_key)
    assert row.account_id == staffed.account("admin").id


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"]
)
def test_the_door_never_leads_outside(staffed: Cast, onward: str) -> None:
    answer = Client().post("/sign-in/", {"username": "admin", "password": SECRET, "next": onward})
    assert answer["Location"] == "/"


def test_a_first_password_must_be_changed_before_anything_else(cast: Cast) -> None:
    person_id, first = services.create_staff(
        actor=cast.admin, place_id=cast.school.id, name="沈老师", username="shenlaoshi"
    )
    client = Client()
    assert client.post("/sign-in/", {"username": "shenlaoshi", "password": first}).status_code == 302
    assert client.get("/school/classes/")["Location"] == "/sign-in/password/"
    other = Client()
    other.post("/sign-in/", {"username": "shenlaoshi", "password": first})
    bad = {"old_password": first, "new_password": "12345", "again": "12345"}
    assert "至少要10个字符" in client.post("/sign-in/password/", bad).content.decode()
    good = {"old_password": first, "new_password": SECRET, "again": SECRET}
    assert client.post("/sign-in/password/", good).status_code == 302
    assert client.get("/school/classes/").status_code == 403  # no class yet, but through the door
    assert other.get("/school/classes/").status_code == 302  # signed out elsewhere
    assert queries.persons_named([person_id]) == {person_id: "沈老师"}


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "至少要10个字符"),
        ("1234567890123", "只用数字"),
        ("admin-admin-admin", "不要带账号"),
        ("aaaaaaaaaaaa", "重复的字符"),
        ("password123", "太常见"),
        ("x" * 129, "最多128"),
    ],
)
def test_passwords_that_are_refused(staffed: Cast, password: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        sign_in.change_password(
            account_id=staffed.account("admin").id, old=SECRET, new=password, keep_session=""
        )
    assert staffed.account("admin").check_password(SECRET)


def test_signing_out_ends_the_session(staffed: Cast) -> None:
    client = staffed.client("admin")
    assert client.get("/school/classes/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/school/classes/").status_code == 302
    assert client.get("/sign-out/").status_code == 405


# ---------- cards ----------


def test_a_card_and_its_pictures_enter(cast: Cast) -> None:
    card, client = card_of(cast), Client()
    answer = client.get(f"/c/{token_of(card)}?next=/learn/")
    assert answer["Location"] == "/sign-in/pictures/"
    page = client.get("/sign-in/pictures/").content.decode()
    assert cast.pupils[0].name in page and page.count("data-picture=") == 12
    answer = client.post("/sign-in/pictures/", {"pin": "-".join(right(card))})
    assert (answer.status_code, answer["Location"]) == (302, "/learn/")
    account = Account.objects.get(person_id=cast.pupils[0].id)
    assert Session.objects.get(session_key=client.session.session_key).account_id == account.id


def test_a_scanned_code_leads_the_same_way(cast: Cast) -> None:
    answer = Client().post("/sign-in/card/", {"code": token_of(card_of(cast))})
    assert answer["Location"] == "/sign-in/pictures/"
    assert Client().post("/sign-in/card/", {"code": "nothing"}).status_code == 404


def test_the_next_pupil_on_a_shared_device_takes_over(cast: Cast) -> None:
    client = cast.pupil_client(0)
    card = card_of(cast, 1)
    client.get(f"/c/{token_of(card)}")
    client.post("/sign-in/pictures/", {"pin": "-".join(right(card))})
    row = Session.objects.get(session_key=client.session.session_key)
    assert row.account.person_id == cast.pupils[1].id


def test_pictures_without_a_card_lead_back_to_the_door(cast: Cast) -> None:
    client = Client()
    assert client.get("/sign-in/pictures/")["Location"] == "/sign-in/"
    client.cookies["qm_card"] = "forged"
    assert client.post("/sign-in/pictures/", {"pin": "a-b-c"})["Location"] == "/sign-in/"


def test_five_wrong_tries_lock_the_card_until_the_teacher_gives_new_pictures(cast: Cast) -> None:
    card, pupil = card_of(cast), cast.pupils[0]
    told = []
    for _ in range(6):
        with pytest.raises(UserError) as refused:
            sign_in.by_pictures(card_id=card.id, pictures=wrong(card), address="10.0.0.1")
        told.append(refused.value.message)
    assert told[0] == "不是这三个小图，还可以试4次"
    assert told[4] == told[5] == "错了五次，先锁上了"
    with pytest.raises(UserError, match="锁上"):
        sign_in.by_pictures(card_id=card.id, pictures=right(card), address="10.0.0.1")
    fresh = services.reset_pin(actor=cast.teacher, person_id=pupil.id)
    assert len(set(fresh)) == 3 and list(fresh) != right(card)
    assert (
        sign_in.by_pictures(card_id=card.id, pictures=list(fresh), address="10.0.0.1").person_id == pupil.id
    )


def test_a_right_try_forgets_the_wrong_ones(cast: Cast) -> None:
    card = card_of(cast)
    for _ in range(3):
        for _ in range(3):
            with pytest.raises(UserError):
                sign_in.by_pictures(card_id=card.id, pictures=wrong(card), address="10.0.0.1")
        sign_in.by_pictures(card_id=card.id, pictures=right(card), address="10.0.0.1")
    assert card_of(cast).wrong_tries == 0


@pytest.mark.parametrize("pin", ["", "apple", "apple-fish", "a-b-c-d-e", "苹果-鱼-风筝", "-" * 100])
def test_odd_pictures_are_just_wrong(cast: Cast, pin: str) -> None:
    client, card = Client(), card_of(cast)
    client.get(f"/c/{token_of(card)}")
    answer = client.post("/sign-in/pictures/", {"pin": pin})
    assert answer.status_code == 422 and "还可以试4次" in answer.content.decode()


def test_a_replaced_card_stops_at_once_and_signs_out(cast: Cast) -> None:
    card, client = card_of(cast), cast.pupil_client(0)
    old = token_of(card)
    services.replace_card(actor=cast.teacher, person_id=cast.pupils[0].id)
    answer = Client().get(f"/c/{old}")
    assert answer.status_code == 404 and "请老师看一看" in answer.content.decode()
    assert Client().get(f"/c/{token_of(card_of(cast))}").status_code == 302
    assert not Session.objects.filter(session_key=client.session.session_key).exists()
    assert right(card_of(cast)) == right(card)


def test_a_pupil_who_left_cannot_enter(cast: Cast) -> None:
    card = card_of(cast)
    services.end_membership(actor=cast.admin, person_id=cast.pupils[0].id)
    assert Client().get(f"/c/{token_of(card)}").status_code == 404


def test_cards_for_a_whole_class(cast: Cast) -> None:
    assert services.issue_cards(actor=cast.teacher, class_id=cast.klass.id) == 0
    before = {card.token_hash for card in ClassCard.objects.unscoped("test")}
    assert services.issue_cards(actor=cast.teacher, class_id=cast.klass.id, replace=True) == 6
    after = {card.token_hash for card in ClassCard.objects.unscoped("test")}
    assert len(before & after) == 1  # the other school's card


def test_the_tables_alone_open_no_card(cast: Cast) -> None:
    card = card_of(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, '') FROM registry_classcard c")
        (text,) = cursor.fetchone()
    assert token_of(card) not in text
    assert not any(picture in text for picture in secrets.PICTURES)


@pytest.mark.parametrize("who", ["head", "other_admin", "other_teacher", "district_officer", "guardian"])
def test_others_do_not_touch_cards(cast: Cast, who: str) -> None:
    actor, pupil = cast.actor(who), cast.pupils[0]
    before = list(ClassCard.objects.unscoped("test").order_by("id").values())
    for verb in (
        lambda: services.reset_pin(actor=actor, person_id=pupil.id),
        lambda: services.replace_card(actor=actor, person_id=pupil.id),
        lambda: services.issue_cards(actor=actor, class_id=cast.klass.id, replace=True),
        lambda: services.give_family_code(actor=actor, person_id=pupil.id),
    ):
        with pytest.raises(Denied):
            verb()
    assert list(ClassCard.objects.unscoped("test").order_by("id").values()) == before


# ---------- join codes ----------


@pytest.fixture
def board(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> str:
    target = JoinTarget(class_id=cast.klass.id, next_url="/learn/join/?code=ABC234")
    monkeypatch.setattr(joining, "_readers", [lambda code: target if code == "ABC234" else None])
    return "ABC234"


def test_a_join_code_a_seat_and_the_pictures_enter(cast: Cast, board: str) -> None:
    client = Client()
    assert "输入黑板上的入课码" in client.get("/sign-in/").content.decode()
    answer = client.post("/sign-in/code/", {"code": " abc234 "})
    assert answer["Location"] == f"/sign-in/code/{board}/"
    page = client.get(answer["Location"]).content.decode()
    assert not any(pupil.name in page for pupil in cast.pupils)
    answer = client.post(f"/sign-in/code/{board}/", {"seat": "2"})
    assert answer["Location"] == "/sign-in/pictures/"
    answer = client.post("/sign-in/pictures/", {"pin": "-".join(right(card_of(cast, 1)))})
    assert answer["Location"] == "/learn/join/?code=ABC234"


def test_wrong_codes_and_seats(cast: Cast, board: str) -> None:
    client = Client()
    assert "没有找到这节课" in client.post("/sign-in/code/", {"code": "ZZZ999"}).content.decode()
    assert client.get("/sign-in/code/ZZZ999/")["Location"] == "/sign-in/code/"
    for seat in ("99", "x", "", "-1", "²"):
        assert client.post(f"/sign-in/code/{board}/", {"seat": seat}).status_code == 404


def test_without_a_reader_there_is_no_such_way_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "_readers", [])
    assert "入课码" not in Client().get("/sign-in/").content.decode()
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"


@pytest.mark.parametrize("by_form", [True, False])
def test_codes_cannot_be_tried_out(cast: Cast, board: str, by_form: bool) -> None:
    client = Client()
    for n in range(rules.WRONG_CODES_PER_ADDRESS):
        if by_form:
            client.post("/sign-in/code/", {"code": f"ZZ{n:04d}"})
        else:
            client.get(f"/sign-in/code/ZZ{n:04d}/")
    assert "试得太多了" in client.post("/sign-in/code/", {"code": board}).content.decode()
    for refused in (
        client.get(f"/sign-in/code/{board}/"),
        client.post(f"/sign-in/code/{board}/", {"seat": "1"}),
    ):
        assert refused.status_code == 429 and "试得太多了" in refused.content.decode()


def test_a_whole_school_comes_in_at_once(cast: Cast, board: str) -> None:
    """Right codes and right seats are not counted: they all come from one address."""
    client = Client()
    for _ in range(rules.WRONG_CODES_PER_ADDRESS + 5):
        assert client.get(f"/sign-in/code/{board}/").status_code == 200
        assert client.post(f"/sign-in/code/{board}/", {"seat": "2"}).status_code == 302
    assert not SignInFailure.objects.exists()


def test_pictures_cannot_be_tried_seat_by_seat(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "WRONG_PICTURES_PER_ADDRESS", 3)
    first, second = card_of(cast), card_of(cast, 1)
    for card in (first, first, second):
        with pytest.raises(UserError, match="不是这三个小图"):
            sign_in.by_pictures(card_id=card.id, pictures=wrong(card), address="10.0.0.9")
    with pytest.raises(UserError, match="试得太多了"):
        sign_in.by_pictures(card_id=second.id, pictures=right(second), address="10.0.0.9")
    assert sign_in.by_pictures(card_id=second.id, pictures=right(second), address="10.0.0.8")


def test_a_code_with_a_nul_is_refused_in_words(cast: Cast) -> None:
    for answer in (Client().get("/sign-in/code/%00/"), Client().post("/sign-in/card/", {"code": "\x00"})):
        assert answer.status_code in (302, 400, 404)
