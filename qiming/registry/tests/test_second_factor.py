"""The second factor: codes of an app, recovery codes, who must have one, what a thief cannot do."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry.defaults import sign_in_rules
from qiming.registry.models import Account, Session, SignInFailure
from qiming.registry.rules.sign_in import Demand, Policy, demand
from qiming.registry.services import second_factor
from qiming.registry.services.sign_in import address_key
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "three-quiet-words"
HALF_MINUTE = 30
NOW_S = 1_800_000_010  # the phone's clock stands still: no half minute ends in the middle of a test


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some half minutes away."""
    shown: str = format_hotp_value(hotp_value(secret, NOW_S // HALF_MINUTE + steps))
    return shown


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: NOW_S))


@pytest.fixture
def owner(cast: Cast) -> Account:
    account = cast.account("admin")
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def secret(cast: Cast, owner: Account) -> str:
    """The admin has an app."""
    made = second_factor.new_secret()
    second_factor.add_app(actor=cast.admin, secret=made, code=code(made, -1))
    return made


def enter(account: Account) -> Client:
    """A browser that gave the right password."""
    client = Client()
    answer = client.post("/sign-in/", {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def test_an_app_is_set_up_on_the_pages_and_asked_for_at_the_next_sign_in(owner: Account) -> None:
    client = enter(owner)
    page = client.get("/account/second-factor/app/").content.decode()
    secret = re.sub(r"\s", "", re.search(r'copy-target="source">([A-Z2-7 ]+)<', page)[1])  # type: ignore[index]
    assert client.get("/account/second-factor/app/").content.decode().count(secret[:4])
    wrong = client.post("/account/second-factor/app/", {"code": "000000"})
    assert wrong.status_code == 422 and "还可以试4次" in wrong.content.decode()
    assert client.post("/account/second-factor/app/", {"code": code(secret)}).status_code == 302
    page = client.get("/account/second-factor/").content.decode()
    shown = re.findall(r"\b\d{8}\b", page)
    assert len(shown) == 10
    assert shown[0] not in client.get("/account/second-factor/").content.decode()  # shown once
    later = enter(owner)
    assert later.get("/account/").status_code == 302  # not in yet
    answer = later.post("/sign-in/second/", {"code": code(secret, 1)})
    assert answer.status_code == 302 and later.get("/account/").status_code == 200
    row = Session.objects.get(session_key=later.session.session_key)
    assert row.has_second_factor and row.way == "password"


def test_secrets_lie_sealed(secret: str) -> None:
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data)
    codes = Authenticator.objects.get(type="recovery_codes")
    assert str(codes.data["seed"]).startswith("gAAAA")  # a sealed token, not the seed


def test_a_code_counts_once_and_an_older_one_never_again(owner: Account, secret: str) -> None:
    now = code(secret)
    second_factor.prove(account_id=owner.id, code=now, address="10.0.0.1")
    for replayed in (now, code(secret, -1)):
        with pytest.raises(UserError, match="已经用过"):
            second_factor.prove(account_id=owner.id, code=replayed, address="10.0.0.1")


def test_the_code_that_set_the_app_up_does_not_open_the_door(owner: Account, cast: Cast) -> None:
    made = second_factor.new_secret()
    first = code(made)
    second_factor.add_app(actor=cast.admin, secret=made, code=first)
    with pytest.raises(UserError):
        second_factor.prove(account_id=owner.id, code=first, address="10.0.0.1")


@pytest.mark.parametrize(
    "written", ["{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", "　{0}　", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}"]
)
def test_a_code_is_read_however_it_is_typed(owner: Account, secret: str, written: str) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    second_factor.prove(
        account_id=owner.id, code=written.format(code(secret)).translate(wide), address="10.0.0.1"
    )


@pytest.mark.parametrize("given", ["", "000000", "12345", "x" * 10_000, "ſ¼½\x00", "１２３４５６７８"])
def test_anything_else_is_refused_and_counted(owner: Account, secret: str, given: str) -> None:
    with pytest.raises(UserError, match="还可以试4次"):
        second_factor.prove(account_id=owner.id, code=given, address="10.0.0.1")


def test_guessing_is_stopped_also_for_the_right_code(owner: Account, secret: str) -> None:
    said = []
    for guess in range(7):
        with pytest.raises(UserError) as told:
            second_factor.prove(account_id=owner.id, code=f"{guess:06}", address=f"10.0.0.{guess}")
        said.append(told.value.message)
    assert "还可以试1次" in said[3] and "过15分钟" in said[4] and "试得太多" in said[6]
    with pytest.raises(UserError, match="试得太多"):
        second_factor.prove(account_id=owner.id, code=code(secret), address="10.0.1.1")
    with time.frozen(time.now() + timedelta(minutes=16)):
        second_factor.prove(account_id=owner.id, code=code(secret), address="10.0.1.1")


def test_one_address_guessing_at_many_accounts_is_slowed(cast: Cast, owner: Account, secret: str) -> None:
    for who in ("teacher", "head", "guardian", "colleague", "other_admin", "district_officer"):
        for guess in range(4):
            address = f"2001:db8:1:2::{guess:x}"  # a whole /64 is one neighbour
            with pytest.raises(UserError):
                second_factor.prove(account_id=cast.account(who).id, code=f"{guess:06}", address=address)
    counted = SignInFailure.objects.get(key=address_key("address", "2001:db8:1:2:ffff::1"))
    assert counted.failures == 24


def test_a_recovery_code_opens_once_and_new_ones_replace_the_old(
    cast: Cast, owner: Account, secret: str
) -> None:
    codes = second_factor.codes_of(cast.admin)
    second_factor.prove(account_id=owner.id, code=codes[0], address="10.0.0.1")
    with pytest.raises(UserError):
        second_factor.prove(account_id=owner.id, code=codes[0], address="10.0.0.1")
    assert codes[0] not in second_factor.codes_of(cast.admin)
    second_factor.new_codes(actor=cast.admin)
    with pytest.raises(UserError):
        second_factor.prove(account_id=owner.id, code=codes[1], address="10.0.0.1")


def test_the_second_step_waits_ten_minutes_and_belongs_to_this_browser(owner: Account, secret: str) -> None:
    assert Client().get("/sign-in/second/")["Location"] == "/sign-in/"
    client = enter(owner)
    with time.frozen(time.now() + timedelta(minutes=11)):
        answer = client.post("/sign-in/second/", {"code": code(secret)})
    assert answer["Location"] == "/sign-in/"


def test_taking_the_last_one_away_ends_it_unless_it_is_demanded(
    cast: Cast, owner: Account, secret: str, settings: Any
) -> None:
    row = Authenticator.objects.get(type="totp")
    settings.SECOND_FACTOR = Policy(is_required=True)
    with pytest.raises(UserError, match="必须两步登录"):
        second_factor.remove(actor=cast.admin, factor_id=row.id)
    settings.SECOND_FACTOR = Policy()
    second_factor.remove(actor=cast.admin, factor_id=row.id)
    assert not Authenticator.objects.exists()
    assert AuditRow.objects.filter(verb="registry.remove_second_factor").exists()


def test_nobody_takes_away_somebody_elses(cast: Cast, secret: str) -> None:
    row = Authenticator.objects.get(type="totp")
    client = cast.client("teacher")
    Session.objects.update(proven_at=time.now())
    assert client.post(f"/account/second-factor/{row.id}/remove/").status_code == 404
    assert Authenticator.objects.filter(id=row.id).exists()


def test_changing_anything_asks_again_after_a_while(owner: Account, secret: str) -> None:
    client = enter(owner)
    client.post("/sign-in/second/", {"code": code(secret)})
    Session.objects.update(proven_at=time.now() - timedelta(minutes=16))
    answer = client.post("/account/second-factor/codes/")
    assert answer["Location"].startswith("/account/again/")
    assert "六位动态码" in client.get(answer["Location"]).content.decode()
    answer = client.post(answer["Location"], {"code": code(secret, 1)})
    assert answer["Location"] == "/account/second-factor/"
    assert client.post("/account/second-factor/codes/")["Location"] == "/account/second-factor/"


def test_without_a_factor_the_password_proves_again_and_guessing_is_counted(cast: Cast) -> None:
    account = cast.account("teacher")
    account.set_password(PASSWORD)
    account.save()
    client = enter(account)
    where = "/account/again/?next=/account/second-factor/"
    for left in (4, 3, 2, 1):
        answer = client.post(where, {"password": "wrong"})
        assert f"还可以试{left}次" in answer.content.decode()
    client.post(where, {"password": "wrong"})
    answer = client.post(where, {"password": PASSWORD})
    assert answer.status_code == 422 and "试得太多" in answer.content.decode()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_proving_again_never_leads_outside(cast: Cast, onward: str) -> None:
    account = cast.account("teacher")
    account.set_password(PASSWORD)
    account.save()
    answer = enter(account).post("/account/again/", {"password": PASSWORD, "next": onward})
    assert answer["Location"] == "/"


# ---------- who must ----------


@pytest.mark.parametrize(
    ("policy", "role", "on", "wanted"),
    [
        ("offered", "school_admin", date(2026, 11, 1), Demand.OFFERED),
        ("required", "school_admin", date(2026, 11, 1), Demand.REQUIRED),
        ("required", "district_officer", date(2026, 11, 1), Demand.REQUIRED),
        ("required", "teacher", date(2026, 11, 1), Demand.OFFERED),
        ("required", "guardian", date(2026, 11, 1), Demand.NOTHING),
        ("required@2027-03-01", "school_head", date(2027, 2, 28), Demand.OFFERED),
        ("required@2027-03-01", "school_head", date(2027, 3, 1), Demand.REQUIRED),
    ],
)
def test_the_rule_says_who_must(policy: str, role: str, on: date, wanted: Demand) -> None:
    assert demand(sign_in_rules(on), Policy.parse(policy), [role], on) is wanted


@pytest.mark.parametrize("text", ["", "on", "required@", "required@soon", "offered@2027-03-01"])
def test_a_policy_that_is_not_one(text: str) -> None:
    if text == "required@":
        assert Policy.parse(text) == Policy(is_required=True)
        return
    with pytest.raises(ValueError, match=r"."):
        Policy.parse(text)


def test_whoever_must_is_held_up_until_one_is_there(owner: Account, settings: Any, cast: Cast) -> None:
    settings.SECOND_FACTOR = Policy(is_required=True)
    client = enter(owner)
    assert client.get("/school/classes/")["Location"] == "/account/second-factor/"
    assert client.get("/api/learning/sync").status_code == 403
    assert client.get("/school/classes/", headers={"HX-Request": "true"}).status_code == 403
    assert "先加一种" in client.get("/account/second-factor/").content.decode()
    page = client.get("/account/second-factor/app/").content.decode()
    secret = re.sub(r"\s", "", re.search(r'copy-target="source">([A-Z2-7 ]+)<', page)[1])  # type: ignore[index]
    client.post("/account/second-factor/app/", {"code": code(secret)})
    assert client.get("/school/classes/").status_code == 200
    assert cast.client("teacher").get("/school/classes/").status_code == 200
    assert cast.client("guardian").get("/").status_code == 200


def test_a_session_opened_before_the_rule_proves_the_factor_it_has(
    owner: Account, secret: str, cast: Cast, settings: Any
) -> None:
    client = cast.client("admin")  # signed in without
    settings.SECOND_FACTOR = Policy(is_required=True)
    assert client.get("/school/classes/")["Location"] == "/account/second-factor/"
    again = client.get("/account/second-factor/")["Location"]
    assert again.startswith("/account/again/")
    client.post(again, {"code": code(secret)})
    assert client.get("/school/classes/").status_code == 200


# ---------- passkeys ----------


def test_passkeys_are_not_offered_where_a_browser_makes_none(cast: Cast) -> None:
    client = cast.client("teacher")
    Session.objects.update(proven_at=time.now())
    assert "https" in client.get("/account/second-factor/", headers={"host": "127.0.0.1"}).content.decode()
    assert (
        client.post("/account/second-factor/passkey/begin/", headers={"host": "127.0.0.1"}).status_code == 422
    )
    assert "通行密钥" not in Client().get("/sign-in/", headers={"host": "127.0.0.1"}).content.decode()
    assert "通行密钥" in Client().get("/sign-in/", headers={"host": "localhost:8000"}).content.decode()


@pytest.mark.parametrize("given", ["", "{", "[]", "null", '{"id": "x"}', '{"response": {}}', "{}" * 20_000])
def test_a_made_up_passkey_opens_nothing(cast: Cast, given: str) -> None:
    client = Client(headers={"host": "localhost"})
    asked = client.post("/sign-in/passkey/begin/").json()
    assert asked["publicKey"]["userVerification"] == "required" and not asked["publicKey"]["allowCredentials"]
    answer = client.post("/sign-in/passkey/", {"credential": given})
    assert answer.status_code == 422 and "没有通过" in answer.content.decode()
    assert client.get("/account/").status_code == 302
    member = cast.client("teacher")
    Session.objects.filter(account=cast.account("teacher")).update(proven_at=time.now())
    member.post("/account/second-factor/passkey/begin/", headers={"host": "localhost"})
    answer = member.post(
        "/account/second-factor/passkey/", {"credential": given}, headers={"host": "localhost"}
    )
    assert answer.status_code == 422 and not Authenticator.objects.exists()


def test_making_a_passkey_asks_for_one_that_opens_the_door_alone(cast: Cast) -> None:
    client = cast.client("teacher")
    Session.objects.update(proven_at=time.now())
    asked = client.post("/account/second-factor/passkey/begin/", headers={"host": "localhost"}).json()[
        "publicKey"
    ]
    assert asked["rp"] == {"id": "localhost", "name": "启明"}
    chosen = asked["authenticatorSelection"]
    assert chosen["residentKey"] == "required" and chosen["userVerification"] == "required"
    Session.objects.update(proven_at=None)
    again = client.post("/account/second-factor/passkey/begin/", headers={"host": "localhost"})
    assert again.status_code == 403


def test_pupils_have_no_second_factor(cast: Cast) -> None:
    client = cast.pupil_client()
    assert client.get("/account/second-factor/")["Location"] == "/account/"
    assert "两步登录" not in client.get("/account/").content.decode()
