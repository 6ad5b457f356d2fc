"""The levels of the decision tree lab, as built: the youngest ask and lead a leaf down with few words; seniors' programs
say what the page says, for the pupil's own tree and for the algorithm's."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import lab_pages, violations
from tests.journeys.programs import ran, shown_program

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [{"goal": "train-accuracy-at-least", "value": 0.6, "text": "学过的分对六成"}]


def ask_first(page: Page) -> None:
    page.get_by_role("group", name="问哪一列").get_by_role("button").first.click()
    page.get_by_role("button", name="就这样问").click()


def scores(page: Page, row: int) -> list[str]:
    return [
        cell.inner_text().strip()
        for cell in page.locator(".c-score .runs tbody tr").nth(row).locator("td").all()
    ]


def test_a_young_pupil_plants_by_hand(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("decision-tree", "campus-leaves", GOALS, width=360, level="primary")
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
        page = open_lab("decision-tree", "campus-leaves", GOALS, level="senior", criterion=criterion)
        ask_first(page)
        printed = ran(shown_program(page))
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
