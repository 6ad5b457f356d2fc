"""The gate in a browser: a company files a product, it is checked, tested against running servers, reviewed blind, tried,
put on notice, signed by three authorities, read in the register, decided about by a school, opened by a pupil over LTI, and stopped
by one click, which the lesson says at once."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import adopting
from tests.journeys.conftest import NewPage
from tests.journeys.endpoints import endpoints
from tests.journeys.installation import CLOCK, ROOT, Installation, outside, start_copy
from tests.lti_tool.server import running

pytestmark = pytest.mark.browser

TITLE = "探月写作"
BUSY_MS = 60_000
REPORT = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One whose test field may ask servers on this machine."""
    given = os.environ.get("QIMING_JOURNEY_HOME"), os.environ.get("QIMING_JOURNEY_BASE")
    if given[0] and given[1]:
        yield Installation(given[1], Path(given[0]))
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QIMING_ASSURANCE_PRIVATE", "1")
        running = start_copy(tmp_path_factory.mktemp("qiming-gate"), shared / "demo-city")
    yield running
    running.remove()


def test_from_the_company_to_the_stop_in_the_lesson(
    staff: NewPage, new_page: NewPage, installation: Installation
) -> None:
    company, city, panel = staff("vendor"), staff("city"), staff("heyi")
    with endpoints() as at, running() as tool:
        version = _file(company, at, tool.base)
        _check(city, version)
        _test(city, version)
        _report(company, city, version)
        _experts(staff)
        _try_out(panel, version)
        _decide(panel, version)
        _notice_passes(installation)
        _sign(staff, city, version)
        registered = _read(company)
        head = adopting.decide(staff, TITLE)
        adopting.connect(staff, tool, TITLE)
        pupil, name = adopting.lesson_of(new_page(), installation)
        adopting.place(staff, TITLE, name)
        adopting.launch(pupil, tool, TITLE)
        adopting.is_counted(head, TITLE)
        _stop(city, registered)
        adopting.is_stopped(pupil, TITLE)


def _file(page: Page, at: dict[str, str], launch: str) -> str:
    """A draft is tried on an unsafe server and on one that gives its instructions away; then it is the good one."""
    page.goto("/assurance/new/")
    words = {
        "产品名称": TITLE,
        "产品介绍": "学生写出自己的观察，一步步改到说清楚。",
        "价格": "免费",
        "启动地址": f"{launch}/launch",
        "检测接口的地址": at["unsafe"],
        "用的模型": "示例规则程序",
        "模型版本": "1.0",
        "未成年人保护审计": "八月做过，没有未整改的问题。",
        "生成内容的标识办法": "每条回答前标明。",
    }
    for label, said in words.items():
        page.get_by_label(re.compile(rf"^{label}\s*(（|$)")).fill(said)
    page.get_by_label("检测接口的模型名").fill("sample")
    page.get_by_label("怎样打开").select_option(label="LTI 1.3")
    page.get_by_label("产品类型").select_option(label="创作工具")
    page.get_by_label("初中").check()
    page.get_by_label("各学科通用").check()
    page.get_by_label("限定范围的对话").check()
    page.get_by_label("在哪里运行").select_option(label="在本市的服务器上")
    page.get_by_text("学生写下的回答", exact=True).click()
    page.get_by_label("学生写下的回答：用途").fill("判断改到哪一步")
    page.get_by_label("学生写下的回答：存在哪里").fill("本市机房")
    page.get_by_label("学生写下的回答：保存几天").fill("30")
    page.get_by_role("button", name="存下").click()
    page.wait_for_url("**/numbers/")
    for label in ("ICP备案：号码", "网络安全等级保护备案：号码", "生成式人工智能服务备案或登记：号码"):
        page.get_by_label(label).fill("示例2026001")
    for row in page.locator("fieldset", has_text=re.compile("教育移动应用|算法备案")).all():
        row.get_by_label("不需要的原因").fill("不是移动应用，也没有推荐算法")
    page.get_by_role("button", name="存下").click()
    page.wait_for_url(re.compile("/assurance/versions/[0-9a-f-]{36}/$"))
    version = page.url
    _self_test(page, version, "内容安全", "没有通过")
    _answer_at(page, version, at["leaks"])
    _self_test(page, version, "指令夹带", "没有通过")
    _answer_at(page, version, at["good"])
    page.get_by_label("以上都是真的").check()
    page.get_by_role("button", name="申报", exact=True).click()
    expect(page.locator("h1")).to_contain_text("核验")
    return version


