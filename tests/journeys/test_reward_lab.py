"""The lab of rewards as a pupil works in it: a guess, a robot that learns the way, a star that leads it astray, and the loophole shut."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "foretold", "text": "先猜它会怎么走"},
    {"goal": "arrives", "moves_at_most": 11, "dry": True, "text": "教它不踩水走到终点"},
    {"goal": "explore-compared", "better": True, "text": "试新路的走得更好"},
    {"goal": "hacked", "stars_at_least": 5, "text": "定一个会被钻空子的奖励"},
    {"goal": "mended", "text": "把空子补上"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reached(page: Page, goal: int) -> None:
    expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：")


def teach(page: Page) -> None:
    press(page, "学 100 回")
    expect(page.get_by_role("button", name="停一停")).to_have_count(0, timeout=15000)
    press(page, "看它怎么走")


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("reward", "robot-rooms", GOALS, level="senior", maze="detour")
    said = page.locator(".c-sheet .verdict")
    press(page, "走到终点")
    press(page, "走一步")
    expect(page.locator(".formula")).to_contain_text("新分 = 0 + 0.5 ×")
    press(page, "走完这一回")
    expect(said).to_contain_text("学了 1 回")
    teach(page)
    expect(said).to_have_text("猜对了。走到了：11 步，一共得 -1。")
    reached(page, 0)
    reached(page, 1)
    program = prints(page, seconds=60)
    start = page.get_by_role("gridcell", name="第 1 行第 1 列，起点")
    expect(start).to_have_accessible_name(
        f"第 1 行第 1 列，起点，往下最好，{round(float(program.split()[-1]), 2)} 分，机器人在这里"
    )

    page.get_by_label("换房间").select_option("edge")
    press(page, "每走一步多一分")
    press(page, "换一组骰子")
    page.get_by_label("试新路").select_option("从不")
    teach(page)
    expect(said).to_contain_text("走到了：11 步")
    page.get_by_label("试新路").select_option("50% 的时候")
    teach(page)
    expect(said).to_contain_text("走到了：9 步")
    reached(page, 2)

    page.get_by_label("换房间").select_option("yard")
    page.get_by_role("group", name="点格子时").get_by_role("button", name="星星").click()
    page.locator("[data-cell='9']").click()
    expect(page.get_by_role("gridcell", name="第 2 行第 2 列，星星")).to_be_visible()
    press(page, "每走一步少一分")
    teach(page)
    expect(said).to_contain_text("走了 100 步还没到，一共得 50，进了 50 次星星")
    reached(page, 3)
    press(page, "走进星星少一分")
    press(page, "走进星星少一分")
    teach(page)
    expect(said).to_contain_text("走到了：12 步")
    reached(page, 4)
    press(page, "走一步")
    before = said.inner_text()
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(said).to_have_text(before)
    expect(page.get_by_role("gridcell", name="第 2 行第 2 列，星星")).to_be_visible()


def test_learning_is_stopped_and_kept(open_lab: OpenLab) -> None:
    page = open_lab("reward", "robot-rooms", [], maze="yard", explore=1, stars=[[2, 2]])
    press(page, "学 100 回")
    # a hundred rounds may be learnt before a second click arrives: then there is nothing left to stop
    with suppress(TookTooLong):
        page.get_by_role("button", name="停一停").click(timeout=1000)
    expect(page.get_by_role("button", name="停一停")).to_have_count(0)
    said = page.locator(".c-sheet .verdict")
    expect(said).to_contain_text("学了 ")
    before = said.inner_text()
    page.reload()
    expect(said).to_have_text(before)
    expect(page.locator(".returns figcaption")).to_contain_text("每一回得的分")


@pytest.mark.parametrize(("width", "level"), [(360, "junior"), (360, "primary"), (1366, "senior")])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("reward", "robot-rooms", GOALS[:2], width=width, level=level, maze="edge")
    page.get_by_role("button", name="到不了").press("Enter")
    page.get_by_role("group", name="点格子时").get_by_role("button", name="墙").press("Enter")
    page.get_by_role("gridcell", name="第 4 行第 1 列").focus()
    for key in ("ArrowUp", "ArrowUp", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_role("gridcell", name="第 2 行第 1 列，墙")).to_be_focused()
    page.get_by_role("button", name="学 100 回").press("Enter")
    expect(page.get_by_role("button", name="停一停")).to_have_count(0, timeout=15000)
    page.get_by_role("button", name="看它怎么走").press("Enter")
    reached(page, 1)
    page.get_by_text("用文字看房间").click()
    expect(page.get_by_text("它走的路：")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
