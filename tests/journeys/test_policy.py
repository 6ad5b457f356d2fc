"""Every page of every role in a browser that obeys the content policy: nothing is stopped, nothing comes from elsewhere,
and after signing out going back shows nothing."""

import re
from collections import Counter, deque
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

HEAR = """() => {
  window.stopped = [];
  document.addEventListener("securitypolicyviolation", (one) =>
    window.stopped.push(`${one.effectiveDirective} ${one.blockedURI} ${one.sourceFile ?? ""}`));
}"""
HREFS = "(all) => all.map((one) => one.getAttribute('href'))"
NOT_OPENED = re.compile(
    r"\.(xlsx|docx|pdf|zip|csv|json|svg|png)$|/media/|/photos/|/sign-out/|/take/\w+$|/certificate\.\w+$"
    r"|/minutes/$|/go/[^/]+/$|/written/[^/]+/(html|pdf)/$"
)
EACH = 1
MOST = 70


@pytest.mark.parametrize("account", ["nobody", "pupil", "guardian", "shen", "admin", "city"])
def test_the_policy_stops_nothing_of_ours(
    new_page: NewPage, staff: NewPage, installation: Installation, account: str
) -> None:
    page = _signed_in(new_page, staff, installation, account)
    page.context.add_init_script(f"({HEAR})()")
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda one: (
            elsewhere.append(one.url)
            if urlsplit(one.url).scheme.startswith("http") and not one.url.startswith(installation.base)
            else None
        ),
    )
    problems: list[str] = []
    waiting, seen, kinds = deque(["/", "/sign-in/", "/design/"]), set(), Counter[object]()
    while waiting and len(seen) < MOST:
        path = waiting.popleft()
        kind = _kind(path)
        if path in seen or kinds[kind] >= EACH or NOT_OPENED.search(urlsplit(path).path):
            continue
        seen.add(path)
        kinds[kind] += 1
        page.goto(path, wait_until="load")
        problems += [f"{path}: {one}" for one in page.evaluate("() => window.stopped ?? []")]
        waiting += [one for one in page.locator("a[href]").evaluate_all(HREFS) if one.startswith("/")]
    assert not problems, "\n".join(problems)
    assert not elsewhere
    assert len(seen) >= (3 if account == "nobody" else 5)


def test_what_is_written_into_a_page_is_not_run_and_is_counted(
    new_page: NewPage, installation: Installation
) -> None:
    page = new_page()
    page.add_init_script(f"({HEAR})()")
    with page.expect_response("**/csp-reports/") as told:
        page.goto("/sign-in/")
        page.evaluate(
            """() => {
              const one = document.createElement("script");
              one.textContent = "window.was_run = true";
              document.body.append(one);
            }"""
        )
    assert told.value.status == 204
    assert page.evaluate("() => window.was_run") is None
    assert "script-src" in page.evaluate("() => window.stopped.join()")


def test_after_signing_out_going_back_shows_nothing(staff: NewPage) -> None:
    page = staff("shen")
    page.goto("/school/classes/")
    page.goto("/teach/")
    page.goto("/")
    page.evaluate("() => document.querySelector('form[action*=\"sign-out\"]').submit()")
    page.wait_for_url("**/sign-in/**")
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert "/sign-in/" in page.url or "登录" in page.locator("main").inner_text(), page.url


def _signed_in(new_page: NewPage, staff: NewPage, installation: Installation, account: str) -> Page:
    if account == "nobody":
        return new_page()
    if account == "pupil":
        page = new_page()
        _, address, pictures = installation.pupil_cards()[0]
        enter_by_card(page, address, pictures)
        return page
    return staff(account)


def _kind(path: str) -> object:
    parts = urlsplit(path)
    try:
        return resolve(parts.path).url_name, frozenset(dict(parse_qsl(parts.query)))
    except Resolver404:
        return path