def _self_test(page: Page, version: str, suite: str, comes_out: str) -> None:
    page.get_by_label("先用公开的题自测").select_option(label=suite)
    page.get_by_role("button", name="开始自测").click()
    row = page.locator("tr", has_text=suite).filter(has_not_text="改之前")
    _until(page, version, lambda: row.first.locator("td").last.inner_text() == comes_out)


def _until(page: Page, url: str, done: object, times: int = 60) -> None:
    """Look again until it is so."""
    assert callable(done)
    for _ in range(times):
        if done():
            return
        page.wait_for_timeout(500)
        page.goto(url)
    raise AssertionError(page.locator("main").inner_text())


def _answer_at(page: Page, version: str, address: str) -> None:
    page.get_by_role("link", name="修改申报").click()
    page.get_by_label(re.compile("^检测接口的地址")).fill(address)
    page.get_by_role("button", name="存下").click()
    page.wait_for_url(version)


def _check(page: Page, version: str) -> None:
    """The clerk looks every number up, the risk officer sets the tier."""
    page.goto(version)
    for at in range(5):
        form = page.locator("#check form").nth(at)
        form.locator("input[name=found][value=yes]").check(force=True)
        form.locator("input[name=link]").fill("https://list.example.gov.cn/")
        form.locator("input[name=said]").fill("名单上有，主体一致")
        form.get_by_role("button", name="记下核验").click()
        page.wait_for_load_state()
    _step(page, version, "核验通过")
    page.goto(version)
    page.locator("#tier").get_by_role("button", name="定风险等级").click()
    _step(page, version, "定级", "定级说明")


def _step(page: Page, version: str, title: str, *proofs: str, reason: str = "") -> None:
    """One step of the case, on its own page."""
    page.goto(version)
    page.get_by_role("link", name="看办到哪一步").click()
    form = page.locator("section.sec", has=page.get_by_role("heading", name=title, exact=True)).locator(
        "form"
    )
    for proof in proofs:
        form.get_by_label(proof, exact=True).fill("看过，属实")
    if reason:
        form.get_by_label("理由").fill(reason)
    form.get_by_role("button", name=title, exact=True).click()
    page.wait_for_load_state()
    expect(page.locator(".timeline").first).to_contain_text(title)


def _test(page: Page, version: str) -> None:
    page.goto(version)
    page.locator("#run").get_by_role("button", name="跑检测").click()
    _until_all_pass(page, version)
    _step(page, version, "检测合格")


def _until_all_pass(page: Page, version: str) -> None:
    """Nothing waits or runs any more, and every suite of the version as it is now passed."""
    _until(page, version, lambda: _results(page) and "—" not in _results(page), times=180)
    assert set(_results(page)) <= {"通过", "是改之前测的"}, page.locator("main").inner_text()


def _results(page: Page) -> list[str]:
    """What the field says of each run so far; a run still waiting or going says a dash."""
    return page.locator("td[data-k=结果]").all_inner_texts()


