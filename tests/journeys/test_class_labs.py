"""A lab in free play goes on from one device to another and is handed in; the teacher sees it in the grid and opens it to
the class; classmates look at it without a name; closed, it is gone."""

import re
import zipfile

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.looking import axe_violations, console_errors, too_wide
from tests.journeys.steps import enter_by_card

pytestmark = pytest.mark.browser

LAB_MS = 60_000
SIZES = {1366: 768, 768: 1024, 360: 740}
MAKER, MATE = "梁含章", 1  # whose family the demo's guardian account is; another of the class


def fine(page: Page) -> None:
    """Nothing stands out at any width, and axe finds nothing, light or dark."""
    assert not too_wide(page, SIZES)
    page.set_viewport_size({"width": 1366, "height": 768})
    assert not axe_violations(page, dark=True)


def pupil(new_page: NewPage, installation: Installation, name: str = "", at: int = 0) -> tuple[Page, str]:
    cards = installation.pupil_cards()
    card = next((one for one in cards if one[0] == name), cards[at])
    page = new_page(reduced_motion="reduce")
    enter_by_card(page, card[1], card[2])
    return page, card[0]


def opened(page: Page) -> None:
    page.goto("/learn/labs/")
    page.get_by_role("link", name=re.compile("近邻和分组")).click()
    expect(page.get_by_role("button", name="看分界")).to_be_visible(timeout=LAB_MS)


def test_free_play_hand_in_grid_and_gallery(
    new_page: NewPage, staff: NewPage, installation: Installation
) -> None:
    maker, name = pupil(new_page, installation, MAKER)
    with console_errors(maker) as said:
        maker.goto("/learn/labs/")
        fine(maker)
        opened(maker)
        borders = maker.get_by_role("button", name="看分界")
        if (
            borders.get_attribute("aria-pressed") == "true"
        ):  # a developer's own city, where this was done before
            borders.click()
        with maker.expect_response(lambda one: one.url.endswith("/labs/works") and one.ok, timeout=LAB_MS):
            borders.click()
        expect(maker.locator("#saved")).to_contain_text("已存好", timeout=LAB_MS)
        fine(maker)
    assert not said

    # the same work on another device
    tablet, _ = pupil(new_page, installation, MAKER)
    opened(tablet)
    expect(tablet.get_by_role("button", name="看分界")).to_have_attribute("aria-pressed", "true")
    tablet.locator(".keep-model > summary").click()
    tablet.get_by_label("名字", exact=True).fill("看花")
    tablet.get_by_label("用来做什么").fill("看两个数，说是哪一种")
    tablet.get_by_role("button", name="留下", exact=True).click()
    expect(tablet.locator(".keep-model [role=status]")).to_contain_text("留下了“看花”")
    tablet.get_by_role("button", name=re.compile("交作品|再交一次")).click()
    expect(tablet.get_by_role("button", name="再交一次作品")).to_be_visible(timeout=LAB_MS)
    expect(tablet.locator("#saved")).to_contain_text("已存好", timeout=LAB_MS)
    tablet.goto("/learn/works/")
    tablet.locator("summary", has_text="看花").click()
    with tablet.expect_download() as coming:
        tablet.get_by_role("button", name="把“看花”存成文件").click()
    with zipfile.ZipFile(coming.value.path()) as packed:
        assert set(packed.namelist()) == {"model.json", "模型卡.md", "read_model.py", "model.schema.json"}
        assert "看两个数，说是哪一种" in packed.read("模型卡.md").decode()
    fine(tablet)
    tablet.get_by_role("link", name="近邻和分组").first.click()
    tablet.get_by_text("留着的").click()
    tablet.get_by_role("link", name=re.compile("交上来")).first.click()
    expect(tablet.get_by_role("button", name="换回这个样子")).to_be_visible()

    teacher = staff("shen", reduced_motion="reduce")
    teacher.goto("/")
    group = teacher.locator("a[href*='/offerings/']", has_text="七年级（3）班")
    teacher.goto(group.first.get_attribute("href") or "")
    teacher.get_by_role("link", name="实验", exact=True).and_(teacher.locator("[href^='/marking/']")).click()
    fine(teacher)
    teacher.get_by_role("link", name="近邻和分组").click()
    row = teacher.locator("tr", has_text=name)
    expect(row).to_contain_text("交了")
    fine(teacher)
    teacher.get_by_role("button", name="给全班看作品").click()
    expect(teacher.get_by_role("button", name="收起同学作品")).to_be_visible()

    mate, _ = pupil(new_page, installation, at=MATE)
    mate.goto("/learn/")
    mate.get_by_role("link", name="近邻和分组").and_(mate.locator("[href*='/gallery/']")).click()
    fine(mate)
    gallery = mate.url
    mate.get_by_role("link", name=re.compile("^作品1")).click()
    expect(mate.get_by_role("button", name="看分界")).to_have_attribute(
        "aria-pressed", "true", timeout=LAB_MS
    )
    assert name not in mate.content()
    fine(mate)
    # the link in the grid leads to the pupil's work, which the teacher sees with its name's right
    row.get_by_role("link").click()
    expect(teacher.get_by_role("button", name="看分界")).to_be_visible(timeout=LAB_MS)
    teacher.go_back()
    teacher.get_by_role("button", name="收起同学作品").click()
    expect(teacher.get_by_role("button", name="给全班看作品")).to_be_visible()
    assert mate.goto(gallery).status == 404  # type: ignore[union-attr]  # an address always answers


def test_a_teacher_reads_a_labs_card_and_tries_it(staff: NewPage) -> None:
    teacher = staff("shen", reduced_motion="reduce")
    teacher.goto("/labs/")
    fine(teacher)
    teacher.get_by_role("link", name=re.compile("走迷宫")).click()
    fine(teacher)
    teacher.get_by_role("link", name="像学生一样试做").click()
    expect(teacher.locator(".lab-goals")).to_be_visible(timeout=LAB_MS)
    expect(teacher.get_by_role("button", name="交作品")).to_have_count(0)
    teacher.get_by_role("button", name="回实验室").click()
    expect(teacher.get_by_role("heading", name="怎样用在课上")).to_be_visible()


def test_leaving_in_mid_training_and_going_on_elsewhere(
    new_page: NewPage, installation: Installation
) -> None:
    """The lid is shut while a network learns; another device goes on from there, not from the beginning."""
    desk, _ = pupil(new_page, installation, at=3)
    desk.goto("/learn/labs/")
    desk.get_by_role("link", name=re.compile("神经网络")).first.click()

    def half_trained(answer: Response) -> bool:
        return (
            answer.url.endswith("/labs/works")
            and answer.ok
            and '"epoch":0,' not in str(answer.request.post_data)
        )

    with desk.expect_response(half_trained, timeout=LAB_MS):
        desk.get_by_role("button", name="开始学", exact=True).click(timeout=LAB_MS)
    expect(desk.get_by_role("button", name="停一停")).to_be_visible()  # sent while it is still learning
    desk.context.close()

    tablet, _ = pupil(new_page, installation, at=3)
    tablet.goto("/learn/labs/")
    tablet.get_by_role("link", name=re.compile("神经网络")).first.click()
    expect(tablet.get_by_role("button", name="接着学")).to_be_visible(timeout=LAB_MS)
    expect(tablet.locator(".c-sheet .verdict")).to_contain_text(re.compile(r"第 \d+ 轮"))
    tablet.get_by_role("button", name="接着学").click()
    expect(tablet.get_by_role("button", name="停一停")).to_be_visible()
