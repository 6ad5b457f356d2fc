"""The Python inside the programming lab (web/labs/python/py): runs, checks, plain words for errors, drawings, traces left."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

PY = Path(settings.ROOT) / "web" / "labs" / "python" / "py"
OWN = ("inside", "program", "qm", "qm_check", "said")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The lab's modules, imported anew and forgotten afterwards."""
    monkeypatch.syspath_prepend(str(PY))
    yield {name: importlib.import_module(name) for name in OWN}
    for name in OWN:
        sys.modules.pop(name, None)


@pytest.fixture
def lab(own: dict[str, ModuleType]) -> Any:
    return own["program"].Lab()


SAID = [
    # program, line, what we say, what Python says
    ("print('a'", 1, "左右要一样多", "never closed"),
    ("a = 1\nx = 3，4", 2, "， 是中文标点。换成英文的 ,", "invalid character"),
    ("print(“a”)", 1, '换成英文的 "', "invalid character"),
    ("　print(1)", 1, "全角空格", "U+3000"),
    ("x = 'abc", 1, "引号只有一边", "unterminated string"),
    ("for i in range(3)\n  print(i)", 1, "英文冒号", "expected ':'"),
    ("for i in range(3):\nprint(i)", 2, "第 1 行以冒号结束", "indented block"),
    ("print(1)\n  print(2)", 2, "多了空格", "unexpected indent"),
    ("if 1:\n    a = 1\n  b = 2", 3, "哪一层都对不上", "unindent"),
    ("if x = 3: pass", 1, "两个等号", "=="),
    ("print 'a'", 1, "print 后面要有括号", "Missing parentheses"),
    ("return 1", 1, "只能写在函数里面", "outside function"),
    ("a b", 1, "读不懂", "invalid syntax"),
    ("name = 1\nprint(nam_e)", 2, "没有叫 nam_e 的东西", "NameError"),
    ("1 / 0", 1, "除以了 0", "ZeroDivisionError"),
    ("a = [1]\na[3]", 2, "位置从 0 到 n − 1", "IndexError"),
    ("d = {}\nd['猫']", 2, "没有 '猫' 这个键", "KeyError"),
    ("'a' + 1", 1, "str()", "concatenate"),
    ("1 + 'a'", 1, "int 是整数，str 是文字", "unsupported operand"),
    ("int('三')", 1, "变不成整数", "invalid literal"),
    ("def f(a, b): pass\nf(1)", 2, "还缺 1 个参数", "missing 1 required"),
    ("def f(n): return f(n)\nf(0)", 1, "停不下来", "RecursionError"),
    ("import numpy_of_mars", 1, "没有叫 numpy_of_mars 的模块", "ModuleNotFoundError"),
    ("open('none.csv')", 1, "没有叫 none.csv 的文件", "FileNotFoundError"),
    ("None.x", 1, "没有 return", "AttributeError"),
    ("a, b = [1]", 1, "不够分", "not enough values"),
    ("max([])", 1, "列表是空的", "ValueError"),
    ("for i in 3: pass", 1, "不能一个一个拿出来", "not iterable"),
    ("import qm\nqm.bars({})", 2, "qm.bars 要一个字典", "ValueError"),
    ("import qm\nqm.plot([(1, 'a')])", 2, "'a' 不是数", "TypeError"),
    ("import qm\nfor i in range(20): qm.bars({'a': i})", 2, "最多画 12 张图", "ValueError"),
    ("raise KeyboardInterrupt", 1, "出了错", "KeyboardInterrupt"),
    ("x = '\\x00' + chr(0xd800)\nprint(x.encode())", 2, "出了错", "UnicodeEncodeError"),
]


@pytest.mark.parametrize(("source", "line", "says", "python"), SAID, ids=[one[0] for one in SAID])
def test_an_error_is_said_in_words_with_its_line(
    lab: Any, source: str, line: int, says: str, python: str
) -> None:
    error = lab.run(source)["error"]
    assert error["line"] == line and says in error["says"] and python in error["python"]
    assert not re.search(r"\{(\d|half|kinds)", error["says"])


@pytest.mark.parametrize(
    "source", ["", "print(1)", "import sys\nsys.exit()", "import sys\nsys.exit('bye')", "# 好"]
)
def test_a_run_without_error_says_nothing(lab: Any, source: str) -> None:
    assert lab.run(source)["error"] is None