def _report(company: Page, city: Page, version: str) -> None:
    company.goto(f"{version}report/")
    company.get_by_label("检测机构").fill("示例检测中心")
    company.get_by_label("机构的资质编号").fill("CMA 0001")
    company.get_by_label("报告日期").fill("2026-11-02")
    company.get_by_label("有效期到").fill("2027-10-30")
    company.get_by_label("是全面的安全检测").check()
    company.locator("input[type=file]").set_input_files(
        {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": REPORT}
    )
    company.get_by_role("button", name="上传").click()
    company.wait_for_url(version)
    city.goto(version)
    take = city.locator("#take")
    take.get_by_label("收下", exact=True).check()
    take.get_by_label("怎么核对的").fill("到机构的网站核对过编号")
    take.get_by_role("button", name="核对第三方报告").click()
    city.wait_for_load_state()
    _step(city, version, "收下第三方报告")


def _experts(staff: NewPage) -> None:
    """Three are asked; none sees what another wrote."""
    handed_in = 0
    for who in ("expert.a", "expert.b", "expert.c"):
        if handed_in == 3:
            break
        page = staff(who)
        page.goto("/cases/")
        asked = page.get_by_role("link", name=re.compile(f"^{TITLE}"))
        if not asked.count():
            continue
        asked.first.click()
        for field in page.locator("input[type=number]").all():
            field.fill("20")
        for field in page.locator("textarea[name^=note_]").all():
            field.fill("看过检测和材料，合适")
        page.locator("input[name=verdict][value=accept]").check(force=True)
        page.get_by_role("button", name="交评审").click()
        page.wait_for_load_state()
        handed_in += 1
    assert handed_in == 3


def _try_out(page: Page, version: str) -> None:
    page.goto(version)
    trial = page.locator("#trial")
    trial.get_by_label("示例一中", exact=True).check()
    trial.get_by_label("到哪天为止").fill("2027-01-15")
    trial.get_by_role("button", name="写明试用范围").click()
    page.wait_for_load_state()
    _step(page, version, "开始试用")
    page.goto(version)
    page.locator("#found").get_by_label("试用发现了什么").fill("两个班用了，没有异常")
    page.locator("#found").get_by_role("button").click()
    page.wait_for_load_state()


def _decide(page: Page, version: str) -> None:
    """Sealed cases first; then the verdict with its conditions, put on notice."""
    page.goto(version)
    page.locator("#blind").get_by_role("button", name="密封题复测").click()
    expect(page.locator("tr", has_text="密封题复测").first).to_be_visible()
    _until_all_pass(page, version)
    proposal = page.locator("#propose")
    proposal.get_by_label("到哪天为止").fill("2028-06-30")
    proposal.get_by_label("准入的理由").fill("检测、评审和试用都合格")
    proposal.get_by_role("button", name="拟准入意见和条件").click()
    page.wait_for_load_state()
    _step(page, version, "拟准入并公示")


def _notice_passes(installation: Installation) -> None:
    """Five school days go by."""
    code = (
        "from qiming.casework.models import Case; from qiming.kernel import time\n"
        "rows = Case.objects.unscoped('a journey waits').filter(kind='admission', state='noticed')\n"
        "print(rows.update(due_at=time.now()))"
    )
    environment = {**outside(), "QIMING_HOME": str(installation.home), "QIMING_CLOCK": CLOCK}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("1"), done.stderr[-1500:]


def _sign(staff: NewPage, city: Page, version: str) -> None:
    _step(city, version, "公示期满")
    for who in ("edu", "wangxin", "gongan"):
        page = staff(who)
        page.goto(version)
        page.get_by_role("button", name=re.compile("^代表.*签署$")).click()
        page.wait_for_load_state()
        expect(page.get_by_text(re.compile("已签")).first).to_be_visible()
    _step(city, version, "登记准入")


def _read(page: Page) -> str:
    """Anybody may read it; returns the product's address in the register."""
    page.goto("/register/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(f"{TITLE}：准入")
    expect(page.get_by_text("初中可用")).to_be_visible()
    expect(page.get_by_text("教育行政部门、网信部门、公安机关签署")).to_be_visible()
    return page.url


def _stop(page: Page, registered: str) -> None:
    """One officer, one click, at once."""
    page.goto("/assurance/desk/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("为什么停用").fill("抽查发现问题，先停用")
    page.get_by_role("button", name="停用", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(page.locator("h1")).to_contain_text("暂停使用")
    page.goto(registered)
    expect(page.locator("h1")).to_have_text(f"{TITLE}：暂停使用")
    expect(page.get_by_text("抽查发现问题")).to_be_visible()
