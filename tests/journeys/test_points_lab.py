"""The lab of points as a pupil works in it: guesses, neighbours, tests, a sheet spoilt by three points, groups from two starts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, at, drag, lab_pages, tap, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "placed", "per_kind": 14, "text": "每种至少 14 个点"},
    {"goal": "guess-right", "count": 2, "text": "先猜再看，猜对两次"},
    {"goal": "guess-right", "count": 1, "contested": True, "text": "邻居意见不一样的地方，猜对一次"},
    {"goal": "k-flips", "text": "换个 k 答案就变"},
    {"goal": "k-compared", "count": 3, "text": "三个 k 都考一考"},
    {"goal": "test-accuracy-at-least", "value": 0.9, "text": "没见过的认对九成"},
    {"goal": "broken-by-few", "added_at_most": 3, "test_at_most": 0.5, "text": "三个点骗过它"},
    {"goal": "centres-guessed", "count": 1, "text": "猜对归哪个中心"},
    {"goal": "settled", "groups": 3, "text": "走到停下"},
    {"goal": "starts-matter", "ratio": 1.5, "text": "起点不同，结果不同"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def set_k(page: Page, k: int) -> None:
    page.get_by_label("问几个邻居").fill(str(k))


def reached(page: Page, goal: int) -> None:
    expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：")


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("points", "small-fruits", GOALS, code=True)
    reached(page, 0)
    for place, kind in (
        ((10, 50), "● 海棠"),
        ((80, 90), "■ 冬枣"),
        ((77, 56), "▲ 山楂"),
        ((77, 60), "■ 冬枣"),
    ):
        tap(page, *place)
        press(page, kind)
    reached(page, 1)
    for step in range(12):
        if page.locator(".goal-list li").nth(2).get_attribute("class") == "done":
            break
        tap(page, 70 + step * 2, 66)
        press(page, "■ 冬枣")
    reached(page, 2)
    verdict = page.locator(".c-near .verdict").inner_text()
    said = prints(page)
    assert verdict.rstrip("。").split("认成")[1][2:] in said.splitlines()[-1]

    press(page, "一直看邻居")
    tap(page, 19, 55)  # beside the point that was called a jujube
    for k in (1, 3, 5):
        set_k(page, k)
        press(page, f"用 k = {k} 考一考")
    for goal in (3, 4, 5):
        reached(page, goal)
    expect(page.locator(".c-score")).to_contain_text("24 个，认对 23 个")

    for pen, place in (("放 ■ 冬枣", (13, 25)), ("放 ● 海棠", (79, 76)), ("放 ■ 冬枣", (13, 76))):
        press(page, pen)
        tap(page, *place)
    set_k(page, 1)
    press(page, "用 k = 1 考一考")
    reached(page, 6)
    press(page, "恢复原来的点")

    press(page, "分成组")
    for centre in ("归中心 1", "归中心 2", "归中心 3"):
        if (
            page.get_by_role("button", name=centre).count()
            and not page.locator(".goal-list li.done").nth(7).count()
        ):
            press(page, centre)
            press(page, "回到起点")
    reached(page, 7)
    press(page, "走到底")
    reached(page, 8)
    expect(page.locator(".c-groups .runs")).to_contain_text("27424")
    press(page, "回到起点")
    drag(page, (20, 90), (80, 80))
    drag(page, (30, 90), (60, 20))
    press(page, "走到底")
    expect(page.locator(".c-groups .runs")).to_contain_text("9729")
    reached(page, 9)
    assert "9728.8" in prints(page)
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".c-groups .runs")).to_contain_text("9729")


@pytest.mark.parametrize("width", [360, 1366])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int) -> None:
    page = open_lab("points", "small-fruits", GOALS[:2], width=width, start="empty", k=1)
    page.locator(".plane").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="放 ■ 冬枣").press("Enter")
    page.get_by_role("button", name="在问号这里放").press("Enter")
    expect(page.locator(".plane .dot.chosen")).to_have_count(1)
    page.locator(".plane").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.get_by_role("button", name="■ 冬枣", exact=True).press("Enter")
    expect(page.locator(".c-near .verdict")).to_contain_text("猜对了")
    page.get_by_role("button", name="看分界").press("Enter")
    expect(page.locator(".plane .area").first).to_be_attached()
    page.locator("summary", has_text="用表看").click()
    expect(page.locator(".c-more tbody tr")).to_have_count(1)
    page.locator(".plane").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".plane .dot")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
    if width < 500:
        page.get_by_role("button", name="放 ▲ 山楂").tap()
        page.touchscreen.tap(*at(page, 30, 30))
        expect(page.locator(".plane .dot")).to_have_count(1)


def test_the_youngest_have_three_numbers_and_few_words(open_lab: OpenLab) -> None:
    page = open_lab("points", "small-fruits", GOALS[:2], width=360, level="primary")
    page.get_by_role("group", name="问几个邻居").get_by_role("button", name="5 个").click()
    tap(page, 10, 50)
    press(page, "● 海棠")
    expect(page.locator(".c-near .verdict")).to_contain_text("猜对了")
    press(page, "考一考")
    expect(page.locator(".c-score")).to_contain_text("问 5 个")
    expect(page.get_by_role("button", name="分成组")).to_have_count(0)
    expect(page.locator("details.program, input[type=range]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
