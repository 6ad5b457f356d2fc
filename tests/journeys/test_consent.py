"""Consent in a browser: given, a work stands on the wall; withdrawn, it is gone at the next poll; and a lab with a
camera is finished without the camera."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import WAIT_MS, NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card, open_step
from tests.journeys.test_loop import pupil_in_class, release, start_period

pytestmark = pytest.mark.browser

LAB_MS = 90_000
MAY_USE_CAMERA = "document.featurePolicy.allowsFeature('camera')"
Card = tuple[str, str, list[str]]


@pytest.fixture
def child(installation: Installation, staff: NewPage) -> Card:
    """The guardian's own child, by the card printed with the demo accounts."""
    page = staff("guardian")
    page.goto("/")
    name = page.locator("main h2").first.inner_text()
    return next(card for card in installation.pupil_cards() if card[0] == name)


def decide(guardian: Page, purpose: str, words: str, said: str) -> None:
    guardian.goto("/consent/")
    card = guardian.locator(f"#{purpose}")
    card.get_by_role("button", name=re.compile(f"^{words}")).click()
    guardian.wait_for_url("**?done=*")
    expect(card.locator(".tag")).to_have_text(said)


def test_given_the_work_is_on_the_wall_withdrawn_it_is_gone_at_the_next_poll(
    staff: NewPage, new_page: NewPage, child: Card
) -> None:
    guardian, teacher = staff("guardian"), staff("shen")
    decide(guardian, "works", "撤回同意", "已撤回")
    code = start_period(teacher)
    pupil = pupil_in_class(new_page, child, code)
    release(teacher, "弄坏它")
    open_step(pupil, "弄坏它")
    lab = pupil.locator("section[data-activity]:not([hidden])")
    with pupil.expect_response(lambda answer: answer.url.endswith("/works") and answer.ok, timeout=LAB_MS):
        lab.get_by_role("button", name="让它学").click(timeout=60_000)
    expect(lab.get_by_text("18 张，全认对")).to_be_visible(timeout=LAB_MS)

    cockpit = teacher.url
    screen = teacher.locator(f"a.seat:has-text('{child[0]}')").first.get_attribute("href") or ""
    teacher.goto(screen)
    expect(teacher.get_by_text("家里没有同意展示作品")).to_be_visible()
    expect(teacher.get_by_role("button", name="投给全班看")).to_have_count(0)

    decide(guardian, "works", "改成同意", "同意")
    teacher.reload()
    teacher.get_by_role("button", name="投给全班看").click()
    teacher.wait_for_url("**/live/**")
    wall = teacher.context.new_page()
    wall.goto(re.sub(r"/live/.*", "/wall/", cockpit))
    expect(wall.locator("[data-work-lab]")).to_be_visible()
    expect(wall.locator("#wall")).not_to_contain_text(child[0])

    decide(guardian, "works", "撤回同意", "已撤回")
    expect(wall.locator("#wall")).to_contain_text("收起来了", timeout=WAIT_MS)
    expect(wall.locator("[data-work-lab]")).to_have_count(0)
    # the lesson goes on: the work is still the pupil's, and the teacher's to read
    expect(lab.get_by_text("18 张，全认对")).to_be_visible()


def test_refused_the_camera_still_finishes_the_lab(staff: NewPage, new_page: NewPage, child: Card) -> None:
    guardian = staff("guardian")
    pupil = new_page(width=1024)
    enter_by_card(pupil, child[1], child[2])
    lesson = third_lesson(pupil)
    lesson.get_by_role("button", name="给它学").click(timeout=LAB_MS)
    expect(lesson.get_by_role("button", name="打开摄像头")).to_be_visible()
    assert pupil.evaluate(MAY_USE_CAMERA) is True

    decide(guardian, "camera", "撤回同意", "已撤回")
    lesson = third_lesson(pupil)
    expect(lesson.get_by_text("家里没有同意用摄像头")).to_be_visible(timeout=LAB_MS)
    lesson.get_by_role("button", name="给它学").click()
    expect(lesson.get_by_role("button", name="选图片")).to_be_visible()
    expect(lesson.get_by_role("button", name="打开摄像头")).to_have_count(0)
    assert pupil.evaluate(MAY_USE_CAMERA) is False  # the browser itself keeps it shut

    lesson.get_by_role("button", name="这些全放进对的类").click()
    lesson.get_by_role("button", name="让它学").click()
    expect(lesson.get_by_text("学过的全认对了").or_(lesson.get_by_text("学过的认对"))).to_be_visible(
        timeout=LAB_MS
    )
    lesson.get_by_role("button", name="考一考").click()
    expect(lesson.locator(".tests li.hit, .tests li.miss")).to_have_count(12, timeout=LAB_MS)
    if lesson.locator(".tests li.miss").count():
        lesson.locator(".tests li.miss button").first.click()
    expect(pupil.locator("#saved")).to_contain_text("已存好", timeout=60_000)
    pupil.get_by_role("button", name="交作品").click()
    expect(pupil.locator("#said")).to_contain_text("作品交给老师了")
    pupil.locator("#foot .go").click()
    expect(lesson.first).not_to_contain_text("家里没有同意用摄像头")  # the next step is open
    expect(pupil.locator("#saved")).to_contain_text("已存好", timeout=60_000)


def third_lesson(pupil: Page) -> Locator:
    """The lab of lesson 3, into which pupils may bring pictures."""
    pupil.goto("/learn/")
    href = pupil.locator('a[href*="/g7l"]').first.get_attribute("href") or ""
    pupil.goto(re.sub(r"/g7l\d+/.*", "/g7l3/", href))
    open_step(pupil, "动手")
    return pupil.locator("section[data-activity]:not([hidden])")


def test_a_teacher_types_slips_by_keyboard(staff: NewPage) -> None:
    teacher = staff("shen")
    teacher.goto("/consent/classes/")
    teacher.get_by_role("link", name="七年级（5）班").click()
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("还差42人")
    teacher.get_by_role("button", name="全都交了").click()
    teacher.keyboard.press("ArrowDown")
    teacher.keyboard.press("3")
    teacher.keyboard.press("ArrowDown")
    teacher.keyboard.press("0")
    expect(teacher.get_by_text("要记下41份，其中1处不同意")).to_be_visible()
    teacher.get_by_role("button", name="记下来").click()
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("还差1人")
    expect(teacher.get_by_text("记下了41份")).to_be_visible()
