"""Reading answers from files: Parquet, CSV, or xAPI statements (a JSON array, or one statement a line)."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import parquet

from qiming.mastery.answers.table import AnswerTable, BadAnswers, Ints, table_of

NAMES = {
    "student_id": ("student_id", "user_id", "student", "user"),
    "item_id": ("item_id", "problem_id", "item", "problem"),
    "skill_ids": ("skill_ids", "skill_id", "skill", "skills"),
    "correct": ("correct", "score"),
    "order": ("order", "order_id", "position"),
    "timestamp": ("timestamp", "time"),
}
NEEDED = ("student_id", "correct")
CONCEPT = "https://qiming.invalid/xapi/ext/concept"
ENCODINGS = ("utf-8-sig", "gb18030")
Columns = dict[str, NDArray[Any]]


def read_answers(path: Path) -> AnswerTable:
    """The answers of one file, by its ending: .parquet, .csv, .json or .jsonl.

    Columns: student_id, correct, and where there are any item_id, skill_ids, order, timestamp (seconds, -1 unknown).
    Without items every skill is its own item, without skills every item its own skill. Raises BadAnswers.
    """
    if not path.is_file():
        raise BadAnswers(f"没有这个文件：{path}")
    reader = {".parquet": _parquet, ".csv": _csv, ".json": _statements, ".jsonl": _statements}.get(
        path.suffix.lower()
    )
    if reader is None:
        raise BadAnswers(f"{path.name}：只认 .parquet、.csv、.json 和 .jsonl")
    columns = reader(path)
    missing = [name for name in NEEDED if name not in columns]
    if missing or not {"item_id", "skill_ids"} & set(columns):
        wanted = "、".join(missing) or "item_id 或 skill_ids"
        raise BadAnswers(f"{path.name} 缺 {wanted} 这一列")
    item = columns.get("item_id", columns.get("skill_ids"))
    skill = columns.get("skill_ids", columns.get("item_id"))
    return table_of(
        columns["student_id"],
        cast(NDArray[Any], item),
        cast(NDArray[Any], skill),
        columns["correct"],
        order=columns.get("order"),
        time=columns.get("timestamp"),
    )


def read_needs(path: Path, table: AnswerTable) -> tuple[list[str], Ints]:
    """A Q-matrix: skill names, and [item code, skill] of 0 and 1. Raises BadAnswers for items it does not list."""
    if not path.is_file():
        raise BadAnswers(f"没有这个文件：{path}")
    rows = [row for row in csv.reader(_text(path).splitlines()) if row]
    if not rows or rows[0][0].strip() != "item" or len(rows[0]) < 2:
        raise BadAnswers(f"{path.name} 的第一列要叫 item，后面每列一个知识点")
    listed = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[1:]}
    out = np.zeros((table.items, len(rows[0]) - 1), np.int64)
    for code, name in enumerate(map(str, table.item_names)):
        cells = listed.get(name)
        if cells is None or len(cells) != out.shape[1] or not set(cells) <= {"0", "1"}:
            raise BadAnswers(f"{path.name} 里题目 {name} 没有，或者不是一行 0 和 1")
        out[code] = [int(cell) for cell in cells]
    return [name.strip(" ,") for name in rows[0][1:]], out


def _known(names: Iterable[str]) -> dict[str, str]:
    """Our name of a column → its name in the file."""
    given = {name.strip().lower(): name for name in names}
    found = {}
    for ours, others in NAMES.items():
        match = next((given[one] for one in others if one in given), None)
        if match is not None:
            found[ours] = match
    return found


def _parquet(path: Path) -> Columns:
    try:
        wanted = _known(parquet.read_schema(path).names)
        read = parquet.read_table(path, columns=list(wanted.values()))
    except (pyarrow.ArrowInvalid, OSError) as trouble:
        raise BadAnswers(f"{path.name} 不是能读的 Parquet 文件") from trouble
    empty = [name for name in wanted.values() if read.column(name).null_count]
    if empty:
        raise BadAnswers(f"{path.name} 的 {empty[0]} 列有空格子")
    return {ours: read.column(theirs).to_numpy() for ours, theirs in wanted.items()}


def _csv(path: Path) -> Columns:
    rows = list(csv.reader(_text(path).splitlines()))
    if not rows:
        raise BadAnswers(f"{path.name} 是空的")
    wanted = _known(rows[0])
    width = len(rows[0])
    body = [row for row in rows[1:] if row]
    short = next((number for number, row in enumerate(body, 2) if len(row) != width), None)
    if short is not None:
        raise BadAnswers(f"{path.name} 第 {short} 行的列数和表头不一样")
    at = {ours: rows[0].index(theirs) for ours, theirs in wanted.items()}
    text = {ours: [row[place].strip() for row in body] for ours, place in at.items()}
    return {
        ours: _numbers(path, ours, column) if ours in ("correct", "order", "timestamp") else np.array(column)
        for ours, column in text.items()
    }


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadAnswers(f"{path.name} 的文字编码既不是 UTF-8 也不是 GB 18030")


def _numbers(path: Path, name: str, column: list[str]) -> NDArray[np.float64]:
    out = np.empty(len(column))
    for number, value in enumerate(column):
        try:
            out[number] = float(value)
        except ValueError:
            raise BadAnswers(f"{path.name} 第 {number + 2} 行的 {name} 不是数：{value[:20]!r}") from None
    return out


def _statements(path: Path) -> Columns:
    """Marked answers among xAPI statements: who, what, right or wrong, when; the concept (or a list of them) stands in an extension."""
    rows = [row for row in map(_answer_of, _each_statement(path)) if row is not None]
    if not rows:
        raise BadAnswers(f"{path.name} 里没有判过对错的作答")
    student, item, skills, correct, time = zip(*rows, strict=True)
    return {
        "student_id": np.array(student),
        "item_id": np.array(item),
        "skill_ids": np.array(skills),
        "correct": np.array(correct),
        "timestamp": np.array(time),
    }


def _each_statement(path: Path) -> Iterator[dict[str, Any]]:
    text = _text(path)
    try:
        read = (
            json.loads(text)
            if text.lstrip().startswith("[")
            else [json.loads(x) for x in text.splitlines() if x.strip()]
        )
    except ValueError as trouble:
        raise BadAnswers(f"{path.name} 不是能读的 JSON：{trouble}") from trouble
    yield from (one for one in read if isinstance(one, dict))


def _answer_of(statement: dict[str, Any]) -> tuple[str, str, str, int, int] | None:
    try:
        success = statement["result"]["success"]
        actor = statement["actor"]
        account = actor.get("account")
        who = account["name"] if account else actor.get("mbox") or actor["openid"]
        item = str(statement["object"]["id"])
        when = int(datetime.fromisoformat(statement["timestamp"]).timestamp())
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if not isinstance(success, bool):
        return None
    context = statement.get("context")
    extensions = context.get("extensions") if isinstance(context, dict) else None
    named = extensions.get(CONCEPT) if isinstance(extensions, dict) else None
    skills = "|".join(map(str, named)) if isinstance(named, list) else named
    return str(who), item, str(skills or item), int(success), when
