"""The lab of data as a pupil works in it: labelled together, collected, cleaned, plotted, and the group found that is failed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "agreement-at-least", "value": 0.6, "text": "标得够一致"},
    {"goal": "rule-helped", "text": "规则有用"},
    {"goal": "rows-collected", "count": 1, "text": "自己登记一行"},
    {"goal": "all-cleaned", "text": "错全找出来"},
    {"goal": "plotted", "kinds": 3, "text": "画三种图"},
    {"goal": "forecast-right", "count": 2, "text": "猜中两次"},
    {"goal": "failed-group-found", "text": "找出对谁不灵"},
    {"goal": "group-broken", "group": "老师", "value": 0.3, "text": "让它对老师不灵"},
    {"goal": "gap-at-most", "value": 0.15, "text": "各组差不多"},
]
CALLS = {"开灯！", "把灯弄亮一点。", "关灯，我们走吧。", "灯，变成黄色。"}
# row, cell ("" is the whole row), what is wrong, what is done
SICK = [
    ("630", "声音多大", "不可能", "去掉这一行"),
    ("（空）", "声音多大", "缺了", "用中间的数补上"),
    ("（空）", "声音多高", "缺了", "去掉这一行"),
    ("-2", "离灯多远", "不可能", "去掉这一行"),
    ("150", "离灯多远", "单位混了", "换算回来"),
    ("230", "离灯多远", "单位混了", "换算回来"),
    ("9999", "声音多高", "不可能", "用中间的数补上"),
]
COLUMN = {"离灯多远": 2, "声音多大": 3, "声音多高": 4}


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def label_all(page: Page, calls: set[str]) -> None:
    expect(page.locator(".c-label .notes li").first).to_be_visible()
    for line in page.locator(".c-label .notes li").all():
        said = line.locator("span").first.inner_text()
        line.get_by_text("在叫灯" if said in calls else "没叫灯", exact=True).click()


def rows(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('.sheet-rows tbody tr')].map((r) => [...r.children].map((c) => c.textContent))"
    )
    return found


def mend(page: Page, no: str, cell: str, kind: str, how: str) -> None:
    press(page, f"看第 {no} 行")
    one = page.get_by_role("group", name=f"第 {no} 行")
    one.get_by_role("button", name=cell).first.click()
    one.get_by_role("group", name="怎么不对").get_by_role("button", name=kind).click()
    one.get_by_role("group", name="怎么办").get_by_role("button", name=how).click()


def clean(page: Page) -> None:
    for value, column, kind, how in SICK:
        at = COLUMN[column]
        no = next(row[0] for row in rows(page) if row[at] == value and row[1] == "老师")
        mend(page, no, column, kind, how)
    seen: set[str] = set()
    for no, *rest in rows(page):
        if "，".join(rest) in seen:
            mend(page, no, "整行", "抄了两遍", "去掉这一行")
        seen.add("，".join(rest))


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("data", "voice-light", GOALS, level="senior")
    label_all(page, CALLS)
    press(page, "不到一半一样")
    expect(page.locator(".c-label .verdict")).to_contain_text("都一样的有 5 句")
    page.get_by_role("button", name="说了“灯”，也说了要它做什么，才算").click()
    label_all(page, CALLS)
    press(page, "几乎全一样")
    expect(page.locator(".c-label caption + thead + tbody tr").last).to_contain_text("0.66")
    for goal in (0, 1):
        reached(page, goal)
    press(page, "2 自己收")
    page.get_by_label("离灯多远").fill("150")
    press(page, "登记这一行")
    expect(page.get_by_role("alert")).to_contain_text("0 到 10 米")
    for name, value in (("离灯多远", "1.5"), ("声音多大", "60"), ("声音多高", "220")):
        page.get_by_label(name).fill(value)
    press(page, "登记这一行")
    reached(page, 2)
    press(page, "去掉自己的第 1 行")
    press(page, "3 洗干净")
    press(page, "变小")
    clean(page)
    reached(page, 3)
    expect(page.locator(".c-clean .verdict")).to_contain_text("和你猜的一样")
    press(page, "4 画出来")
    for kind in ("条形图", "直方图", "散点图"):
        press(page, kind)
        press(page, "看好了，记下这张图")
    reached(page, 4)
    press(page, "5 查偏差")
    page.get_by_role("group", name="猜哪一组错得最多").get_by_role("button", name="低年级").click()
    reached(page, 5)
    printed = prints(page)
    assert "小禾 和 小川 κ = 0.66" in printed
    for line in page.locator(".answer tbody tr").all():
        group, _, missed, wrongly, _ = line.locator("th, td").all_inner_texts()
        counts = (missed.split("里 ")[1].split(" ")[0], wrongly.split("里 ")[1].split(" ")[0])
        assert f"漏了 {counts[0]} 误亮 {counts[1]} 共 20" in next(
            x for x in printed.splitlines() if group in x
        )
    page.get_by_role("group", name="对不起谁").get_by_role("button", name="低年级").click()
    press(page, "叫了，灯不亮")
    reached(page, 6)
    for group in ("老师", "高年级"):
        page.get_by_role("group", name=f"{group}学多少").get_by_role("button", name="不学").click()
    page.get_by_role("group", name="猜哪一组错得最多").get_by_role("button", name="老师").click()
    reached(page, 7)
    for group in ("老师", "高年级"):
        page.get_by_role("group", name=f"{group}学多少").get_by_role("button", name="全部").click()
    press(page, "每组一个门槛")
    press(page, "都一样")
    reached(page, 8)
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    press(page, "3 洗干净")
    expect(page.locator(".c-clean h2")).to_contain_text("洗干净了")


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("level", ["primary", "junior"])
def test_every_stage_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("data", "voice-light", GOALS[:2], width=width, level=level)
    label_all(page, {"开灯！"})
    page.get_by_role("button", name="一大半一样").press("Enter")
    for stage in page.get_by_role("group", name="做到哪一步").get_by_role("button").all():
        stage.press("Enter")
        if page.locator(".c-clean").count():
            page.get_by_role("button", name="变大").press("Enter")
            page.get_by_role("button", name="看第 5 行").press("Enter")
            page.get_by_role("button", name="整行").press("Enter")
            page.get_by_role("button", name="抄了两遍").press("Enter")
            expect(page.locator(".inspector .verdict")).to_contain_text("再看看")
        if page.locator(".c-audit").count():
            page.get_by_role("group", name="猜哪一组错得最多").get_by_role("button", name="老师").press(
                "Enter"
            )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not violations(page)
