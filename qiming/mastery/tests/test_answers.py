"""Answers as columns: where they come from, how students are divided, which data give the answer away."""

import json
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from qiming.mastery.answers.folds import folds, parts_of, published_split
from qiming.mastery.answers.leaks import leaks_in
from qiming.mastery.answers.loading import read_answers
from qiming.mastery.answers.table import BadAnswers, table_of
from qiming.mastery.tests.made_up import columns, expanded, table

HEAD = "student_id,item_id,skill_ids,correct,order\n"


def written(folder: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_are_sorted_by_student_and_place() -> None:
    found = table_of(
        np.array(["b", "a", "b", "a"]),
        np.array(["x", "y", "y", "x"]),
        np.array(["2|1", "1", "1", "1|2"]),
        np.array([1, 0, 0, 1]),
        order=np.array([2, 1, 1, 0]),
    )
    assert [str(found.student_names[one]) for one in found.student] == ["a", "a", "b", "b"]
    assert found.correct.tolist() == [1, 0, 0, 1]
    assert found.begins().tolist() == [0, 2, 4]
    assert found.skill_names == ("1", "2")


def test_without_places_time_decides_and_without_both_the_file() -> None:
    plain = (np.array([1, 1]), np.array([1, 2]), np.array([1, 1]), np.array([0, 1]))
    assert table_of(*plain, time=np.array([20, 10])).correct.tolist() == [1, 0]
    assert table_of(*plain, time=np.array([-1, -1])).correct.tolist() == [0, 1]
    assert table_of(*plain).correct.tolist() == [0, 1]


def test_the_same_answers_come_from_csv_parquet_and_statements(tmp_path: Path) -> None:
    rows = [("甲", "q1", "c1", 1, 10), ("甲", "q2", "c1", 0, 20), ("乙", "q1", "c1", 0, 5)]
    text = HEAD.replace("order", "timestamp") + "".join(f"{s},{i},{k},{y},{t}\n" for s, i, k, y, t in rows)
    names = ("student_id", "item_id", "skill_ids", "correct", "timestamp")
    parquet.write_table(
        pyarrow.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))),
        tmp_path / "a.parquet",
    )
    statements = [
        {
            "actor": {"account": {"name": s, "homePage": "https://qiming.invalid"}},
            "object": {"id": i},
            "result": {"success": bool(y)},
            "context": {"extensions": {"https://qiming.invalid/xapi/ext/concept": k}},
            "timestamp": f"1970-01-01T00:00:{t:02d}+00:00",
        }
        for s, i, k, y, t in rows
    ]
    statements.append({"actor": {}, "verb": {}, "object": {"id": "seen, not answered"}})
    files = [
        written(tmp_path, text),
        written(tmp_path, text, "b.csv", "gb18030"),
        tmp_path / "a.parquet",
        written(tmp_path, json.dumps(statements), "a.json"),
        written(tmp_path, "\n".join(map(json.dumps, statements)), "a.jsonl"),
    ]
    read = [read_answers(path) for path in files]
    for one in read:
        assert [str(name) for name in one.student_names] == ["乙", "甲"]
        assert one.correct.tolist() == [0, 1, 0]
        assert one.time.tolist() == [5, 10, 20]
        assert one.skill_names == ("c1",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "是空的"),
        (HEAD, "一行作答也没有"),
        ("student_id,item_id\n1,2\n", "缺 correct"),
        ("student_id,correct\n1,1\n", "缺 item_id 或 skill_ids"),
        (HEAD + "1,1,1,1\n", "第 2 行的列数"),
        (HEAD + "1,1,1,yes,0\n", "correct 不是数"),
        (HEAD + "1,1,1,0.5,0\n", "只能是 0 或 1"),
        (HEAD + "1,1,1,nan,0\n", "只能是 0 或 1"),
        (HEAD + ",1,1,1,0\n", "第 2 行的 student_id 是空的"),
        (HEAD + "1,1,1,1,nan\n", "order 列有空格子"),
        (HEAD + "1,1,1,1,first\n", "order 不是数"),
        (HEAD.replace("order", "time") + "1,1,1,1,noon\n", "timestamp 不是数"),
    ],
)
def test_bad_files_are_told_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadAnswers, match=words):
        read_answers(written(tmp_path, text))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadAnswers, match="只认"):
        read_answers(written(tmp_path, "x", "a.xls"))
    with pytest.raises(BadAnswers, match="Parquet"):
        read_answers(written(tmp_path, "x", "a.parquet"))
    with pytest.raises(BadAnswers, match="没有这个文件"):
        read_answers(tmp_path / "gone.csv")
    with pytest.raises(BadAnswers, match="JSON"):
        read_answers(written(tmp_path, "{", "a.json"))
    with pytest.raises(BadAnswers, match="编码"):
        (tmp_path / "c.csv").write_bytes(b"\xff\xff\xff")
        read_answers(tmp_path / "c.csv")


