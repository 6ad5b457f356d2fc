"""Each refusal over HTTP: the page a person meets, the answer a program gets, the line in the log; and what stays as it was."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.resources.lti import services
from qiming.resources.lti.models import LtiKey, LtiLaunch, LtiLine, LtiNote, LtiScore, LtiToken, LtiTool
from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.names import (
    ASSERTION_TYPE,
    CONTENT_ITEMS,
    DEEP_DATA,
    DEPLOYMENT,
    LTI_VERSION,
    MESSAGE_TYPE,
    SCOPES,
    SCORE,
)
from qiming.resources.lti.protocol.refusals import SAYS, Code, Refused
from qiming.resources.lti.services import access_tokens, platform_keys, tool_keys
from qiming.resources.lti.services.scores import receive
from qiming.resources.lti.tests.conftest import BASE, OTHER_KEY, TOOL, TOOL_KEY, Scene, facts
from qiming.resources.lti.types import Kept, ToolState


def begun(scene: Scene, client: Client, **more: str) -> dict[str, str]:
    """A launch is begun; what a tool of good conduct asks next."""
    answer = client.post(f"/lti/links/{scene.link.id}/start/", {"frame": "1"})
    assert answer.status_code == 303, answer.content.decode()
    came = dict(parse_qsl(urlsplit(answer["Location"]).query))
    return {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": came["client_id"],
        "redirect_uri": f"{TOOL}/launch",
        "state": "s",
        "nonce": new_id().hex,
        "login_hint": came["login_hint"],
        "lti_message_hint": came["lti_message_hint"],
        **more,
    }


def last_code(scene: Scene) -> str:
    note = LtiNote.objects.unscoped("test").filter(tool=scene.tool).order_by("-id").first()
    return note.code if note else ""


def asks(client: Client, asked: dict[str, str], code: Code) -> str:
    """The person meets a page that says what happened; nothing is told to the tool."""
    answer = client.get("/lti/authorize", asked)
    page = answer.content.decode()
    assert answer.status_code in {400, 403, 409} and SAYS[code].happened in page and code.value in page
    assert 'name="id_token"' not in page and "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    return page


WRONG_LOGINS: dict[str, tuple[dict[str, str], Code]] = {
    "an unknown redirect": ({"redirect_uri": f"{TOOL}/elsewhere"}, Code.WRONG_REDIRECT),
    "a redirect that begins alike": ({"redirect_uri": f"{TOOL}/launch/../x"}, Code.WRONG_REDIRECT),
    "no redirect": ({"redirect_uri": ""}, Code.WRONG_REDIRECT),
    "no openid": ({"scope": "profile"}, Code.BAD_LOGIN),
    "a code wanted": ({"response_type": "code"}, Code.BAD_LOGIN),
    "the answer in the address": ({"response_mode": "query"}, Code.BAD_LOGIN),
    "a prompt": ({"prompt": "login"}, Code.BAD_LOGIN),
    "no nonce": ({"nonce": ""}, Code.NONCE_MISSING),
    "no hint": ({"lti_message_hint": ""}, Code.BAD_LOGIN),
    "a hint of nothing": ({"lti_message_hint": str(new_id())}, Code.LAUNCH_EXPIRED),
    "another login hint": ({"login_hint": "x"}, Code.OTHER_PERSON),
}


@pytest.mark.parametrize(("more", "code"), WRONG_LOGINS.values(), ids=WRONG_LOGINS)
def test_a_login_that_does_not_do(scene: Scene, more: dict[str, str], code: Code) -> None:
    client = scene.cast.pupil_client(0)
    asked = begun(scene, client)
    asks(client, asked | more, code)
    assert last_code(scene) == code.value
    assert client.get("/lti/authorize", asked).status_code == 200, "the right question still gets its answer"


def test_a_stranger_and_an_unknown_tool(scene: Scene) -> None:
    client = scene.cast.pupil_client(0)
    asked = begun(scene, client)
    before = LtiNote.objects.unscoped("test").count()
    asks(client, asked | {"client_id": "nobody"}, Code.UNKNOWN_TOOL)
    assert LtiNote.objects.unscoped("test").count() == before, "strangers do not fill the log"
    unknown = Client().get("/lti/authorize", asked)
    assert unknown.status_code == 403 and f"/lti/links/{scene.link.id}/?window=1" in unknown.content.decode()


def test_a_launch_is_of_one_person_once_and_soon(scene: Scene) -> None:
    client, other = scene.cast.pupil_client(0), scene.cast.pupil_client(1)
    asked = begun(scene, client)
    asks(other, asked, Code.OTHER_PERSON)
    posted = Client().post("/lti/authorize", asked)
    assert posted.status_code == 303, "a form of the tool becomes a question by address"
    page = client.get(posted["Location"]).content.decode()
    assert f'action="{TOOL}/launch"' in page and "id_token" in page
    asks(client, asked, Code.LAUNCH_USED)
    again = begun(scene, client, nonce=asked["nonce"])
    asks(client, again, Code.NONCE_REPLAYED)
    late = begun(scene, client)
    with time.frozen(time.now() + timedelta(minutes=6)):
        asks(client, late, Code.LAUNCH_EXPIRED)
    assert scene.gate.counted == 1, "what was refused is not counted"


def test_what_the_gate_refuses_is_said_in_its_words(scene: Scene) -> None:
    client = scene.cast.pupil_client(0)
    asked = begun(scene, client)
    scene.gate.no = "家里还没有同意用它。"
    assert "家里还没有同意用它" in asks(client, asked, Code.NOT_ALLOWED)
    for url in (f"/lti/links/{scene.link.id}/", f"/lti/links/{scene.link.id}/start/"):
        answer = client.get(url) if url.endswith(f"{scene.link.id}/") else client.post(url)
        assert answer.status_code == 409 and "家里还没有同意用它" in answer.content.decode()
    assert LtiLaunch.objects.unscoped("test").filter(used_at=None).count() == 1


def test_nobody_of_another_class_or_none_opens_it(scene: Scene) -> None:
    for who in ("other_teacher", "guardian", "head", "city_officer"):
        assert scene.cast.client(who).get(f"/lti/links/{scene.link.id}/").status_code in {403, 404}
        assert scene.cast.client(who).post(f"/lti/links/{scene.link.id}/start/").status_code in {403, 404}


def test_a_changed_tool_opens_only_after_somebody_looked(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []

    def changed(**said: Any) -> bool:
        told.append(said)
        return True

    monkeypatch.setattr("qiming.assurance.services.note_tool_changed", changed)
    officer, client = scene.cast.actor("city_officer"), scene.cast.pupil_client(0)
    asked = begun(scene, client)
    token = bearer(scene)
    same: dict[str, Any] = {
        "actor": officer,
        "tool_id": scene.tool.id,
        "product_id": scene.tool.product_id,
        "in_frame": True,
    }
    services.change(**same, facts=facts(name="换了名字"))
    assert scene.fresh().is_checked and not told
    services.change(**same, facts=facts(key_set=None, key_set_url=f"{TOOL}/jwks"))
    assert not scene.fresh().is_checked and len(told) == 1
    asks(client, asked, Code.NEEDS_RETEST)
    assert Client().get(members(scene), headers=token).json()["error_description"].startswith("needs-retest")
    with pytest.raises(UserError):
        services.confirm(actor=officer, tool_id=scene.tool.id, digest_seen="what stood there before")
    services.confirm(actor=officer, tool_id=scene.tool.id, digest_seen=scene.fresh().digest)
    assert client.get("/lti/authorize", asked).status_code == 200


def test_a_stopped_tool_is_stopped_at_once(scene: Scene) -> None:
    officer, client = scene.cast.actor("city_officer"), scene.cast.pupil_client(0)
    asked, token = begun(scene, client), bearer(scene)
    services.set_paused(actor=officer, tool_id=scene.tool.id, paused=True)
    asks(client, asked, Code.TOOL_PAUSED)
    assert Client().get(members(scene), headers=token).status_code == 401
    assert granted(scene).status_code == 403
    services.set_paused(actor=officer, tool_id=scene.tool.id, paused=False)
    assert scene.fresh().state == ToolState.ACTIVE and granted(scene).status_code == 200


# --- tokens -----------------------------------------------------------------------------------------------


def granted(scene: Scene, key: str = TOOL_KEY, *, scope: str = " ".join(SCOPES), **more: Any) -> Any:
    claims = {"sub": scene.tool.client_id, "aud": f"{BASE}/lti/token", "jti": new_id().hex} | more
    asked = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": scene.signed(key, **claims),
        "scope": scope,
    }
    return Client().post("/lti/token", asked)


def bearer(scene: Scene, scope: str = " ".join(SCOPES)) -> dict[str, str]:
    body = granted(scene, scope=scope).json()
    return {"Authorization": f"Bearer {body['access_token']}"}


def members(scene: Scene) -> str:
    return f"/lti/links/{scene.link.id}/members"


WRONG_ASSERTIONS: dict[str, tuple[dict[str, Any], int, Code]] = {
    "for another platform": ({"aud": "https://other.example"}, 401, Code.WRONG_AUDIENCE),
    "another subject": ({"sub": "other"}, 401, Code.WRONG_ISSUER),
    "an unknown tool": ({"iss": "other"}, 401, Code.UNKNOWN_TOOL),
    "over": ({"iat": 1, "exp": 2}, 401, Code.EXPIRED),
    "no number": ({"jti": None}, 401, Code.MALFORMED),
    "a key not in the set": ({"key": OTHER_KEY}, 401, Code.UNKNOWN_KEY),
    "a scope we do not have": ({"scope": "everything"}, 403, Code.WRONG_SCOPE),
}


@pytest.mark.parametrize(("more", "status", "code"), WRONG_ASSERTIONS.values(), ids=WRONG_ASSERTIONS)
def test_no_token_for_a_bad_assertion(scene: Scene, more: dict[str, Any], status: int, code: Code) -> None:
    answer = granted(scene, **more)
    assert answer.status_code == status and code.value in answer.json()["error_description"]
    assert not LtiToken.objects.exists()


def test_a_token_is_for_an_hour_for_its_scopes_and_each_assertion_for_once(scene: Scene) -> None:
    number = new_id().hex
    assert granted(scene, jti=number).status_code == 200
    assert "replayed" in granted(scene, jti=number).json()["error_description"]
    only_scores = bearer(scene, SCORE)
    assert Client().get(members(scene), headers=only_scores).status_code == 403
    token = bearer(scene)
    assert Client().get(members(scene), headers=token).status_code == 200
    with time.frozen(time.now() + timedelta(minutes=61)):
        assert Client().get(members(scene), headers=token).status_code == 401
    for said in ("", "Bearer", "Bearer x", "Basic x"):
        assert Client().get(members(scene), headers={"Authorization": said}).status_code == 401
    odd = Client().post("/lti/token", {"client_assertion": "x"})
    assert odd.status_code == 401 and odd.json()["error"] == "invalid_client"
    wrong = Client().post("/lti/token", {"client_assertion": scene.signed(), "grant_type": "password"})
    assert wrong.status_code == 400


def test_a_tool_sees_nothing_of_another_tool(scene: Scene) -> None:
    other = services.register(
        actor=scene.cast.actor("city_officer"),
        place_id=scene.cast.city.id,
        facts=facts(name="另一个", key_set={"keys": [keys.public(OTHER_KEY)]}),
        product_id=None,
        in_frame=True,
    )
    LtiTool.objects.unscoped("test").filter(id=other.id).update(product_id=new_id())
    mine, scene.tool = scene.tool, LtiTool.objects.unscoped("test").get(id=other.id)
    token = {"Authorization": f"Bearer {granted(scene, OTHER_KEY).json()['access_token']}"}
    scene.tool = mine
    line = f"/lti/links/{scene.link.id}/lines/{scene.line.id}"
    for url in (members(scene), line, f"{line}/results", f"/lti/links/{scene.link.id}/lines"):
        assert Client().get(url, headers=token).status_code == 404, url
    sent = Client().post(f"{line}/scores", score(scene), content_type="application/json", headers=token)
    assert sent.status_code == 404 and not LtiScore.objects.unscoped("test").exists()


# --- scores -----------------------------------------------------------------------------------------------


def score(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "userId": scene.pseudonym(scene.cast.pupils[0].id),
        "timestamp": time.now().isoformat(),
        "scoreGiven": 8,
        "scoreMaximum": 10,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    } | more


def send(scene: Scene, body: Any, token: dict[str, str]) -> Any:
    url = f"/lti/links/{scene.link.id}/lines/{scene.line.id}/scores"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic("POST", url, data, content_type="application/json", headers=token)


def test_scores_newest_counts_older_is_kept_and_refused(scene: Scene) -> None:
    token, moment = bearer(scene), time.now()
    assert send(scene, score(scene, timestamp=moment.isoformat()), token).status_code == 204
    older = score(scene, scoreGiven=2, timestamp=(moment - timedelta(hours=1)).isoformat())
    assert send(scene, older, token).status_code == 409
    newer = score(scene, scoreGiven=9, timestamp=(moment + timedelta(seconds=1)).isoformat())
    assert send(scene, newer, token).status_code == 204
    assert send(scene, newer, token).status_code == 204, "the same again does no harm"
    rows = LtiScore.objects.unscoped("test").order_by("id")
    assert [one.state for one in rows] == [Kept.REPLACED, Kept.OLDER, Kept.REPLACED, Kept.SHOWN]
    assert [one.given for one in rows if one.is_current] == [9.0]
    shown = rows.get(is_current=True)
    with pytest.raises(UserError):
        services.resend(actor=scene.cast.teacher, score_id=shown.id)


def test_what_is_no_score_or_about_nobody_changes_nothing(scene: Scene) -> None:
    token = bearer(scene)
    stranger = scene.pseudonym(scene.cast.other_pupils[0].id)
    teacher = scene.pseudonym(scene.cast.people["teacher"])
    for body, status in (
        (b"{", 400),
        (b"[" * 30_000, 400),
        ("\ud800".encode("utf-16-le", "surrogatepass"), 400),
        (score(scene, scoreGiven=-1), 422),
        (score(scene, userId=stranger), 404),
        (score(scene, userId=teacher), 404),
        (score(scene, userId=str(scene.cast.pupils[0].id)), 404),
    ):
        assert send(scene, body, token).status_code == status
    assert send(scene, b"x" * 70_000, token).status_code == 413
    assert not LtiScore.objects.unscoped("test").exists()
    scene.gate.no = "家里不同意。"
    assert send(scene, score(scene), token).status_code == 403


def test_a_held_score_is_shown_when_what_held_it_is_over(scene: Scene) -> None:
    pupil = scene.cast.pupils[0]
    row = LtiScore.objects.create(
        scope_path=scene.link.scope_path,
        line=scene.line,
        person_id=pupil.id,
        given=7,
        max_score=10,
        activity="Completed",
        grading="FullyGraded",
        at=time.now(),
        state=Kept.HELD.value,
        why="学生现在不在这个班",
    )
    for who in ("other_teacher", "admin"):
        assert scene.cast.client(who).post(f"/lti/scores/{row.id}/resend/").status_code in {403, 404}
    assert scene.cast.client("teacher").post(f"/lti/scores/{row.id}/resend/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.is_current, row.tries) == (Kept.SHOWN, True, 2)


def test_a_removed_link_takes_nothing_more_and_keeps_what_came(scene: Scene) -> None:
    token = bearer(scene)
    assert send(scene, score(scene), token).status_code == 204
    teacher = scene.cast.client("teacher")
    assert teacher.post(f"/lti/links/{scene.link.id}/remove/").status_code == 302
    assert teacher.post(f"/lti/links/{scene.link.id}/remove/").status_code == 302
    assert send(scene, score(scene), token).status_code == 404
    assert "送回1条成绩" in teacher.get(f"/lti/links/{scene.link.id}/scores/").content.decode()
    with pytest.raises(Refused):
        from qiming.resources.lti.protocol.grades import score_of

        receive(scene.tool, scene.link.id, scene.line.id, score_of(score(scene)))


# --- deep linking -----------------------------------------------------------------------------------------


def test_an_answer_of_a_choice_is_looked_at_from_every_side(scene: Scene) -> None:
    teacher = scene.cast.teacher
    launch = services.begin_choice(
        actor=teacher, tool_id=scene.tool.id, class_id=scene.cast.klass.id, lesson_key="g7l1"
    )
    LtiLaunch.objects.unscoped("test").filter(id=launch.id).update(used_at=time.now())
    good: dict[str, Any] = {
        MESSAGE_TYPE: "LtiDeepLinkingResponse",
        LTI_VERSION: "1.3.0",
        DEPLOYMENT: scene.deployment_id,
        DEEP_DATA: str(launch.id),
        CONTENT_ITEMS: [{"type": "link", "url": f"{TOOL}/page", "title": "<b>读</b>"}],
    }
    for more, code in (
        ({DEPLOYMENT: "another"}, Code.WRONG_DEPLOYMENT),
        ({"aud": "https://other.example"}, Code.WRONG_AUDIENCE),
        ({"iss": "other"}, Code.UNKNOWN_TOOL),
        ({"iat": 1, "exp": 2}, Code.EXPIRED),
        ({DEEP_DATA: str(new_id())}, Code.LAUNCH_EXPIRED),
        ({DEEP_DATA: "x"}, Code.WRONG_MESSAGE),
        ({MESSAGE_TYPE: "LtiResourceLinkRequest"}, Code.WRONG_MESSAGE),
    ):
        answer = Client().post("/lti/deep-links", {"JWT": scene.signed(**{**good, **more})})
        assert answer.status_code in {400, 401} and code.value in answer.content.decode(), code
    for token in ("", "x.y.z", scene.signed(OTHER_KEY, **good)):
        assert Client().post("/lti/deep-links", {"JWT": token}).status_code == 400
    taken = Client().post("/lti/deep-links", {"JWT": scene.signed(**good)})
    assert taken.status_code == 303
    page = scene.cast.client("teacher").get(taken["Location"]).content.decode()
    assert "&lt;b&gt;读" in page
    assert scene.cast.client("other_teacher").get(taken["Location"]).status_code == 404
    assert Client().post("/lti/deep-links", {"JWT": scene.signed(**good)}).status_code == 400
    placing: dict[str, Any] = {"actor": teacher, "launch_id": launch.id, "instead": "看课本"}
    for picked in ([], [5]):
        with pytest.raises(UserError):
            services.place(**placing, picked=picked)
    assert len(services.place(**placing, picked=[0, 0])) == 1
    with pytest.raises(UserError):
        services.place(**placing, picked=[0])


# --- keys -------------------------------------------------------------------------------------------------


def test_our_keys_change_without_a_gap(scene: Scene) -> None:
    first = Client().get("/lti/jwks").json()["keys"]
    assert len(first) == 1 and not {"d", "p", "q"} & set(first[0])
    officer = scene.cast.client("city_officer")
    assert officer.post("/lti/keys/", {"act": "next"}).status_code == 302
    assert officer.post("/lti/keys/", {"act": "next"}).status_code == 409
    assert len(Client().get("/lti/jwks").json()["keys"]) == 2

    def kid() -> str:
        head = platform_keys.sign({"a": 1}).partition(".")[0]
        import base64

        return str(json.loads(base64.urlsafe_b64decode(head + "==="))["kid"])

    assert kid() == first[0]["kid"]
    with time.frozen(time.now() + timedelta(days=1, minutes=1)):
        assert kid() != first[0]["kid"] and len(Client().get("/lti/jwks").json()["keys"]) == 2
    with time.frozen(time.now() + timedelta(days=3, minutes=1)):
        assert len(Client().get("/lti/jwks").json()["keys"]) == 1
    officer.post("/lti/keys/", {"act": "at_once"})
    left = Client().get("/lti/jwks").json()["keys"]
    assert [one["kid"] for one in left] == [kid()] and kid() != first[0]["kid"]
    assert b'"d"' not in bytes(LtiKey.objects.order_by("id")[0].sealed)


def test_a_tools_key_set_is_fetched_once_and_again_for_an_unknown_key(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    now_there = [keys.public(TOOL_KEY)]

    def there(url: str) -> Any:
        asked.append(url)
        return {"keys": list(now_there)}

    monkeypatch.setattr(tool_keys, "asked", there)
    LtiTool.objects.unscoped("test").filter(id=scene.tool.id).update(
        key_set=None, key_set_url=f"{TOOL}/jwks", fetched_keys=None, fetched_at=None
    )
    tool = scene.fresh()
    LtiTool.objects.unscoped("test").filter(id=tool.id).update(digest="", checked_digest="")
    assert granted(scene).status_code == 200 and granted(scene).status_code == 200
    assert len(asked) == 1
    assert granted(scene, OTHER_KEY).status_code == 401 and len(asked) == 1, "not more than once a minute"
    now_there.append(keys.public(OTHER_KEY))
    with time.frozen(time.now() + timedelta(minutes=2)):
        assert granted(scene, OTHER_KEY).status_code == 200 and len(asked) == 2
    assert timedelta(hours=1) == access_tokens.LIFE


def test_an_unlisted_address_is_never_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QIMING_OUTWARD", raising=False)
    with pytest.raises(Refused) as refused:
        tool_keys.asked("https://127.0.0.1/jwks")
    assert refused.value.code is Code.KEYS_UNREACHABLE
    page = scene.cast.client("city_officer").post(f"/lti/tools/{scene.tool.id}/check/").content.decode()
    assert "没有列入外连名单" in page and "有1把能用的 RSA 公钥" in page


# --- officers' pages --------------------------------------------------------------------------------------


def test_an_officer_registers_by_hand_and_mistakes_are_said_at_their_field(scene: Scene) -> None:
    officer = scene.cast.client("district_officer")
    given = {
        "name": "新工具",
        "place": str(scene.cast.district.id),
        "login_url": f"{TOOL}/login",
        "launch_url": f"{TOOL}/launch",
        "redirect_urls": f"{TOOL}/launch\n",
        "key_set": keys.private(TOOL_KEY).as_pem(private=False).decode(),
        "scopes": [SCORE],
        "custom": "a=b",
    }
    for more, said in (
        ({"login_url": "http://tool.example.cn/"}, "https"),
        ({"key_set": "不是钥匙"}, "读不懂"),
        ({"key_set": keys.private(TOOL_KEY).as_pem(private=True).decode()}, "RSA 公钥"),
        ({"name": ""}, "请写名称"),
        ({"place": str(scene.cast.city.id)}, "有效"),
    ):
        wrong = officer.post("/lti/tools/new/", given | more)
        assert wrong.status_code == 422 and said in wrong.content.decode(), said
        assert f"{TOOL}/launch" in wrong.content.decode()
    done = officer.post("/lti/tools/new/", given)
    assert done.status_code == 302
    page = officer.get(done["Location"]).content.decode()
    assert "还没有对应的准入产品" in page and "openid-configuration" in page
    assert "新工具" in officer.get("/lti/tools/").content.decode()
    assert officer.get(f"/lti/tools/{scene.tool.id}/").status_code == 404, "the city's own"
    for who in ("teacher", "admin", "head", "guardian"):
        assert scene.cast.client(who).get("/lti/tools/").status_code == 403


def test_the_pages_of_officer_and_teacher_ask_few_questions(
    scene: Scene, django_assert_max_num_queries: Any
) -> None:
    officer, teacher = scene.cast.client("city_officer"), scene.cast.client("teacher")
    officer.get("/lti/tools/")
    with django_assert_max_num_queries(14):
        assert officer.get("/lti/tools/").status_code == 200
    assert LtiLine.objects.unscoped("test").count() == 1
    with django_assert_max_num_queries(18):
        assert teacher.get(f"/lti/links/{scene.link.id}/scores/").status_code == 200
