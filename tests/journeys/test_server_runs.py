"""A senior pupil's program on the school's server, in the real player: queued, run with real NumPy and pandas in the
sandbox, stopped by its limits, taken back; and a program handed in is judged there and read by the teacher."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from qiming.judge.standing import has_notebook, try_out
from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card, open_step

pytestmark = pytest.mark.browser

ROOT = Path(settings.ROOT)
STANDING = try_out(ROOT / "web" / "labs" / "python" / "py")
SOLUTION = ROOT / "content" / "datasets" / "g10-downhill" / "walk_solution.py"
GROUP = "高一（1）班"
RUN_MS = 60_000
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


def senior(installation: Installation, page: Page) -> None:
    """A pupil of the demo's senior class in the first lesson's programming step."""
    _, address, pictures = installation.pupil_cards(GROUP)[0]
    enter_by_card(page, address, pictures)
    page.goto("/learn/")
    lesson = page.locator("a[href*='/g10l']").first.get_attribute("href")
    assert lesson
    page.goto(re.sub(r"/g10l\d+/.*", "/g10l1/", lesson))
    open_step(page, "让程序走")


def write(page: Page, source: str) -> None:
    page.locator(".cm-content").evaluate("(one) => one.focus()")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(source)


def run_there(page: Page, source: str) -> None:
    write(page, source)
    page.get_by_role("button", name="在学校服务器上跑").click()
    page.locator(".code-result").get_by_text("等学校服务器").wait_for(state="detached", timeout=RUN_MS)


@pytest.mark.skipif(not has_notebook(STANDING), reason="no sandbox, or qiming[notebook] is not installed")
def test_a_senior_program_runs_on_the_server_and_a_handed_in_one_is_judged(
    installation: Installation, new_page: NewPage, staff: NewPage
) -> None:
    page = new_page()
    senior(installation, page)
    expect(page.get_by_text("服务器上有 NumPy")).to_be_visible(timeout=RUN_MS)
    result = page.locator(".code-result")
    run_there(
        page,
        "import numpy as np, pandas as pd, qm\nt = pd.read_csv('walk.csv')\nprint(len(t), np.__name__)\n"
        "qm.bars({'行': len(t)}, title='多少行')",
    )
    expect(result).to_contain_text("在学校服务器上跑完了")
    expect(result.locator("pre")).to_have_text("12 numpy")
    expect(result.get_by_role("img", name=re.compile("多少行"))).to_be_visible()
    run_there(page, "import socket\nsocket.socket()")
    expect(result).to_contain_text("停在第 2 行")
    write(page, "import time\nprint('到了', flush=True)\ntime.sleep(50)")
    page.get_by_role("button", name="在学校服务器上跑").click()
    expect(result.locator("pre")).to_have_text("到了", timeout=RUN_MS)
    page.reload()  # leaving loses nothing: the run is found again
    open_step(page, "让程序走")
    expect(result.locator("pre")).to_have_text("到了", timeout=RUN_MS)
    page.get_by_role("button", name="停下").click()
    expect(result).to_contain_text("停下了", timeout=RUN_MS)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map((one) => `${one.id} ${one.nodes[0].html}`)"
    )
    assert not found
    write(page, SOLUTION.read_text(encoding="utf-8"))
    page.wait_for_timeout(1200)
    page.get_by_role("button", name=re.compile("交作品|再交一次作品")).click()
    page.wait_for_timeout(1500)
    _judged(page)
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _judged(page: Page) -> None:
    """The verdict stands with the work."""
    page.goto("/learn/works/")
    page.get_by_role("link", name=re.compile("让程序走")).first.click()
    for _ in range(40):
        if page.get_by_text("服务器上3项检查，做到了3项").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text("服务器上3项检查，做到了3项")).to_be_visible()
    expect(page.get_by_role("heading", name="学校服务器检查的结果")).to_be_visible()
