"""Steps that several journeys take."""

import re
from collections.abc import Sequence

from playwright.sync_api import Page


def enter_by_card(page: Page, address: str, pictures: Sequence[str]) -> None:
    """A pupil opens the address on the card and taps the three pictures."""
    page.goto(address)
    for picture in pictures:
        page.get_by_role("button", name=picture, exact=True).click()
    page.get_by_role("button", name="进入", exact=True).click()
    page.wait_for_url("**/learn/**")


def join_class(page: Page, code: str) -> None:
    """A pupil who is signed in types the code on the wall and comes to the lesson."""
    page.goto("/join/")
    page.get_by_label("入课码").fill(code)
    page.get_by_role("button", name="进入课堂").click()
    page.wait_for_url(re.compile("/learn/[0-9a-f-]{36}/"))


def open_step(page: Page, title: str) -> None:
    """A pupil goes to a step of the lesson by the ruler; it must have been handed out."""
    page.locator(".ruler [data-step]", has_text=title).click()
    page.locator(f"section[data-activity]:not([hidden]) :text('{title}')").first.wait_for(state="attached")
