"""A question on a picture, answered by a finger on a phone, by keyboard on a school PC, and by the names of its places."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.lessons import SAVED_MS, SHOWN
from tests.journeys.looking import WIDTHS, axe_violations, too_wide

pytestmark = pytest.mark.browser

COURSE = "g2-see-sort-ask"
FINGER = 44


def open_question(teacher: Page) -> None:
    """The lesson as pupils have it, at the question on the street."""
    teacher.goto(f"/courses/{COURSE}/")
    teacher.get_by_role("link", name=re.compile("真的假的")).first.click()
    lesson = re.findall(r"/lessons/([0-9a-f-]{36})/", teacher.url)[0]
    teacher.goto(f"/learn/try/{lesson}/")
    teacher.locator('.ruler [data-step="quiz"]').click()
    teacher.locator(f"{SHOWN} .qdot").nth(2).click()
    expect(here(teacher).locator(".spots-pic")).to_be_visible()


def here(page: Page) -> Locator:
    return page.locator(SHOWN)


def spot(page: Page, letter: str) -> Locator:
    return (
        here(page)
        .get_by_role("group", name="图上的地方")
        .get_by_role("button", name=re.compile(f"^{letter} "))
    )


def looks_right(page: Page) -> None:
    size = page.viewport_size
    assert size
    problems = too_wide(page, {size["width"]: size["height"]}) + axe_violations(page, dark=False)
    assert not problems, "\n".join(problems)


def test_by_touch_on_a_phone(staff: NewPage) -> None:
    page = staff("tian", width=360, height=WIDTHS[360], has_touch=True, reduced_motion="reduce")
    open_question(page)
    looks_right(page)
    go, picture = page.locator("#foot .go"), here(page).locator(".spots-on")
    box = picture.bounding_box()
    assert box
    picture.tap(position={"x": box["width"] - 8, "y": 8})
    expect(here(page).locator(".spots-say")).to_contain_text("没有可以点的地方")
    expect(go).to_have_attribute("aria-disabled", "true")

    car = spot(page, "E")
    size = car.bounding_box()
    assert size and min(size["width"], size["height"]) >= FINGER
    car.tap()
    expect(car).to_have_attribute("aria-pressed", "true")
    go.tap()
    expect(here(page).locator(".replies")).to_contain_text("汽车在路上", timeout=SAVED_MS)
    expect(car).to_have_accessible_name(re.compile("试过"))
    looks_right(page)

    spot(page, "D").tap()
    expect(car).to_have_attribute("aria-pressed", "false")
    go.tap()
    expect(here(page).locator(".qdot[aria-current=step]")).to_have_class("qdot right", timeout=SAVED_MS)
    expect(spot(page, "D")).to_have_accessible_name(re.compile("对了"))
    looks_right(page)


def test_by_keyboard_and_by_name_on_a_school_pc(staff: NewPage) -> None:
    page = staff("tian", reduced_motion="reduce")
    open_question(page)
    spot(page, "A").focus()
    page.keyboard.press("Tab")
    expect(spot(page, "B")).to_be_focused()
    page.keyboard.press("Space")
    expect(spot(page, "B")).to_have_attribute("aria-pressed", "true")
    expect(here(page).locator(".spots-say")).to_contain_text("街边的房子")
    names = here(page).locator(".spots-list")
    names.locator("summary").focus()
    page.keyboard.press("Enter")
    fish = names.get_by_role("button", name="天上的一条鱼")
    fish.focus()
    page.keyboard.press("Enter")
    expect(spot(page, "D")).to_have_attribute("aria-pressed", "true")
    expect(spot(page, "B")).to_have_attribute("aria-pressed", "false")
    looks_right(page)
    page.locator("#foot .go").focus()
    page.keyboard.press("Enter")
    expect(here(page).locator(".qdot[aria-current=step]")).to_have_class("qdot right", timeout=SAVED_MS)
    looks_right(page)
