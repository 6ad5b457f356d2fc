"""A model leaves its lab: named, described in a card, kept for other labs, taken along as an open file that plain Python reads."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.lab_pages import OpenLab, lab_pages, violations
from tests.journeys.test_python_lab import write

pytestmark = pytest.mark.browser


PROGRAM = {"dataset": "g10-frost", "task": "chance"}


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    with lab_pages(browser) as found:
        yield found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("width", [360, 1366])
def test_a_tree_is_kept_with_its_card_and_taken_along(open_lab: OpenLab, width: int, tmp_path: Path) -> None:
    page = open_lab("decision-tree", "campus-leaves", [], width=width)
    expect(page.locator(".keep-model")).to_be_hidden()
    press(page, "算法种")
    press(page, "一直种到底")
    press(page, "考一考没见过的")
    page.locator(".keep-model > summary").click()
    how_well = page.get_by_label("认得怎么样")
    expect(how_well).to_have_value(re.compile("学过的.*没见过的"))
    page.get_by_label("名字").fill("叶子树/甲")
    page.get_by_label("用来做什么").fill("看叶子说是什么树")
    page.get_by_label("不能用在哪里").fill("<b>不认蘑菇</b>")
    page.get_by_label("谁做的").fill("小树")
    press(page, "留下")
    expect(page.locator(".keep-model [role=status]")).to_have_text(
        "留下了“叶子树/甲”。积木实验和 Python 实验里可以用它。"
    )
    expect(page.locator(".kept-models li")).to_have_count(1)
    press(page, "留下")
    expect(page.locator(".kept-models li")).to_have_count(1)  # the same name is the same model
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)

    with page.expect_download() as coming:
        page.get_by_role("button", name="把“叶子树/甲”存成文件").click()
    assert coming.value.suggested_filename == "叶子树-甲.zip"
    coming.value.save_as(tmp_path / "m.zip")
    with zipfile.ZipFile(tmp_path / "m.zip") as packed:
        assert packed.testzip() is None
        assert set(packed.namelist()) == {"model.json", "模型卡.md", "read_model.py", "model.schema.json"}
        packed.extractall(tmp_path)
    card = (tmp_path / "模型卡.md").read_text(encoding="utf-8")
    assert "\\<b\\>不认蘑菇" in card and "没有原来的表" in card and "小树" in card
    model = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    row = {column["key"]: 1 for column in model["input"]["columns"]}
    told = subprocess.run(
        [sys.executable, "-I", "-S", "read_model.py", "model.json", json.dumps(row)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={"PYTHONIOENCODING": "utf-8"},
    ).stdout
    assert told.splitlines()[0] in {label["text"] for label in model["labels"]}

    page.reload()
    press(page, "算法种")
    page.locator(".keep-model > summary").click()
    page.get_by_role("button", name="删掉“叶子树/甲”").click()
    expect(page.locator(".kept-models")).to_have_count(0)


def test_pictures_become_numbers_and_stay(open_lab: OpenLab) -> None:
    page = open_lab("image-classifier", "recyclables", [], start="filled", method="neighbours")
    page.set_default_timeout(40_000)
    press(page, "让它学")
    expect(page.get_by_role("button", name="考一考")).to_be_visible(timeout=60_000)
    page.locator(".keep-model > summary").click()
    expect(page.get_by_label("用什么数据学的")).to_have_value(re.compile(r"张.*来自"), timeout=20_000)
    expect(page.locator(".keep-in > .soft")).to_contain_text("里面没有图片")
    press(page, "留下")
    expect(page.locator(".kept-models li")).to_have_count(1)
    kept = json.loads(page.evaluate("sessionStorage.getItem('lab:models')"))
    assert "data:" not in json.dumps(kept) and len(json.dumps(kept[0])) < 500_000
    vectors = kept[0]["parameters"]["vectors"]["rows"]
    assert kept[0]["input"]["size"] == len(vectors[0]) and len(vectors) == len(
        kept[0]["parameters"]["answers"]
    )


def kept(page: Page, name: str) -> None:
    page.locator(".keep-model > summary").click()
    page.get_by_label("名字").fill(name)
    press(page, "留下")
    expect(page.locator(".keep-model [role=status]")).to_contain_text(f"留下了“{name}”")


def on_the_belt(open_lab: OpenLab, page: Page, name: str, shown: str) -> None:
    """A blocks lesson about leaves puts to the model what it knows."""
    page = open_lab("blocks", "campus-leaves", [], same=page)
    press(page, "分东西")
    page.locator("[data-key='choose-模型']").select_option(label=name)
    expect(page.locator(".c-world")).to_contain_text("传送带上换成了这个模型认的东西")
    press(page, "走一步")
    press(page, "走一步")
    expect(page.locator(f".bl-belt {shown}")).to_be_visible()
    expect(page.locator(".bl-belt .hand")).to_contain_text("模型的答案：")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not violations(page)


def test_kept_models_answer_on_the_belt_and_in_a_program(open_lab: OpenLab) -> None:
    page = open_lab("text", "school-letters", [], width=360)
    press(page, "让它学")
    kept(page, "读信")
    on_the_belt(open_lab, page, "读信", ".bl-text")
    page = open_lab("sound", "six-sounds", [], same=page, labels=["bell", "clap"])
    press(page, "让它学")
    expect(page.locator(".c-teach .verdict")).to_contain_text("认对", timeout=15_000)
    kept(page, "听声音")
    on_the_belt(open_lab, page, "听声音", ".spectrogram canvas")
    page = open_lab("decision-tree", "campus-leaves", [], same=page)
    press(page, "算法种")
    press(page, "一直种到底")
    kept(page, "叶子树")
    page = open_lab("python", PROGRAM["dataset"], [], same=page, task=PROGRAM["task"])
    page.locator("summary", has_text="用自己留下的模型：3 个").click()
    expect(page.locator(".kept-in-python pre").first).to_contain_text('qm.model("叶子树")')
    code = """import qm
m = qm.model("叶子树")
said = m.predict({"length_cm": 8, "width_cm": 12, "petiole_cm": 4.2, "edge": "裂开", "hour": 15})
print(said.text in m.labels, round(sum(said.shares), 3))
for name in ("读信", "听声音"):
    one = qm.model(name)
    right = sum(one.predict(asked).text == truth for asked, truth in one.samples)
    print(name, len(one.samples), right > len(one.samples) / 2)
qm.model("别的")
"""
    write(page, code)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".code-result")).to_contain_text("True 1.0", timeout=90_000)
    for name, count in (("读信", 20), ("听声音", 12)):
        expect(page.locator(".code-result")).to_contain_text(f"{name} {count} True")
    expect(page.locator(".code-result")).to_contain_text("留下的有：“叶子树”")
