"""The maze lab in a browser, as built: a pupil guesses, compares, draws with mouse and keys, reaches every goal, and finds the work
again after leaving."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import lab_pages, violations
from tests.journeys.programs import prints, ran

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "predict", "text": "先猜，再看"},
    {"goal": "compare-methods", "count": 4, "text": "四种办法都走到终点"},
    {"goal": "fewer-opened", "method": "astar", "than": "bfs", "times": 1.5, "text": "A* 打开得少很多"},
    {"goal": "worse-path", "method": "astar", "more_by": 4, "text": "让 A* 上当"},
    {"goal": "no-way", "text": "画一个没有路的迷宫"},
]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def run(page: Page, method: str) -> None:
    page.get_by_role("group", name="办法").get_by_role("button", name=method, exact=True).click()
    press(page, "走到底")


def test_a_pupil_reaches_every_goal(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("maze", "mazes", GOALS, maze="cup")
        done = page.locator(".goal-list li.done")
        page.get_by_role("group", name="我猜").get_by_role("button", name="A*").click()
        press(page, "走一步")
        expect(page.locator(".maze-said")).to_contain_text("第 1 次打开：第 6 行第 2 列")
        press(page, "自动走")
        expect(page.locator(".maze-said")).to_contain_text(
            "到了！打开 87 格，路长 15 步，代价 15", timeout=9000
        )
        for method in ("DFS", "贪心", "A*"):
            run(page, method)
        expect(page.locator(".c-guess")).to_contain_text("这回是 DFS 最少")
        expect(page.locator(".c-runs tbody tr").first).to_contain_text("87")
        expect(done).to_have_count(3)
        page.get_by_label("换迷宫").select_option("puddle")
        expect(page.locator(".c-runs")).to_contain_text("走完一种办法")
        run(page, "A*")
        page.locator("input[type=range]").fill("2")
        press(page, "走到底")
        expect(page.locator(".c-runs")).to_contain_text("A*（倍数 2）")
        expect(done).to_have_count(4)
        walls_by_mouse_and_keys(page)
        run(page, "BFS")
        expect(page.locator(".maze-said")).to_contain_text("能到的都到过了：没有路")
        expect(done).to_have_count(5)
        page.reload()
        expect(done).to_have_count(5)
        expect(page.get_by_role("gridcell", name="第 4 行第 1 列，墙")).to_be_visible()
        expect(page.locator(".maze-said")).to_contain_text("没有路")
        press(page, "撤回")
        expect(page.get_by_role("gridcell", name="第 6 行第 1 列，空地")).to_be_visible()


def walls_by_mouse_and_keys(page: Page) -> None:
    """Shuts the start in: a stroke along column 2, then two cells with the arrow keys."""
    press(page, "墙")
    page.locator(".maze-grid").scroll_into_view_if_needed()
    top, bottom = (
        page.locator("[data-cell='37']").bounding_box(),
        page.locator("[data-cell='61']").bounding_box(),
    )
    assert top and bottom
    page.mouse.move(top["x"] + 9, top["y"] + 9)
    page.mouse.down()
    page.mouse.move(bottom["x"] + 9, bottom["y"] + 9, steps=12)
    page.mouse.up()
    expect(page.get_by_role("gridcell", name="第 5 行第 2 列，墙")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_role("gridcell", name="第 4 行第 1 列，墙")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("gridcell", name="第 6 行第 1 列，墙")).to_be_focused()


@pytest.mark.parametrize("width", [360, 1366])
def test_narrow_and_wide_nothing_is_out_of_reach(browser: Browser, width: int) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("maze", "mazes", GOALS, width=width, maze="cup")
        run(page, "A*")
        expect(page.locator(".maze-said")).to_contain_text("打开 46 格")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        cell = page.get_by_role("gridcell").first.bounding_box()
        assert cell and cell["width"] >= 24
        page.get_by_text("用文字看迷宫").click()
        expect(page.get_by_text("空起空空空空空空墙空终空")).to_be_visible()
        assert not violations(page)


def test_a_young_pupil_has_few_words_and_few_buttons(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("maze", "mazes", GOALS[:2], width=360, maze="cup", level="primary")
        page.get_by_role("group", name="我猜").get_by_role("button", name="一圈一圈找").click()
        press(page, "自动走")
        expect(page.locator(".maze-said")).to_contain_text("到了！打开 87 格，路长 15 步。", timeout=9000)
        for hidden in ("泥地", "走到底", "贪心"):
            expect(page.get_by_role("button", name=hidden, exact=True)).to_have_count(0)
        box = page.get_by_role("button", name="走一步").bounding_box()
        assert box and box["height"] >= 56
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not violations(page)


def test_the_program_of_every_method_says_the_same(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("maze", "mazes", GOALS[:2], maze="puddle", level="senior")
        for method in ("BFS", "DFS", "贪心", "A*"):
            run(page, method)
            said = page.locator(".maze-said").inner_text().removeprefix(f"{method} ")
            if method == "BFS":
                assert said in prints(page)
            assert said in prints(page)
        page.locator("input[type=range]").fill("2")
        press(page, "走到底")
        assert page.locator(".maze-said").inner_text().removeprefix("A* ") in ran(
            page.locator("details.program pre").inner_text()
        )
        assert not violations(page)
