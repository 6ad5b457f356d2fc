"""The protocol without a database: every message that is refused, and why."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.resources.lti.protocol import claims, deeplinks, facts, grades, keys, registering, rosters, tokens
from qiming.resources.lti.protocol.names import (
    AGS,
    CONTENT_ITEMS,
    CONTEXT,
    CUSTOM,
    DEEP_DATA,
    DEPLOYMENT,
    GRADE,
    LTI_VERSION,
    MESSAGE_TYPE,
    NRPS,
    SCORE,
    Plain,
)
from qiming.resources.lti.protocol.refusals import SAYS, Code, Refused
from qiming.resources.lti.tests.conftest import OTHER_KEY, TOOL, TOOL_KEY
from qiming.resources.lti.tests.conftest import facts as tool_facts

NOW = 1_800_000_000
SET = {"keys": [keys.public(TOOL_KEY)]}
US = tokens.Expected("tool", ("https://qiming.example",))
GOOD: Plain = {"iss": "tool", "aud": "https://qiming.example", "iat": NOW, "exp": NOW + 60}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unsigned(header: Plain, body: Plain = GOOD, signature: bytes = b"") -> str:
    return ".".join((b64(json.dumps(header).encode()), b64(json.dumps(body).encode()), b64(signature)))


def confused() -> str:
    """Signed by HMAC with our idea of the tool's public key as the secret."""
    text = unsigned({"alg": "HS256", "kid": "tool-1"}).rpartition(".")[0]
    secret = json.dumps(SET["keys"][0]).encode()
    return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def signed(key: str = TOOL_KEY, **more: Any) -> str:
    return tokens.sign({**GOOD, **more}, key)


BAD_TOKENS = {
    "no token": ("", Code.MALFORMED),
    "two parts": ("a.b", Code.MALFORMED),
    "no json": ("a.b.c", Code.MALFORMED),
    "not ascii": ("é.é.é", Code.MALFORMED),
    "huge": ("a" * (tokens.MAX_CHARS + 1), Code.MALFORMED),
    "header is a list": (f"{b64(b'[]')}.{b64(b'{}')}.x", Code.MALFORMED),
    "deep header": (f"{b64(b'[' * 100_000)}.{b64(b'{}')}.x", Code.MALFORMED),
    "alg none": (unsigned({"alg": "none"}), Code.WRONG_ALGORITHM),
    "alg None": (unsigned({"alg": "None", "kid": "tool-1"}), Code.WRONG_ALGORITHM),
    "no alg": (unsigned({}), Code.WRONG_ALGORITHM),
    "HS256 with the public key": (confused(), Code.WRONG_ALGORITHM),
    "RS512": (unsigned({"alg": "RS512", "kid": "tool-1"}, signature=b"x" * 256), Code.WRONG_ALGORITHM),
    "empty signature": (unsigned({"alg": "RS256", "kid": "tool-1"}), Code.BAD_SIGNATURE),
    "key not in the set": (signed(OTHER_KEY), Code.UNKNOWN_KEY),
    "another key under a known kid": (
        tokens.sign(GOOD, json.dumps({**json.loads(OTHER_KEY), "kid": "tool-1"})),
        Code.BAD_SIGNATURE,
    ),
    "changed payload": (
        signed().replace(signed().split(".")[1], b64(json.dumps(GOOD | {"x": 1}).encode())),
        Code.BAD_SIGNATURE,
    ),
    "another issuer": (signed(iss="other"), Code.WRONG_ISSUER),
    "no issuer": (signed(iss=None), Code.WRONG_ISSUER),
    "another audience": (signed(aud="https://other.example"), Code.WRONG_AUDIENCE),
    "no audience": (signed(aud=[]), Code.WRONG_AUDIENCE),
    "audiences, meant for another": (
        signed(aud=["https://qiming.example", "https://other.example"], azp="https://other.example"),
        Code.WRONG_AUDIENCE,
    ),
    "over": (signed(iat=NOW - 600, exp=NOW - 61), Code.EXPIRED),
    "from the future": (signed(iat=NOW + 61, exp=NOW + 90), Code.CLOCK),
    "for a day": (signed(exp=NOW + 86400), Code.TOO_LONG),
    "no end": (signed(exp=None), Code.MALFORMED),
    "end is a word": (signed(exp="tomorrow"), Code.MALFORMED),
    "end is true": (signed(exp=True), Code.MALFORMED),
}


