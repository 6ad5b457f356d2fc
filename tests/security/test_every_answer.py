"""What every answer of every address carries, whoever asks: headers, titles, cookies; nothing for other origins."""

import re
from typing import Any
from wsgiref.headers import Headers

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qiming.kernel.headers import ALLOWED_DEVICES, POLICY, devices, reaching, static_headers
from qiming.kernel.tests import samples
from qiming.teaching.models import PeriodPhoto
from tests.access import lti_objects
from tests.access.objects import Objects
from tests.security.addresses import UNSAFE, every_operation, every_page, undone
from tests.sessions import sign_in
from tests.world import PASSWORD, World

WHO = ("", "pupil", "guardian", "teacher", "school_admin", "district_officer")
ALWAYS = {
    "X-Content-Type-Options": {"nosniff"},
    "X-Frame-Options": {"DENY"},
    "Referrer-Policy": {"same-origin", "no-referrer"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
    "Cross-Origin-Resource-Policy": {"same-origin"},
    "Permissions-Policy": {
        ALLOWED_DEVICES,
        *(devices(camera=one, microphone=other) for one in (False, True) for other in (False, True)),
    },
}

# The pages that lead into a registered tool reach that tool, and may stand in a frame of ours: nothing more.
INTO_TOOLS = {
    POLICY,
    reaching(()),
    reaching((), in_frame=True),
    reaching(lti_objects.ORIGINS),
    reaching(lti_objects.ORIGINS, in_frame=True),
}


def client_of(world: World, role: str, **how: Any) -> Client:
    client = Client(raise_request_exception=False, **how)
    if role:
        sign_in(client, world.account(role))
    return client


def wrong_with(response: Any, *, signed_in: bool) -> list[str]:
    """What is missing or too much in the headers of one answer."""
    found = [
        f"{name}: {response.headers.get(name)}"
        for name, allowed in ALWAYS.items()
        if response.headers.get(name) not in allowed
    ]
    policy = response.headers.get("Content-Security-Policy", "")
    sealed = "default-src 'none'" in policy and "sandbox" in policy
    if policy not in INTO_TOOLS and not sealed:
        found.append(f"policy: {policy}")
    found += [name for name in response.headers if name.lower().startswith("access-control-")]
    keep = response.headers.get("Cache-Control", "")
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    public = "public" in keep
    if "private" not in keep and keep != "no-cache" and not public:
        found.append(f"Cache-Control: {keep}")
    if signed_in and is_page and (public or ("no-store" not in keep and "ETag" not in response.headers)):
        found.append(f"a person's page may be kept: {keep}")
    return found


@pytest.mark.parametrize("role", WHO)
def test_every_answer_carries_the_headers(world: World, things: Objects, role: str) -> None:
    client = client_of(world, role)
    wrong = []
    for page in every_page(things):
        with undone():
            response = client.get(page.url)
        wrong += [f"{page.name} {one}" for one in wrong_with(response, signed_in=bool(role))]
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            text = response.content.decode()
            whole = text.lstrip().lower().startswith("<!doctype")
            if whole and not re.search(r"<title>\s*\S[^<]*</title>", text):
                wrong.append(f"{page.name}: no title")
        if response.status_code >= 500:
            wrong.append(f"{page.name}: {response.status_code}")
    for method, path in every_operation():
        response = client.generic(method, path, b"{}", content_type="application/json")
        wrong += [f"{method} {path} {one}" for one in wrong_with(response, signed_in=False)]
    assert not wrong, "\n".join(wrong)


def test_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe-inline" not in POLICY and "'unsafe-eval'" not in POLICY and "http" not in POLICY
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert directive in POLICY


def test_the_worker_of_programs_may_reach_nothing() -> None:
    """What runs a pupil's own program has a stricter policy than the page; every other static file has the page's."""
    for url, sealed in (
        ("/static/web/assets/sealed-worker-Ab12.js", True),
        ("/static/web/assets/worker-Ab12.js", False),
        ("/static/web/assets/pyodide-0.29.5/pyodide.mjs", False),
    ):
        headers = Headers()
        static_headers(headers, "", url)
        policy = headers["Content-Security-Policy"] or ""
        assert ("default-src 'none'" in policy and "connect-src" not in policy) is sealed, url
        assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy


@pytest.mark.parametrize("role", ["", "teacher"])  # the token is asked for before anybody's rights
def test_every_unsafe_request_needs_the_token(world: World, things: Objects, role: str) -> None:
    """Two exceptions: reports of browsers change nothing for anybody; other systems bring their key or their signature every
    time."""
    client = client_of(world, role, enforce_csrf_checks=True)
    open_ones = []
    for page in every_page(things):
        if page.name in {"csp_reports", "assurance.telemetry"} or page.name.startswith(("xapi.", "lti.")):
            continue
        open_ones += [
            f"{method} {page.url}: {status}"
            for method in UNSAFE
            if (status := client.generic(method, page.url).status_code) != 403
        ]
    for method, path in every_operation():
        status = client.generic(method, path, b"{}", content_type="application/json").status_code
        if method in UNSAFE and status not in ({403} if role else {401, 403}):
            open_ones.append(f"{method} {path}: {status}")
    assert not open_ones, "\n".join(open_ones)


@pytest.mark.parametrize("role", ["", "teacher"])
def test_no_address_answers_a_question_of_another_origin(world: World, things: Objects, role: str) -> None:
    client = client_of(world, role)
    asking = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for url in [page.url for page in every_page(things)] + [path for _, path in every_operation()]:
        for response in (client.options(url, headers=asking), client.get(url, headers=asking)):
            assert not [name for name in response.headers if name.lower().startswith("access-control-")]
            assert response.status_code < 500


AWAY = (
    "//evil.example/",
    "https://evil.example",
    "/\\evil.example",
    "\thttps://evil.example",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("role", ["", "pupil", "teacher", "school_admin"])
def test_no_address_sends_a_browser_elsewhere(world: World, things: Objects, role: str) -> None:
    """Whatever `next` says: a redirect stays here."""
    client = client_of(world, role)
    wrong = []
    for page in every_page(things):
        for away in AWAY if "sign_in" in page.name or (page.door and not page.door.verb) else AWAY[:1]:
            with undone():
                answers = [client.get(page.url, {"next": away}), client.post(page.url, {"next": away})]
            wrong += [
                f"{page.url}: {response['Location']}"
                for response in answers
                if "Location" in response.headers
                and not re.match(r"/(?![/\\])|https?://testserver/", response["Location"])
            ]
            wrong += [
                f"{page.url} repeats {away}"
                for response in answers
                if not response.streaming and f'"{away}"' in response.content.decode(errors="replace")
            ]
    assert not wrong, "\n".join(wrong)


def test_a_foreign_host_name_is_refused_and_a_forwarded_one_is_not_believed(world: World) -> None:
    assert Client().get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400
    response = Client().get("/teach/", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in response.headers["Location"]


def test_no_header_changes_the_method(world: World, things: Objects) -> None:
    client = client_of(world, "school_admin")
    said = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "DELETE"}
    with undone():
        response = client.get(f"/school/pupils/{things.values['pupil_id']}/leave/", headers=said)
    assert response.status_code == 405


def test_names_do_not_break_headers(world: World, things: Objects) -> None:
    client = client_of(world, "teacher")
    photo = SimpleUploadedFile('a"\r\nSet-Cookie: x=1;.png', samples.png(), content_type="text/html")
    period = things.values["period_id"]
    with undone():
        client.post(reverse("teaching.photos", args=[period]), {"photos": photo})
        latest = PeriodPhoto.objects.unscoped("test").filter(period_id=period).order_by("-id")[0]
        response = client.get(reverse("teaching.photo", args=[latest.id]))
    assert response.status_code == 200 and response["Content-Type"] == "image/png"
    assert "Set-Cookie" not in response.headers and "\r" not in response["Content-Disposition"]


def test_signing_in_changes_the_session_and_cookies_are_not_for_scripts(world: World) -> None:
    """A session put into a victim's browser beforehand (fixation) does not become the victim's."""
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["left"] = "by somebody"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""
    account = world.account("school_admin")
    answer = client.post("/sign-in/", {"username": account.username, "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert answer.status_code == 302 and cookie.value and cookie.value != before
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    stranger = Client()
    stranger.cookies["sessionid"] = before or ""
    assert stranger.get("/").status_code == 302


def test_a_body_without_end_is_refused_before_it_is_read(world: World) -> None:
    def status(client: Client, length: str) -> int:
        return client.generic(
            "POST", "/sign-in/", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length
        ).status_code

    assert status(Client(), str(2 * 1024 * 1024)) == 413
    assert status(client_of(world, "teacher"), str(90 * 1024 * 1024)) == 413
    assert status(Client(), "-1") == 413
    assert status(Client(), "x") == 413


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"offering": NaN}',
        b'{"offering": Infinity}',
        b'{"lesson": "\\ud800"}',
        b'{"lesson": "\\u0000"}',
        b'{"attempts": ' + b"1" * 5000 + b"}",
        b"\xff\xfe",
        b"null",
        b'"x"',
        b"",
    ],
)
def test_json_that_no_page_sends_is_refused(world: World, body: bytes) -> None:
    client = client_of(world, "pupil")
    for method, path in every_operation():
        if method in UNSAFE:
            response = client.generic(method, path, body, content_type="application/json")
            assert 400 <= response.status_code < 500, f"{method} {path}: {response.status_code}"
