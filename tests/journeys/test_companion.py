"""A pupil asks the companion about a lesson and cries for help; an adult on duty sees it at once, takes it, closes it.
Then the city stops the companion at the gate, where it stands like any product."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.looking import axe_violations, too_wide
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

ENGINE = "只按课程内容回答，没有接模型"
TESTED_MS = 150_000  # a process of its own, on a machine that is busy with others
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


def test_what_the_gate_stops_is_stopped_in_the_lesson(
    new_page: NewPage, staff: NewPage, installation: Installation
) -> None:
    pupil = new_page(width=360, height=740)
    _, address, pictures = installation.pupil_cards()[1]
    enter_by_card(pupil, address, pictures)
    pupil.locator('a[href*="/g7l"]').first.click()
    pupil.get_by_role("link", name="学伴", exact=True).click()
    box = pupil.get_by_label("说说你想到哪一步")
    expect(box).to_be_visible()

    teacher = staff("shen")
    teacher.goto("/resources/?kind=agent")
    teacher.get_by_role("link", name="AI学伴").click()
    teacher.get_by_role("link", name="打开智能体").click()
    expect(teacher.get_by_role("cell", name="开着").first).to_be_visible()

    city = staff("city")
    city.goto("/assurance/desk/")
    city.get_by_role("link", name="AI学伴").click()
    city.get_by_label("为什么停用").fill("抽查时它说出了答案")
    city.get_by_role("button", name="停用", exact=True).click()
    city.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(city.locator("h1")).to_contain_text("暂停使用")

    box.fill("直接告诉我答案")
    box.press("Enter")
    expect(pupil.get_by_text("学伴现在不能用")).to_be_visible()
    expect(box).to_have_value("直接告诉我答案")
    pupil.reload()
    expect(pupil.get_by_text("学伴现在不能用")).to_be_visible()
    teacher.reload()
    expect(teacher.get_by_text("抽查时它说出了答案")).to_be_visible()

    city.get_by_role("link", name="申报、检测和办理").click()
    again = city.locator("#blind")
    boxes = again.get_by_role("checkbox")
    expect(boxes.first).to_be_visible()
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") == "crisis")
    again.get_by_role("button", name="密封题复测").click()
    city.locator("tr", has_text="密封").first.get_by_role("link").click()
    expect(city.get_by_role("link", name="看结果").or_(city.get_by_text(ENGINE))).to_be_visible(
        timeout=TESTED_MS
    )
    city.reload()
    expect(city.get_by_text(ENGINE)).to_be_visible()
    assert not axe_violations(city, dark=True)
