"""Text in, data out: lines kept, surprises of YAML taken away, problems told to people."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from qiming.kernel.content import (
    MAX_BYTES,
    Unreadable,
    against,
    hash_data,
    hash_folder,
    read_yaml,
    show_place,
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_place_knows_its_line(tmp_path: Path) -> None:
    read = read_yaml(written(tmp_path, "# note\na: 1\nb:\n  - x: 甲\n  - {y: 2,\n     z: 3}\n"), tmp_path)
    assert read.data == {"a": 1, "b": [{"x": "甲"}, {"y": 2, "z": 3}]}
    assert [read.line(p) for p in [(), ("a",), ("b", 0, "x"), ("b", 1), ("b", 1, "z")]] == [2, 2, 4, 5, 6]
    assert read.line(("b", 1, "missing")) == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-09-01", "2025-09-01"),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("10:30", "10:30"),
        ("012", "012"),
        ("12", 12),
        ("-0.5", -0.5),
        ("1_000", "1_000"),
        ("~", None),
        ("'7'", "7"),
        (".inf", ".inf"),
        ("0x1F", "0x1F"),
    ],
)
def test_plain_words_stay_words(tmp_path: Path, text: str, value: object) -> None:
    assert read_yaml(written(tmp_path, f"v: {text}"), tmp_path).data["v"] == value


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2\n", 2, "“a”写了两次"),
        ("a: &x [1]\nb: *x\n", 1, "锚点"),
        ("a: !!python/object:os.system x\n", 1, "不认识的标记"),
        ("a: b: c\n", 1, "YAML 读不懂"),
        ("", 1, "空的"),
        ('a: "\\0"\n', 1, "坏字符"),
        ("? [a]\n: 1\n", 1, "键不是文字"),
        ("甲: 钟".encode("gb18030"), 1, "不是 UTF-8"),
        (b"a: 1\nb: \xff\n", 2, "不是 UTF-8"),
        (b"#" * (MAX_BYTES + 1), 1, "超过"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, text: str | bytes, line: int, says: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_yaml(written(tmp_path, text), tmp_path)
    assert refusal.value.problem.line == line
    assert says in str(refusal.value) and refusal.value.problem.words.en


def test_a_bomb_of_anchors_is_refused_at_once(tmp_path: Path) -> None:
    bomb = "a0: &a0 [x,x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 40))
    with pytest.raises(Unreadable):
        read_yaml(written(tmp_path, bomb), tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path: Path, junk: bytes) -> None:
    try:
        assert read_yaml(written(tmp_path, junk), tmp_path).lines
    except Unreadable as refusal:
        assert refusal.problem.line >= 1


SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "maxLength": 3, "description": "名字"},
            "kind": {"enum": ["x", "y"]},
            "n": {"type": "integer", "minimum": 1},
            "either": {"oneOf": [{"type": "null"}, {"type": "string", "pattern": "^a"}]},
        },
    }
)


@pytest.mark.parametrize(
    ("text", "where", "zh", "en"),
    [
        ("n: 1", "", "缺少“name”。请补上（名字）。", "'name' is missing."),
        ("name: abcd", "name", "超过3个字。请改短（名字）。", "Longer than 3 characters."),
        ("name: a\nkind: z", "kind", "可以写：x、y。", "'z' is not one of the allowed values."),
        ("name: a\nm: 1", "m", "多了不认识的“m”。", "Unknown 'm'."),
        ("name: a\nn: 0", "n", "0 小于 1。", "0 is below 1."),
        ("name: a\nn: x", "n", "类型不对，应为 integer", "wrong type"),
        ("name: a\neither: b", "either", "“b”的写法不合规定", "agreed form"),
    ],
)
def test_a_broken_schema_is_told_in_both_languages(
    tmp_path: Path, text: str, where: str, zh: str, en: str
) -> None:
    (problem,) = against(read_yaml(written(tmp_path, text), tmp_path), SCHEMA)
    assert problem.where == where
    assert zh in problem.words.zh + problem.words.remedy_zh
    assert en in problem.words.en
    assert str(problem).startswith(f"a.yaml:{text.count(chr(10)) + 1}:")


def test_a_folders_hash_follows_names_and_content_only(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text("2")
    before = hash_folder(tmp_path)
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("x")
    assert hash_folder(tmp_path) == before
    (tmp_path / "sub" / "b.txt").rename(tmp_path / "sub" / "c.txt")
    assert hash_folder(tmp_path) != before


def test_data_hash_ignores_the_order_of_keys() -> None:
    assert hash_data({"a": 1, "b": [2]}) == hash_data({"b": [2], "a": 1})
    assert show_place((3, "options", 1, "reply")) == "[3].options[1].reply"
