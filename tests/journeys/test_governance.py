"""Governance in a browser: a head signs late and is looked at, the city closes a district that is done; an inspector goes
from the records to a lesson and to what was found."""

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


def test_an_inspector_writes_what_was_found(staff: NewPage) -> None:
    page = staff("district")
    page.goto("/rounds/")
    page.get_by_role("link", name="人工智能教育专项督导").click()
    page.get_by_role("row").filter(has_text="等区里核对").get_by_role("link").click()
    expect(page.locator("dd", has_text="只有一位老师能教")).to_be_visible()
    page.get_by_label("看了什么、核对到什么").first.fill("点开三节课，和台账对得上")
    page.get_by_role("button", name="核对过，要去看课", exact=True).click()
    expect(page.locator("h1")).to_contain_text("等督导入校")
    page.get_by_label("看了什么、核对到什么").fill("听了一节，和两名学生聊过")
    page.get_by_role("button", name="看过课", exact=True).click()
    page.get_by_role("button", name="发现交学校", exact=True).click()
    expect(page.get_by_text("还没有写发现").first).to_be_visible()
    page.get_by_label("做得好").fill("学生讲得清规则怎么定的")
    page.get_by_role("button", name="发现交学校", exact=True).click()
    expect(page.locator("h1")).to_contain_text("等学校答复")
    expect(page.locator("li", has_text="学生讲得清规则怎么定的").first).to_be_visible()
