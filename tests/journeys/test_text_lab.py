"""The lab of letters as a pupil works in it: taught, tested after a guess, asked, the deciding words guessed, fooled."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "test-accuracy-at-least", "value": 0.7, "text": "没见过的认对七成"},
    {"goal": "forecast-right", "count": 1, "text": "先猜成绩，猜中一次"},
    {"goal": "amounts-compared", "count": 2, "text": "学得多和学得少比一比"},
    {"goal": "own-right", "count": 1, "text": "自己写的认对一句"},
    {"goal": "word-guessed", "count": 2, "text": "猜中两次最起作用的词"},
    {"goal": "fooled", "count": 2, "ways": 2, "text": "用两种办法骗过它"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def ask(page: Page, text: str, truth: str, word: str | None, way: str = "平常的一句话") -> str:
    page.get_by_label("写一句话").fill(text)
    press(page, "拆开")
    page.get_by_role("group", name="你觉得这句是").get_by_role("button", name=truth).click()
    page.locator(".c-ask select").select_option(label=way)
    if word:
        page.locator(".cuts").get_by_role("button", name=f"猜是“{word}”").click()
    press(page, "看它怎么说")
    return page.locator(".answer .verdict").inner_text()


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("text", "school-letters", GOALS, level="senior")
    press(page, "让它学")
    expect(page.locator(".c-teach .verdict")).to_contain_text("学过的 180 句，认对 180 句")
    press(page, "认对一大半")
    for goal in (0, 1):
        reached(page, goal)
    press(page, "3 句")
    press(page, "再学一遍")
    press(page, "几乎全认对")
    reached(page, 2)
    said = page.locator(".c-exam tbody tr").first.inner_text()
    right = prints(page).splitlines()[0].split("认对 ")[1].split(" ")[0]
    assert f"认对 {right} 句" in said
    press(page, "60 句")
    press(page, "再学一遍")
    assert "认对了" in ask(page, "谢谢老师", "表扬", "谢谢")
    reached(page, 3)
    assert "它认错了" in ask(page, "歌声不好听", "建议", "好听", "加一个“不”")
    reached(page, 4)
    expect(page.locator(".pushes li").first).to_contain_text("在表扬里常见")
    printed = prints(page)
    assert "歌声不好听 → 表扬" in printed
    assert "它认错了" in ask(page, "恐龙", "求助", None, "用它没学过的词")
    reached(page, 5)
    page.locator(".c-cm td.miss button").first.click()
    page.get_by_role("group", name="这一格里的句子").get_by_role("button").first.click()
    expect(page.locator(".c-ask").get_by_role("button", name="看它怎么说")).to_be_visible()
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".c-exam tbody tr")).to_have_count(2)
    page.locator("summary", has_text="问过的 3 句").click()
    expect(page.locator(".c-ask .letters")).to_contain_text("“恐龙”你说是求助")


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("level", ["primary", "junior"])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("text", "school-letters", GOALS[:2], width=width, level=level)
    page.get_by_role("button", name="让它学").press("Enter")
    page.get_by_role("button", name="认对一大半").press("Enter")
    page.get_by_label("写一句话").fill("请问图书馆的新书在哪里，我想借恐龙化石")
    page.get_by_label("写一句话").press("Enter")
    page.get_by_role("group", name="你觉得这句是").get_by_role("button", name="求助").press("Enter")
    page.get_by_role("button", name="猜是“请问”").press("Enter")
    page.get_by_role("button", name="看它怎么说").press("Enter")
    expect(page.locator(".answer .verdict")).to_contain_text("它说：求助")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def test_what_is_typed_is_text_and_cut_to_size(open_lab: OpenLab) -> None:
    page = open_lab("text", "school-letters", GOALS[:1])
    press(page, "让它学")
    page.get_by_label("写一句话").fill("<img src=x onerror=alert(1)>谢谢" + "好" * 90)
    press(page, "拆开")
    expect(page.locator(".cuts")).to_contain_text("谢谢")
    assert page.locator(".c-ask img").count() == 0
    assert len(page.get_by_label("写一句话").input_value()) <= 60
