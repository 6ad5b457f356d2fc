"""The whole line 备→教→学→练→评→管 in a browser, as people walk it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import WAIT_MS, NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card, join_class, open_step

pytestmark = pytest.mark.browser

NEW_CLASS = "七年级（6）班"
MISCONCEPTION = "学过的全对，就是学会了"


def roster_of_a_new_class() -> bytes:
    """What Excel on Chinese Windows saves as .csv, one line of it wrong."""
    lines = [
        "年级,班级,座号,姓名",
        *(f"七年级,6,{seat},林{name}" for seat, name in enumerate("一二三四五六七八", 1)),
    ]
    return "\r\n".join([*lines, "七年级,6,没有,座号没写"]).encode("gb18030")


def test_administrator_imports_a_class(staff: NewPage, tmp_path: Path) -> None:
    sheet = tmp_path / "新班名单.csv"
    sheet.write_bytes(roster_of_a_new_class())
    page = staff("admin")
    page.goto("/school/import/")
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="看看会改什么").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1行要改，8行可以写入")
    page.get_by_label("先写入没有问题的行").check()
    page.get_by_role("button", name="写入名单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("8人新进")
    assign_teacher(page, "沈老师", NEW_CLASS)


def assign_teacher(page: Page, teacher: str, group: str) -> None:
    page.goto("/school/staff/")
    page.get_by_role("link", name=teacher).click()
    page.get_by_label(re.compile("班")).first.select_option(label=group)
    page.get_by_role("button", name="安排这个班").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("七年级（6）班")


def test_teacher_opens_the_course_and_prints_cards(staff: NewPage) -> None:
    page = staff("shen")
    page.goto("/teach/open/")
    page.get_by_label("给哪个班开课").select_option(label=NEW_CLASS)
    page.get_by_label("星期几").select_option(label="星期四")
    expect(page.locator("#plan")).to_contain_text("8节")
    page.get_by_role("button", name="开课", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{NEW_CLASS}：下一节")
    expect(page.locator("table.tb tbody tr")).to_have_count(8)
    page.goto("/school/classes/")
    page.get_by_role("link", name=NEW_CLASS).click()
    page.get_by_role("link", name="打印班级卡").click()
    expect(page.locator(".card-c")).to_have_count(8)
    expect(page.locator(".card-c svg").first).to_be_visible()


def test_a_period_from_start_to_the_desks(
    staff: NewPage, new_page: NewPage, installation: Installation
) -> None:
    teacher = staff("shen")
    code = start_period(teacher)
    pupils = [pupil_in_class(new_page, card, code) for card in installation.pupil_cards()[:4]]
    expect(teacher.get_by_role("region", name="全班进度")).to_contain_text("进来4", timeout=WAIT_MS)
    work_through_lab(teacher, pupils[0])
    answer_with_a_gap_in_the_network(teacher, pupils[1])
    end_and_confirm(teacher)
    report_shows_the_misconception(teacher)
    practice_gives_its_reason(pupils[0])


def start_period(teacher: Page) -> str:
    teacher.goto("/")
    teacher.locator("section.lead-next a.go").click()
    begin = teacher.get_by_role("button", name="开始上课")
    begin.click()
    teacher.wait_for_url("**/live/**")
    return teacher.locator(".code.num").first.inner_text().replace(" ", "")


def pupil_in_class(new_page: NewPage, card: tuple[str, str, list[str]], code: str) -> Page:
    page = new_page(width=1024)
    enter_by_card(page, card[1], card[2])
    join_class(page, code)
    return page


def release(teacher: Page, title: str) -> None:
    """Hand out steps in their order until `title` is out."""
    for _ in range(8):
        offered = teacher.locator("#nx")
        words = offered.inner_text()
        teacher.get_by_role("button", name="发给全班", exact=True).first.click()
        expect(offered).not_to_have_text(words)
        if title in words:
            return
    raise AssertionError(f"no step called {title}")


def work_through_lab(teacher: Page, pupil: Page) -> None:
    """The classifier has learnt upright pictures only: all right on those, poor on the unseen ones."""
    release(teacher, "弄坏它")
    open_step(pupil, "弄坏它")
    lab = pupil.locator("section[data-activity]:not([hidden])")
    lab.get_by_role("button", name="让它学").click(timeout=60_000)
    expect(lab.get_by_text("18 张，全认对")).to_be_visible(timeout=90_000)
    lab.get_by_role("button", name="考一考").click()
    expect(lab.get_by_text("做到了").first).to_be_visible(timeout=60_000)
    expect(lab.get_by_role("heading", name="它错在哪")).to_be_visible()
    expect(pupil.locator("#saved")).to_contain_text("已存好", timeout=60_000)


def answer_with_a_gap_in_the_network(teacher: Page, pupil: Page) -> None:
    release(teacher, "答一答")
    open_step(pupil, "答一答")
    pupil.context.set_offline(True)
    step = pupil.locator("section[data-activity]:not([hidden])")
    step.locator(".choices .choice").first.click()
    pupil.locator("#foot .go").click()
    expect(pupil.locator("#saved")).to_contain_text("没有送到")
    pupil.context.set_offline(False)
    expect(pupil.locator("#saved")).to_contain_text("已存好", timeout=60_000)
    expect(step.locator(".reply, .choice.right, .choice.tried").first).to_be_visible()


def end_and_confirm(teacher: Page) -> None:
    teacher.get_by_role("button", name="下课").click()
    teacher.get_by_role("dialog").get_by_role("button", name="下课").click()
    teacher.wait_for_url("**/confirm/")
    teacher.get_by_role("button", name="确认授课").click()
    teacher.wait_for_url(lambda url: "/confirm" not in url)
    expect(teacher.get_by_role("heading", level=1)).to_contain_text("记了课时")


def report_shows_the_misconception(teacher: Page) -> None:
    teacher.goto("/insight/")
    teacher.get_by_role("link", name=re.compile("七年级（3）班")).first.click()
    expect(teacher.get_by_text(MISCONCEPTION).first).to_be_visible()


def practice_gives_its_reason(pupil: Page) -> None:
    pupil.goto("/learn/practice/")
    expect(pupil.get_by_role("heading", name="为什么是这几题")).to_be_visible()
    expect(pupil.locator(".whys")).to_contain_text(
        re.compile("正在学|可以开始学|没练|练稳|做得还少|保持手感")
    )
    pupil.get_by_role("button", name=re.compile("开始练|接着练")).click()
    expect(pupil.locator(".q-stem").first).to_be_visible()


@pytest.mark.parametrize("username", ["head", "district", "city"])
def test_the_hours_reach_every_desk_down_to_the_evidence(staff: NewPage, username: str) -> None:
    page = staff(username)
    page.goto("/desk/")
    if username == "city":
        page.get_by_role("link", name=re.compile("东城区")).first.click()
    if username != "head":
        page.locator(".mult").get_by_role("link", name=re.compile("示例一中")).click()
    page.locator(".mult").get_by_role("link", name=re.compile(r"七年级（3）班")).click()
    expect(page.get_by_role("heading", name="每一节和它的依据")).to_be_visible()
    page.locator("table.tb").get_by_role("link", name=re.compile("背答案还是真会")).click()
    expect(page.get_by_text("平台记录").first).to_be_visible()
    names = page.get_by_text("每个人凭什么记")
    expect(names).to_have_count(1 if username == "head" else 0)
