"""Bringing accounts back: who may for whom, what it does, that its owner is told; guardians who go."""

from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry import services
from qiming.registry.cli_accounts import app
from qiming.registry.models import Account, AccountNotice, Guardianship, Session
from qiming.registry.rules.recovery import may_recover
from qiming.registry.services import recovery, second_factor, sign_in
from qiming.registry.testing import Cast
from qiming.registry.types import Help, Role

pytestmark = pytest.mark.django_db
PASSWORD = "three-quiet-words"
WHY = "手机换了，当面核对过本人"


@pytest.mark.parametrize(
    ("helper", "person", "may"),
    [
        ("school_admin", "teacher", True),
        ("school_admin", "school_admin", True),
        ("school_admin", "school_head", True),
        ("school_admin", "district_officer", False),
        ("school_head", "teacher", False),
        ("teacher", "teacher", False),
        ("district_officer", "school_admin", True),
        ("district_officer", "school_head", True),
        ("district_officer", "teacher", False),
        ("district_officer", "district_officer", False),
        ("city_officer", "district_officer", True),
        ("city_officer", "school_admin", True),
        ("city_officer", "city_officer", False),
    ],
)
def test_who_may_bring_back_whom(helper: Role, person: Role, may: bool) -> None:
    assert may_recover([helper], [person]) is may


def test_the_highest_role_somebody_holds_anywhere_decides() -> None:
    assert not may_recover(["school_admin"], ["teacher", "district_officer"])
    assert may_recover(["school_admin"], [])


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("admin", "admin"),
        ("admin", "district_officer"),
        ("admin", "city_officer"),
        ("other_admin", "teacher"),
        ("head", "teacher"),
        ("teacher", "colleague"),
        ("district_officer", "teacher"),
        ("district_officer", "other_admin"),
        ("city_officer", "city_officer"),
    ],
)
def test_everybody_else_finds_nobody(cast: Cast, who: str, whom: str) -> None:
    with pytest.raises(Denied):
        recovery.recover(actor=cast.actor(who), person_id=cast.people[whom], what=[Help.UNLOCK], reason=WHY)


def test_pupils_and_guardians_are_nobodys_case(cast: Cast) -> None:
    for person_id in (cast.pupils[0].id, cast.people["guardian"]):
        with pytest.raises(Denied):
            recovery.recover(actor=cast.admin, person_id=person_id, what=[Help.RESET], reason=WHY)


def test_a_lost_phone(cast: Cast) -> None:
    """The administrator takes the second factor away; its owner reads why, and by whom, at the next sign-in."""
    account = cast.account("teacher")
    account.set_password(PASSWORD)
    account.save()
    second_factor.keep_passkey(actor=cast.teacher, name="旧电脑", credential={})
    signed_in = cast.client("teacher")
    recovery.recover(
        actor=cast.admin, person_id=account.person_id, what=[Help.SECOND_FACTOR], reason=f"  {WHY}  "
    )
    assert not Authenticator.objects.exists()
    assert signed_in.get("/account/").status_code == 302
    row = AuditRow.objects.get(verb="registry.recover_account")
    assert row.detail == {"what": ["second_factor"], "reason": WHY} and row.scope_path == cast.school.path
    client = Client()
    answer = client.post(
        "/sign-in/", {"username": account.username, "password": PASSWORD, "next": "/school/classes/"}
    )
    assert answer["Location"].startswith("/account/told/")
    page = client.get(answer["Location"]).content.decode()
    assert "取消两步登录" in page and WHY in page and "admin老师" in page
    answer = client.post(answer["Location"], {"next": "/school/classes/"})
    assert answer["Location"] == "/school/classes/"
    again = Client().post("/sign-in/", {"username": account.username, "password": PASSWORD})
    assert again["Location"] == "/"
    assert AccountNotice.objects.get().seen_at is not None


def test_a_locked_account_is_opened_without_signing_anybody_out(cast: Cast) -> None:
    account = cast.account("teacher")
    account.set_password(PASSWORD)
    account.save()
    inside = cast.client("teacher")
    for _ in range(6):
        with pytest.raises(UserError):
            sign_in.by_password(username=str(account.username), password="x", address="10.0.0.1")
    recovery.recover(actor=cast.admin, person_id=account.person_id, what=[Help.UNLOCK], reason=WHY)
    assert sign_in.by_password(username=str(account.username), password=PASSWORD, address="10.0.0.2")
    assert inside.get("/account/").status_code == 200


