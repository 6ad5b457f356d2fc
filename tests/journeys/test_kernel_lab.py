"""The lab of the kernel as a pupil works in it: sums by hand, edges of one kind, a blur undone, nothing found, noise that fools."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "foretold", "count": 2, "within": 10, "text": "先猜再算，猜对两次"},
    {"goal": "finds", "edges": "upright", "text": "找出竖边"},
    {"goal": "finds", "edges": "level", "own": True, "text": "自己写一个核，只找横边"},
    {"goal": "unblurred", "closer": 0.8, "text": "把模糊的田字变清楚"},
    {"goal": "shrunk", "text": "图小一半，边还在"},
    {"goal": "finds-nothing", "text": "让核什么也找不到"},
    {"goal": "noise-fools", "text": "用噪声骗过它"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reached(page: Page, goal: int) -> None:
    expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：")


def choose(page: Page, what: str, value: str) -> None:
    page.get_by_label(what, exact=True).select_option(label=value)


def foretell(page: Page, value: int) -> None:
    page.get_by_label("先猜：这一格算出来是多少？").fill(str(value))
    press(page, "看猜得对不对")


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("kernel", "grey-pictures", GOALS, level="senior")
    press(page, "竖边")
    foretell(page, 0)  # sky all around
    expect(page.locator(".c-sum .verdict")).to_contain_text("猜对了。加起来 0")
    box = page.locator(".pixels").first.bounding_box()
    assert box
    # beside the second post, where the sky is left of it: 4 · (34 − 221)
    page.mouse.click(box["x"] + 7.5 / 24 * box["width"], box["y"] + 14.5 / 24 * box["height"])
    foretell(page, -750)
    expect(page.locator(".c-sum .verdict")).to_contain_text("猜对了。加起来 -748")
    reached(page, 0)
    press(page, "自动走")
    reached(page, 1)

    for i, value in enumerate([-3, -3, -3, 0, 0, 0, 3, 3, 3]):
        page.get_by_label(f"核的第 {i // 3 + 1} 行第 {i % 3 + 1} 个数").fill(str(value))
        page.keyboard.press("Tab")
    press(page, "走到底")
    reached(page, 2)
    said = page.locator(".c-sheet .verdict").inner_text().split("：")[1].rstrip("。")
    assert said in prints(page)

    choose(page, "图", "田字")
    choose(page, "四周", "补最近的点")
    press(page, "高斯模糊")
    press(page, "走到底")
    press(page, "拿结果再卷一次")
    press(page, "锐化")
    press(page, "走到底")
    reached(page, 3)
    press(page, "退回上一层")

    press(page, "所有边")
    choose(page, "走完再", "四个取最大")
    press(page, "走到底")
    reached(page, 4)
    expect(page.get_by_text("池化以后，12×12")).to_be_visible()
    said = page.locator(".c-sheet .verdict").inner_text()
    assert "24×24" in said and "12×12：" in prints(page)

    choose(page, "图", "横条")
    choose(page, "走完再", "不池化")
    press(page, "竖边")
    press(page, "走到底")
    reached(page, 5)
    choose(page, "噪声", "上下 40")
    press(page, "算完这一行")
    before = page.locator(".c-sheet .verdict").inner_text()
    page.reload()
    expect(page.locator(".c-sheet .verdict")).to_have_text(before)
    press(page, "走到底")
    reached(page, 6)
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))


def test_a_pupil_of_the_primary_school_guesses_dark_or_bright(open_lab: OpenLab) -> None:
    page = open_lab("kernel", "grey-pictures", GOALS[:1], width=360, level="primary", kernel="blur")
    expect(page.locator("input")).to_have_count(0)
    for _ in range(2):
        press(page, "亮")
        press(page, "下一格")
    reached(page, 0)
    press(page, "月亮")
    press(page, "找边")
    press(page, "走到底")
    expect(page.locator(".c-sheet .verdict")).to_contain_text("走完了")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


@pytest.mark.parametrize("width", [360, 1366])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int) -> None:
    page = open_lab(
        "kernel", "grey-pictures", GOALS, width=width, kernel="upright", picture="gate", level="senior"
    )
    page.locator(".pixels").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(".c-sum h2")).to_contain_text("第 2 行第 2 个")
    page.get_by_label("先猜：这一格算出来是多少？").fill("0")
    page.keyboard.press("Enter")
    expect(page.locator(".c-sum .verdict")).to_contain_text("加起来")
    page.get_by_role("button", name="走到底").press("Enter")
    page.get_by_text("用数看").click()
    expect(page.get_by_role("region", name="结果的数").locator("tr")).to_have_count(34)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
