"""The lab of sounds as a pupil works in it: pictures guessed, taught, tested after a guess, broken by noise, mended."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "pictures-guessed", "count": 2, "text": "只看图，猜对两个"},
    {"goal": "test-accuracy-at-least", "value": 0.9, "text": "安静时认对九成"},
    {"goal": "forecast-right", "count": 2, "text": "先猜成绩，猜中两次"},
    {"goal": "broken-by-noise", "quiet_at_least": 0.9, "noisy_below": 0.5, "text": "吵坏它"},
    {"goal": "why-noise", "text": "说出为什么"},
    {"goal": "mended", "place": "street", "value": 0.8, "text": "修好它"},
    {"goal": "both-methods", "text": "两种学法比一比"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def spotted(page: Page) -> None:
    """Guesses by what the words under the picture say, as one who sees the picture does; then the next one."""
    quiz = page.locator(".c-quiz")
    said = quiz.locator("figcaption").inner_text()
    guess = (
        "鼓" if "低音" in said else "雨声" if "响 1.0 秒" in said else "鸟叫" if "高音" in said else "口哨"
    )
    quiz.get_by_role("button", name=f"猜是{guess}").click()
    quiz.get_by_role("button", name="下一张").click()


def right_of(printed: str) -> str:
    return f"认对 {printed.split('认对 ')[1].split(' ', maxsplit=1)[0]} 个"


def exam(page: Page, where: str, guess: str) -> str:
    page.locator(".c-exam").get_by_role("button", name=where).click()
    page.locator(".c-exam").get_by_role("button", name=guess).click()
    row = page.locator(".c-exam tbody tr").first
    expect(row.locator("th")).to_have_text(where)
    return row.inner_text()


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("sound", "six-sounds", GOALS, level="senior")
    for _ in range(12):
        if page.locator(".goal-list li").first.get_attribute("class") == "done":
            break
        spotted(page)
    reached(page, 0)
    press(page, "让它学")
    expect(page.locator(".c-teach .verdict")).to_contain_text("学过的 60 个声音")
    assert "猜中了" in exam(page, "安静的教室", "几乎全认对")
    reached(page, 1)
    assert "猜中了" in exam(page, "马路边", "认对不到一半")
    for goal in (2, 3):
        reached(page, goal)
    page.locator(".c-cm td.miss button").first.click()
    expect(page.get_by_role("group", name="这一格里的声音").get_by_role("button").first).to_be_visible()
    press(page, "考了太多次，机器累了")
    expect(page.locator(".goal-list li").nth(4)).not_to_have_class("done")
    page.get_by_role("button", name="杂音把原来没声的地方都填满了").click()
    reached(page, 4)
    press(page, "练习里也混进杂音")
    press(page, "再学一遍")
    expect(page.locator(".c-teach .verdict")).to_contain_text("学过的 180 个声音", timeout=15_000)
    said = exam(page, "马路边", "几乎全认对")
    reached(page, 5)
    assert right_of(prints(page)) in said
    press(page, "一轮一轮调分数")
    press(page, "再学一遍")
    expect(page.locator(".c-exam")).to_be_visible()
    exam(page, "马路边", "认对一大半")
    reached(page, 6)
    press(page, "它说是什么")
    expect(page.locator(".c-look .verdict")).to_contain_text("一百份里")
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".c-exam tbody tr")).to_have_count(4)


def test_the_head_shown_as_a_program_gets_the_same_right(open_lab: OpenLab) -> None:
    page = open_lab("sound", "six-sounds", GOALS[:1], level="senior", method="head", labels=["bell", "clap"])
    press(page, "让它学")
    said = exam(page, "安静的教室", "几乎全认对")
    assert right_of(prints(page)) in said


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("level", ["primary", "junior"])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("sound", "six-sounds", GOALS[:2], width=width, level=level)
    page.locator(".c-look").get_by_role("button", name="鸟叫", exact=True).press("Enter")
    expect(page.locator(".c-look h3")).to_contain_text("鸟叫 1")
    page.get_by_role("button", name="听一听").press("Enter")
    page.get_by_role("button", name="让它学").press("Enter")
    page.locator(".c-exam").get_by_role("button", name="马路边").press("Enter")
    page.locator(".c-exam").get_by_role("button", name="认对一大半").press("Enter")
    expect(page.locator(".c-exam tbody tr")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def test_a_microphone_that_is_not_there_is_said_and_nothing_is_lost(open_lab: OpenLab) -> None:
    page = open_lab("sound", "six-sounds", GOALS[:1])
    press(page, "录两秒")
    expect(page.locator(".c-own .note")).to_contain_text("麦克风没有打开")
    press(page, "让它学")
    expect(page.locator(".c-teach .verdict")).to_contain_text("60 个声音")
