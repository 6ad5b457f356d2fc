"""The lab of the neural network as a pupil works in it: guesses, few neurons, over-fitting and its end, a network spoilt."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.programs import prints

pytestmark = pytest.mark.browser

GOALS: list[dict[str, object]] = [
    {"goal": "foretold", "shape": "圆环", "cannot": True, "text": "说中一个学不会圆环的网络"},
    {
        "goal": "separates",
        "shape": "交叉",
        "neurons_at_most": 4,
        "plain": True,
        "test_at_least": 0.9,
        "text": "用不超过 4 个神经元分开交叉",
    },
    {"goal": "overfit-seen", "ratio": 1.3, "text": "看到过拟合"},
    {"goal": "overfit-stopped", "text": "止住过拟合"},
    {"goal": "compared", "of": "share", "count": 2, "text": "多学几个点，少学几个点，比一比"},
    {"goal": "spoilt", "text": "层不变，让它学不会"},
]
TIMED = """
  window.frames_ms = [];
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) => ask((now) => {
    const from = performance.now();
    act(now);
    window.frames_ms.push(performance.now() - from);
  });
"""


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reached(page: Page, goal: int, seconds: float = 15) -> None:
    expect(page.locator(".goal-list li").nth(goal)).to_contain_text("做到了：", timeout=seconds * 1000)


def test_every_goal_is_reached_by_doing_and_stays(open_lab: OpenLab) -> None:
    page = open_lab("network", "plane-shapes", GOALS, level="senior")
    press(page, "圆环")
    press(page, "去掉一层")
    press(page, "学不会")
    press(page, "开始学")
    reached(page, 0)
    expect(page.locator(".c-sheet .verdict")).to_contain_text("猜对了")

    press(page, "交叉")
    press(page, "加一层")
    press(page, "学一批")
    expect(page.locator(".c-sheet .verdict")).to_contain_text("第 1 轮，学了 1 批")
    press(page, "接着学")
    reached(page, 1)

    press(page, "月牙")
    page.get_by_label("噪声").select_option(label="40%")
    page.get_by_label("拿多少点来学").select_option(label="10%")
    page.get_by_label("学习率").select_option(label="0.3")
    press(page, "加一层")
    for layer in ("第 1 层", "第 2 层"):
        for _ in range(4):
            page.get_by_role("button", name=f"{layer}多一个").click()
    press(page, "开始学")
    reached(page, 2)
    press(page, "停一停")
    press(page, "从头学")
    for _ in range(6):
        press(page, "学一轮")
    reached(page, 3)

    press(page, "圆环")
    page.get_by_label("噪声").select_option(label="0%")
    page.get_by_label("拿多少点来学").select_option(label="50%")
    press(page, "开始学")
    expect(page.locator(".c-sheet .verdict")).to_have_text(says_epochs(60), timeout=15000)
    expect(page.locator(".c-sheet .verdict")).to_have_text(re.compile("没见过的认对 (9.|100)%"))
    page.get_by_label("拿多少点来学").select_option(label="30%")
    page.get_by_label("学习率").select_option(label="0.001")
    press(page, "开始学")
    reached(page, 4)
    reached(page, 5)
    press(page, "停一停")
    said = page.locator(".net-curve figcaption").inner_text()
    program = prints(page, seconds=120)
    for name in ("训练", "测试"):
        loss = re.search(rf"{name}损失 ([\d.]+)", program)
        assert loss and f"{name}损失 {float(loss[1]):.3f}" in said

    before = page.locator(".c-sheet .verdict").inner_text()
    page.reload()
    expect(page.locator(".goal-list li.done")).to_have_count(len(GOALS))
    expect(page.locator(".c-sheet .verdict")).to_have_text(before)


def says_epochs(least: int) -> re.Pattern[str]:
    """A text that says `least` epochs or more (below 10 000)."""
    tens = str(least // 10)
    return re.compile(rf"第 ({tens[0]}\d|[{int(tens[0]) + 1}-9]\d|\d{{3,4}}) 轮")


def test_a_frame_of_training_stays_short(open_lab: OpenLab) -> None:
    page = open_lab("network", "plane-shapes", [], shape="螺旋", layers=[8, 8, 8], rate=0.1)
    page.add_init_script(TIMED)
    page.reload()
    press(page, "开始学")
    expect(page.locator(".c-sheet .verdict")).to_have_text(says_epochs(60), timeout=15000)
    frames = sorted(page.evaluate("window.frames_ms"))
    assert frames[len(frames) // 2] <= 8


@pytest.mark.parametrize(("width", "level"), [(360, "junior"), (360, "primary"), (1366, "senior")])
def test_keys_alone_narrow_and_wide(open_lab: OpenLab, width: int, level: str) -> None:
    page = open_lab("network", "plane-shapes", GOALS[:2], width=width, level=level, layers=[4])
    page.get_by_role("button", name="学得会").press("Enter")
    page.get_by_role("button", name="开始学").press("Enter")
    expect(page.locator(".c-sheet .verdict")).to_contain_text("猜对了", timeout=15000)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="接着学")).to_be_focused()
    page.get_by_role("button", name="第 1 层第 2 个神经元").press("Enter")
    page.get_by_text("用文字看").click()
    expect(page.locator(".net-signs")).to_contain_text("● ")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)
