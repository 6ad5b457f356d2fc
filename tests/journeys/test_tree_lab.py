"""The decision tree lab as a pupil works in it: three questions by hand, leaves led down, the algorithm's tree that wins
and the one that learns by heart. Its levels too: the youngest have few words, seniors' programs say what the page says."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import lab_pages, violations
from tests.journeys.programs import prints, ran

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "train-accuracy-at-least", "value": 0.75, "tree": "hand", "text": "自己的树，学过的分对 60 片"},
    {
        "goal": "questions-at-most",
        "value": 3,
        "with_train_at_least": 0.75,
        "tree": "hand",
        "text": "最多 3 个问题，分对 60 片",
    },
    {"goal": "test-accuracy-at-least", "value": 0.8, "tree": "hand", "text": "没见过的分对 32 片"},
    {"goal": "trace-row", "count": 2, "text": "带 2 片叶子走到底"},
    {
        "goal": "depth-at-most",
        "value": 3,
        "with_test_at_least": 0.8,
        "tree": "algorithm",
        "text": "算法的树不超过 3 层，没见过的分对 32 片",
    },
    {"goal": "beat-hand-tree", "min_questions": 2, "text": "算法的树考得比自己的好"},
    {"goal": "overfit-shown", "train_at_least": 0.95, "test_at_most": 0.7, "text": "种一棵背答案的树"},
]
BY_HAND = (
    ("", "叶柄长", "叶柄长不超过 2.65 厘米？"),
    ("n", "叶边", "叶边是“整齐”？"),
    ("nn", "叶边", "叶边是“有齿”？"),
)
LIMITS = 60  # more ways of putting a limit than any column has here


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reached(page: Page, *goals: int) -> None:
    for goal in goals:
        expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：")


def not_yet(page: Page, *goals: int) -> None:
    for goal in goals:
        expect(page.locator(".goal-list li").nth(goal)).to_contain_text("还没做到：")


def looks_right(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def ask(page: Page, pile: str, column: str, question: str) -> None:
    """Chooses a pile and a column, then the limit or the kind, until the lab reads this question out."""
    page.locator(f'[data-key="node-{pile}"]').click()
    page.get_by_role("group", name="问哪一列").get_by_role("button", name=column, exact=True).click()
    asked = page.locator("#tree-question")
    if kind := re.search("“(.+)”", question):
        page.get_by_role("group", name="是哪一种").get_by_role("button", name=kind[1], exact=True).click()
    else:
        for _ in range(LIMITS):
            if asked.inner_text() == question:
                break
            page.get_by_role("slider").press("ArrowLeft")
    expect(asked).to_have_text(question)
    press(page, "就这样问")


def answer(page: Page) -> str:
    """What the card of the leaf says to the question before it."""
    question = page.locator("#tree-asks").inner_text()
    read = re.fullmatch("(.+?)(?:不超过 ([0-9.]+) .+|是“(.+)”)？", question)
    assert read, question
    column, limit, kind = read.groups()
    fact = page.locator(".row-card dl > div").filter(has=page.get_by_text(column, exact=True))
    value = fact.locator("dd").inner_text()
    yes = float(value.split()[0]) <= float(limit) if limit else value == kind
    return "是" if yes else "否"


def lead_down(page: Page, first_wrong: bool = False) -> None:
    """Answers for a leaf down to its pile; a wrong answer is not taken."""
    walk = page.locator(".walk")
    if first_wrong:
        wrong = "否" if answer(page) == "是" else "是"
        walk.get_by_role("button", name=wrong, exact=True).click()
        expect(walk).to_contain_text("再看一眼")
    for _ in range(len(BY_HAND)):
        if walk.count():
            walk.get_by_role("button", name=answer(page), exact=True).click()
    expect(page.locator(".c-trace .verdict")).to_contain_text("走到底了")


def ask_first(page: Page) -> None:
    page.get_by_role("group", name="问哪一列").get_by_role("button").first.click()
    page.get_by_role("button", name="就这样问").click()


def scores(page: Page, row: int) -> list[str]:
    return [
        cell.inner_text().strip()
        for cell in page.locator(".c-score .runs tbody tr").nth(row).locator("td").all()
    ]


@pytest.mark.parametrize("width", [360, 1366])
def test_every_goal_is_reached_by_doing_and_stays(browser: Browser, width: int) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("decision-tree", "campus-leaves", GOALS, width=width)
        for pile, column, question in BY_HAND[:2]:
            ask(page, pile, column, question)
        assert scores(page, 0) == ["80 片，分对 53 片", "还没考"]
        not_yet(page, 0, 1)
        ask(page, *BY_HAND[2])
        reached(page, 0, 1)
        not_yet(page, 2)
        press(page, "考一考没见过的")
        reached(page, 2)
        assert scores(page, 0) == ["80 片，分对 64 片", "40 片，分对 36 片"]
        looks_right(page)

        press(page, "拿一片来")
        lead_down(page, first_wrong=True)
        not_yet(page, 3)
        press(page, "换一片再走")
        lead_down(page)
        reached(page, 3)

        press(page, "撤回一步")  # three such questions are hard to beat, two are not
        press(page, "考一考没见过的")
        press(page, "算法种")
        press(page, "问排在最前面的")
        press(page, "一直种到底")
        not_yet(page, 4, 5)
        press(page, "考一考没见过的")
        reached(page, 4, 5)
        assert scores(page, 0)[1] == "40 片，分对 28 片" and scores(page, 1)[1] == "40 片，分对 35 片"

        for _ in range(5):
            press(page, "多一层")
        not_yet(page, 6)
        press(page, "考一考没见过的")
        reached(page, 6)
        assert scores(page, 1) == ["80 片，全分对", "40 片，分对 25 片"]
        looks_right(page)
        page.reload()
        expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
        assert scores(page, 1) == ["80 片，全分对", "40 片，分对 25 片"]


def test_a_young_pupil_plants_by_hand(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("decision-tree", "campus-leaves", GOALS[:1], width=360, level="primary")
        ask_first(page)
        page.get_by_role("button", name="考一考没见过的").click()
        expect(page.locator(".c-score .runs")).to_contain_text("分对")
        for hidden in ("算法种", "最多几层"):
            expect(page.get_by_text(hidden)).to_have_count(0)
        expect(page.locator("details.data, details.program")).to_have_count(0)
        box = page.get_by_role("button", name="撤回一步").bounding_box()
        assert box and box["height"] >= 56
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not violations(page)


@pytest.mark.parametrize("criterion", ["gini", "gain"])
def test_the_programs_say_what_the_page_says(browser: Browser, criterion: str) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("decision-tree", "campus-leaves", GOALS[:1], level="senior", criterion=criterion)
        ask_first(page)
        printed = prints(page)
        assert f"学过的 {scores(page, 0)[0]}" in printed and "没见过的" not in printed
        page.get_by_role("button", name="考一考没见过的").click()
        expect(page.locator(".c-score .runs tbody tr").first.locator("td").nth(1)).to_contain_text("分对")
        program = page.locator("details.program pre")
        assert f"没见过的 {scores(page, 0)[1]}" in ran(program.inner_text())
        page.get_by_role("button", name="算法种", exact=True).click()
        page.get_by_role("button", name="问排在最前面的").click()
        assert f"学过的 {scores(page, 1)[0]}" in ran(program.inner_text())
        page.get_by_role("button", name="一直种到底").click()
        page.get_by_role("button", name="考一考没见过的").click()
        learnt, unseen = scores(page, 1)
        printed = ran(program.inner_text())
        assert f"学过的 {learnt}\n没见过的 {unseen}" in printed
        assert not violations(page)
