"""The blocks lab as a pupil works in it: a robot that looks, a stage that reacts, a belt sorted by the pupil's own model,
a light turned down. Every goal once by the list alone, and blocks moved by keys and by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import ran
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "guessed", "count": 2, "text": "先猜再跑两次"},
    {"goal": "arrives", "floor": "straight", "text": "走通直走廊"},
    {"goal": "arrives-everywhere", "floors": 3, "text": "一个程序走通三种地面"},
    {"goal": "broken", "scene": "robot", "text": "换了光线就走不通"},
    {"goal": "mended", "scene": "robot", "text": "暗了也走得通"},
    {"goal": "reacts", "sensor": "light", "text": "灯一暗就不一样"},
    {"goal": "sorts", "share": 0.6, "count": 6, "own": True, "text": "用自己的模型分对六成"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def add(page: Page, name: str) -> None:
    page.locator(".bl-add").get_by_role("button", name=name, exact=True).click()


def row(page: Page, text: str) -> None:
    page.locator(".bl-list").get_by_role("button", name=text, exact=True).click()


def slot(page: Page, choice: str, at: int = 0) -> None:
    page.locator(".bl-chosen").get_by_label("这里放什么").nth(at).select_option(label=choice)


def in_list(page: Page) -> None:
    press(page, "用列表，不用拖")


def run(page: Page, guess: str = "") -> None:
    """Run to the end, quickly."""
    press(page, "快")
    if guess:
        press(page, guess)
    else:
        page.get_by_role("button", name="不猜，直接跑").or_(
            page.get_by_role("button", name="运行", exact=True)
        ).click()
    expect(page.get_by_role("button", name="停止运行", exact=True)).to_have_count(0, timeout=20_000)


def said(page: Page) -> str:
    return page.locator(".bl-result").inner_text()


def until_goal(page: Page) -> None:
    """Empty the program and begin one that goes on until it is there."""
    row(page, "↻ 重复 3 次")
    press(page, "删掉")
    add(page, "↻ 重复，直到")
    slot(page, "到了终点")


def follow_walls(page: Page) -> None:
    until_goal(page)
    add(page, "? 如果…就…不然")
    slot(page, "前面是墙")
    add(page, "↱ 向右转")
    press(page, "选中“不然”里面，加在那里")
    add(page, "↑ 向前走一格")


def test_the_robot_goes_by_what_it_sees_until_the_light_goes(open_lab: OpenLab) -> None:
    page = open_lab("blocks", "campus-leaves", GOALS)
    in_list(page)
    run(page, "到终点")
    assert said(page) == "跑完了。你猜到终点，来的是：停在半路。"
    follow_walls(page)
    run(page, "到终点")
    assert said(page) == "到终点了！和你猜的一样：到终点。"
    reached(page, 0)
    reached(page, 1)
    for floor in ("一个弯", "蜗牛"):
        page.get_by_label("地面", exact=True).select_option(label=floor)
        run(page)
    reached(page, 2)

    page.get_by_label("地面", exact=True).select_option(label="黑线")
    row(page, "? 如果 前面是墙 就")
    press(page, "删掉")
    row(page, "↻ 重复，直到 到了终点")
    for condition, light, arrives in (("前面那格是黑线", 60, True), ("前面那格是黑线", 20, False)):
        if arrives:
            line_program(page, condition)
        page.get_by_label("光线：").fill(str(light))
        run(page)
        assert ("到终点了" in said(page)) is arrives, said(page)
    reached(page, 3)
    page.reload()
    in_list(page)
    expect(page.locator(".goal-list li.done")).to_have_count(4)
    # another threshold: black is what is darker than 15, in this light and in the usual one
    lines = page.locator(".bl-list button", has_text="前面那格是黑线")
    while lines.count():
        lines.first.click()
        within = int(page.locator(".bl-chosen").get_by_label("这里放什么").first.input_value() == "not")
        slot(page, "比大小", within)
        slot(page, "前面那格有多亮", within + 1)
        threshold = page.locator(".bl-chosen input[type=number]").last
        threshold.fill("20")
        threshold.blur()
    run(page)
    assert "到终点了" in said(page), said(page)
    press(page, "回到平常的样子")
    run(page)
    reached(page, 4)


def line_program(page: Page, condition: str) -> None:
    """Ahead along the line; where it ends look right, and if it isn't there turn about: it must be left."""
    add(page, "? 如果…就…不然")
    slot(page, condition)
    add(page, "↑ 向前走一格")
    press(page, "选中“不然”里面，加在那里")
    add(page, "↱ 向右转")
    row(page, "↱ 向右转")
    add(page, "? 如果…就")
    page.locator(".bl-chosen").get_by_label("这里放什么").select_option(label="不是")
    slot(page, condition, 1)
    add(page, "↰ 向左转")
    add(page, "↰ 向左转")