@given(st.integers(2, 60), st.integers(2, 7))
def test_folds_divide_students_evenly_and_only_once(students: int, count: int) -> None:
    part = parts_of(students, count)
    sizes = np.bincount(part, minlength=count)
    assert sizes.sum() == students
    assert sizes.max() - sizes.min() <= 1


def test_no_student_is_on_both_sides() -> None:
    made = table()
    tested = np.zeros(made.rows, int)
    for train, test in folds(made, 5):
        assert not set(made.student[train]) & set(made.student[test])
        tested += test
    assert (tested == 1).all()
    with pytest.raises(BadAnswers, match="分不成"):
        folds(table(students=3), 5)


def test_a_published_split_is_followed_or_refused(tmp_path: Path) -> None:
    made = table(students=3)
    split = written(tmp_path, "student_id,part\n0,train\n1,test\n2,train\n", "s.csv")
    [(train, test)] = published_split(made, split)
    assert set(made.student[test]) == {1}
    assert set(made.student[train]) == {0, 2}
    for text, words in (
        ("student_id,part\n0,train\n1,test\n", "少 1 名"),
        ("student_id,part\n0,train\n1,dev\n2,test\n", "dev"),
        ("student_id,part\n0,train\n1,train\n2,train\n", "两边都要有"),
        ("who,part\n0,train\n", "student_id 和 part"),
    ):
        with pytest.raises(BadAnswers, match=words):
            published_split(made, written(tmp_path, text, "s.csv"))


def test_answers_as_given_show_no_leak() -> None:
    assert leaks_in(table()) == []


@pytest.mark.parametrize(("keep_order", "sign"), [(True, "same-place"), (False, "same-item-other-skill")])
def test_rows_repeated_for_each_skill_are_found(keep_order: bool, sign: str) -> None:
    found = leaks_in(table_of(**expanded(columns(), keep_order=keep_order)))
    assert sign in {leak.sign for leak in found}


@pytest.mark.parametrize("items", ["renamed", "unnamed"])
def test_repeated_rows_are_found_when_items_do_not_tell(items: str) -> None:
    rows = expanded(columns(students=200, skills=12), keep_order=False)
    names = zip(rows["item"], rows["skill_ids"], strict=True)
    rows["item"] = np.array([f"{i}-{k}" if items == "renamed" else k for i, k in names])
    assert "always-alike" in {leak.sign for leak in leaks_in(table_of(**rows))}


SAME = [("甲", "q1", "c1", 1, "2026-11-20 09:50:00"), ("甲", "q2", "c1|c2", 0, "2026-11-20 09:51:00")]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize(
    ("head", "right", "wrong"),
    [
        ("学生 题目 知识点 对错 时间", "对", "错"),
        ("student_id item_id skill_ids correct timestamp", "True", "FALSE"),
        ("User_ID Problem_ID Skill Is_Correct Time", "1.0", "0"),
    ],
)
def test_headers_marks_and_moments_as_schools_write_them(
    tmp_path: Path, separator: str, head: str, right: str, wrong: str
) -> None:
    rows = [head.split(), *([s, i, k, right if y else wrong, t] for s, i, k, y, t in SAME)]
    text = "\r\n".join(separator.join(row) for row in rows) + "\r\n\r\n"
    found = read_answers(written(tmp_path, text, encoding="gb18030"))
    assert found.correct.tolist() == [1, 0]
    assert found.skill_names == ("c1", "c2")
    assert (found.time[1] - found.time[0], found.is_timed) == (60, True)


