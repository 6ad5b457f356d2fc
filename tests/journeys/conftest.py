import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.installation import PASSWORD, Installation, chromium, start_copy

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 15_000
# Two browsers share two cores, a file of tests going to one of them whole: what takes longest begins first, and labs,
# which need no city, run while the first city is built. Files that are not named come after these.
LONGEST_FIRST = (
    "test_pages",
    "test_blocks_lab",
    "test_sound_lab",
    "test_python_lab",
    "test_courses",
    "test_admission",
    "test_authoring",
    "test_class_labs",
    "test_loop",
    "test_consent",
    "test_policy",
    "test_models",
    "test_account",
    "test_january",
    "test_new_year",
    "test_shelf",
    "test_server_runs",
)

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here, places = Path(__file__).parent, {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem if item.path.parent == here else "", len(places)))


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """What is expected of a page may take as long on a busy machine as a click on it."""
    expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A city of its own for each file: what one journey does, another does not find done."""
    given = os.environ.get("QIMING_JOURNEY_HOME"), os.environ.get("QIMING_JOURNEY_BASE")
    if given[0] and given[1]:  # a developer's own running demo city
        yield Installation(given[1], Path(given[0]))
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    running = start_copy(tmp_path_factory.mktemp("qiming-home"), shared / "demo-city")
    yield running
    running.remove()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: Browser, installation: Installation) -> Iterator[NewPage]:
    """Opens pages in contexts of their own (one person, one device each); fails on script errors."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def open_page(width: int = 1366, height: int = 768, **options: object) -> Page:
        context = browser.new_context(
            base_url=installation.base,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,  # type: ignore[arg-type]
        )
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not broken


@pytest.fixture
def staff(new_page: NewPage) -> NewPage:
    """A page of somebody who signed in with a password: `staff("shen")`."""

    def open_page(username: str, **options: object) -> Page:
        page = new_page(**options)
        page.goto("/sign-in/")
        page.get_by_label("账号").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="进入", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return open_page
