"""The map of words as a pupil works in it: neighbours, analogies and leaning, each guessed before it is shown."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints
from tests.journeys.test_points_lab import press, reached

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "neighbours-guessed", "count": 2, "text": "猜对两个词最近的邻居"},
    {"goal": "analogies-found", "count": 2, "text": "找到两个走得通的类比"},
    {"goal": "analogy-broken", "count": 1, "text": "找到一个它说错的类比"},
    {"goal": "leans-guessed", "count": 3, "text": "猜对三个职业偏哪头"},
    {"goal": "bias-mended", "count": 2, "text": "一半一半的句子里不偏了"},
    {"goal": "bias-explained", "text": "说出为什么"},
]


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def choose(page: Page, group: str, answer: str) -> None:
    page.get_by_role("group", name=group, exact=True).get_by_role("button", name=answer, exact=True).click()


def lean(page: Page, job: str, side: str) -> None:
    choose(page, "猜哪个职业", job)
    choose(page, f"“{job}”偏哪头", side)


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("embeddings", "word-map", GOALS, level="senior")
    for word, near in (("狗", "牛"), ("苹果", "梨")):
        page.get_by_label("看哪个词").select_option(word)
        choose(page, f"离“{word}”最近的词", near)
        expect(page.locator(".c-near .verdict")).to_contain_text("猜对了")
    reached(page, 0)
    press(page, "类比")
    for analogy, answer in (("中国：北京，日本：？", "东京"), ("狗：小狗，羊：？", "羊羔")):
        press(page, analogy)
        choose(page, "你想的是哪个", answer)
        expect(page.locator(".c-answer .verdict")).to_contain_text("和你想的一样")
    reached(page, 1)
    press(page, "男孩：女孩，叔叔：？")
    choose(page, "你想的是哪个", "阿姨")
    expect(page.locator(".c-answer .verdict")).to_contain_text("它说：奶奶")
    reached(page, 2)
    press(page, "偏不偏")
    for job, side in (("工程师", "偏男"), ("护士", "偏女"), ("医生", "差不多")):
        lean(page, job, side)
    reached(page, 3)
    expect(page.locator(".leans li").last).to_contain_text("和“男”一起 2 次，和“女”一起 18 次")
    press(page, "一半一半的句子")
    reached(page, 4)
    expect(page.locator(".leans li", has_text="护士")).to_contain_text("和“男”一起 10 次，和“女”一起 10 次")
    press(page, "有的职业本来就只适合男的或者女的")
    page.get_by_role("button", name=re.compile("总和“他”或者“她”")).click()
    reached(page, 5)
    printed = prints(page)
    assert "男孩 对 女孩 ，就像 叔叔 对： 奶奶" in printed
    assert "苹果 附近： 梨" in printed
    assert "护士 -0.33" in printed
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".leans li")).to_have_count(3)


def test_own_words_in_an_analogy_and_other_groups_on_the_map(open_lab: OpenLab) -> None:
    page = open_lab("embeddings", "word-map", GOALS[:1])
    page.locator("summary", has_text="换几组").click()
    choose(page, "画哪几组词", "鸟")
    expect(page.locator(".legend")).to_contain_text("鸟")
    page.locator(".word-map text", has_text="杜鹃").click()
    expect(page.locator(".c-near")).to_contain_text("离“杜鹃”最近")
    press(page, "类比")
    for label, word in (("第一个词", "医生"), ("第二个词", "医院"), ("第三个词", "警察")):
        page.get_by_label(label).select_option(word)
    choose(page, "你想的是哪个", "警局")
    expect(page.locator(".c-answer .verdict")).to_contain_text("它说：警局")


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("level", ["primary", "junior"])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("embeddings", "word-map", GOALS[:2], width=width, level=level)
    near = page.locator(".c-near .guessing button").first
    near.press("Enter")
    expect(page.locator(".c-near .likes li")).to_have_count(8)
    page.get_by_role("button", name="类比", exact=True).press("Enter")
    page.locator(".c-answer .guessing button").first.press("Enter")
    expect(page.locator(".c-answer .verdict")).to_contain_text("它说：东京")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
    if level == "primary":
        return
    page.get_by_role("button", name="偏不偏", exact=True).press("Enter")
    page.get_by_role("button", name="差不多", exact=True).press("Enter")
    expect(page.locator(".leans li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
