"""A worksheet on paper: photographed, read on this machine, corrected, given points, and seen by its pupil."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import CLOCK, Installation
from tests.journeys.looking import WIDTHS, axe_violations, too_wide
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

GROUP = "七年级（3）班"
ID = "[0-9a-f-]{36}"
READ_MS = 200_000
WRITTEN = "这个成绩是拿学过的图考的"


def draw_sheet(target: Path, name: str, stem: str) -> None:
    """A filled sheet as a phone sees it: the printed question, writing beneath it."""
    font = ImageFont.truetype(str(Path(settings.WEB_DIST) / "fonts" / "NotoSansSC_400Regular.ttf"), 30)
    paper = Image.new("RGB", (1100, 800), (250, 249, 244))
    pen = ImageDraw.Draw(paper)
    pen.text((60, 50), f"班级 {GROUP}    姓名 {name}", font=font, fill="black")
    line, y = f"1. {stem}", 130
    for at in range(0, len(line), 32):
        pen.text((60, y), line[at : at + 32], font=font, fill="black")
        y += 44
    pen.text((90, y + 40), WRITTEN, font=font, fill=(30, 30, 120))
    paper.save(target, quality=85)


def set_homework(page: Page) -> None:
    """One question in words of the fourth lesson."""
    page.goto("/")
    page.locator("a", has_text=GROUP).and_(page.locator("[href*='/offerings/']")).first.click()
    page.locator("a[href$='/homework/']").first.click()
    page.get_by_role("link", name="布置作业").click()
    page.get_by_label("哪一课").get_by_role("link", name="4", exact=True).click()
    page.locator("[name=title]").fill("写在纸上")
    page.locator("input[name=parts][value='i:g7l4-q13']").check()
    due = datetime.fromisoformat(CLOCK) + timedelta(days=4)
    page.locator("[name=due_at]").fill(due.strftime("%Y-%m-%dT18:00"))
    page.get_by_role("button", name="布置", exact=True).click()
    page.wait_for_url(re.compile(f"/teach/homework/{ID}/"))


def test_a_sheet_on_paper_reaches_its_pupil_when_released(
    new_page: NewPage, staff: NewPage, installation: Installation, tmp_path: Path
) -> None:
    name, address, pictures = installation.pupil_cards(GROUP)[0]
    page = staff("shen")
    set_homework(page)
    page.get_by_role("link", name="写在纸上的，拍照批").click()
    page.get_by_role("link", name="打印练习纸").click()
    stem = page.locator(".paper h3").first.inner_text().removeprefix("1. ")
    page.go_back()

    draw_sheet(tmp_path / "one.jpg", name, stem)
    page.locator("input[type=file]").set_input_files(tmp_path / "one.jpg")
    page.get_by_role("button", name="传上去").click()
    expect(page.get_by_role("alert")).to_contain_text("只有练习纸")
    page.locator("input[type=file]").set_input_files(tmp_path / "one.jpg")
    page.get_by_label("照片里只有练习纸，没有拍到人").check()
    page.get_by_role("button", name="传上去").click()
    expect(page.get_by_text("读好了", exact=True)).to_be_visible(timeout=READ_MS)

    page.get_by_role("link", name="看照片").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{name}的练习纸")
    said = page.get_by_role("textbox", name=re.compile("读出的字"))
    assert "学过的图" in said.input_value()
    assert page.locator("svg.sheet-photo rect").count() >= 3
    problems = [*too_wide(page, WIDTHS), *axe_violations(page, dark=False), *axe_violations(page, dark=True)]
    said.fill(f"{WRITTEN}，要用没见过的图另考一次。")
    for points in page.locator("fieldset.inline-pts").all():
        points.get_by_label("1分").check()
    page.get_by_label("给学生的话").fill("再写上考了几张，就更完整了。")
    page.get_by_role("button", name="存好文字和分数").click()
    expect(page.get_by_text("看过", exact=True)).to_be_visible()

    pupil = new_page()
    enter_by_card(pupil, address, pictures)
    pupil.goto("/learn/answers/")
    assert "就更完整了" not in pupil.content()

    page.goto("/assist/marking/")
    page.get_by_role("link", name="去发").first.click()
    problems += [*too_wide(page, WIDTHS), *axe_violations(page, dark=False)]
    page.get_by_role("button", name="发出看过的1份").click()
    page.get_by_role("button", name="发出", exact=True).click()
    expect(page.get_by_text("发给学生1份")).to_be_visible()
    pupil.reload()
    expect(pupil.get_by_text("再写上考了几张，就更完整了。")).to_be_visible()
    assert not problems, "\n".join(problems)