def test_what_is_printed_comes_as_it_is_printed_and_has_an_end(own: dict[str, ModuleType], lab: Any) -> None:
    parts: list[str] = []
    assert (
        lab.run("import sys\nprint('一', 2)\nprint('错', file=sys.stderr)", emit=parts.append)["error"]
        is None
    )
    assert "".join(parts) == "一 2\n错\n"
    parts.clear()
    ran = lab.run("try:\n    while True: print('x' * 99)\nexcept Exception: pass", emit=parts.append)
    assert ran["error"]["kind"] == "TooMuch" and "打印得太多" in ran["error"]["says"]
    assert len("".join(parts)) == own["program"].MOST_OUTPUT


def test_input_is_answered_from_the_field_until_it_runs_out(lab: Any) -> None:
    parts: list[str] = []
    asks = "a = input('几个？')\nb = int(input('多少？'))\nprint(a, b + 1)"
    assert lab.run(asks, ["三", "4"], parts.append)["error"] is None
    assert "".join(parts) == "几个？三\n多少？4\n三 5\n"
    ran = lab.run(asks, ["三"])
    assert ran["asked"] == "多少？" and "再写一行" in ran["error"]["says"] and ran["error"]["line"] == 2


def test_a_run_leaves_nothing_behind(lab: Any) -> None:
    before = (print, sys.getrecursionlimit(), sys.stdout)
    lab.run(
        "import builtins, sys\nbuiltins.print = None\nbuiltins.mine = 1\nsys.setrecursionlimit(50)\nx = 1"
    )
    lab.run("import random, sys\nsys.modules['random'] = None")
    assert (print, sys.getrecursionlimit(), sys.stdout) == before
    assert lab.run("import random\nprint(random.random())")["error"] is None
    assert lab.run("x")["error"]["kind"] == "NameError" and lab.run("mine")["error"]["kind"] == "NameError"


CHECKED = """
from qm_check import close

def check_mean(p):
    assert close(p.call("mean", [1, 2, 6]), 3), "加起来，再除以个数"
def check_name(p):
    p.need("total")
def check_words(p):
    assert p.says("平均 3") and p.numbers == [3.0] and p.lines == ["平均 3.0"]
def check_ways(p):
    assert p.uses("def") and p.uses("return") and not p.uses("while") and p.calls("sum") and not p.calls("len2")
def check_silent(p):
    assert False
def check_broken(p):
    p.nothing
"""
MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)\nprint('平均', mean([1, 2, 6]))\n"


def verdicts(lab: Any, source: str, *keys: str) -> dict[str, Any]:
    assert lab.run(source)["error"] is None
    return {one["key"]: one for one in lab.check(CHECKED, list(keys))}


def test_checks_look_at_functions_names_words_and_ways(lab: Any) -> None:
    found = verdicts(lab, MEAN, "mean", "name", "words", "ways", "silent", "broken", "absent")
    assert [key for key, one in found.items() if one["ok"]] == ["mean", "words", "ways"]
    assert "total" in found["name"]["hint"] and found["silent"]["hint"]
    assert "请告诉老师" in found["broken"]["hint"] and "nothing" in found["broken"]["broken"]
    assert found["absent"]["broken"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("print(1)", "还没有叫 mean 的名字"),
        ("mean = 3", "还不是函数"),
        ("def mean(numbers): return 2", "加起来，再除以个数"),
        ("def mean(numbers):\n    return numbers / 2", "mean([1, 2, 6])，它出错了。第 2 行"),
        ("def mean(numbers):\n    while True: print(1)", "打印得停不下来"),
        ("def mean(numbers):\n    raise SystemExit", "它出错了"),
        ("def mean(): return 2", "只收 0 个参数"),
        ("def mean(numbers):\n    return input()", "它出错了"),
    ],
)
def test_what_goes_wrong_in_a_check_becomes_a_hint(lab: Any, source: str, says: str) -> None:
    [found] = verdicts(lab, source, "mean").values()
    assert not found["ok"] and says in found["hint"] and not found["broken"]


def test_a_function_gets_copies_and_a_program_may_be_run_anew(lab: Any) -> None:
    check = (
        "def check_a(p):\n    kept = [3, 1]\n    p.call('f', kept)\n    assert kept == [3, 1]\n"
        "def check_b(p):\n    other = p.again(input=['5'])\n    assert other.numbers == [10.0], '换一个数'\n"
        "    assert p.numbers == [6.0]\n"
        "def check_c(p):\n    p.again(input=['五'])\n"
    )
    source = "def f(numbers):\n    numbers.sort()\n    return numbers\nn = int(input())\nprint(' ', n * 2)"
    assert lab.run(source.replace("input()", "input('')"), ["3"])["error"] is None
    found = lab.check(check, ["a", "b", "c"])
    assert [one["ok"] for one in found] == [
        True,
        False,
        False,
    ]  # the answer itself is printed as well: 5 and 10
    assert "换了一组回答（五）" in found[2]["hint"]


