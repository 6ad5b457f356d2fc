"""From the next period: what the class needs, two parts taken, the school's version of the lesson with its differences."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looking import axe_violations

pytestmark = pytest.mark.browser


def test_a_plan_becomes_the_schools_lesson(staff: NewPage) -> None:
    teacher = staff("shen", reduced_motion="reduce")
    plan_from_the_next_period(teacher)
    parts = teacher.locator("section[id^='part-']")
    taken = [parts.nth(at).get_attribute("id") or "" for at in (0, parts.count() - 1)]
    for part in taken:
        teacher.locator(f"#{part}").get_by_role("button", name=re.compile("^采用")).click()
        expect(teacher.locator(f"#{part} .tag.ok")).to_have_text("采用了")
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("采用了2处")
    assert not axe_violations(teacher, dark=True)
    teacher.get_by_role("button", name=re.compile("^定为本校版")).click()
    teacher.wait_for_url("**/lessons/**")
    expect(teacher.get_by_text("这是学校改过的第")).to_be_visible()
    expect(teacher.get_by_text("本校备课：按规则组合，不是模型写的")).to_be_visible()
    teacher.get_by_role("link", name="看和市里的区别").click()
    teacher.wait_for_url("**/differences/")
    expect(teacher.get_by_text("按规则组合，不是模型写的").first).to_be_visible()
    expect(teacher.get_by_role("heading", name=re.compile("有[0-9]+处不同"))).to_be_visible()


def plan_from_the_next_period(page: Page) -> None:
    """Two clicks from the period to the plan."""
    page.goto("/")
    page.locator("section.lead-next a.go").click()
    page.get_by_role("link", name="按学情备课").click()
    page.get_by_role("button", name="组合一份").click()
    page.wait_for_url(re.compile(r"/planner/[0-9a-f-]{36}/"))
    expect(page.get_by_text("按规则组合，不是模型写的").first).to_be_visible()
