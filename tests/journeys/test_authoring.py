"""A teacher changes a lesson and its guide and adds a lab; the class takes it, the city brings out a new version, both
are put together."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import CLOCK, ROOT, Installation
from tests.journeys.looking import axe_violations
from tests.journeys.test_loop import pupil_in_class, start_period

pytestmark = pytest.mark.browser

OURS = "本校的话：先算 $\\frac{12}{16}$，再往下看。"
RULERS = "每组一把尺子，共12把。"
CITY_NEWS = "市里加的一句：作业不超过十分钟。"
STEPS = ".ed-outline a[href*='activity/']"
TEXT, FOR_TEACHER = "给学生看的话", "给老师的一行"


def test_from_the_citys_lesson_to_the_schools_and_back_together(
    staff: NewPage, new_page: NewPage, installation: Installation, tmp_path: Path
) -> None:
    teacher = staff("shen", reduced_motion="reduce")
    lesson, editor = fork_the_next_lesson(teacher)
    change_the_first_step(teacher)
    two_tabs_keep_both(teacher)
    write_in_the_guide(teacher)
    key = add_a_lab(teacher)
    try_it_at_once(teacher, key)
    publish_for_the_own_classes(teacher)
    code = start_period(teacher)
    pupil = pupil_in_class(new_page, installation.pupil_cards()[0], code)
    teacher.get_by_role("button", name="发给全班", exact=True).first.click()
    step = pupil.locator("section[data-activity]:not([hidden])")
    expect(step).to_contain_text("本校的话")
    expect(step.locator(".math .katex")).to_be_visible()
    the_class_takes_the_lab(teacher, pupil)
    the_city_brings_out_a_new_version(installation, lesson, tmp_path)
    teacher.goto(editor)
    take_it_over(teacher)
    expect(pupil.locator(".goal-list li.done")).to_have_count(1)
    publish_again_and_read(teacher)


def fork_the_next_lesson(page: Page) -> tuple[str, str]:
    """The lesson's name and the editor's address."""
    page.goto("/")
    page.locator("section.lead-next a.go").click()
    page.get_by_role("link", name="备这节课").click()
    page.wait_for_url("**/lessons/**")
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="改成本校版").click()
    page.wait_for_url("**/authoring/**")
    return title, page.url


def change_the_first_step(page: Page) -> None:
    """Typed, kept a moment later, and seen as pupils will see it, formula and all; the toolbar works by keyboard."""
    page.locator(STEPS).first.click()
    page.get_by_role("textbox", name=TEXT, exact=True).fill(OURS)
    expect(page.get_by_text("已存好")).to_be_visible()
    expect(page.locator(".ed-preview .math .katex")).to_be_visible()
    expect(page.locator(".ed-preview")).to_contain_text("本校的话")
    field = page.get_by_role("textbox", name=TEXT, exact=True)
    field.press("Control+End")
    field.press("Control+b")
    expect(field).to_have_value(f"{OURS}**粗体的字**")
    field.press("Control+z")
    expect(field).to_have_value(OURS)
    assert not axe_violations(page, dark=True)


def two_tabs_keep_both(page: Page) -> None:
    """Different words of one step are both kept; the same words are shown side by side and one is chosen."""
    page.reload()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("textbox", name=FOR_TEACHER).fill("请两人一组。")
    expect(other.get_by_text("已存好")).to_be_visible()
    page.get_by_role("textbox", name="环节名").fill("先看一看")
    expect(page.get_by_text("已存好")).to_be_visible()
    other.get_by_role("textbox", name="环节名").fill("再看一看")
    clash = other.get_by_role("alert").filter(has_text="同事刚刚也改了这里")
    expect(clash).to_contain_text("先看一看")
    clash.get_by_role("button", name="用我写的").click()
    expect(other.get_by_text("已存好")).to_be_visible()
    other.reload()
    expect(other.get_by_role("textbox", name="环节名")).to_have_value("再看一看")
    expect(other.get_by_role("textbox", name=FOR_TEACHER)).to_have_value("请两人一组。")
    other.close()
    page.reload()


def section(page: Page, title: str) -> Locator:
    """The piece of the guide with this heading."""
    return page.locator("fieldset.ed-piece").filter(has=page.locator(f"input[value='{title}']"))


def write_in_the_guide(page: Page) -> None:
    """A section written and a new one put after it, with what it will look like beside."""
    page.get_by_role("link", name="教案", exact=True).click()
    section(page, "课前准备").get_by_role("textbox", name="内容").fill(RULERS)
    expect(page.get_by_text("已存好")).to_be_visible()
    expect(page.locator(".ed-text")).to_contain_text(RULERS)
    expect(page.locator(".ed-text .at")).to_contain_text(RULERS)
    section(page, "课前准备").get_by_role("button", name="后面加一个小节").click()
    new = page.locator("fieldset.ed-piece[id='p-sections.o1']")
    new.get_by_role("textbox", name="标题").fill("我们学校的教室")
    new.get_by_role("textbox", name="内容").fill("在三楼，$\\frac{1}{2}$ 的座位靠窗。")
    expect(page.locator(".ed-text .math .katex")).to_be_visible()
    assert not axe_violations(page, dark=True)


def add_a_lab(page: Page) -> str:
    """A step with the maze after the first one, all of it from the lab's form; returns its key."""
    page.locator(STEPS).first.click()
    page.wait_for_url("**/?at=activity/**")
    page.get_by_text("加一个环节或题目").click()
    page.get_by_role("combobox", name="环节", exact=True).select_option("lab")
    page.get_by_role("button", name="加环节").click()
    page.wait_for_url("**/?at=activity%2F**")
    page.get_by_label("哪个实验").select_option("maze")
    page.get_by_label("哪一个迷宫").select_option("cup")
    page.get_by_label("一格泥地的代价").fill("7")
    page.get_by_role("textbox", name="环节名").fill("走迷宫")
    page.get_by_role("textbox", name=TEXT, exact=True).fill("先猜，再走。")
    page.get_by_role("textbox", name=FOR_TEACHER).fill("先请学生猜。")
    page.get_by_label("实验的提示").fill("先选一种办法。")
    goal = page.get_by_role("group", name="目标1")
    goal.get_by_label("做到什么").select_option("compare-methods")
    goal.get_by_label("几种办法").fill("1")
    page.get_by_label("加上挑战").check()
    expect(page.get_by_role("group", name="目标2").get_by_label("至少多花")).to_have_value("4")
    expect(page.get_by_role("heading", name="这一处没有问题")).to_be_visible()
    assert not axe_violations(page, dark=True)
    return page.url.rpartition("activity%2F")[2]