def test_quoted_cells_hold_separators_and_lines(tmp_path: Path) -> None:
    found = read_answers(written(tmp_path, HEAD + '"a,b","x\ny\u2028z",k,1,0\n'))
    assert str(found.student_names[0]) == "a,b" and str(found.item_names[0]) == "x\ny\u2028z"


def test_whole_numbers_sort_as_numbers_from_any_file(tmp_path: Path) -> None:
    """Else the same students would fall into other folds from CSV than from Parquet."""
    given = {"student_id": [10, 9, 2], "item_id": [1, 1, 1], "skill_ids": [1, 1, 1], "correct": [1, 0, 1]}
    parquet.write_table(pyarrow.table(given), tmp_path / "a.parquet")
    text = "student_id,item_id,skill_ids,correct\n10,1,1,1\n9,1,1,0\n2,1,1,1\n"
    for file in (written(tmp_path, text), tmp_path / "a.parquet"):
        assert read_answers(file).student_names.tolist() == [2, 9, 10]
    assert read_answers(written(tmp_path, text.replace("\n2", "\n02"))).student_names.tolist() == [
        "02",
        "10",
        "9",
    ]


def test_parquet_columns_of_other_kinds(tmp_path: Path) -> None:
    at = np.array(["2026-11-20T09:50", "NaT", "2026-11-20T09:52"], dtype="datetime64[ms]")
    given = {
        "student_id": ["a", "a", "a"],
        "skill_ids": [["k1", "k2"], None, ["k1"]],
        "item_id": [1.0, 2.0, 3.0],
        "correct": [True, False, True],
        "order": [0.5, 0.25, 7.0],
        "timestamp": at,
    }
    parquet.write_table(pyarrow.table(given), tmp_path / "a.parquet")
    found = read_answers(tmp_path / "a.parquet")
    assert found.item_names[found.item].tolist() == [2, 1, 3]
    assert found.skill_names == ("", "k1", "k2")
    assert found.time.tolist()[0] == -1 and found.time[2] - found.time[1] == 120
    given["correct"] = ["yes", "no", "yes"]
    parquet.write_table(pyarrow.table(given), tmp_path / "a.parquet")
    with pytest.raises(BadAnswers, match="correct 不是数"):
        read_answers(tmp_path / "a.parquet")


def test_milliseconds_are_known_by_their_size(tmp_path: Path) -> None:
    text = HEAD.replace("order", "timestamp") + "1,1,1,1,1763632200000\n1,2,1,1,1763632260000\n1,3,1,1,\n"
    assert sorted(read_answers(written(tmp_path, text)).time.tolist()) == [-1, 1763632200, 1763632260]


def test_one_place_for_all_is_no_order_and_no_leak() -> None:
    given = columns()
    assert leaks_in(table_of(**{**given, "order": np.zeros(len(given["correct"]))})) == []


@pytest.mark.parametrize("seed", range(6))
def test_clean_answers_of_many_shapes_are_not_flagged(seed: int) -> None:
    """Easy and hard, few items and many, one skill and many, retries until right, all right."""
    generator = np.random.default_rng(seed)
    students, each, items, skills = [(50, 200, 5, 1), (200, 30, 30, 30), (30, 100, 400, 12)][seed % 3]
    student, item = np.repeat(np.arange(students), each), generator.integers(0, items, students * each)
    ability = generator.normal(2.0 if seed > 2 else 0.0, 1.5, students)[student]
    right = (generator.random(len(item)) < 1 / (1 + np.exp(-ability))).astype(int)
    assert leaks_in(table_of(student, item, np.char.mod("%d", item % skills), right)) == []
    again = np.repeat(np.arange(len(item)), 2 - right)
    retried = right[again].copy()
    retried[1:][np.diff(again) == 0] = generator.integers(0, 2, int((np.diff(again) == 0).sum()))
    assert (
        leaks_in(table_of(student[again], item[again], np.char.mod("%d", item[again] % skills), retried))
        == []
    )
    assert leaks_in(table_of(student, item, np.char.mod("%d", item % skills), np.ones(len(item)))) == []


def test_whole_rows_written_twice_are_found() -> None:
    twice = {name: np.repeat(column, 2) for name, column in columns().items()}
    assert leaks_in(table_of(**twice))
    twice["order"] = np.arange(len(twice["order"]))
    assert leaks_in(table_of(**twice))
