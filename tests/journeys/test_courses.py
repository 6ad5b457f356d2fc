"""One lesson of each course that ships, taught and taken to the end: by the youngest, with the decision tree, with a
program, and in another subject than AI."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import WAIT_MS, NewPage
from tests.journeys.installation import ROOT, Installation
from tests.journeys.lessons import SAVED_MS, SHOWN, Spec, Taker, shipped, title_of
from tests.journeys.steps import enter_by_card, join_class
from tests.journeys.test_python_lab import run

pytestmark = pytest.mark.browser

SMALLEST_PX = 56  # what a seven-year-old's finger meets
LAB_MS = 60_000
# A browser that has a Chinese voice, and writes down what it was asked to say.
VOICE = """
  window.said = [];
  const voice = {lang: "zh-CN", name: "test", localService: true, default: true, voiceURI: "test"};
  const speech = {speaking: false, getVoices: () => [voice], addEventListener() {}, removeEventListener() {},
    cancel() {}, speak(what) { window.said.push(what.text); }};
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", {value: speech, configurable: true});
"""
Brings = Callable[..., Taker]


@pytest.fixture
def brings(new_page: NewPage, installation: Installation) -> Brings:
    """Brings two pupils of a class into the lesson; gives the first, who will take it."""

    def come(course: str, group: str, code: str, voice: bool = False) -> Taker:
        cards = installation.pupil_cards(group)[:2]
        pages = []
        for _, address, pictures in cards:
            page = new_page(width=1024, reduced_motion="reduce")
            if voice:
                page.add_init_script(VOICE)
            enter_by_card(page, address, pictures)
            join_class(page, code)
            pages.append(page)
        key = re.findall(r"/learn/[0-9a-f-]{36}/([^/]+)/", pages[0].url)[0]
        return Taker(pages[0], shipped(course, key))

    return come


def start_todays(teacher: Page, group: str) -> str:
    """From today's page into the class's period; the code on the wall."""
    teacher.goto("/")
    teacher.get_by_role("link", name=re.compile(f"^{group}.*第.课")).first.click()
    return begin(teacher)


def begin(teacher: Page) -> str:
    teacher.get_by_role("button", name="开始上课").click()
    teacher.wait_for_url("**/live/**")
    return teacher.locator(".code.num").first.inner_text().replace(" ", "")


def lead(teacher: Page, taker: Taker, takes: Callable[[Spec], None]) -> None:
    """Hand out the first steps one by one, then let everybody go on alone; the pupil follows to the end."""
    expect(teacher.get_by_role("region", name="全班进度")).to_contain_text("进来2", timeout=WAIT_MS)
    for number, step in enumerate(taker.lesson.steps):
        if number < 2:
            expect(teacher.locator("#nx")).to_contain_text(step["title"])
            teacher.get_by_role("button", name="发给全班", exact=True).first.click()
        elif number == 2:
            teacher.get_by_role("button", name="让学生自己往下走").click()
        expect(taker.page.locator(f'[data-step="{step["key"]}"]')).not_to_have_attribute(
            "aria-disabled", "true"
        )
        shown = taker.page.locator(f'section[data-activity="{step["key"]}"]')
        if not shown.is_visible():
            taker.page.locator(f'[data-step="{step["key"]}"]').click()
        takes(step)
    taker.page.wait_for_url(lambda url: url.endswith("/learn/"))
    assert not taker.problems, "\n".join(taker.problems)


def end_and_confirm(teacher: Page) -> None:
    teacher.get_by_role("button", name="下课").click()
    teacher.get_by_role("dialog").get_by_role("button", name="下课").click()
    teacher.wait_for_url("**/confirm/")
    teacher.get_by_role("button", name="确认授课").click()
    teacher.wait_for_url(lambda url: "/confirm" not in url)


def report_shows(teacher: Page, group: str, course: str, taker: Taker) -> None:
    """What the lesson left behind in the class's report: as many answers as were given, and what they say."""
    teacher.goto("/insight/")
    row = teacher.get_by_role("row").filter(has_text=group).filter(has_text=course)
    row.get_by_role("link").first.click()
    items = sum(len(step.get("items", ())) for step in taker.lesson.steps)
    expect(teacher.locator("header.head")).to_contain_text(f"《{course}》")
    expect(teacher.locator("header.head")).to_contain_text(f"{2 * items}次作答")
    expect(teacher.get_by_role("heading", name="每人每个知识点")).to_be_visible()