@pytest.mark.parametrize(
    ("source", "kind", "holds"),
    [
        ("qm.plot([(1, 2), (3, 4, '猫')], lines={'练习': [(0, 0), (1, 1)]}, title='图')", "plot", '"猫"'),
        ("qm.bars([('晴', 3), ('雨', 2.5)], unit='天')", "bars", '["雨", 2.5]'),
        ("qm.grid([[1, 2], [3, 4]], row_names=['甲', '乙'])", "grid", "[3, 4]"),
        ("qm.table([{'名': '甲', '分': 1.23456789}])", "table", '"1.23457"'),
    ],
)
def test_drawings_come_as_numbers(lab: Any, source: str, kind: str, holds: str) -> None:
    ran = lab.run(f"import qm\n{source}")
    assert ran["error"] is None and [one["kind"] for one in ran["drawings"]] == [kind]
    assert holds in json.dumps(ran["drawings"], ensure_ascii=False)
    assert lab.run("print(1)")["drawings"] == []


@pytest.mark.parametrize(
    "source",
    [
        "qm.plot([])",
        "qm.plot([(1,)])",
        "qm.plot([(float('nan'), 1)])",
        "qm.plot([(i, i) for i in range(3000)])",
        "qm.bars({'a': 'b'})",
        "qm.bars({'a': True})",
        "qm.grid([[1], [1, 2]])",
        "qm.grid([])",
        "qm.grid([[1]], row_names=['a', 'b'])",
        "qm.table([])",
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(lab: Any, source: str) -> None:
    ran = lab.run(f"import qm\n{source}")
    assert ran["drawings"] == [] and ran["error"]["says"].startswith("qm.") and ran["error"]["line"] == 2


def test_inside_lays_out_the_files_anew_and_answers_in_json(
    own: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inside = own["inside"].Inside(str(tmp_path / "work"))
    asked = {
        "answers": [],
        "files": {"a.csv": "\ufeff名,数\n甲,3\n乙,x\n"},
        "check": CHECKED,
        "checks": ["name"],
    }
    reads = "import qm\ntotal = qm.read_csv('a.csv')\nprint(total)\nopen('a.csv', 'w').close()\nopen('b.txt', 'w').close()"
    for _ in range(2):
        parts: list[str] = []
        ran = json.loads(inside.run(json.dumps({**asked, "source": reads}), parts.append))
        assert "".join(parts) == "[{'名': '甲', '数': 3}, {'名': '乙', '数': 'x'}]\n"
        assert ran["error"] is None and ran["checks"][0]["ok"]
    failing = json.loads(inside.run(json.dumps({**asked, "source": "open('b.txt')"}), None))
    assert failing["error"]["kind"] == "FileNotFoundError" and failing["checks"] == []


def test_the_bridges_to_the_page_are_shut(
    own: dict[str, ModuleType], lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setitem(sys.modules, "pyodide_js", ModuleType("pyodide_js"))
    own["inside"].close_bridges()
    for name in ("js", "pyodide_js", "pyodide.http", "_pyodide_core"):
        error = lab.run(f"import {name}")["error"]
        assert error["kind"] == "ModuleNotFoundError" and "没有叫" in error["says"], name


def test_cells_share_their_names_and_errors_have_the_programs_line(
    own: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = own["inside"].Inside(tmp_path / "work")

    def cell(source: str, first: int, fresh: bool = False) -> dict[str, Any]:
        asked = {"source": source, "answers": [], "files": {"a.txt": "x"}, "check": "", "checks": []}
        asked["cell"] = {"first": first, "fresh": fresh}
        return json.loads(inside.run(json.dumps(asked), printed.append))

    monkeypatch.chdir(tmp_path)  # and back again, wherever the lab goes
    printed: list[str] = []
    assert cell("kept = [1]\nopen('b.txt', 'w').close()", 1, fresh=True)["error"] is None
    assert cell("import os\nkept.append(2)\nprint(kept, sorted(os.listdir()))", 4)["error"] is None
    assert "".join(printed) == "[1, 2] ['a.txt', 'b.txt']\n"
    failed = cell("x = 1\nlost", 7)["error"]
    assert (failed["line"], failed["kind"]) == (8, "NameError")
    assert cell("print(x)", 9)["error"] is None  # what ran before the mistake stays
    assert cell("print(kept)", 1, fresh=True)["error"]["kind"] == "NameError"
