"""The studio of ethics as a pupil works in it: guesses with reasons, a case heard from both sides, the telling program fooled."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "guessed", "count": 18, "text": "都猜一遍"},
    {"goal": "hits-at-least", "count": 18, "value": 0.4, "text": "猜中四成"},
    {"goal": "two-sides", "count": 1, "kind": "consent", "text": "从两边想"},
    {"goal": "mind-made-up", "count": 1, "kind": "dilemma", "text": "再定一次"},
    {"goal": "forecast-right", "count": 1, "text": "猜中它怎么说"},
    {"goal": "fooled", "count": 2, "ways": 2, "text": "两头骗过"},
]
REGULAR = ("一模一样", "一样大", "弯弯折折", "散在各处")  # words of the pictures that were computed


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def guess(page: Page) -> None:
    """One thing: computed pictures as they look, everything else as people's."""
    seen = page.locator(".thing").inner_text()
    press(page, "机器做的" if any(one in seen for one in REGULAR) else "人做的")
    press(page, "只是感觉")
    press(page, "看是谁做的")
    expect(page.locator(".c-made .verdict")).to_be_visible()


def think(page: Page, case: str, first: int, last: int) -> None:
    press(page, case)
    for name, at in (("怎么办", first), ("为什么", 0), ("另一边的理由", 0)):
        page.get_by_role("group", name=name, exact=True).get_by_role("button").nth(at).click()
    page.get_by_role("group", name="现在怎么办").get_by_role("button").nth(last).click()


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("ethics", "school-letters", GOALS, level="senior")
    expect(page.locator(".thing")).to_be_visible()
    for left in range(17, -1, -1):
        guess(page)
        if left:
            press(page, f"下一个，还有 {left} 个")
    for goal in (0, 1):
        reached(page, goal)
    press(page, "该怎么办")
    think(page, "运动会的照片", 0, 0)
    expect(page.locator(".c-case .verdict")).to_contain_text("没有改主意")
    reached(page, 2)
    think(page, "机器人社的最后十个位子", 1, 0)
    expect(page.locator(".c-case .verdict")).to_contain_text("改了主意")
    reached(page, 3)
    press(page, "骗过它")
    press(page, "不看前面")
    page.locator(".c-write").get_by_role("button", name="人做的").click()
    expect(page.locator(".c-write .verdict")).to_contain_text("人做的，说错了")
    reached(page, 4)
    written = page.locator(".c-write blockquote").inner_text().strip("“”")
    printed = prints(page)
    assert f"写的： {written}" in printed
    assert printed.strip().endswith("人做的")
    page.get_by_label("自己写一句").fill("谢谢老师")
    press(page, "用这句")
    page.locator(".c-person").get_by_role("button", name="人做的").click()
    expect(page.locator(".c-person .verdict")).to_contain_text("机器做的，说错了")
    reached(page, 5)
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".c-person blockquote")).to_contain_text("谢谢老师")


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("level", ["primary", "junior"])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("ethics", "school-letters", GOALS[:2], width=width, level=level)
    page.get_by_role("button", name="机器做的", exact=True).press("Enter")
    page.get_by_role("button", name="前后接不上").press("Enter")
    page.get_by_role("button", name="看是谁做的").press("Enter")
    expect(page.get_by_role("button", name="下一个，还有 17 个")).to_be_focused()
    clean(page)
    page.get_by_role("button", name="该怎么办", exact=True).press("Enter")
    for name in ("怎么办", "为什么", "另一边的理由", "现在怎么办"):
        clean(page)
        page.get_by_role("group", name=name, exact=True).get_by_role("button").first.press("Enter")
    page.get_by_role("button", name="看看同学怎么选").press("Enter")
    expect(page.locator(".classmates")).to_contain_text("这里看不到同学怎么选")
    clean(page)
    page.get_by_role("button", name="骗过它").press("Enter")
    page.get_by_label("自己写一句").fill("<b>好" + "看" * 60)
    page.get_by_label("自己写一句").press("Enter")
    page.locator(".c-person").get_by_role("button", name="机器做的").press("Enter")
    assert page.locator(".c-person b").count() == 0
    clean(page)


def clean(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