def test_grade_2_looks_taps_and_hears(staff: NewPage, brings: Brings) -> None:
    group = "二年级（1）班"
    teacher = staff("tian", reduced_motion="reduce")
    taker = brings("g2-see-sort-ask", group, start_todays(teacher, group), voice=True)

    def takes(step: Spec) -> None:
        if step["kind"] == "lab":
            taker.at(step)
            show_the_lab(teacher, taker)
        elif step["kind"] == "quiz":
            made_for_the_youngest(taker, taker.lesson.items[step["items"][0]])
        taker.take(step)

    lead(teacher, taker, takes)
    end_and_confirm(teacher)
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("2人记了课时")
    report_shows(teacher, group, "会看、会分、会问", taker)


def show_the_lab(teacher: Page, taker: Taker) -> None:
    """Pupils have words to look up from; the teacher does in a window of the own what the guide says."""
    expect(taker.here.locator(".lab, .lab-step")).to_have_count(0)
    window = teacher.context.new_page()
    window.goto(teacher.url.partition("live/")[0])
    window.get_by_role("link", name="备这节课").click()
    window.get_by_role("link", name="打开实验，在大屏上演示").first.click()
    lab = window.locator(SHOWN)
    lab.get_by_role("button", name="让它学").click(timeout=LAB_MS)
    lab.get_by_role("button", name="考一考").click(timeout=LAB_MS)
    expect(lab.get_by_text("做到了").first).to_be_visible(timeout=LAB_MS)
    expect(lab.get_by_role("heading", name="它错在哪")).to_be_visible()
    window.close()


def made_for_the_youngest(taker: Taker, item: Spec) -> None:
    """Pictures with words for those who hear them, targets for small fingers, and a question that reads itself out."""
    page, here = taker.page, taker.here
    expect(page.locator("html")).to_have_attribute("data-for", "primary")
    expect(here.locator(".choices img[alt]")).to_have_count(len(item["options"]))
    for target in [*here.locator(".choice").all(), taker.go]:
        box = target.bounding_box()
        assert box and min(box["width"], box["height"]) >= SMALLEST_PX, target
    here.get_by_role("button", name="读题目").click()
    assert page.evaluate("window.said") == [item["stem"]]


def test_grade_5_grows_a_tree(staff: NewPage, brings: Brings) -> None:
    group = "五年级（1）班"
    teacher = staff("tian", reduced_motion="reduce")
    taker = brings("g5-lost-and-found", group, start_todays(teacher, group))

    def takes(step: Spec) -> None:
        if step["kind"] == "lab":
            taker.at(step)
            grow_by_hand(taker)
            let_it_grow(taker)
            hand_in(taker)
        taker.take(step)

    lead(teacher, taker, takes)
    end_and_confirm(teacher)
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("2人记了课时")
    report_shows(teacher, group, "失物招领站里的算法", taker)


def goals(taker: Taker) -> Locator:
    return taker.here.locator(".goal-list li")


def grow_by_hand(taker: Taker) -> None:
    """Three questions that sort well, and two things led down the tree; a wrong turn is answered and taken back."""
    lab = taker.here
    taker.look("the hand's tree")
    for pile, column, choice in (("", "记号", ""), ("y", "种类", "文具"), ("n", "名字", "")):
        lab.locator(f'[data-key="node-{pile}"]').click()
        lab.get_by_role("group", name="问哪一列").get_by_role("button", name=column).click()
        if choice:
            lab.get_by_role("group", name="是哪一种").get_by_role("button", name=choice).click()
        lab.get_by_role("button", name="就这样问").click()
    expect(goals(taker).nth(0)).to_have_class("done")
    for _ in range(2):
        lab.locator('[data-key="walk"]').click()
        lead_down(lab)
    expect(goals(taker).nth(1)).to_have_class("done")


def lead_down(lab: Locator) -> None:
    """Two questions deep; where 是 is not the answer, the lab says so and 否 is."""
    for _ in range(2):
        asked = lab.locator(".walk .verdict")
        question = asked.inner_text()
        lab.locator('[data-key="turn-yes"]').click()
        if asked.count() and asked.inner_text() == question:
            lab.locator('[data-key="turn-no"]').click()
    expect(lab.locator(".walk")).to_have_count(0)


