"""A course pack from the teacher who offers it over three reviews to another school, its next version, its certificate,
its end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.looking import axe_violations

pytestmark = pytest.mark.browser

TITLE, AGAIN = "同桌先说：训练和测试", "同桌先说：训练和测试（第二次）"
CARD = {
    "标题": TITLE,
    "介绍": "每题先和同桌说一说，再选。",
    "无障碍说明": "图都有文字说明",
    "要用哪些数据": "不用学生数据",
    "费用": "没有",
}
REVIEWERS = ("lin", "mals", "tian")


def test_from_a_teacher_over_three_reviews_to_another_school_and_off_the_shelf(staff: NewPage) -> None:
    teacher, colleague, releaser = staff("shen"), staff("zhou"), staff("gao")
    version = offer(teacher, TITLE)
    look_at_home(colleague)
    screened(teacher, version)
    assert not axe_violations(teacher, dark=True)
    for who in REVIEWERS:
        review(staff(who))
    case = decide(staff("district"), "评审通过")
    release(releaser, case, "上线", "上线说明")
    admin = staff("admin7")
    resource = choose(admin)
    offer(teacher, AGAIN, of=TITLE)
    admin.goto(resource)
    expect(admin.get_by_text("第1版").first).to_be_visible()  # the next version waits for its own reviews
    expect(admin.get_by_role("heading", level=1)).to_have_text(TITLE)
    release(releaser, case, "收录，颁发证书", "收录意见")
    verify(admin, resource)
    retire(releaser, case)
    admin.goto(resource)
    expect(admin.get_by_role("heading", level=1)).to_contain_text("已下架")
    expect(admin.get_by_text("例子过时了")).to_be_visible()
    assert not axe_violations(admin, dark=True)


def offer(page: Page, title: str, of: str = "") -> str:
    """The address of the version, which waits for a colleague."""
    page.goto("/resources/offer/")
    page.get_by_role("link", name="送审", exact=True).first.click()
    for label, words in (CARD | {"标题": title}).items():
        page.get_by_label(label, exact=True).fill(words)
    if of:
        page.get_by_label("当作").select_option(label=f"“{of}”的新版")
    page.get_by_role("button", name="交本校审核").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("本单位审核")
    return page.url


def look_at_home(page: Page) -> None:
    page.goto("/cases/")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    page.get_by_label("提供方七项自审").fill("七项都看过，合适。")
    page.get_by_label("书面承诺").fill("本校老师写的，可以公开。")
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.get_by_text("到“提供方已审”").or_(page.get_by_text("到“评审”")).first).to_be_visible()


def screened(page: Page, version: str) -> None:
    """A worker screens it; nobody has to wait on the page for that."""
    page.goto(version)
    heading = page.get_by_role("heading", level=1)
    for _ in range(40):
        if heading.inner_text().endswith("：评审"):
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(heading).to_contain_text("：评审")
    expect(page.get_by_role("heading", name=re.compile("机器筛查"))).to_be_visible()


def review(page: Page) -> None:
    """Whoever was asked fills in the sheet, blind to the other; two of three were."""
    page.goto("/cases/")
    asked = page.get_by_role("link", name=re.compile(TITLE))
    if not asked.count():
        return
    asked.first.click()
    for field in page.get_by_label(re.compile("^得分")).all():
        field.fill(str(int(field.get_attribute("max") or 10) - 1))
    for field in page.get_by_label("理由", exact=True).all():
        field.fill("看过，合适。")
    page.get_by_label("通过", exact=True).check()
    page.get_by_role("button", name="交评审").click()
    page.wait_for_url("**/cases/")


def decide(page: Page, step: str) -> str:
    """The address of the case, when the conclusion is drawn from both sheets."""
    page.goto("/cases/")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    page.get_by_role("button", name=step, exact=True).click()
    expect(page.get_by_text("到“审核通过”").first).to_be_visible()
    return page.url


def release(page: Page, case: str, step: str, note: str) -> None:
    page.goto(case)
    page.get_by_label(note).fill("看过，同意。")
    page.get_by_role("button", name=step, exact=True).click()
    expect(page.get_by_text(f"{step}，到“在架”").first).to_be_visible()


def choose(page: Page) -> str:
    """Another school finds it and decides; the address of the resource."""
    page.goto("/resources/?q=同桌")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="选用", exact=True).click()
    page.get_by_label("集体决定的要点").fill("教研组商量，七年级先用。")
    page.get_by_role("button", name="选用", exact=True).click()
    expect(page.get_by_text("本单位在用")).to_be_visible()
    return page.url


def verify(page: Page, resource: str) -> None:
    """The certificate on the resource's page leads to a page that checks it."""
    page.goto(resource)
    page.locator("section[aria-labelledby=included] a").last.click()
    expect(page.get_by_text("刚才重新核对了签名和撤销名单")).to_be_visible()


def retire(page: Page, case: str) -> None:
    page.goto(case)
    way = page.locator("#retire")
    way.get_by_label("理由").fill("例子过时了。")
    way.get_by_role("button", name="下架", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已下架")
