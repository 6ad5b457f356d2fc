"""Steps of a journey: a school decides about a product, a teacher places it, a pupil opens it over LTI."""

import json
import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import Installation
from tests.journeys.steps import enter_by_card
from tests.lti_tool.tool import Tool

CLASS = "七年级（3）班"
INSTEAD = "和同桌互相看，写下三处要改的"


def decide(staff: NewPage, title: str) -> Page:
    """From the register to the class: the teacher's need, the head's signature, the district's filing, the classes."""
    teacher = staff("shen")
    teacher.goto("/register/")
    teacher.get_by_role("link", name=title).click()
    teacher.get_by_role("link", name="向学校提出需要").click()
    teacher.get_by_label("给哪个班").select_option(label=CLASS)
    teacher.get_by_label("用它做什么").fill("一步步改自己的观察")
    teacher.get_by_label("没有它怎么上").fill(INSTEAD)
    teacher.get_by_role("button", name="交给学校").click()
    expect(teacher.locator("h1")).to_have_text(f"{title}：等学校决定")
    head = _at(staff("head"), title)
    head.get_by_label("集体决定的要点").fill("11月20日校务会，七人到会，都同意")
    head.get_by_role("button", name="学校决定选用").click()
    expect(head.locator("h1")).to_have_text(f"{title}：等区里备案")
    district = _at(staff("district"), title)
    district.get_by_label("每天最多打开几次").fill("100")
    district.get_by_role("button", name="备案", exact=True).click()
    expect(district.locator("h1")).to_have_text(f"{title}：已备案，等开到班")
    admin = _at(staff("admin"), title)
    expect(admin.get_by_label(CLASS)).to_be_checked()
    admin.get_by_role("button", name="开到班").click()
    expect(admin.locator("h1")).to_have_text(f"{title}：在用")
    return head


def _at(page: Page, title: str) -> Page:
    page.goto("/resources/tools/")
    page.get_by_role("link", name=title, exact=True).click()
    return page


def connect(staff: NewPage, tool: Tool, title: str) -> None:
    """The district writes down the tool's addresses and key, and tells the tool its numbers."""
    page = staff("district")
    page.goto("/resources/tools/")
    page.get_by_role("link", name="按 LTI 接入的工具").click()
    page.get_by_role("link", name="手工登记").click()
    words = {
        "名称": title,
        "登录发起地址": f"{tool.base}/login",
        "打开的地址": f"{tool.base}/launch",
        "登录返回地址": f"{tool.base}/launch",
    }
    for label, said in words.items():
        page.get_by_label(label, exact=True).fill(said)
    page.get_by_label("密钥集地址").fill(f"{tool.base}/jwks")
    product = page.locator("select[name=product] option", has_text=title).get_attribute("value")
    page.get_by_label("对应的准入产品").select_option(product)
    page.get_by_label("在本页里打开").uncheck()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("h1")).to_contain_text("接好了")
    client, deployment = (
        page.locator("dl.facts div", has_text=label).locator("code").first.inner_text()
        for label in ("client id", "deployment id")
    )
    platform = re.match(r"https?://[^/]+", page.url)
    assert platform
    tool.know(client, deployment, platform.group(0))


def place(staff: NewPage, title: str, name: str) -> None:
    """The slip of one pupil is typed; the product goes into today's lesson."""
    teacher = _at(staff("shen"), title)
    teacher.get_by_role("link", name="录入回执").click()
    teacher.get_by_label(f"{name}的回执").select_option("yes")
    teacher.get_by_role("button", name="录入", exact=True).click()
    expect(teacher.get_by_text("录入了1份。")).to_be_visible()
    teacher.goto("/")
    teacher.get_by_role("link", name="备这节课，到点上课").click()
    teacher.get_by_role("link", name="课里的工具").click()
    teacher.get_by_label("产品", exact=True).select_option(label=title)
    teacher.get_by_label("用它做什么").fill("改一改你的观察")
    teacher.get_by_label("不能用它的学生怎么做").fill(INSTEAD)
    teacher.get_by_role("button", name="放进这节课").click()
    expect(teacher.get_by_role("link", name=title, exact=True)).to_be_visible()


def lesson_of(page: Page, installation: Installation) -> tuple[Page, str]:
    """A pupil of the class on the page of today's lesson, and the pupil's name."""
    name, address, pictures = installation.pupil_cards()[0]
    enter_by_card(page, address, pictures)
    return page, name


def launch(pupil: Page, tool: Tool, title: str) -> None:
    """Over the page that says what it is, into the tool; which is told a pseudonym and no name."""
    pupil.goto("/learn/")
    pupil.get_by_role("link", name="先看看").click()
    with pupil.expect_popup() as opened:
        pupil.get_by_role("link", name=re.compile(f"^打开{title}")).click()
    door = opened.value
    expect(door.get_by_text("会说错")).to_be_visible()
    door.get_by_role("link", name=f"打开{title}").click()
    with door.expect_popup() as inside:
        door.get_by_role("button", name=re.compile("打开")).first.click()
    expect(inside.value.locator("#answer")).to_be_visible()
    told = json.dumps(tool.told[-1], ensure_ascii=False)
    assert re.fullmatch(r"[0-9a-f]{32}", tool.told[-1]["sub"])
    assert "name" not in tool.told[-1] and "email" not in told
    inside.value.close()
    door.close()


def is_counted(head: Page, title: str) -> None:
    """The school sees that the class opened it, not who."""
    _at(head, title)
    expect(head.locator("li", has_text=CLASS)).to_contain_text("1次")


def is_stopped(pupil: Page, title: str) -> None:
    """On the lesson's page that is open: the next look says that it was stopped, why, and what to do instead."""
    pupil.bring_to_front()
    pupil.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(pupil.get_by_text(f"{title}停了。")).to_be_visible()
    expect(pupil.get_by_text(INSTEAD)).to_be_visible()
    expect(pupil.get_by_role("link", name=re.compile(f"^打开{title}"))).to_have_count(0)