def let_it_grow(taker: Taker) -> None:
    lab = taker.here
    lab.get_by_role("button", name="算法种").click()
    while lab.get_by_role("button", name="多一层").is_enabled():
        lab.get_by_role("button", name="多一层").click()
    lab.get_by_role("button", name="一直种到底").click()
    lab.get_by_role("button", name="考一考没见过的").click()
    expect(taker.here.locator(".goal-list li.done")).to_have_count(3)
    taker.look("the algorithm's tree")


def hand_in(taker: Taker) -> None:
    taker.page.get_by_role("button", name="交作品", exact=True).click()
    expect(taker.page.get_by_role("button", name="再交一次作品")).to_be_visible()
    expect(taker.page.locator("#saved")).to_contain_text("已存好", timeout=SAVED_MS)


def test_grade_10_writes_a_program(staff: NewPage, brings: Brings) -> None:
    group = "高一（1）班"
    teacher = staff("gao", reduced_motion="reduce")
    taker = brings("g10-build-and-account", group, start_todays(teacher, group))

    def takes(step: Spec) -> None:
        if step["kind"] == "lab":
            taker.at(step)
            program(taker, step["lab"])
            hand_in(taker)
        taker.take(step)

    lead(teacher, taker, takes)
    end_and_confirm(teacher)
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("2人记了课时")
    report_shows(teacher, group, title_of("g10-build-and-account"), taker)


def program(taker: Taker, lab: Spec) -> None:
    """Run as it was given: checks fail and say what to think of. Edited: all of them are met."""
    solution = ROOT / "content" / "datasets" / lab["dataset"] / f"{lab['settings']['task']}_solution.py"
    checks = [one for one in lab["goals"] if one["goal"] == "check"]
    run(taker.page)
    failed = taker.here.locator(".goal-list li:not(.done)")
    expect(failed).to_have_count(len(checks))
    for said in failed.all_inner_texts():
        assert not said.rstrip().endswith(tuple(one["text"] for one in checks)), f"no hint after: {said}"
    taker.here.get_by_role("button", name="要一点提示").click()
    expect(taker.here.get_by_text(lab["hints"][0])).to_be_visible()
    taker.look("a failed check")
    run(taker.page, solution.read_text(encoding="utf-8"))
    expect(taker.here.locator(".goal-list li.done")).to_have_count(len(lab["goals"]))
    taker.look("a program that does all")


def test_grade_7_maths_counts_for_no_ai_hours(staff: NewPage, brings: Brings) -> None:
    group, course = "七年级（3）班", "g7-linear-equations"
    teacher = staff("shen", reduced_motion="reduce")
    hours = ai_hours(teacher, group)
    title = open_course(teacher, group, course)
    expect(teacher.locator("header.head")).to_contain_text("不折算人工智能课时")
    teacher.get_by_role("link", name="打开下一节").click()
    taker = brings(course, group, begin(teacher))
    lead(teacher, taker, taker.take)
    end_and_confirm(teacher)
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("数学课，确认了")
    expect(teacher.get_by_role("main")).to_contain_text("不折算")
    report_shows(teacher, group, title, taker)
    assert ai_hours(teacher, group) == hours


def open_course(teacher: Page, group: str, course: str) -> str:
    """Opened today, for a period still to come; the course's title."""
    title = title_of(course)
    teacher.goto("/teach/open/")
    teacher.get_by_label("给哪个班开课").select_option(label=group)
    choice = teacher.get_by_label("开哪门课").locator("option", has_text=title)
    teacher.get_by_label("开哪门课").select_option(value=choice.get_attribute("value"))
    teacher.get_by_label("星期几").select_option(label="星期五")
    teacher.get_by_label("第几节").select_option(value="6")
    expect(teacher.locator("#plan")).to_contain_text("4节")
    teacher.get_by_role("button", name="开课", exact=True).click()
    expect(teacher.get_by_role("heading", level=1)).to_contain_text(f"{group}：下一节")
    return title


def ai_hours(teacher: Page, group: str) -> str:
    """The class's AI periods of the year as today's page tells them."""
    teacher.goto("/")
    row = teacher.get_by_role("region", name="我的班").get_by_role("listitem").filter(has_text=group)
    return row.inner_text()
