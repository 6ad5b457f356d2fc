"""A pupil asks the companion about a lesson and cries for help; an adult on duty sees it at once, takes it, closes it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.looking import axe_violations, too_wide
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

CRY = "我真的不想活了"


def test_a_question_and_a_cry(new_page: NewPage, staff: NewPage, installation: Installation) -> None:
    pupil = new_page(width=360, height=740)
    _, address, pictures = installation.pupil_cards()[0]
    enter_by_card(pupil, address, pictures)
    pupil.locator('a[href*="/g7l"]').first.click()
    pupil.get_by_role("link", name="学伴", exact=True).click()
    expect(pupil.get_by_role("heading", level=1)).to_contain_text("想")

    box, turns = pupil.get_by_label("说说你想到哪一步"), pupil.locator(".turn")
    box.fill("直接告诉我答案")
    box.press("Enter")
    expect(turns).to_have_count(1)
    expect(turns.last.locator("[data-reply]")).to_contain_text(re.compile("[？?]"))
    expect(turns.last).to_contain_text("没有用生成模型")
    expect(box).to_have_value("")
    assert not axe_violations(pupil, dark=True)
    assert not too_wide(pupil, {360: 740, 768: 1024})

    box.fill(CRY)
    pupil.get_by_role("button", name="发给学伴").click()
    expect(turns).to_have_count(2)
    expect(turns.last).to_contain_text("12356")
    expect(turns.last).to_contain_text("不是AI生成")

    teacher = staff("shen")
    bell = teacher.get_by_role("alert")
    expect(bell).to_contain_text("写了求助的话")
    bell.get_by_role("link", name="现在看").click()
    expect(teacher.get_by_text(CRY)).to_be_visible()
    assert not axe_violations(teacher, dark=True)
    teacher.get_by_role("button", name="我来处理").click()
    teacher.get_by_label("当面见了学生").check()
    teacher.get_by_role("button", name="记下，处理完了").click()
    expect(teacher.get_by_text("当面见了学生")).to_be_visible()
    teacher.goto("/")
    expect(teacher.get_by_role("alert")).to_have_count(0)

    pupil.goto("/companion/")
    pupil.get_by_role("link", name=re.compile("第.课")).first.click()
    expect(pupil.get_by_text(CRY)).to_be_visible()
    assert not axe_violations(pupil, dark=True)
