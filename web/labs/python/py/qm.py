"""What a pupil's program gets from the lab: reading its data files, and drawings as numbers that the page draws.

Every function takes plain lists and dicts, says in Chinese what is wrong with them, and prints one line where there is
no lab around it (plain Python, tests).
"""

import csv as _csv
import json as _json
import math as _math

MOST_DRAWINGS = 12
MOST_POINTS = 2000
MOST_CELLS = 40
MOST_ROWS = 200

_drawn: list = []


def read_csv(name):
    """The rows of a table file as dicts; what looks like a number becomes one."""
    with open(name, encoding="utf-8-sig", newline="") as file:
        return [
            {key: _value(text) for key, text in row.items() if key is not None}
            for row in _csv.DictReader(file)
        ]


def read_text(name):
    with open(name, encoding="utf-8-sig") as file:
        return file.read()


def model(name):
    """A model that was kept in another lab, by its name; `.predict(…)` gives an answer with `.text` and `.shares`.

    In the lab it is one of the pupil's own; elsewhere the file model.json of an exported one. In the lab `.samples` are
    things it never learnt from, as pairs: what it is asked with (a row, the numbers of a picture or a sound, a text), and
    what that truly is.
    """
    import read_model  # beside this only where models are: in the lab, and in an exported model

    if str(name).endswith(".json"):
        return read_model.load(name)
    try:
        with open("_models.json", encoding="utf-8") as file:
            kept = _json.load(file)
    except FileNotFoundError:
        kept = {"names": [], "models": []}
    for one in kept["models"]:
        if one["name"] == name:
            found = read_model.Model(one)
            found.samples = _samples(kept, one["id"])
            return found
    names = "、".join(f"“{one}”" for one in kept["names"]) or "（还没有）"
    raise LookupError(f"没有留下叫“{name}”的模型。留下的有：{names}。名字要直接写在 qm.model(…) 里")


def _samples(kept, key):
    samples = kept.get("samples", {}).get(key, [])
    if samples is None:
        print("试这个模型的数据没有打开，samples 是空的。检查网络，再运行一次。")
    return [tuple(one) for one in samples or []]


def plot(points=(), *, lines=(), title="", x="", y=""):
    """Points (x, y) or (x, y, "类别"); lines as lists of (x, y), or as a dict from name to such a list."""
    named = lines.items() if isinstance(lines, dict) else [("", line) for line in lines]
    shown = {
        "kind": "plot",
        "title": str(title),
        "x": str(x),
        "y": str(y),
        "points": [_point(one) for one in points],
        "lines": [{"name": str(name), "points": [_point(one)[:2] for one in line]} for name, line in named],
    }
    count = len(shown["points"]) + sum(len(line["points"]) for line in shown["lines"])
    if not count:
        raise ValueError("qm.plot 还没有点可画：points 或 lines 里至少要有一个点")
    _most(count, MOST_POINTS, "qm.plot 一张图最多画", "个点")
    _show(shown, f"{count} 个点")


def bars(values, *, title="", unit=""):
    """A dict from name to number, or a list of (name, number)."""
    pairs = list(values.items()) if isinstance(values, dict) else [tuple(pair) for pair in values]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError('qm.bars 要一个字典，如 {"晴": 12}，或 [("晴", 12), …]，不能是空的')
    _most(len(pairs), MOST_CELLS, "qm.bars 一张图最多画", "条")
    rows = [[str(name), _number(value, "qm.bars")] for name, value in pairs]
    _show({"kind": "bars", "title": str(title), "unit": str(unit), "bars": rows}, f"{len(rows)} 条")


def grid(rows, *, title="", row_names=None, column_names=None):
    """A rectangle of numbers, shown as shades with the numbers in them."""
    cells = [[_number(value, "qm.grid") for value in row] for row in rows]
    if not cells or not cells[0] or len({len(row) for row in cells}) != 1:
        raise ValueError("qm.grid 要一个长方形的表：每一行一样长，而且不能是空的")
    _most(max(len(cells), len(cells[0])), MOST_CELLS, "qm.grid 的行和列都最多", "个")
    shown = {
        "kind": "grid",
        "title": str(title),
        "cells": cells,
        "rows": _names(row_names, len(cells), "row_names"),
        "columns": _names(column_names, len(cells[0]), "column_names"),
    }
    _show(shown, f"{len(cells)} 行 {len(cells[0])} 列")


def table(rows, head=None, title=""):
    """Rows as lists, or as dicts: then the head is taken from the first one's keys."""
    rows = (
        rows.to_dict("records") if hasattr(rows, "to_dict") else list(rows)
    )  # a pandas table, on the server
    if rows and isinstance(rows[0], dict):
        head = list(rows[0]) if head is None else list(head)
        rows = [[row.get(key, "") for key in head] for row in rows]
    if not rows:
        raise ValueError("qm.table 还没有一行可显示")
    _most(len(rows), MOST_ROWS, "qm.table 一张表最多显示", "行")
    texts = [[_text(value) for value in row] for row in rows]
    _show(
        {"kind": "table", "title": str(title), "head": [str(name) for name in head or ()], "body": texts},
        f"{len(rows)} 行",
    )


def _show(drawing, size):
    _most(len(_drawn) + 1, MOST_DRAWINGS, "一次运行最多画", "张图")
    _drawn.append(drawing)
    if not _in_lab:
        print(f"[{drawing['kind']}] {drawing['title']} {size}")


def _value(text):
    for kind in (int, float):
        try:
            number = kind(text)
        except (TypeError, ValueError):
            continue
        return number if _math.isfinite(number) else text
    return text


def _number(value, who):
    value = _plain(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{who} 里要放数，{value!r} 不是数")
    if not _math.isfinite(value):
        raise ValueError(f"{who} 里有画不出来的数：{value}")
    return value


def _point(one):
    one = one.tolist() if hasattr(one, "tolist") else one
    if not isinstance(one, list | tuple) or not 2 <= len(one) <= 3:
        raise TypeError(f'qm.plot 的每个点写成 (x, y) 或 (x, y, "类别")，{one!r} 不是这样')
    return [_number(one[0], "qm.plot"), _number(one[1], "qm.plot"), *(str(name) for name in one[2:])]


def _names(names, count, what):
    names = [str(name) for name in names or ()]
    if names and len(names) != count:
        raise ValueError(f"qm.grid 的 {what} 要有 {count} 个名字，现在有 {len(names)} 个")
    return names


def _most(count, most, says, unit):
    if count > most:
        raise ValueError(f"{says} {most} {unit}（现在 {count}）")


def _plain(value):
    """A number of NumPy's as Python's own."""
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value


def _text(value):
    value = _plain(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


_in_lab = False
