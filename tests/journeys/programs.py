"""The programs that labs show (web/labs/code.ts), run as they stand: plain Python, nothing of ours, nothing installed."""

import subprocess
import sys

from playwright.sync_api import Page, expect


def shown_program(page: Page) -> str:
    """Opens "看 Python 程序" where it is folded and gives the text."""
    folded = page.locator("details.program:not([open]) > summary")
    program = page.locator("details.program pre")
    expect(folded.or_(program.filter(visible=True)).first).to_be_visible()
    if folded.count():
        folded.click()
    expect(program).not_to_be_empty()  # a long one is written when it is opened
    return program.inner_text()


def prints(page: Page, seconds: float = 30) -> str:
    """What the program on the page prints as it stands there now, folded or open."""
    return ran(shown_program(page), seconds)


def ran(source: str, seconds: float = 30) -> str:
    """What a program prints; one that fails shows what Python said."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-"],
        input=source,
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
