"""Signing in with an outside account, against a real provider run here: linked once, refused in plain words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from qiming.kernel.models import AuditRow
from qiming.registry import secrets, services, testing
from qiming.registry.models import Account, ClassCard, Session
from qiming.registry.testing import Cast
from tests.outside.provider import SECRET, SECRET_NAME, Running, free_port, start, write

pytestmark = pytest.mark.django_db

BACK = "http://testserver/sign-in/back/city/"
PASSWORD = "three-quiet-words"


@pytest.fixture(scope="module")
def provider() -> Iterator[Running]:
    running = start([BACK])
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def configured(provider: Running, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_NAME, SECRET)
    settings.OIDC_FILE = str(write(tmp_path / "oidc.yaml", provider.issuer))
    cache.clear()
    provider.fault("")


@pytest.fixture
def cast(db: None) -> Cast:
    made = testing.cast()
    for who in ("teacher", "guardian", "head"):
        account = made.account(who)
        account.set_password(PASSWORD)
        account.save()
    return made


def out(client: Client, next_url: str = "/") -> str:
    answer = client.get(f"/sign-in/with/city/?next={next_url}")
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def come_back(client: Client, provider: Running, who: str, next_url: str = "/") -> Any:
    return client.get(provider.log_in(out(client, next_url), who))


def link(client: Client, provider: Running, cast: Cast, who: str, username: str) -> None:
    """First arrival: outside account, own password, yes."""
    assert come_back(client, provider, who)["Location"] == "/sign-in/"
    answer = client.post("/sign-in/", {"username": username, "password": PASSWORD, "next": "/"})
    assert answer["Location"] == "/account/links/confirm/"
    assert "示例市统一身份认证" in client.get("/account/links/confirm/").content.decode()
    assert client.post("/account/links/confirm/", {"link": "yes"})["Location"] == "/account/?done=linked"


def test_the_way_out_carries_state_nonce_and_a_challenge_and_asks_for_nothing_but_the_subject(
    cast: Cast,
) -> None:
    asked = parse_qs(urlsplit(out(Client())).query)
    assert asked["scope"] == ["openid"] and asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) >= 43
    assert len(asked["state"][0]) >= 16 and len(asked["nonce"][0]) >= 32
    assert asked["redirect_uri"] == [BACK] and asked["prompt"] == ["login"]


def test_first_arrival_is_linked_by_the_own_password_and_the_next_goes_straight_in(
    cast: Cast, provider: Running
) -> None:
    link(Client(), provider, cast, "shen@city", cast.account("teacher").username or "")
    kept = SocialAccount.objects.get()
    assert kept.user_id == cast.account("teacher").id
    assert "shen" not in kept.uid and kept.extra_data == {}
    later = Client()
    assert come_back(later, provider, "shen@city", "/school/classes/")["Location"] == "/school/classes/"
    assert later.get("/school/classes/").status_code == 200
    assert Session.objects.get(session_key=later.session.session_key).way == "outside"
    assert AuditRow.objects.filter(verb="registry.link_outside").count() == 1


def test_a_pupil_is_linked_by_card_and_pictures_with_a_cookie_that_ends_with_the_browser(
    cast: Cast, provider: Running
) -> None:
    client = Client()
    come_back(client, provider, "pupil-1")
    card = ClassCard.objects.unscoped("test").get(person_id=cast.pupils[0].id)
    client.get(f"/c/{secrets.card_token(card.id, card.token_serial)}")
    pin = "-".join(secrets.pin_pictures(card.id, card.pin_serial))
    assert client.post("/sign-in/pictures/", {"pin": pin})["Location"] == "/account/links/confirm/"
    client.post("/account/links/confirm/", {"link": "yes"})
    later = Client()
    come_back(later, provider, "pupil-1")
    assert later.get("/account/").status_code == 200
    assert later.cookies["sessionid"]["max-age"] == ""


def test_a_guardian_is_linked_with_the_family_code(cast: Cast, provider: Running) -> None:
    code = services.give_family_code(actor=cast.admin, person_id=cast.pupils[1].id)
    client = Client()
    come_back(client, provider, "mother")
    given = {
        "code": code,
        "relation": "母亲",
        "name": "新家长",
        "username": "new.mother",
        "new_password": PASSWORD,
    }
    assert client.post("/sign-in/family/", given)["Location"] == "/account/links/confirm/"
    client.post("/account/links/confirm/", {"link": "yes"})
    assert SocialAccount.objects.get().user.username == "new.mother"


def test_whoever_says_no_is_in_but_not_linked(cast: Cast, provider: Running) -> None:
    client = Client()
    come_back(client, provider, "somebody")
    client.post("/sign-in/", {"username": cast.account("teacher").username, "password": PASSWORD})
    assert client.post("/account/links/confirm/", {"link": "no"})["Location"] == "/"
    assert not SocialAccount.objects.exists()
    assert client.get("/account/").status_code == 200


def test_somebody_signed_in_links_from_the_account_page_and_takes_it_away_again(
    cast: Cast, provider: Running
) -> None:
    client = cast.client("teacher")
    assert "去连" in client.get("/account/").content.decode()
    assert come_back(client, provider, "shen@city")["Location"] == "/account/links/confirm/"
    client.post("/account/links/confirm/", {"link": "yes"})
    assert "解开" in client.get("/account/").content.decode()
    assert client.post("/account/links/city/remove/")["Location"] == "/account/?done=unlinked"
    assert not SocialAccount.objects.exists()
    assert client.post("/account/links/city/remove/").status_code == 404


def test_one_outside_account_belongs_to_one_person_and_one_person_has_one(
    cast: Cast, provider: Running
) -> None:
    link(Client(), provider, cast, "shen@city", cast.account("teacher").username or "")
    head = cast.client("head")
    come_back(head, provider, "shen@city")
    assert SocialAccount.objects.get().user_id == cast.account("teacher").id
    answer = head.post("/account/links/confirm/", {"link": "yes"})
    assert answer.status_code == 409 and "已经连到别人" in answer.content.decode()
    teacher = cast.client("teacher")
    come_back(teacher, provider, "another")
    answer = teacher.post("/account/links/confirm/", {"link": "yes"})
    assert answer.status_code == 409 and "已经连了另一个" in answer.content.decode()


def test_a_closed_account_does_not_come_in_from_outside(cast: Cast, provider: Running) -> None:
    link(Client(), provider, cast, "shen@city", cast.account("teacher").username or "")
    Account.objects.filter(id=cast.account("teacher").id).update(is_active=False)
    client = Client()
    answer = come_back(client, provider, "shen@city")
    assert answer.status_code == 403 and "停用" in answer.content.decode()
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("kind", ["nonce", "audience", "party", "issuer", "expired", "signature", "none"])
def test_a_token_that_is_wrong_in_any_part_opens_nothing(cast: Cast, provider: Running, kind: str) -> None:
    link(Client(), provider, cast, "shen@city", cast.account("teacher").username or "")
    provider.fault(kind)
    client = Client()
    answer = come_back(client, provider, "shen@city")
    page = answer.content.decode()
    assert answer.status_code == 403 and "送来的证明不对" in page and "回到登录页" in page
    assert client.get("/account/").status_code == 302


def test_an_answer_that_nobody_asked_for_or_that_came_already(cast: Cast, provider: Running) -> None:
    client = Client()
    back = provider.log_in(out(client), "shen@city")
    stranger = Client().get(back)
    assert stranger.status_code == 422 and "已经失效" in stranger.content.decode()
    changed = back.replace("state=", "state=x")
    assert "已经失效" in client.get(changed).content.decode()
    assert client.get(back)["Location"] == "/sign-in/"
    assert "已经失效" in client.get(back).content.decode()


def test_an_answer_of_another_issuer(cast: Cast, provider: Running) -> None:
    client = Client()
    back = provider.log_in(out(client), "shen@city")
    assert "iss=" in back
    wrong = back.split("iss=")[0] + "iss=http%3A%2F%2Flocalhost%3A1"
    assert client.get(wrong).status_code == 403


def test_a_code_made_up_by_somebody(cast: Cast, provider: Running) -> None:
    client = Client()
    state = parse_qs(urlsplit(out(client)).query)["state"][0]
    answer = client.get(f"/sign-in/back/city/?state={state}&code=made-up")
    assert answer.status_code == 503 and "什么也没有改" in answer.content.decode()


def test_somebody_who_turns_back_at_the_provider(cast: Cast, provider: Running) -> None:
    client = Client()
    answer = client.get(provider.log_in(out(client), "x", cancel=True))
    assert "取消" in answer.content.decode() and answer.status_code == 422


def test_a_provider_that_is_down(cast: Cast, tmp_path: Path, settings: Any) -> None:
    settings.OIDC_FILE = str(write(tmp_path / "down.yaml", f"http://localhost:{free_port()}"))
    answer = Client().get("/sign-in/with/city/")
    page = answer.content.decode()
    assert answer.status_code == 503 and "现在连不上示例市统一身份认证" in page and "原来的办法" in page


def test_a_provider_for_some_only(cast: Cast, provider: Running, tmp_path: Path, settings: Any) -> None:
    settings.OIDC_FILE = str(write(tmp_path / "some.yaml", provider.issuer, **{"for": ["pupil"]}))
    client = cast.client("teacher")
    come_back(client, provider, "shen@city")
    answer = client.post("/account/links/confirm/", {"link": "yes"})
    assert answer.status_code == 409 and not SocialAccount.objects.exists()


def test_a_provider_of_one_school(cast: Cast, provider: Running, tmp_path: Path, settings: Any) -> None:
    settings.OIDC_FILE = str(write(tmp_path / "school.yaml", provider.issuer, school="3111009999"))
    client = cast.client("teacher")
    come_back(client, provider, "shen@city")
    answer = client.post("/account/links/confirm/", {"link": "yes"})
    assert answer.status_code == 409 and "只给那所学校" in answer.content.decode()


def test_without_a_file_nothing_is_offered_and_nothing_asked(cast: Cast, settings: Any) -> None:
    settings.OIDC_FILE = ""
    client = Client()
    assert "统一身份" not in client.get("/sign-in/").content.decode()
    assert client.get("/sign-in/with/")["Location"] == "/sign-in/"
    assert client.get("/sign-in/with/city/").status_code == 404
    assert client.get("/sign-in/back/city/?code=x&state=y").status_code == 404
