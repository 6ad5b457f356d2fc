"""Steps that several journeys take."""

from collections.abc import Sequence

from playwright.sync_api import Page


def enter_by_card(page: Page, address: str, pictures: Sequence[str]) -> None:
    """A pupil opens the address on the card and taps the three pictures."""
    page.goto(address)
    for picture in pictures:
        page.get_by_role("button", name=picture, exact=True).click()
    page.get_by_role("button", name="进入", exact=True).click()
    page.wait_for_url("**/learn/**")
