"""The adviser in a browser: a document through two hands, a question answered by its words, another handed to people."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage

pytestmark = pytest.mark.browser

# An invented text.
TEXT = """第一章　平板
第一条　学生平板放学后收回充电柜，不带回家。
第二条　平板损坏的，学校在五个工作日内报修。"""


def brought(district: Page) -> str:
    """A draft, checked by the one who brought it; its address."""
    district.goto("/adviser/documents/new/")
    district.get_by_label("标题").fill("示例区平板管理办法")
    district.get_by_label("或者粘贴正文").fill(TEXT)
    district.get_by_label("发文单位").fill("示例区教委")
    district.get_by_label("印发日期").fill("2026-02-01")
    district.get_by_role("button", name="放进去，看怎样分段").click()
    district.wait_for_url("**/check/")
    expect(district.get_by_text("第一章 平板 › 第二条")).to_be_visible()
    district.get_by_role("button", name="核对过了，分段没有错").click()
    expect(district.get_by_text("请另一位同事打开这一页发布")).to_be_visible()
    return district.url


def ask(page: Page, words: str) -> None:
    page.get_by_label("您想问什么").fill(words)
    page.get_by_role("button", name="问", exact=True).click()
    page.wait_for_url("**/talks/**")


def test_a_document_answers_and_people_answer_the_rest(staff: NewPage) -> None:
    at = brought(staff("district"))
    city = staff("city")
    city.goto(at)
    city.get_by_role("button", name="发布，让大家查得到").click()
    expect(city.get_by_role("heading", level=1)).to_contain_text("在用")

    teacher = staff("shen", width=360, height=740)
    teacher.goto("/adviser/")
    ask(teacher, "平板坏了几天内报修")
    expect(teacher.locator("blockquote").first).to_contain_text("学校在五个工作日内报修")
    teacher.get_by_role("link", name=re.compile("示例区平板管理办法")).first.click()
    expect(teacher.locator("section:target")).to_contain_text("第二条")

    teacher.goto("/adviser/")
    ask(teacher, "校服多少钱一套")
    expect(teacher.get_by_text("没有找到能回答这个问题的段落")).to_be_visible()
    teacher.get_by_label("转给哪里").select_option(index=0)
    teacher.get_by_role("button", name="转给人答复").click()
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("等人答复")
    talk = teacher.url

    head = staff("head")
    head.goto("/adviser/desk/")
    head.get_by_role("link", name="校服多少钱一套").click()
    head.get_by_label("答复").fill("见校务公开栏。")
    head.get_by_role("button", name="答复", exact=True).click()
    expect(head.get_by_role("heading", level=1)).to_contain_text("没有等着答复的咨询")
    teacher.goto(talk)
    expect(teacher.get_by_text("见校务公开栏。")).to_be_visible()
