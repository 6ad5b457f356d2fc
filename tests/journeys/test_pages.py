"""Every page of every role, on every screen: it opens, nothing stands out, the rules of accessibility hold.

`places.py` lists the pages and the links to them; each page is looked at once in depth (three widths, the console,
axe in the light and in the dark), and again for each role it is made differently for.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.journeys.installation import PASSWORD, Installation
from tests.journeys.looking import (
    WIDE,
    WIDTHS,
    axe_violations,
    console_errors,
    keyboard_problems,
    too_wide,
)
from tests.journeys.places import BY_ROLE, NOT_PAGES, PLACES, PROJECTED, SAME_ROLE, SCENE, START
from tests.journeys.scene import Scene, path_of, set_up
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

LESSON_KIB = 80
HREFS = "(all) => all.map((one) => one.getAttribute('href'))"
# The account whose turn it is to have a page looked at in depth.
IN_DEPTH: dict[str, str] = {}
for _account, _pages in PLACES.items():
    for _name in _pages:
        IN_DEPTH.setdefault(_name, _account)


class People:
    """One signed-in browser context for each account, made when first asked for."""

    def __init__(self, browser: Browser, installation: Installation) -> None:
        self.browser = browser
        self.installation = installation
        self.pages: dict[str, Page] = {}

    def context(self) -> BrowserContext:
        # axe is put into the page by the test, which the page's own policy would refuse
        context = self.browser.new_context(
            base_url=self.installation.base,
            viewport={"width": 1366, "height": WIDTHS[1366]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            bypass_csp=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        return context

    def page(self, account: str) -> Page:
        if account not in self.pages:
            page = self.pages[account] = self.context().new_page()
            if account == "pupil":
                _, address, pictures = self.installation.pupil_cards()[0]
                enter_by_card(page, address, pictures)
            elif account not in {"nobody", "joined"}:
                sign_in(page, account)
        return self.pages[account]

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


def sign_in(page: Page, account: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="进入", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


@pytest.fixture(scope="module")
def people(browser: Browser, installation: Installation) -> Iterator[People]:
    everybody = People(browser, installation)
    yield everybody
    everybody.close()


@pytest.fixture(scope="module")
def scene(people: People) -> Scene:
    return set_up(people.page)


@pytest.mark.parametrize("account", PLACES)
def test_pages(people: People, scene: Scene, account: str) -> None:
    page = people.page(account)
    links: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    known = {*PLACES[account], *PLACES[SAME_ROLE.get(account, account)], *NOT_PAGES}
    for name, via in PLACES[account].items():
        if via == START:
            path = "/"
        elif via == SCENE:
            path = scene.paths[account, name]
        elif name in links.get(via, {}):
            path = links[via][name]
        else:
            problems.append(f"{name}: no link on {via}, which has {sorted(links.get(via, {}))}")
            continue
        found = [f"{name} {path}: {one}" for one in look(page, name, path, account)]
        links[name] = named_links(page)
        found += [
            f"{name} {path}: links to {other} {address}, not a page of this role"
            for other, address in links[name].items()
            if other not in known
        ]
        problems += found
    assert not problems, "\n".join(problems)


def look(page: Page, name: str, path: str, account: str) -> list[str]:
    """What is wrong with the page at `path`."""
    in_depth = IN_DEPTH[name] == account
    page.set_viewport_size({"width": 1366, "height": WIDTHS[1366]})
    with console_errors(page) as said:
        response = page.goto(path)
        if response is None or response.status != 200:
            return [f"answers {response.status if response else 'nothing'}"]
        assert_name(page, name)
        problems: list[str] = []
        if in_depth or name in BY_ROLE:
            problems += axe_violations(page, dark=in_depth)
            problems += too_wide(page, WIDTHS if in_depth else {360: WIDTHS[360]})
        if in_depth and name in PROJECTED:
            problems += too_wide(page, {WIDE[0]: WIDE[1]})
    return problems + [f"the console says {one}" for one in said]


def assert_name(page: Page, name: str) -> None:
    came_to = resolve(urlsplit(page.url).path).url_name
    assert came_to == name, f"{page.url} is {came_to}, not {name}"


def named_links(page: Page) -> dict[str, str]:
    """The page's links inside the platform: name of the page → the first address."""
    named: dict[str, str] = {}
    for address in page.locator("a[href]").evaluate_all(HREFS):
        parts = urlsplit(urljoin(page.url, address))
        if parts.netloc != urlsplit(page.url).netloc:
            continue
        try:
            name = resolve(parts.path).url_name or "?"
        except Resolver404:
            name = f"nothing at {parts.path}"
        named.setdefault(name, f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return named


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ("nobody", "registry.sign_in"),
        ("shen", "portal.home"),
        ("shen", "teaching.cockpit"),
        ("shen", "insight.class"),
        ("shen", "teaching.otherwise"),
        ("admin", "registry.upload"),
        ("district", "governance.desk"),
        ("pupil", "learning.home"),
        ("joined", "learning.player"),
        ("guardian", "portal.home"),
    ],
)
def test_keyboard(people: People, scene: Scene, account: str, name: str) -> None:
    """The skip link comes first and works; everything that can be used is reached and shows the focus."""
    page = people.page(account)
    page.set_viewport_size({"width": 1366, "height": WIDTHS[1366]})
    open_by_name(page, name, scene, account)
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("(one) => one === document.activeElement")
    assert skip.bounding_box()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement?.id") == "main"
    page.goto(path_of(page), wait_until="networkidle")
    problems = keyboard_problems(page)
    assert not problems, "\n".join(problems)


def open_by_name(page: Page, name: str, scene: Scene, account: str) -> None:
    """By the scene, or by the first link from where the account begins."""
    via = PLACES[account][name]
    page.goto(scene.paths[account, name] if via == SCENE else "/")
    if via not in {START, SCENE}:
        while (links := named_links(page)) and name not in links:
            page.goto(links[via])
        page.goto(links[name])


def test_a_lesson_page_is_small(people: People, scene: Scene) -> None:
    """HTML, CSS and scripts of a pupil's lesson as they travel, on a device that has seen nothing yet."""
    before = people.page("joined").context
    fresh = people.context()
    fresh.add_cookies(before.cookies())  # type: ignore[arg-type]
    page = fresh.new_page()
    seen: list[Response] = []
    page.on("response", lambda one: seen.append(one))  # noqa: PLW0108 - a built-in method is refused
    page.goto(scene.paths["joined", "learning.player"], wait_until="networkidle")
    kinds = {"document", "stylesheet", "script"}
    sizes = {
        PurePosixPath(urlsplit(one.url).path).name or "page": one.request.sizes()["responseBodySize"]
        for one in seen
        if one.request.resource_type in kinds and re.match(r"https?:", one.url)
    }
    fresh.close()
    assert sum(sizes.values()) <= LESSON_KIB * 1024, sizes