@pytest.mark.parametrize(("token", "code"), BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_a_bad_token_is_refused_by_name(token: str, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        tokens.read(token, SET, US, now_s=NOW)
    assert refused.value.code is code
    assert refused.value.says.happened and refused.value.says.mend


def test_good_tokens() -> None:
    assert tokens.read(signed(), SET, US, now_s=NOW)["iss"] == "tool"
    assert tokens.read(signed(aud=["https://qiming.example"]), SET, US, now_s=NOW + 100)
    two = {"keys": [keys.public(OTHER_KEY), keys.public(TOOL_KEY)]}
    assert tokens.read(signed(), two, US, now_s=NOW)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for token in (text, f"{text}.{text}.{text}"):
        with pytest.raises(Refused):
            tokens.read(token, SET, US, now_s=NOW)


def test_every_refusal_says_what_happened_and_what_to_do() -> None:
    assert set(SAYS) == set(Code)
    assert all(
        one.happened and one.mend and one.status in {400, 401, 403, 404, 409, 422} for one in SAYS.values()
    )


SMALL = {"kty": "RSA", "kid": "x", "e": "AQAB", "n": b64(b"\xff" * 128)}
BAD_SETS: dict[str, Any] = {
    "nothing": None,
    "a list": [],
    "no keys": {"keys": []},
    "too many": {"keys": [keys.public(TOOL_KEY)] * 21},
    "a word": "nothing",
    "an elliptic key": {"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}]},
    "a secret": {"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]},
    "for encryption": {"keys": [keys.public(TOOL_KEY) | {"use": "enc"}]},
    "a private key": {"keys": [json.loads(TOOL_KEY)]},
    "a short key": {"keys": [SMALL]},
    "numbers that are none": {"keys": [{"kty": "RSA", "n": "!", "e": "!"}]},
    "a private PEM": "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
    "a broken PEM": "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----",
}


@pytest.mark.parametrize("document", BAD_SETS.values(), ids=BAD_SETS)
def test_a_bad_key_set_is_refused(document: Any) -> None:
    with pytest.raises(Refused) as refused:
        keys.tools_set(document)
    assert refused.value.code is Code.BAD_KEYS


def test_good_key_sets() -> None:
    public = keys.public(TOOL_KEY)
    assert "d" not in public and public["kid"] == "tool-1"
    assert keys.tools_set(public)["keys"] == [public]
    pem = keys.private(TOOL_KEY).as_pem(private=False).decode()
    taken = keys.tools_set(pem)
    assert tokens.read(signed(), {"keys": [taken["keys"][0]]}, US, now_s=NOW)
    mixed = {"keys": [{"kty": "EC"}, public]}
    assert keys.key_ids(keys.tools_set(mixed)) == {"tool-1"}


URLS = {
    "https://tool.example.cn/launch": True,
    "https://tool.example.cn:8443/a?b=1": True,
    "http://127.0.0.1:8765/launch": True,
    "http://tool.example.cn/": False,
    "https://user@tool.example.cn/": False,
    "https://tool.example.cn/#there": False,
    "javascript:alert(1)": False,
    "//tool.example.cn/": False,
    "https://tool.example.cn; script-src *": False,
    "https://a b.example/": False,
    "https://例.example/": False,
    "https://tool.example.cn:x/": False,
    "https://" + "a" * 1000: False,
    "": False,
}


@pytest.mark.parametrize(("url", "good"), URLS.items())
def test_addresses(url: str, good: bool) -> None:
    assert (facts.trouble_of_url(url) == "") is good


@given(st.text(max_size=40))
def test_an_origin_never_widens_a_policy(text: str) -> None:
    found = facts.origin(f"https://{text}")
    assert not any(one in found for one in "; '\",*\n")


def test_facts_that_decide_change_the_digest() -> None:
    before = tool_facts()
    assert before.digest == tool_facts(name="另一个名字", description="说明").digest
    assert before.digest == tool_facts(redirect_urls=before.redirect_urls[::-1]).digest
    for more in (
        {"launch_url": f"{TOOL}/other"},
        {"login_url": f"{TOOL}/other"},
        {"key_set_url": f"{TOOL}/jwks", "key_set": None},
        {"key_set": {"keys": [keys.public(OTHER_KEY)]}},
        {"scopes": ()},
        {"redirect_urls": (f"{TOOL}/launch",)},
        {"custom": (("a", "b"),)},
    ):
        assert tool_facts(**more).digest != before.digest
    assert before.origins == (TOOL,)


WRONG_FACTS: dict[str, dict[str, Any]] = {
    "name": {"name": " "},
    "login_url": {"login_url": "http://tool.example.cn/"},
    "launch_url": {"launch_url": ""},
    "redirect_urls": {"redirect_urls": ()},
    "deep_link_url": {"deep_link_url": "x"},
    "key_set_url": {"key_set": None},
    "scopes": {"scopes": ("everything",)},
    "custom": {"custom": (("", "x"),)},
    "description": {"description": "字" * 1001},
}


@pytest.mark.parametrize(("field", "more"), WRONG_FACTS.items())
def test_what_is_wrong_with_a_registration_is_said_at_its_field(field: str, more: dict[str, Any]) -> None:
    assert set(facts.troubles(tool_facts(**more))) == {field}
    assert facts.troubles(tool_facts()) == {}


def said(**more: Any) -> claims.Said:
    given: dict[str, Any] = {
        "issuer": "https://qiming.example",
        "client_id": "tool",
        "deployment_id": "d",
        "subject": "p-1",
        "role": "Learner",
        "nonce": "n",
        "now_s": NOW,
        "target_url": f"{TOOL}/launch",
        "context_id": "c-1",
        "class_label": "七年级（3）班",
        "grade": 7,
        "frame": True,
        "return_url": "https://qiming.example/back",
        "platform_id": "guid",
    }
    return claims.Said(**(given | more))


def test_a_launch_tells_no_name_and_no_more_than_it_must() -> None:
    told = claims.launch(said(), claims.Placed("l-1", "七乘八"), claims.Services())
    assert {one for one in told if "/" not in one} == {"iss", "aud", "azp", "sub", "iat", "exp", "nonce"}
    assert told[CONTEXT] == {"id": "c-1", "label": "七年级（3）班", "type": told[CONTEXT]["type"], GRADE: 7}
    assert AGS not in told and NRPS not in told and CUSTOM not in told
    text = json.dumps(told)
    assert not [
        word for word in ("given_name", "family_name", "email", "picture", "claim/lis") if word in text
    ]


def test_custom_parameters_are_filled_in_and_unknown_ones_left() -> None:
    custom = (("a", "$Context.label"), ("b", "$Person.name.full"), ("c", "七"), ("d", "$User.id"))
    told = claims.launch(said(), claims.Placed("l", "t", custom), claims.Services((SCORE,), "u", "v", "m"))
    assert told[CUSTOM] == {"a": "七年级（3）班", "b": "$Person.name.full", "c": "七", "d": "p-1"}
    assert told[AGS] == {"scope": [SCORE], "lineitems": "u", "lineitem": "v"}
    assert told[NRPS]["context_memberships_url"] == "m"


def answer(**more: Any) -> Plain:
    return {
        MESSAGE_TYPE: "LtiDeepLinkingResponse",
        LTI_VERSION: "1.3.0",
        DEPLOYMENT: "d",
        DEEP_DATA: "request",
        "nonce": "n",
        CONTENT_ITEMS: [],
    } | more


BAD_ANSWERS: dict[str, tuple[Plain, Code]] = {
    "another message": (answer(**{MESSAGE_TYPE: "LtiResourceLinkRequest"}), Code.WRONG_MESSAGE),
    "another version": (answer(**{LTI_VERSION: "1.1"}), Code.WRONG_MESSAGE),
    "another deployment": (answer(**{DEPLOYMENT: "e"}), Code.WRONG_DEPLOYMENT),
    "no nonce": (answer(nonce=""), Code.NONCE_MISSING),
    "no data": (answer(**{DEEP_DATA: None}), Code.WRONG_MESSAGE),
    "no list": (answer(**{CONTENT_ITEMS: {"a": 1}}), Code.BAD_CONTENT),
    "too many": (answer(**{CONTENT_ITEMS: [{}] * 21}), Code.BAD_CONTENT),
}


@pytest.mark.parametrize(("body", "code"), BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_bad_deep_linking_answer(body: Plain, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        deeplinks.read(body, deployment_id="d", launch_url=f"{TOOL}/launch", origins=[TOOL])
    assert refused.value.code is code


ITEMS: dict[str, tuple[Any, str]] = {
    "ours": ({"type": "ltiResourceLink", "title": "七乘八"}, ""),
    "a link": ({"type": "link", "url": f"{TOOL}/page", "title": "读一读"}, ""),
    "a link elsewhere": ({"type": "link", "url": "https://evil.example/"}, "地址不在"),
    "a script": ({"type": "link", "url": "javascript:alert(1)"}, "地址不在"),
    "a link to nowhere": ({"type": "link"}, "地址不在"),
    "a file": ({"type": "file", "url": f"{TOOL}/a.exe"}, "放不进课里"),
    "html": ({"type": "html", "html": "<script>"}, "放不进课里"),
    "a word": ("x", "放不进课里"),
    "a score of nothing": ({"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 0}}, "满分"),
    "a score that is true": ({"type": "ltiResourceLink", "lineItem": {"scoreMaximum": True}}, "满分"),
    "giant parameters": ({"type": "ltiResourceLink", "custom": {"a": "x" * 2000}}, "自定义参数"),
}


@pytest.mark.parametrize(("item", "why"), ITEMS.values(), ids=ITEMS)
def test_what_may_be_placed(item: Any, why: str) -> None:
    body = answer(**{CONTENT_ITEMS: [item]})
    found = deeplinks.read(body, deployment_id="d", launch_url=f"{TOOL}/launch", origins=[TOOL])
    assert (len(found.chosen), len(found.left_out)) == ((0, 1) if why else (1, 0))
    assert not why or why in found.left_out[0]


def test_a_chosen_activity_is_taken_whole() -> None:
    item = {
        "type": "ltiResourceLink",
        "url": f"{TOOL}/launch?x=1",
        "title": "七\u0000乘八" + "长" * 200,
        "custom": {"exercise": "times"},
        "lineItem": {"scoreMaximum": 10, "label": "口算", "resourceId": "r", "tag": "t"},
    }
    body = answer(**{CONTENT_ITEMS: [item]})
    one = deeplinks.read(body, deployment_id="d", launch_url=f"{TOOL}/launch", origins=[TOOL]).chosen[0]
    assert one.title.startswith("七 乘八") and len(one.title) == deeplinks.MAX_TITLE
    assert (one.max_score, one.score_label, one.resource_id, one.tag) == (10.0, "口算", "r", "t")
    assert one.custom == (("exercise", "times"),)


GOOD_SCORE: Plain = {
    "userId": "p-1",
    "timestamp": "2026-11-20T10:00:00.5+08:00",
    "scoreGiven": 8,
    "scoreMaximum": 10,
    "activityProgress": "Completed",
    "gradingProgress": "FullyGraded",
}
BAD_SCORES: dict[str, Any] = {
    "a list": [],
    "nobody": {"userId": ""},
    "no time": {"timestamp": None},
    "time without a place": {"timestamp": "2026-11-20T10:00:00"},
    "a time that is none": {"timestamp": "yesterday"},
    "an old time": {"timestamp": "0001-01-01T00:00:00Z"},
    "less than nothing": {"scoreGiven": -1},
    "no maximum": {"scoreMaximum": None},
    "a maximum of 0": {"scoreMaximum": 0},
    "not a number": {"scoreGiven": float("nan")},
    "without end": {"scoreGiven": float("inf")},
    "true": {"scoreGiven": True},
    "a progress of its own": {"activityProgress": "Done"},
    "a list for progress": {"gradingProgress": []},
    "a giant comment": {"comment": "x" * 3000},
    "a comment with NUL": {"comment": "\x00"},
}


@pytest.mark.parametrize("more", BAD_SCORES.values(), ids=BAD_SCORES)
def test_a_bad_score(more: Any) -> None:
    with pytest.raises(Refused) as refused:
        grades.score_of({**GOOD_SCORE, **more} if isinstance(more, dict) else more)
    assert refused.value.code is Code.BAD_SCORE


def test_scores_and_lines() -> None:
    assert grades.score_of(GOOD_SCORE).given == 8.0
    only_progress = {name: value for name, value in GOOD_SCORE.items() if not name.startswith("score")}
    assert grades.score_of(only_progress).given is None
    line = grades.line_of({"label": " 口算 ", "scoreMaximum": 10, "tag": "t"})
    assert grades.line_json(line, "u") == {"id": "u", "label": "口算", "scoreMaximum": 10.0, "tag": "t"}
    bodies: tuple[Any, ...] = (
        [],
        {},
        {"label": "x"},
        {"label": "x", "scoreMaximum": "10"},
        {"label": "x", "scoreMaximum": 1, "tag": 5},
    )
    for body in bodies:
        with pytest.raises(Refused):
            grades.line_of(body)
    assert grades.scaled(8, 10, 5) == 4.0


@pytest.mark.parametrize(
    ("limit", "page", "found"), [("", "", (100, 0)), ("5", "10", (5, 10)), ("999", "0", (100, 0))]
)
def test_pages_of_a_roster(limit: str, page: str, found: tuple[int, int]) -> None:
    assert rosters.page_of(limit, page) == found
    for bad in (("0", ""), ("x", ""), ("1", "-1"), ("1", "9" * 9)):
        with pytest.raises(Refused):
            rosters.page_of(*bad)


def registration(**more: Any) -> Plain:
    own = more.pop("own", {})
    return {
        "client_name": "口算练习",
        "initiate_login_uri": f"{TOOL}/login",
        "redirect_uris": [f"{TOOL}/launch"],
        "jwks_uri": f"{TOOL}/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": f"{SCORE} openid something-else",
        registering.TOOL: {
            "target_link_uri": f"{TOOL}/launch",
            "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{TOOL}/choose"}],
            "custom_parameters": {"a": "b"},
            **own,
        },
    } | more


def test_a_tool_registers_itself() -> None:
    found = registering.read(registration())
    assert (found.deep_link_url, found.scopes, found.custom) == (f"{TOOL}/choose", (SCORE,), (("a", "b"),))
    back = registering.answer(found, client_id="c", deployment_id="d")
    assert back[registering.TOOL]["claims"] == ["sub", "iss"]
    assert registering.read(registration(jwks_uri=None, jwks=SET)).key_set == SET


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        registration(client_name=""),
        registration(initiate_login_uri="http://tool.example.cn/login"),
        registration(redirect_uris="https://tool.example.cn"),
        registration(token_endpoint_auth_method="client_secret_basic"),
        registration(id_token_signed_response_alg="HS256"),
        registration(jwks_uri=None),
        registration(own={"target_link_uri": 7}),
    ],
)
def test_a_registration_that_does_not_do(body: Any) -> None:
    with pytest.raises(Refused) as refused:
        registering.read(body)
    assert refused.value.code in {Code.BAD_REGISTRATION, Code.BAD_KEYS}
