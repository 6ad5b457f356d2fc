"""The levels of the picture lab, as built: few words and large buttons for the youngest; seniors' program, run in plain
Python, gets the same pictures right and wrong as the page, both ways of learning."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import lab_pages, violations
from tests.journeys.programs import ran, shown_program

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [{"goal": "examples-per-class", "min": 2, "text": "每一类放两张"}]
LOOKING_MS = 90_000


def learnt_and_examined(page: Page) -> None:
    page.get_by_role("button", name="让它学").click(timeout=LOOKING_MS)
    page.get_by_role("button", name="考一考").click(timeout=LOOKING_MS)
    expect(page.locator(".c-test li.hit").first).to_be_visible(timeout=LOOKING_MS)


def test_a_young_pupil_sees_few_words(browser: Browser) -> None:
    with lab_pages(browser) as open_lab:
        page = open_lab("image-classifier", "recyclables", GOALS, width=360, level="primary", start="filled")
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
            GOALS,
            level="senior",
            start="filled",
            method=method,
            train_traits=["upright"],
        )
        learnt_and_examined(page)
        scores = [cell.inner_text().strip() for cell in page.locator(".c-runs tbody td").all()]
        missed = page.locator(".c-test li.miss").count()
        printed = ran(shown_program(page))
        assert f"学过的 {scores[0]}\n" in printed and f"没见过的 {scores[1]}" in printed
        assert printed.split("没见过的")[1].count("它说是") == missed
        assert not violations(page)
