"""Reading answers from files: Parquet, CSV, or xAPI statements (a JSON array, or one statement a line)."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import parquet

from qiming.mastery.answers.table import AnswerTable, BadAnswers, Ints, table_of

NAMES = {
    "student_id": ("student_id", "user_id", "student", "user", "anon_student_id", "学生", "学生编号", "学号"),
    "item_id": ("item_id", "problem_id", "question_id", "item", "problem", "题目", "题目编号", "题号"),
    "skill_ids": ("skill_ids", "skill_id", "skill", "skills", "concept", "知识点", "知识点编号"),
    "correct": ("correct", "is_correct", "score", "对错", "是否正确", "正确"),
    "order": ("order", "order_id", "position", "顺序", "次序", "序号"),
    "timestamp": ("timestamp", "time", "时间", "作答时间"),
}
NEEDED = ("student_id", "correct")
CONCEPT = "https://qiming.invalid/xapi/ext/concept"
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", "\t", ";")
MARKS = {
    "true": 1.0,
    "false": 0.0,
    "对": 1.0,
    "错": 0.0,
    "正确": 1.0,
    "错误": 0.0,
    "√": 1.0,
    "×": 0.0,
    "是": 1.0,
    "否": 0.0,
}
NO_TIME = {"", "nan", "null", "none", "-1"}
MILLISECONDS_FROM = 1e11
"""A moment of this size or more, in seconds, would lie 3,000 years ahead: it is in milliseconds."""
MOST_DIGITS = 18
MAY_LACK = ("skill_ids", "timestamp")
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
    order, time = columns.get("order"), columns.get("timestamp")
    return table_of(
        _names(columns["student_id"]),
        _names(cast(NDArray[Any], item)),
        _names(cast(NDArray[Any], skill)),
        _each(path, "correct", columns["correct"], _mark),
        order=None if order is None else _each(path, "order", order, float),
        time=None if time is None else _each(path, "timestamp", time, _moment),
    )


def _names(column: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers are numbers and sort as such, from whatever file; all else is text, a list of skills joined by "|"."""
    if column.dtype.kind in "iu":
        return column
    if column.dtype.kind == "f" and np.isfinite(column).all() and (column == np.floor(column)).all():
        return column.astype(np.int64)
    text = ["|".join(map(str, one)) if isinstance(one, list | np.ndarray) else str(one) for one in column]
    if all(
        len(one) < MOST_DIGITS and one.isascii() and one.isdigit() and str(int(one)) == one for one in text
    ):
        return np.array(text, dtype=np.int64)
    return np.array(text)


def _each(path: Path, name: str, column: NDArray[Any], read: Callable[[Any], float]) -> NDArray[np.float64]:
    """Numbers from numbers, words or moments. Raises BadAnswers with the first row that is none."""
    if column.dtype.kind == "M":
        seconds = column.astype("datetime64[s]").astype(np.float64)
        return np.where(np.isnat(column), -1.0, seconds)
    if column.dtype.kind in "biuf":
        given = column.astype(np.float64)
        if read is not _moment:
            return given
        given = np.where(np.isfinite(given), given, -1.0)
        return np.where(given >= MILLISECONDS_FROM, given / 1000, given)
    out = np.empty(len(column))
    for number, value in enumerate(column):
        try:
            out[number] = read(value)
        except (ValueError, TypeError, OverflowError):
            raise BadAnswers(f"{path.name} 第 {number + 2} 行的 {name} 不是数：{str(value)[:20]!r}") from None
    return out


def _mark(value: Any) -> float:
    text = str(value).strip().lower()
    return MARKS[text] if text in MARKS else float(text)


def _moment(value: Any) -> float:
    """Seconds, from seconds, milliseconds, or a day and time as ISO 8601 writes it; -1 where nobody noted it."""
    text = str(value).strip()
    if text.lower() in NO_TIME or text == "NaT":
        return -1.0
    try:
        number = float(text)
    except ValueError:
        return datetime.fromisoformat(text[:26]).replace(tzinfo=UTC).timestamp()
    if not math.isfinite(number):
        return -1.0
    return number / 1000 if number >= MILLISECONDS_FROM else number


def read_needs(path: Path, table: AnswerTable) -> tuple[list[str], Ints]:
    """A Q-matrix: skill names, and [item code, skill] of 0 and 1. Raises BadAnswers for items it does not list."""
    if not path.is_file():
        raise BadAnswers(f"没有这个文件：{path}")
    rows = [row for row in csv.reader(io.StringIO(_text(path), newline="")) if row]
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
    empty = [name for ours, name in wanted.items() if ours not in MAY_LACK and read.column(name).null_count]
    if empty:
        raise BadAnswers(f"{path.name} 的 {empty[0]} 列有空格子")
    return {ours: _column(read.column(theirs), ours) for ours, theirs in wanted.items()}


def _column(read: pyarrow.ChunkedArray, ours: str) -> NDArray[Any]:
    if ours == "skill_ids" and read.null_count:
        return np.array(["" if one is None else one for one in read.to_pylist()], dtype=object)
    return cast(NDArray[Any], read.to_numpy())


def _csv(path: Path) -> Columns:
    text = _text(path)
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        rows = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as trouble:
        raise BadAnswers(f"{path.name} 不是能读的 CSV：{trouble}") from trouble
    if not rows:
        raise BadAnswers(f"{path.name} 是空的")
    wanted = _known(rows[0])
    width = len(rows[0])
    short = next((number for number, row in enumerate(rows[1:], 2) if len(row) != width), None)
    if short is not None:
        raise BadAnswers(f"{path.name} 第 {short} 行的列数和表头不一样")
    out = {}
    for ours, theirs in wanted.items():
        at = rows[0].index(theirs)
        cells = [row[at].strip() for row in rows[1:]]
        if ours not in MAY_LACK and "" in cells:
            raise BadAnswers(f"{path.name} 第 {cells.index('') + 2} 行的 {theirs} 是空的")
        out[ours] = np.array(cells)
    return out


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadAnswers(f"{path.name} 的文字编码既不是 UTF-8 也不是 GB 18030")


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
