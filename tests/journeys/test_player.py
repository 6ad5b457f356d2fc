"""A pupil alone with a lesson: without network, on two pages, on another tablet, by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

WHY = "要拿没见过的再考一次"
SAVED_MS = 60_000
Tablet = Callable[[], Page]


@pytest.fixture
def tablet(new_page: NewPage, installation: Installation) -> Tablet:
    """A device on which one and the same pupil signed in by card."""
    card = installation.pupil_cards()[2]

    def pick_up() -> Page:
        page = new_page(width=1024)
        enter_by_card(page, card[1], card[2])
        return page

    return pick_up


def open_lesson(page: Page) -> None:
    """The lesson of today or the one before, whichever the home page offers."""
    page.goto("/learn/")
    page.locator('a[href*="/g7l"]').first.click()
    expect(page.locator("#foot .go")).to_be_visible()


def open_kind(page: Page, kind: str) -> None:
    """The first step of the lesson that has such a part in it."""
    holder = page.locator(f"section[data-activity]:has({kind})").first
    key = holder.get_attribute("data-activity")
    page.locator(f'.ruler [data-step="{key}"]').click()
    expect(holder).to_be_visible()


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("已存好", timeout=SAVED_MS)


def kept_by_the_worker(page: Page) -> None:
    page.wait_for_function(
        "async () => (await caches.open('qiming-pages-1')).match(location.href.split('#')[0]).then(Boolean)"
    )


def test_a_reload_without_network_shows_the_lesson_and_loses_nothing(tablet: Tablet) -> None:
    page = tablet()
    open_lesson(page)
    open_kind(page, "textarea")
    kept_by_the_worker(page)
    page.context.set_offline(True)
    page.locator("section[data-activity]:not([hidden]) textarea").first.fill(WHY)
    expect(page.locator("#saved")).to_contain_text("没有送到", timeout=SAVED_MS)
    page.reload()
    expect(page.locator("section[data-activity]:not([hidden]) textarea").first).to_have_value(WHY)
    page.context.set_offline(False)
    saved(page)
    other = tablet()
    open_lesson(other)
    open_kind(other, "textarea")
    expect(other.locator("section[data-activity]:not([hidden]) textarea").first).to_have_value(WHY)


def test_two_pages_of_one_pupil_agree(tablet: Tablet) -> None:
    one = tablet()
    open_lesson(one)
    open_kind(one, "[role=radiogroup]")
    two = one.context.new_page()
    two.goto(one.url)
    expect(two.locator("#foot .go")).to_be_visible()
    one.locator("section[data-activity]:not([hidden]) [role=radio]").nth(1).click()
    expect(two.locator("section[data-activity]:not([hidden]) [role=radio]").nth(1)).to_have_attribute(
        "aria-checked", "true"
    )


def test_an_item_is_answered_by_keyboard_alone_and_the_hint_is_heard(tablet: Tablet) -> None:
    page = tablet()
    page.goto("/learn/practice/")
    page.get_by_role("button", name=re.compile("练|看")).first.click()
    expect(page.locator(".q-stem")).to_be_visible()
    page.locator(".ladder button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ladder .open")).to_have_count(1)
    expect(page.locator("#said")).not_to_be_empty()
    choose_something(page)
    page.locator("#foot .go").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".replies .reply")).not_to_be_empty()
    saved(page)


def choose_something(page: Page) -> None:
    """Some answer to whatever kind of item is shown, without the mouse."""
    item = page.locator(".item-split")
    if item.locator("textarea, input").count():
        item.locator("textarea, input").first.focus()
        page.keyboard.type("12")
        return
    if item.locator(".grip").count():
        item.locator(".grip").first.focus()
        page.keyboard.press("ArrowDown")
        return
    if item.locator(".card-t").count():
        put_every_card(page)
        return
    item.locator("[role=radio], [role=checkbox]").first.focus()
    page.keyboard.press("Space")


def put_every_card(page: Page) -> None:
    places = page.locator(".item-split .put")
    for at in range(page.locator(".item-split .pool .card-t").count()):
        if not page.locator(".item-split .pool .card-t").count():
            return
        page.locator(".item-split .pool .card-t").first.focus()
        page.keyboard.press("Enter")
        places.nth(at % places.count()).focus()
        page.keyboard.press("Enter")