def try_it_at_once(page: Page, key: str) -> None:
    editor = page.url
    page.get_by_role("link", name="试一试这个实验").click()
    page.wait_for_url(f"**/learn/try/draft/**#{key}")
    expect(page.locator(".goal-list li")).to_have_count(2)
    page.goto(editor)


def the_class_takes_the_lab(teacher: Page, pupil: Page) -> None:
    teacher.get_by_role("button", name="发给全班", exact=True).first.click()
    pupil.locator(".ruler [data-step]", has_text="走迷宫").click()
    pupil.get_by_role("group", name="办法").get_by_role("button", name="A*", exact=True).click()
    pupil.get_by_role("button", name="走到底", exact=True).click()
    expect(pupil.locator(".goal-list li.done")).to_have_count(1)


def publish_again_and_read(page: Page) -> None:
    """The guide of the next version has both, the school's section and the city's news."""
    page.get_by_role("link", name="发布与使用").first.click()
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("link", name="改过的每一步").click()
    page.get_by_role("link", name="第2版", exact=True).click()
    page.get_by_role("link", name="教案", exact=True).click()
    guide = page.locator("article.guide")
    for words in (RULERS, "我们学校的教室", CITY_NEWS):
        expect(guide).to_contain_text(words)


def publish_for_the_own_classes(page: Page) -> None:
    page.get_by_role("link", name="发布与使用").last.click()
    expect(page.get_by_role("heading", name="可以发布了")).to_be_visible()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="发布好了")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("本校第1版")).first).to_be_visible()
    assert not axe_violations(page, dark=True)


def the_city_brings_out_a_new_version(installation: Installation, lesson: str, folder: Path) -> None:
    """The same step changed by the city, and another one; brought in as an operator does."""
    content = folder / "content"
    shutil.copytree(ROOT / "content", content)
    file = next(
        path
        for path in content.glob("courses/*/lessons/*/lesson.yaml")
        if f"title: {lesson}\n" in path.read_text()
    )
    text = file.read_text()
    first, second = re.findall(r"^    text: \|\n      (.*)$", text, re.MULTILINE)[:2]
    text = text.replace(first, f"市里的新话。{first}", 1).replace(second, f"市里也改了这里。{second}", 1)
    file.write_text(text)
    guide = file.with_name("guide.md")
    guide.write_text(guide.read_text().replace("## 评价与作业\n", f"## 评价与作业\n\n{CITY_NEWS}\n", 1))
    environment = os.environ | {"QIMING_HOME": str(installation.home), "QIMING_CLOCK": CLOCK}
    for name in (
        "DATABASE_URL",
        "QIMING_TESTING",
        "QIMING_TEST_SERVER",
        "QIMING_DB_ROLE",
        "DJANGO_SETTINGS_MODULE",
    ):
        environment.pop(name, None)
    done = subprocess.run(
        [Path(sys.executable).parent / "qiming", "content", "sync", "--root", str(content)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "imported" in done.stdout, done.stdout + done.stderr


def take_it_over(page: Page) -> None:
    """What only the city changed comes by itself, the rest is chosen; then nothing newer is left."""
    page.get_by_role("link", name="看市里的新版").click()
    expect(page.get_by_role("heading", name=re.compile("有1处两边都改了"))).to_be_visible()
    expect(page.get_by_text("市里也改了这里")).to_be_visible()
    expect(page.get_by_role("region", name="教案").get_by_text(CITY_NEWS)).to_be_visible()
    assert not axe_violations(page, dark=True)
    page.get_by_role("radio", name=re.compile("用本校的")).check()
    page.get_by_role("button", name="并进本校版").click()
    page.wait_for_url(re.compile(r"/authoring/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("link", name="看市里的新版")).to_have_count(0)
    page.locator(STEPS).first.click()
    expect(page.get_by_role("textbox", name=TEXT, exact=True)).to_have_value(OURS)
    page.get_by_role("link", name=re.compile("与市里的区别")).click()
    expect(page.get_by_role("cell", name=re.compile("本校的话")).first).to_be_visible()
    expect(page.get_by_role("region", name="教案").first).to_contain_text(RULERS)
    assert not axe_violations(page, dark=True)
