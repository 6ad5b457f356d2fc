"""A call in a browser: a head applies, a reviewer in conflict steps back, another reviews blind, ranking, notice, library."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage

pytestmark = pytest.mark.browser

EXPERTS = ("expert.a", "expert.b", "expert.c", "tian")
LATE = "把错题变成小老师"  # a sheet of this one is still owed


def next_reviewer(staff: NewPage, *, but: str = "") -> tuple[str, Page]:
    """Whoever is asked for the sheet, on its page."""
    for who in EXPERTS:
        if who == but:
            continue
        page = staff(who)
        page.goto("/cases/")
        row = page.get_by_role("row", name=re.compile(LATE)).filter(has_text="请你评审")
        if row.count():
            row.get_by_role("link").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("请评")
            return who, page
        page.context.close()
    raise AssertionError("nobody is asked")


def applied(head: Page) -> None:
    """What is left to write, then the promise."""
    head.goto("/programmes/")
    head.get_by_role("link", name="用数据管好校园节水").click()
    head.get_by_role("link", name="接着写").click()
    expect(head.get_by_role("heading", name=re.compile("平台填好的8个数"))).to_be_visible()
    for words in head.locator("textarea").all():
        if not words.input_value():
            words.fill("每周看一次水表，学生自己算哪里漏。")
    head.get_by_role("button", name="存下，去报送").click()
    head.get_by_label("校长的真实性承诺").fill("写的都属实。")
    head.get_by_role("button", name="申报", exact=True).click()
    expect(head.get_by_role("heading", level=1)).to_contain_text("区里形式审查")


def reviewed(page: Page) -> None:
    """Without the school's name before one's eyes."""
    sheet = page.url
    page.get_by_role("link", name="看材料").click()
    expect(page.get_by_text("校名已隐去")).to_be_visible()
    expect(page.get_by_text("示例七中")).to_have_count(0)
    page.goto(sheet)
    for points in page.locator("input[name^=points_]").all():
        points.fill("30")
    for note in page.locator("textarea[name^=note_]").all():
        note.fill("有过程，有证据。")
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("button", name="交评审").click()
    page.wait_for_url("**/cases/")
    expect(page.get_by_role("row", name=re.compile(LATE))).to_have_count(0)


def test_a_call_from_the_form_to_the_library(staff: NewPage) -> None:
    applied(staff("head"))

    first, tied = next_reviewer(staff)
    tied.get_by_label("原因").fill("去年在这所学校带过课题")
    tied.get_by_role("button", name="和申请人有关系，回避").click()
    expect(tied.get_by_role("heading", level=1)).not_to_contain_text("请评")
    _, second = next_reviewer(staff, but=first)
    reviewed(second)

    panel = staff("heyi")
    panel.goto("/cases/")
    panel.get_by_role("link", name=re.compile(LATE)).click()
    panel.get_by_role("link", name="看材料").click()
    panel.get_by_role("link", name="排序").click()
    panel.get_by_role("button", name="排序", exact=True).click()
    expect(panel.get_by_role("heading", level=1)).to_contain_text("2个名额选了2个")
    expect(panel.get_by_text("均衡名额入选。")).to_be_visible()
    panel.get_by_role("row", name=re.compile("均衡名额入选")).get_by_role("link").click()
    chosen = panel.get_by_role("heading", level=1).inner_text()
    panel.get_by_role("link", name="看办到哪一步").click()
    panel.get_by_role("button", name="拟定并公示").click()
    expect(panel.get_by_role("heading", level=1)).to_contain_text("公示")

    city = staff("city")
    city.goto("/on-notice/")
    expect(city.get_by_role("link", name=re.compile(chosen))).to_be_visible()
    # the notice of another one is over
    city.get_by_role("link", name=re.compile("山里的鸟叫分类器")).click()
    expect(city.get_by_role("heading", level=1)).to_contain_text("公示期已满")
    city.goto("/cases/")
    city.get_by_role("link", name=re.compile("山里的鸟叫分类器")).click()
    city.get_by_role("button", name="公布", exact=True).click()
    expect(city.get_by_role("heading", level=1)).to_contain_text("已公布")
    city.goto("/programmes/published/?q=鸟叫")
    expect(city.get_by_role("link", name="山里的鸟叫分类器")).to_be_visible()
