"""The picture lab as a pupil works in it: upright things only and what they lead to, errors looked at, the missing ones
added. Its levels too: few words and large buttons for the youngest; seniors' program, run in plain Python, gets the same
pictures right and wrong as the page, both ways of learning."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import lab_pages, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "examples-per-class", "min": 3, "text": "每一类放三张"},
    {
        "goal": "test-accuracy-below",
        "value": 0.75,
        "with_train_at_least": 1,
        "text": "学过的全对，没见过的认对不到 9 张",
    },
    {"goal": "find-errors", "count": 2, "text": "看 2 张它认错的图片"},
    {"goal": "name-most-confused", "text": "说出最容易弄混的两类"},
    {"goal": "test-accuracy-at-least", "value": 0.75, "text": "没见过的认对 9 张"},
    {"goal": "group-accuracy-at-least", "trait": "crushed", "value": 0.6, "text": "压扁的，十张认对六张"},
]
CLASSES = ("塑料瓶", "易拉罐", "纸盒")
LOOKING_MS = 90_000


def press(page: Page, name: str, wait_ms: int = 5000) -> None:
    page.get_by_role("button", name=name, exact=True).click(timeout=wait_ms)


def reached(page: Page, *goals: int, wait_ms: int = 5000) -> None:
    for goal in goals:
        expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：", timeout=wait_ms)


def not_yet(page: Page, *goals: int) -> None:
    for goal in goals:
        expect(page.locator(".goal-list li").nth(goal)).to_contain_text("还没做到：")


def looks_right(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def place(page: Page, kind: str, count: int) -> None:
    """Taps pictures of this kind into its class, one by one."""
    page.get_by_role("group", name="放进哪一类").get_by_role("button", name=kind).click()
    for _ in range(count):
        into = re.compile(f"的{kind}，.+。放进{kind}$")
        page.locator(".tray").get_by_role("button", name=into).first.click()


def confusions(page: Page) -> Counter[frozenset[str]]:
    """How often each two classes are taken for one another, read off the table."""
    found: Counter[frozenset[str]] = Counter()
    for said in page.locator(".cm td.miss button").all_text_contents():
        read = re.fullmatch(r"真的是(.+)，它说是(.+)：(\d+)认错", said)
        assert read, said
        found[frozenset(read.groups()[:2])] += int(read[3])
    return found


def name_the_most_confused(page: Page) -> None:
    """First two that are not, which is answered; then those the table shows."""
    table = confusions(page)
    most = max(table.values())
    pairs = page.get_by_role("group", name="哪两类最容易弄混")
    named = {frozenset(words.split("和")): words for words in pairs.get_by_role("button").all_text_contents()}
    pairs.get_by_role("button", name=next(words for two, words in named.items() if table[two] < most)).click()
    expect(page.locator(".c-cm .reasons")).to_contain_text("还差一点")
    not_yet(page, 3)
    pairs.get_by_role(
        "button", name=next(words for two, words in named.items() if table[two] == most)
    ).click()
    reached(page, 3)


def look_at_two_errors(page: Page) -> None:
    """One out of a cell of the table, one out of the exam."""
    page.locator(".cm td.miss button").first.click()
    page.locator(".cell-pics .pickup").first.click()
    expect(page.locator(".c-try .judged")).to_have_text("认错了")
    expect(page.locator(".goal-list li").nth(2)).to_contain_text("看过 1 张")
    page.get_by_role("group", name="为什么认错").get_by_role("button").first.click()
    page.locator('.c-test li.miss button:not([aria-label*="看过了"])').first.click()
    reached(page, 2)


def learn_and_take_the_exam(page: Page, learn: str) -> None:
    press(page, learn)
    press(page, "考一考", LOOKING_MS)
    expect(page.locator(".c-test h2")).to_contain_text(re.compile("12 张，(全)?认对"), timeout=LOOKING_MS)


def learnt_and_examined(page: Page) -> None:
    page.get_by_role("button", name="让它学").click(timeout=LOOKING_MS)
    page.get_by_role("button", name="考一考").click(timeout=LOOKING_MS)
    expect(page.locator(".c-test li.hit").first).to_be_visible(timeout=LOOKING_MS)


@pytest.mark.parametrize("width", [360, 1366])
def test_every_goal_is_reached_by_doing_and_stays(browser: Browser, width: int) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("image-classifier", "recyclables", GOALS, width=width, show_groups=True)
        page.get_by_label("只看").select_option(label="直立")
        for kind in CLASSES:
            not_yet(page, 0)
            place(page, kind, 3)
        reached(page, 0)
        press(page, "这些全放进对的类")
        expect(page.locator(".tray")).to_contain_text("这里的图片都放完了")
        learn_and_take_the_exam(page, "让它学")
        reached(page, 1)
        expect(page.locator(".c-train h2")).to_contain_text("18 张，全认对")
        not_yet(page, 2, 4, 5)
        name_the_most_confused(page)
        look_at_two_errors(page)
        looks_right(page)

        press(page, "换掉或添上几张")
        for group in ("压扁", "全部"):
            page.get_by_label("只看").select_option(label=group)
            press(page, "这些全放进对的类")
        expect(page.locator(".c-train h2")).to_contain_text("45 张，换过了，要再学一次")
        not_yet(page, 4, 5)
        learn_and_take_the_exam(page, "再学一次")
        reached(page, 4, 5)
        expect(page.locator(".c-runs tbody tr")).to_have_count(2)
        looks_right(page)
        page.reload()
        expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
        expect(page.locator(".c-runs tbody tr")).to_have_count(2)


def test_a_young_pupil_sees_few_words(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab(
            "image-classifier", "recyclables", GOALS[:1], width=360, level="primary", start="filled"
        )
        learnt_and_examined(page)
        expect(page.locator(".cm, .c-runs, details.program")).to_have_count(0)
        expect(page.get_by_role("button", name="改名")).to_have_count(0)
        page.locator(".c-test li button").first.click()
        expect(page.locator("#image-says")).to_contain_text("它说：")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not violations(page)


@pytest.mark.parametrize("method", ["neighbours", "head"])
def test_the_program_learns_as_the_page_does(browser: Browser, method: str) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab(
            "image-classifier",
            "recyclables",
            GOALS[:1],
            level="senior",
            start="filled",
            method=method,
            train_traits=["upright"],
        )
        learnt_and_examined(page)
        scores = [cell.inner_text().strip() for cell in page.locator(".c-runs tbody td").all()]
        missed = page.locator(".c-test li.miss").count()
        printed = prints(page)
        assert f"学过的 {scores[0]}\n" in printed and f"没见过的 {scores[1]}" in printed
        assert printed.split("没见过的")[1].count("它说是") == missed
        assert not violations(page)
