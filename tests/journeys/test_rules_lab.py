"""The lab of rules as a pupil works in it: guesses, firings, a chain of reasons, a dispute settled, an exception that no rule covers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "foretold", "count": 2, "text": "先猜规则会得出什么，猜对两次"},
    {"goal": "explained", "steps": 2, "text": "说出经过两条规则的结论靠什么"},
    {"goal": "solves", "right": 8, "text": "写出能答对 8 个的规则"},
    {"goal": "stumped", "after": 8, "text": "用一个新例子难倒你的规则"},
    {"goal": "mended", "text": "找到一处矛盾，补好它"},
    {"goal": "exception", "keep": 8, "text": "给企鹅也写上规则"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reached(page: Page, goal: int) -> None:
    expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：")


def write(page: Page, conditions: list[str], conclusion: str) -> None:
    for one in conditions:
        press(page, f"如果：{one}")
    press(page, f"那么：{conclusion}")
    press(page, "加上这条规则")
    said = f"如果{'，并且'.join(conditions)}，那么{conclusion}"
    expect(page.locator(".rule-list")).to_contain_text(said)


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("rules", "bird-rules", GOALS, level="senior")
    said = page.locator(".c-run .verdict")
    press(page, "我猜：会飞")
    press(page, "推一步")
    expect(page.locator(".firings")).to_contain_text("因为身上有羽毛，所以是鸟")
    page.reload()
    expect(page.locator(".firings li")).to_have_count(1)
    press(page, "推一步")
    expect(said).to_contain_text("和你猜的一样。规则的结论：会飞，对。")
    press(page, "靠的是：身上有羽毛")
    press(page, "就靠这些")
    expect(page.locator(".chain")).to_contain_text("是鸟 ← 第 1 条规则")
    reached(page, 1)
    press(page, "小猫")
    press(page, "我猜：没有结论")
    expect(said).to_contain_text("没有一条规则给出结论")
    reached(page, 0)

    write(page, ["身上长毛"], "不会飞")
    write(page, ["身上长毛", "有翅膀"], "会飞")
    write(page, ["有六条腿", "有翅膀"], "会飞")
    write(page, ["身上有鳞"], "不会飞")
    write(page, ["背着硬壳"], "不会飞")
    press(page, "全部试一遍")
    expect(page.locator(".c-all .verdict")).to_have_text(
        "12 个里对 10 个，错 1 个，1 个没有规则管，1 个规则互相矛盾。"
    )
    reached(page, 2)
    press(page, "来一个新的")
    press(page, "我猜：会飞")
    press(page, "推到底")
    expect(said).to_have_text("和你猜的一样。规则的结论：会飞，不对，应该是不会飞。")
    reached(page, 3)

    write(page, ["是鸟", "身体很重"], "不会飞")
    press(page, "条件多的赢")
    press(page, "全部试一遍")
    reached(page, 4)
    reached(page, 5)
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    assert "13 个里对 12 个" in page.locator(".c-all .verdict").inner_text()
    program = prints(page)
    assert program.endswith("13 个里对 12 个\n")
    assert "企鹅 → 不会飞 对 （规则矛盾）" in program

    press(page, "优先级高的赢")
    page.get_by_role("button", name="第 8 条优先级高一点").press("Enter")
    expect(page.get_by_role("button", name="第 8 条优先级高一点")).to_be_focused()
    press(page, "企鹅（新）")
    press(page, "我猜：不会飞")
    press(page, "推到底")
    expect(page.locator(".dispute")).to_contain_text("用了不会飞")
    page.get_by_role("button", name="去掉第 8 条").click()
    expect(page.locator(".rule-list > li")).to_have_count(7)


@pytest.mark.parametrize(
    ("width", "data", "level"), [(360, "waste-rules", "primary"), (1366, "library-desk", "junior")]
)
def test_narrow_and_wide(open_lab: OpenLab, width: int, data: str, level: str) -> None:
    page = open_lab("rules", data, GOALS[:1], width=width, level=level)
    page.locator("[data-key^='guess-']").first.press("Enter")
    page.get_by_role("button", name="推到底").press("Enter")
    page.locator("[data-key^='because-']").first.press("Space")
    page.get_by_role("button", name="就靠这些").press("Enter")
    press(page, "全部试一遍")
    expect(page.locator(".c-all table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
    press(page, "自己出一个")
    page.locator("[data-key^='own-']").nth(5).press("Enter")
    expect(page.locator(".guessing").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
