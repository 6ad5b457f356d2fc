"""The end of a school year in a browser: a head signs late and is looked at, the city closes a district that is done."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewPage

pytestmark = pytest.mark.browser

DONE = "延庆区"


def test_an_officer_closes_the_year(staff: NewPage) -> None:
    head, district, city = staff("head"), staff("district"), staff("city")
    head.goto("/")
    head.get_by_role("link", name="去核对").click()
    expect(head.locator("h1")).to_contain_text("核对以后签字")
    head.get_by_label("没有满的班是为什么").fill("后面的课都排好了")
    head.get_by_label(re.compile("我核对过")).check()
    head.get_by_role("button", name="签字", exact=True).click()
    # The draw was made before: who signs afterwards is looked at.
    expect(head.locator("h1")).to_contain_text("抽中核查")

    district.goto("/")
    district.get_by_role("link", name="学年核定", exact=True).click()
    expect(district.get_by_text("种子")).to_be_visible()
    district.get_by_role("link", name="示例一中").click()
    district.get_by_label("看了什么").first.fill("看了三节课的作品，问了两名学生")
    district.get_by_role("button", name="核查无误", exact=True).click()
    expect(district.locator("h1")).not_to_contain_text("抽中核查")
    expect(district.locator(".asof .tag").first).to_have_text("已核定")

    city.goto("/year-end/")
    expect(city.get_by_label(f"冻结{DONE}")).to_be_checked()
    city.get_by_role("button", name="冻结选中的区").click()
    expect(city.get_by_role("button", name="冻结选中的区")).to_have_count(0)
    city.get_by_role("link", name=DONE).click()
    expect(city.locator("h1")).to_contain_text("冻结了")
    seal = city.get_by_text(re.compile("SHA-256 [0-9a-f]{64}")).inner_text()
    city.get_by_role("link", name="示例山区学校").click()
    expect(city.locator(".asof .tag").first).to_have_text("已冻结")
    expect(city.get_by_text(seal.split()[-1])).to_be_visible()
    expect(city.get_by_role("button", name="冻结")).to_have_count(0)
