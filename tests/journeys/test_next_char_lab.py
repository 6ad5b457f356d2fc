"""The lab of the next character as a pupil works in it: a guess, copying and babbling, a fluent untruth caught, a small net trained."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "foretold", "text": "先猜下一个字"},
    {"goal": "both-ends", "text": "找到照抄的温度和胡说的温度"},
    {"goal": "babbles", "looks_back": 1, "strange": 0.5, "text": "让它写出一段胡话"},
    {"goal": "caught", "text": "抓到一句通顺的假话"},
    {"goal": "net-learnt", "loss": 1, "text": "训练小网络"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reached(page: Page, goal: int) -> None:
    expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：")


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("next-char", "school-stories", GOALS, level="senior", looks_back=3)
    page.locator(".c-next .guessing").get_by_role("button", name="说", exact=True).click()
    reached(page, 0)
    chance = page.locator(".c-next .percent").first.inner_text()
    sign, printed = prints(page).split()[:2]
    assert (sign, f"{float(printed):.0%}") == ("说", chance)

    press(page, "温度 0.1")
    press(page, "写一段")
    expect(page.locator(".c-write .verdict")).to_contain_text("照抄")
    press(page, "温度 3")
    press(page, "写一段")
    reached(page, 1)
    reached(page, 2)

    press(page, "温度 0.1")
    press(page, "小猫米粒今年……")
    expect(page.locator(".came")).to_have_text("小猫米粒今年五岁。")
    press(page, "翻短文查一查")
    expect(page.locator(".pages")).to_contain_text("短文里没有这个开头")
    press(page, "它编的")
    reached(page, 3)
    expect(page.locator(".c-ask .verdict")).to_contain_text("今年五岁的是小满")

    press(page, "让它学")
    expect(page.get_by_role("button", name="停一停")).to_have_count(0, timeout=45000)
    reached(page, 4)
    press(page, "小网络")
    press(page, "写一段")
    expect(page.locator(".c-passages tbody tr").first).to_contain_text("小网络")
    before = page.locator(".written").inner_text()
    page.reload()
    expect(page.locator(".written")).to_have_text(before)
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))


@pytest.mark.parametrize(("width", "level"), [(360, "primary"), (1366, "junior")])
def test_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("next-char", "school-stories", GOALS[:2], width=width, level=level)
    page.get_by_label("开头", exact=True).fill("米粒")
    page.keyboard.press("Enter")
    expect(page.locator(".written")).to_have_text("米粒")
    page.locator("[data-key^='guess-']").first.press("Enter")
    page.get_by_role("button", name="写一段").press("Enter")
    page.get_by_label("或者自己写一个开头").fill("小白的机器人")
    page.keyboard.press("Enter")
    expect(page.locator(".came b")).to_have_text("小白的机器人")
    press(page, "短文里有")
    expect(page.get_by_text("小小循环网络")).to_have_count(0 if level == "primary" else 1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
