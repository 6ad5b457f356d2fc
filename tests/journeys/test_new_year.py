"""The year's turn in a browser: an administrator prepares it, looks at it class by class, confirms, and takes it back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation, start

pytestmark = pytest.mark.browser

# The last days of a summer: the new school year begins on 1 September.
SUMMER = "2026-08-28T10:00:00+08:00"
TODAY = "2026-08-28"
BUSY_MS = 60_000


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = start(tmp_path_factory.mktemp("qiming-summer"), clock=SUMMER)
    yield running
    running.remove()


def agree(page: Page, words: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=words).click()


def class_names(page: Page) -> list[str]:
    page.goto("/school/classes/")
    return re.findall(r"[一二三四五六七八九]年级（\d+）班", page.locator("main").inner_text())


def test_a_whole_school_goes_up_a_grade_and_comes_back(staff: NewPage) -> None:
    admin = staff("admin")
    before = class_names(admin)
    assert any(name.startswith("七年级") for name in before)
    admin.goto("/school/year/")
    admin.get_by_role("button", name="开始准备").click()
    expect(admin.locator("h1")).to_contain_text("升级")
    row = admin.get_by_role("row", name=re.compile("七年级（3）班"))
    expect(row).to_contain_text("八年级（3）班")

    admin.get_by_label("从哪天起升级").fill(TODAY)
    admin.get_by_role("button", name="确认升级").click()
    agree(admin, "确认升级")
    expect(admin.locator("h1")).to_contain_text("升好了", timeout=BUSY_MS)

    after = class_names(admin)
    assert any(name.startswith("八年级") for name in after)

    admin.goto("/school/year/")
    admin.locator("main ul.list a.open").first.click()
    admin.get_by_role("button", name="撤回升级").click()
    agree(admin, "撤回")
    expect(admin.locator("h1")).to_contain_text("撤回了", timeout=BUSY_MS)
    assert sorted(class_names(admin)) == sorted(before)
