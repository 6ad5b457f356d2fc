"""One's own account in a browser: second factors, what an ended session does not take away, cards in ten seconds."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NewPage
from tests.journeys.installation import PASSWORD, Installation
from tests.journeys.steps import enter_by_card
from tests.journeys.test_loop import start_period
from tests.journeys.test_player import open_kind, open_lesson, saved

pytestmark = pytest.mark.browser

HALF_MINUTE = 30
KEYS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code(secret: str, steps: int = 0) -> str:
    """What the app on the phone shows now, or some half minutes later."""
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // HALF_MINUTE + steps))
    return shown


def sign_in(page: Page, base: str, username: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="进入", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("summary.who").click()
    page.get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url("**/sign-in/**")


def test_codes_of_a_phone_from_setting_up_to_a_lost_phone(staff: NewPage, installation: Installation) -> None:
    page = staff("zhou")
    page.locator("summary.who").click()
    page.get_by_role("link", name="我的账号").click()
    page.get_by_role("link", name="打开两步登录").click()
    page.get_by_role("link", name="加手机动态码").click()
    expect(page.locator(".qr-box svg")).to_be_visible()
    page.get_by_text("扫不了").click()
    secret = re.sub(r"\s", "", page.locator(".codes [data-copy-target]").inner_text())
    page.get_by_label("手机上现在的六位码").fill(code(secret))
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("两步登录开着")
    spare = page.locator(".codes").inner_text().split()
    assert len(spare) == 10
    sign_out(page)
    sign_in(page, installation.base, "zhou")
    expect(page.get_by_role("heading", level=1)).to_contain_text("再证明一次")
    page.get_by_label("手机上的六位动态码").fill("000000")
    page.get_by_role("button", name="进入", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("还可以试4次")
    page.get_by_label("手机上的六位动态码").fill(code(secret, 1))
    page.get_by_role("button", name="进入", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    sign_out(page)
    sign_in(page, installation.base, "zhou")
    page.get_by_label("手机上的六位动态码").fill(spare[0])
    page.get_by_role("button", name="进入", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def test_a_passkey_opens_the_door_without_a_password(new_page: NewPage, installation: Installation) -> None:
    base = installation.base.replace("127.0.0.1", "localhost")  # browsers make none for bare addresses
    page = new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEYS})
    sign_in(page, base, "mals")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{base}/account/second-factor/")
    page.get_by_label("给它起个名字").fill("讲台电脑")
    page.get_by_role("button", name="加通行密钥").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("两步登录开着")
    expect(page.get_by_role("button", name=re.compile("讲台电脑"))).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="用通行密钥进入").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{base}/account/sessions/")
    expect(page.get_by_text("用通行密钥进来，两步登录")).to_be_visible()
    sign_out(page)
    sign_in(page, base, "mals")  # the password alone is not enough any more
    page.get_by_role("button", name="用通行密钥", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def test_an_ended_session_takes_nothing_that_was_typed(staff: NewPage, installation: Installation) -> None:
    page = staff("admin")
    page.goto("/school/classes/")
    page.locator("table a.open").first.click()
    page.get_by_label("姓名").fill("欧阳新同学")
    other = page.context.new_page()
    other.goto(f"{installation.base}/account/sessions/")
    other.get_by_role("button", name=re.compile("^退出")).last.click()
    other.get_by_role("button", name="退出", exact=True).last.click()
    other.wait_for_url("**/sign-in/**")
    page.get_by_role("button", name=re.compile("重发小图")).first.click()
    dialog = page.get_by_role("dialog", name="登录已经结束")
    expect(dialog).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("欧阳新同学")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="在新窗口登录").click()
    door = opened.value
    door.get_by_label("账号").fill("admin")
    door.get_by_label("密码", exact=True).fill(PASSWORD)
    door.get_by_role("button", name="进入", exact=True).click()
    door.wait_for_url("**/account/**")
    dialog.get_by_role("button", name="登录好了").click()
    page.get_by_role("button", name=re.compile("重发小图")).first.click()
    expect(page.locator(".pic-row").first).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("欧阳新同学")


def test_what_a_pupil_did_after_the_session_ended_arrives_after_the_next_card(
    new_page: NewPage, staff: NewPage, installation: Installation
) -> None:
    name, address, pictures = installation.pupil_cards()[5]
    tablet = new_page(width=1024)
    enter_by_card(tablet, address, pictures)
    open_lesson(tablet)
    open_kind(tablet, "textarea")
    teacher = staff("shen")
    teacher.goto("/school/classes/")
    teacher.get_by_role("link", name="七年级（3）班").click()
    teacher.get_by_role("link", name=re.compile(name)).click()
    teacher.get_by_role("button", name=re.compile("都退出")).click()
    teacher.get_by_role("button", name="退出", exact=True).last.click()
    expect(teacher.get_by_text("在所有设备上都退出了")).to_be_visible()
    box = tablet.locator("section[data-activity]:not([hidden]) textarea").first
    box.fill("下课铃响了我还在写")
    expect(tablet.locator("#saved")).to_contain_text("登录过期了", timeout=60_000)
    enter_by_card(tablet, address, pictures)
    open_lesson(tablet)
    saved(tablet)
    other = new_page(width=1024)
    enter_by_card(other, address, pictures)
    open_lesson(other)
    open_kind(other, "textarea")
    expect(other.locator("section[data-activity]:not([hidden]) textarea").first).to_have_value(
        "下课铃响了我还在写"
    )


def test_new_pictures_are_two_presses_from_the_grid(staff: NewPage) -> None:
    page = staff("shen")
    start_period(page)
    began = time.monotonic()
    page.locator(".seat").nth(3).click()
    page.get_by_role("button", name="重发三个小图").click()
    expect(page.locator(".pics-big li")).to_have_count(3)
    assert time.monotonic() - began < 10
    page.get_by_role("button", name="回到全班").click()
    expect(page.locator(".pics-big")).to_be_hidden()