def test_a_new_password_comes_once_and_must_be_changed(cast: Cast) -> None:
    fresh = recovery.recover(
        actor=cast.actor("district_officer"), person_id=cast.people["admin"], what=[Help.RESET], reason=WHY
    )
    account = Account.objects.get(person_id=cast.people["admin"])
    assert account.check_password(fresh) and account.must_change_password
    assert fresh not in str(list(AuditRow.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize("reason", ["", "   ", "。", "x" * 201])
def test_a_reason_is_needed(cast: Cast, reason: str) -> None:
    with pytest.raises(UserError):
        recovery.recover(
            actor=cast.admin, person_id=cast.people["teacher"], what=[Help.SESSIONS], reason=reason
        )
    assert not AccountNotice.objects.exists()


def test_the_page_asks_for_a_fresh_proof_and_keeps_what_was_typed(cast: Cast) -> None:
    client = cast.client("admin")
    where = f"/people/{cast.people['teacher']}/recover/"
    assert client.get(where)["Location"].startswith("/account/again/")
    Session.objects.update(proven_at=time.now())
    assert "帮" in client.get(where).content.decode()
    answer = client.post(where, {"what": ["sessions"], "reason": "短"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="短"' in page and "为什么" in page
    answer = client.post(where, {"what": ["nonsense"], "reason": WHY})
    assert answer.status_code == 422 and "没有这一项" in answer.content.decode()
    page = client.post(where, {"what": ["reset"], "reason": WHY}).content.decode()
    assert "新的初始密码" in page


def test_officers_find_the_leaders_of_a_place(cast: Cast) -> None:
    page = cast.client("district_officer").get(f"/places/{cast.school.id}/people/").content.decode()
    assert str(cast.people["head"]) in page and str(cast.people["admin"]) in page
    assert str(cast.people["teacher"]) not in page
    city = cast.client("city_officer").get(f"/places/{cast.district.id}/people/").content.decode()
    assert str(cast.people["district_officer"]) in city
    assert cast.client("district_officer").get(f"/places/{cast.other_school.id}/people/").status_code == 404


def test_the_operator_brings_a_city_officer_back(cast: Cast) -> None:
    username = str(cast.account("city_officer").username)
    told = CliRunner().invoke(app, ["recover", username, "--reason", WHY])
    assert told.exit_code == 0 and "新的初始密码" in told.output
    fresh = told.output.strip().rsplit("：", 1)[1]
    assert cast.account("city_officer").check_password(fresh)
    assert AccountNotice.objects.filter(by=None).count() == 2
    assert CliRunner().invoke(app, ["recover", "nobody", "--reason", WHY]).exit_code == 1
    assert CliRunner().invoke(app, ["recover", username, "--reason", "x"]).exit_code == 1
    wrong = CliRunner().invoke(app, ["recover", username, "--reason", WHY, "--what", "all"])
    assert wrong.exit_code == 1 and "reset" in wrong.output


# ---------- guardians ----------


def guardianship(cast: Cast) -> Guardianship:
    return Guardianship.objects.unscoped("test").get(guardian_id=cast.people["guardian"])


@pytest.mark.parametrize("who", ["admin", "teacher"])
def test_the_school_ends_a_guardianship(cast: Cast, who: str) -> None:
    kept = guardianship(cast)
    client = cast.client(who)
    assert "解除" in client.get(f"/school/pupils/{kept.ward_id}/").content.decode()
    answer = client.post(f"/guardians/{kept.id}/end/")
    assert answer["Location"] == f"/school/pupils/{kept.ward_id}/?done=guardian_ended"
    assert not cast.actor("guardian").wards
    assert client.post(f"/guardians/{kept.id}/end/").status_code == 404


def test_a_guardian_leaves_and_comes_back_with_a_new_code(cast: Cast) -> None:
    kept = guardianship(cast)
    client = cast.client("guardian")
    assert "我的孩子" in client.get("/account/").content.decode()
    assert client.post(f"/guardians/{kept.id}/end/")["Location"] == "/account/?done=left_child"
    assert not cast.actor("guardian").wards
    code = services.give_family_code(actor=cast.admin, person_id=kept.ward_id)
    services.join_family(actor=cast.actor("guardian"), code=code, relation="父亲", address="10.0.0.1")
    assert cast.actor("guardian").wards == {kept.ward_id}


def test_one_guardian_does_not_end_another(cast: Cast) -> None:
    kept = guardianship(cast)
    code = services.give_family_code(actor=cast.admin, person_id=kept.ward_id)
    other = services.join_family(
        code=code, relation="父亲", address="10.0.0.1", name="某", username="other.parent", password=PASSWORD
    )
    with pytest.raises(Denied):
        services.end_guardianship(actor=services.build_actor(other), guardianship_id=kept.id)
    for who in ("head", "other_teacher", "other_admin", "district_officer"):
        with pytest.raises(Denied):
            services.end_guardianship(actor=cast.actor(who), guardianship_id=kept.id)
    assert cast.actor("guardian").wards


def test_an_emergency_power_ends_no_guardianship(cast: Cast) -> None:
    officer = replace(cast.actor("district_officer"), session_id="0" * 16)
    with pytest.raises(Denied):
        services.end_guardianship(actor=officer, guardianship_id=guardianship(cast).id)


def test_enumeration_nothing_tells_known_from_unknown(cast: Cast, settings: Any) -> None:
    """The same words and the same number of queries for a known, an unknown and a closed account."""
    closed = cast.account("colleague")
    closed.is_active = False
    closed.save()
    second_factor.keep_passkey(actor=cast.actor("head"), name="x", credential={})
    told = {}
    for name in (cast.account("teacher").username, cast.account("head").username, closed.username, "nobody"):
        client = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = client.post("/sign-in/", {"username": name, "password": "wrong"})
        page = answer.content.decode().replace(str(name), "")
        shown = page.split('id="id_password_error"')[1][:300]
        told[name] = (answer.status_code, shown, len(asked))
    assert len(set(told.values())) == 1, told
