"""Everybody comes in by the own door and lands where the day begins."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("shen", "/"),
        ("admin", "/"),
        ("guardian", "/"),
        ("head", "/desk/"),
        ("district", "/desk/"),
        ("city", "/desk/"),
    ],
)
def test_staff_and_families(staff: NewPage, username: str, path: str) -> None:
    page: Page = staff(username)
    page.wait_for_url(lambda url: url.rstrip("/").endswith(path.rstrip("/")) or path == "/")
    expect(page.locator("h1").first).to_be_visible()


def test_a_pupil_by_card_and_pictures(new_page: NewPage, installation: Installation) -> None:
    name, address, pictures = installation.pupil_cards()[0]
    page = new_page(width=360, height=740)
    enter_by_card(page, address, pictures)
    expect(page.get_by_text(name).first).to_be_visible()


def test_the_card_alone_does_not_open_the_door(new_page: NewPage, installation: Installation) -> None:
    _, address, pictures = installation.pupil_cards()[1]
    page = new_page(width=360, height=740)
    page.goto(address)
    for picture in reversed(pictures):
        page.get_by_role("button", name=picture, exact=True).click()
    page.get_by_role("button", name="进入", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/learn/")
    page.wait_for_url("**/sign-in/**")