def program(page: Page) -> str:
    """What "看 Python 程序" prints, beside the stand-in that the Python lab has too."""
    source = page.locator("details.program pre").text_content()
    folder = str(Path(settings.ROOT) / "web" / "labs" / "python" / "py")
    return ran(f"import sys; sys.path.insert(0, {folder!r})\n{source}")


def own_tree(page: Page) -> None:
    """A tree of three layers, kept in the decision-tree lab of the same browser."""
    press(page, "算法种")
    press(page, "一直种到底")
    page.locator(".keep-model > summary").click()
    page.get_by_label("名字").fill("我的树")
    press(page, "留下")
    expect(page.locator(".kept-models li")).to_have_count(1)


def test_the_own_model_sorts_the_belt_and_the_stage_goes_dark(open_lab: OpenLab) -> None:
    page = open_lab("decision-tree", "campus-leaves", [])
    own_tree(page)
    page = open_lab("blocks", "campus-leaves", GOALS, same=page, level="senior")
    press(page, "分东西")
    in_list(page)
    page.locator("[data-key='choose-模型']").select_option(label="我的树")
    row(page, "拿下一个")
    press(page, "删掉")
    add(page, "↻ 重复，直到")
    slot(page, "不是")
    slot(page, "传送带上还有", 1)
    add(page, "拿下一个")
    add(page, "放进…的箱子")
    row(page, "放进 “你好” 的箱子")
    slot(page, "模型的答案")
    run(page, "多半放对")
    assert "放了 8 个，对" in said(page)
    reached(page, 6)
    told = program(page).splitlines()
    assert told[-1] == said(page).split("跑完了。")[1].split("。")[0]

    press(page, "舞台")
    row(page, "❝ 说 “你好”")
    press(page, "删掉")
    add(page, "一直重复")
    add(page, "? 如果…就…不然")
    slot(page, "比大小")
    slot(page, "光线", 1)
    limit = page.locator(".bl-chosen input[type=number]").last
    limit.fill("30")
    limit.blur()
    add(page, "☺ 换成…的样子")
    press(page, "选中“不然”里面，加在那里")
    add(page, "❝ 说")
    press(page, "快")
    press(page, "样子会变")
    page.get_by_label("光线：").fill("0")
    expect(page.locator(".bl-stage.dark")).to_be_visible()
    press(page, "停止运行")
    reached(page, 5)
    assert "600 步还没有停" in program(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def test_blocks_are_dragged_and_moved_by_keys_and_both_ways_show_one_program(open_lab: OpenLab) -> None:
    page = open_lab("blocks", "campus-leaves", GOALS)
    blocks = page.locator(".blocklyBlockCanvas .blocklyDraggable")
    expect(blocks.filter(has_text="向前走一格")).not_to_have_count(0)
    page.locator(".blocklyToolboxCategory", has_text="动作").click()
    fresh = page.locator(".blocklyFlyout .blocklyDraggable", has_text="向右转")
    start = fresh.bounding_box()
    last = page.locator(
        ".bl-canvas .blocklyWorkspace .blocklyDraggable", has_text="向前走一格"
    ).last.bounding_box()
    assert start and last
    page.mouse.move(start["x"] + 12, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(last["x"] + 10, last["y"] + last["height"] + 10, steps=12)
    page.mouse.up()
    page.locator(".bl-canvas ~ div summary", has_text="用文字看程序：3 行").click()
    expect(page.locator(".bl-lines li")).to_have_text(["重复 3 次", "第 2 层：向前走一格", "第 2 层：向右转"])
    page.reload()
    expect(page.locator(".bl-canvas .blocklyDraggable", has_text="向右转")).not_to_have_count(0)
    in_list(page)
    expect(page.locator(".bl-list .btn")).to_have_count(4)
    press(page, "拼积木")
    page.locator(".blocklySvg .blocklyDraggable", has_text="向右转").last.click()
    page.keyboard.press("Delete")
    expect(page.locator(".bl-lines li")).to_have_count(2)


@pytest.mark.parametrize("width", [360, 768, 1366, 1920])
def test_primary_by_the_list_and_keys_alone(open_lab: OpenLab, width: int) -> None:
    page = open_lab("blocks", "recyclables", GOALS[:2], width=width, level="primary")
    expect(page.locator(".blocklySvg").first).to_be_visible()
    page.get_by_role("button", name="用列表，不用拖").press("Enter")
    page.locator(".bl-list").get_by_role("button", name="↻ 重复 3 次").press("Enter")
    page.locator(".bl-chosen input").fill("5")
    page.locator(".bl-chosen input").press("Tab")
    page.get_by_role("button", name="快").press("Enter")
    page.get_by_role("button", name="到终点").press("Enter")
    reached(page, 1)
    expect(page.get_by_role("button", name="分东西")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
