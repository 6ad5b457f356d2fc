"""The lab of the line as a pupil works in it: laid by hand, walked to downhill with rates that fit and don't, worked out."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, drag, lab_pages, violations
from tests.journeys.programs import prints
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "hand-near-best", "within": 1.2, "text": "自己放的接近最好"},
    {"goal": "steps-guessed", "count": 2, "text": "先猜再走，猜对两次"},
    {"goal": "rate-too-small", "steps": 20, "still_over": 2, "text": "找一个太小的学习率"},
    {"goal": "blown-up", "times": 10, "text": "让它越走越远"},
    {"goal": "descent-arrives", "within": 1.02, "steps_at_most": 30, "text": "30 步以内到谷底"},
    {"goal": "closed-compared", "text": "和算出来的比一比"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def set_rate(page: Page, place: int) -> None:
    page.get_by_label("学习率").fill(str(place))


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("line", "ice-pops", GOALS, code=True)
    drag(page, (5, 30), (5, 12))
    drag(page, (95, 30), (95, 94))
    reached(page, 0)
    press(page, "走下坡")
    press(page, "变小")
    expect(page.locator(".c-walk")).to_contain_text("猜对了：损失从 1955.3 变成")
    press(page, "变小")
    reached(page, 1)
    set_rate(page, 0)
    press(page, "走 10 步")
    press(page, "走 10 步")
    reached(page, 2)
    set_rate(page, 11)
    press(page, "变大")
    press(page, "走 100 步")
    reached(page, 3)
    expect(page.locator(".c-sheet .verdict")).to_contain_text("飞走了")
    set_rate(page, 6)
    press(page, "走 10 步")
    press(page, "走 10 步")
    reached(page, 4)
    press(page, "直接算出最好的")
    reached(page, 5)
    said = page.locator(".c-sheet .verdict").inner_text().split("损失 ")[1].split("。")[0]
    program = prints(page)
    assert abs(float(program.split()[1]) - float(said)) < 0.06
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".c-sheet .verdict")).to_contain_text("走了 20 步")


@pytest.mark.parametrize("width", [360, 1366])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int) -> None:
    page = open_lab("line", "ice-pops", GOALS[:2], width=width)
    said = page.locator(".c-sheet .verdict")
    before = said.inner_text()
    page.locator(".plane").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(said).not_to_have_text(before)
    page.get_by_role("button", name="走下坡").press("Enter")
    page.get_by_role("application", name="损失的地形").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="走 10 步").press("Enter")
    expect(said).to_contain_text("走了 10 步")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def test_the_levels_by_hand(open_lab: OpenLab) -> None:
    young = open_lab("line", "ice-pops", GOALS[:1], width=360, level="primary")
    drag(young, (5, 30), (5, 12))
    drag(young, (95, 30), (95, 94))
    reached(young, 0)
    expect(young.get_by_text("让它离每个点都近")).to_be_visible()
    expect(young.get_by_role("button", name="走下坡")).to_have_count(0)
    assert young.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(young)
    senior = open_lab("line", "ice-pops", GOALS[:1], level="senior")
    press(senior, "直接算出最好的")
    mine, best = (
        float(found)
        for found in re.findall(r"损失 ([\d.]+)", " ".join(senior.locator(".verdict").all_inner_texts()))[:2]
    )
    printed = [float(line.split()[1]) for line in prints(senior).splitlines()]
    assert abs(printed[0] - mine) < 0.06 and abs(printed[1] - best) < 0.06
