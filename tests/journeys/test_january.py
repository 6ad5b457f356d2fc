"""January in a browser: a pupil changes school with her hours, a guardian takes a consent back, an officer makes the
year's pack."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation, start

pytestmark = pytest.mark.browser

JANUARY = "2027-01-15T09:50:00+08:00"
BUSY_MS = 90_000
NEW_SCHOOL = "示例七中"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = start(tmp_path_factory.mktemp("qiming-january"), clock=JANUARY)
    yield running
    running.remove()


def test_a_pupil_changes_school_and_keeps_her_hours(staff: NewPage) -> None:
    guardian, old, new = staff("guardian"), staff("admin"), staff("admin7")
    guardian.goto("/")
    name = guardian.locator("main h2").first.inner_text()
    hours = guardian.get_by_text(re.compile(r"上过并记下\d+节人工智能课")).inner_text()

    old.goto("/school/classes/")
    old.get_by_role("link", name=re.compile(r"^七年级（3）班")).first.click()
    old.get_by_role("link", name=name).first.click()
    old.get_by_role("link", name="转到另一所学校").click()
    old.get_by_label("转到哪所学校").fill(NEW_SCHOOL)
    old.get_by_role("button", name="放行").click()
    old.wait_for_url("**/school/transfers/**")
    guardian.reload()
    expect(guardian.get_by_text(f"等{NEW_SCHOOL}接收")).to_be_visible()

    new.goto("/school/transfers/")
    new.get_by_role("link", name=re.compile("接收进班")).click()
    expect(new.locator("h1")).to_contain_text(name)
    new.get_by_label("班级").select_option(index=1)
    new.get_by_label("座号").fill("60")
    new.get_by_role("button", name="接收进班").click()
    expect(new.locator("h1")).to_contain_text(name)

    guardian.reload()
    expect(guardian.get_by_text(hours)).to_be_visible()
    gone = old.goto(new.url.split("?")[0])
    assert gone is not None and gone.status == 404


def test_a_guardian_takes_a_consent_back(staff: NewPage) -> None:
    guardian = staff("guardian")
    guardian.goto("/consent/")
    works = guardian.locator("#works")
    works.get_by_role("button", name=re.compile("^撤回同意")).click()
    guardian.wait_for_url("**?done=*")
    expect(works.locator(".tag")).to_have_text("已撤回")


def test_an_officer_makes_the_pack_of_the_year_that_ended(staff: NewPage) -> None:
    officer = staff("city")
    officer.goto("/protect/packs/")
    officer.get_by_role("button", name=re.compile("审计包$")).click()
    expect(officer.locator("h1")).to_contain_text("2026年的审计包做好了", timeout=BUSY_MS)
    for words, kind in (("下载 PDF", b"%PDF-"), ("下载表格", b"PK")):
        with officer.expect_download() as taken:
            officer.get_by_role("link", name=words).click()
        assert taken.value.path().read_bytes().startswith(kind)
