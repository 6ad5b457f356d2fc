"""A trained model in the labs' own form (`qiming-model/1`, web/labs/models/schema.json): whether it is whole, the bytes it
is served as, and its words.

Whole is what the labs can use: every row as long as it must be, every number a number. Beyond that nothing may stand
in the file that the form does not name, so that nothing travels in it unseen.
"""

import io
import json
import math
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

FORMAT = "qiming-model/1"
MOST_BYTES = 500_000
MOST_LABELS = 20
MOST_SIZE = 4096
MOST_COLUMNS = 100
MOST_CHOICES = 100
MOST_WORDS = 5000
MOST_LETTERS = 200
MOST_DEPTH = 24  # of a tree
MOST_NESTED = 60
LARGEST = 1e15  # beyond it whole numbers are no longer told apart
IN_ZIP = "model.json"  # what pupils take away is a ZIP with the model beside its card and a reader
CARD = {
    "what_for": "用来做什么",
    "data": "用什么数据学的",
    "missing": "数据里缺什么",
    "how_well": "认得怎么样",
    "not_for": "不能用在哪里",
    "made_by": "谁做的",
}
MOST_ON_CARD = 400
SIZE = "大小"
KINDS = {
    "tree": "决策树",
    "neighbours": "近邻",
    "centroid": "中心点",
    "softmax": "一层的分类",
    "naive-bayes": "朴素贝叶斯",
    "dense": "神经网络",
    "line": "直线",
}
INPUTS = {"table": "表格", "numbers": "几个数", "picture": "图片", "sound": "声音", "text": "文字"}
_TOP = {"format", "id", "name", "made", "kind", "input", "labels", "parameters", "scores", "card"}
_ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear", "softmax")
# What the library raises at a ZIP that is cut off, encrypted, or none.
_BROKEN_ZIP = (KeyError, ValueError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError)
Plain = Mapping[str, Any]


class NotAModel(ValueError):
    """Why a file is no whole model, in words."""


def read(data: bytes) -> dict[str, Any]:
    """The model in a file (JSON, or the ZIP that the labs hand out); raises `NotAModel`."""
    body = _out_of_zip(data) if data.startswith(b"PK\x03\x04") else data
    if len(body) > MOST_BYTES:
        raise NotAModel(f"文件太大：一个模型最多{MOST_BYTES // 1000} KB。")
    try:
        said = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except NotAModel:
        raise
    except (ValueError, RecursionError):
        raise NotAModel(
            "文件读不懂：要实验里“带走模型”得到的 ZIP，或者里面的 model.json（UTF-8）。"
        ) from None
    model = _plain(said)
    _check(isinstance(model, dict), "文件里不是一个模型。")
    _whole(model)
    if len(as_file(model)) > MOST_BYTES:
        raise NotAModel(f"文件太大：一个模型最多{MOST_BYTES // 1000} KB。")
    return dict(model)


def as_file(model: Plain) -> bytes:
    """The bytes that are hashed, approved and served: always the same for the same model."""
    return json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def words_of(model: Plain) -> Iterator[tuple[str, str]]:
    """Every text in the model with where it stands, for the screening."""
    yield "模型的名字", str(model["name"])
    yield "模型卡", "\n".join(model["card"].get(name, "") for name in CARD)
    yield "模型的标签", "\n".join(f"{one['key']} {one['text']}" for one in model["labels"])
    yield "模型的输入", "\n".join(_strings(model["input"]))
    yield "模型的参数", "\n".join(_strings(model["parameters"]))
    yield "模型的来历", "\n".join(_strings(model["made"]))


def troubles(model: Plain) -> tuple[list[str], list[str]]:
    """What sends it back, and what a person must look at."""
    stops, looks = [], []
    if model["made"]["camera"]:
        stops.append("学过摄像头拍的图片：里面可能有学生的样子，不能给别的学校用。换成准备好的图片再学一次。")
    lacks = [CARD[name] for name in ("what_for", "data", "how_well", "not_for") if not _said(model, name)]
    if lacks:
        stops.append(f"模型卡没有写：{'、'.join(lacks)}。请在实验里补全再带出来。")
    if _said(model, "made_by"):
        looks.append("模型卡写了“谁做的”：请看是不是昵称，不是学生的真名、学校和班级。")
    if model["kind"] == "neighbours" and model["input"]["of"] in ("picture", "sound"):
        looks.append("近邻模型带着每个样本的特征：请看样本从哪里来，有没有人脸和人声。")
    if model["scores"]["test"] is None:
        looks.append("没有在没见过的例子上试过。")
    return stops, looks


def rows_of(model: Plain) -> list[tuple[str, str]]:
    """Its facts and its card, as they stand on a page."""
    names = "、".join(one["text"] for one in model["labels"])
    return [
        ("模型的名字", model["name"]),
        ("种类", KINDS[model["kind"]]),
        ("看什么", INPUTS[model["input"]["of"]]),
        ("回答什么", names or "一个数"),
        ("学过的对多少", _score(model["scores"]["train"])),
        ("没见过的对多少", _score(model["scores"]["test"])),
        *((title, _said(model, name)) for name, title in CARD.items() if _said(model, name)),
        (SIZE, f"{math.ceil(len(as_file(model)) / 1000)} KB"),
    ]


def _said(model: Plain, name: str) -> str:
    return str(model["card"].get(name, "")).strip()


def _score(score: Plain | None) -> str:
    return f"{score['all']}个里对{score['right']}个" if score else "没有试过"


def _strings(data: object) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [said for value in data.values() for said in _strings(value)]
    if isinstance(data, list):
        return [said for value in data for said in _strings(value)]
    return []


def _out_of_zip(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told = archive.getinfo(IN_ZIP)
            _check(told.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), "ZIP 的压法不认识。")
            with archive.open(told) as member:
                return member.read(MOST_BYTES + 1)
    except NotAModel:
        raise
    except (*_BROKEN_ZIP, zlib.error):
        raise NotAModel("ZIP 里没有 model.json：请用实验里“带走模型”得到的那一个。") from None


def _no_number(said: str) -> float:
    raise NotAModel(f"里面有不是数的“{said}”：请在实验里再学一次。")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotAModel("同一个名字写了两次。")
    return made


def _plain(said: Any, depth: int = 0) -> Any:
    """The data as it comes back from the database: a whole number has no point, no text that it would refuse."""
    if depth > MOST_NESTED:
        raise NotAModel("一层套一层，套得太深。")
    if isinstance(said, dict):
        return {_plain(key): _plain(value, depth + 1) for key, value in said.items()}
    if isinstance(said, list):
        return [_plain(one, depth + 1) for one in said]
    if isinstance(said, str):
        _check("\x00" not in said and not any("\ud800" <= one <= "\udfff" for one in said), "有坏了的字符。")
        return said
    if isinstance(said, bool) or said is None:
        return said
    _check(abs(said) <= LARGEST, "有太大的数。")
    return int(said) if said == int(said) else said


# --- whether it is whole


def _check(holds: object, why: str) -> None:
    if not holds:
        raise NotAModel(why)


def _keys(said: Any, needed: set[str], also: frozenset[str] = frozenset()) -> Plain:
    _check(isinstance(said, dict), "格式不对。")
    _check(needed <= set(said), f"缺少“{'、'.join(sorted(needed - set(said)))}”。")
    _check(set(said) <= needed | also, "有格式里没有的内容。")
    return dict(said)


def _word(said: Any, most: int = MOST_LETTERS, least: int = 0) -> str:
    _check(isinstance(said, str) and least <= len(said) <= most, f"有一处文字不对（最多{most}个字）。")
    return str(said)


def _number(said: Any) -> float:
    _check(isinstance(said, int | float) and not isinstance(said, bool), "有一处应当是数。")
    return float(said)


def _place(said: Any, most: int, least: int = 0) -> int:
    _check(isinstance(said, int) and not isinstance(said, bool) and least <= said < most, "有一处编号不对。")
    return int(said)


def _list(said: Any, size: int | None = None, most: int | None = None) -> list[Any]:
    _check(isinstance(said, list), "有一处应当是一列。")
    _check(size is None or len(said) == size, "有一列的个数不对。")
    _check(most is None or len(said) <= most, "有一列太长。")
    return list(said)


def _numbers(said: Any, size: int | None = None) -> list[float]:
    return [_number(one) for one in _list(said, size)]


def _matrix(said: Any, rows: int | None, size: int) -> list[list[float]]:
    found = [_numbers(one, size) for one in _list(said, rows)]
    _check(found, "有一张表是空的。")
    return found


def _one_of(said: Any, known: Sequence[str]) -> str:
    _check(isinstance(said, str) and said in known, "有一处写法不认识。")
    return str(said)


def _whole(model: Plain) -> None:
    _keys(model, _TOP)
    _check(model["format"] == FORMAT, f"不是“{FORMAT}”格式的模型。")
    _one_of(model["kind"], tuple(KINDS))
    try:
        UUID(_word(model["id"]))
    except ValueError:
        raise NotAModel("模型没有编号。") from None
    _word(model["name"], 40, 1)
    _made(model["made"])
    size = _input(model["input"])
    for one in _list(model["labels"], most=MOST_LABELS):
        label = _keys(one, {"key", "text"})
        _word(label["key"])
        _word(label["text"])
    labels = len(model["labels"])
    _check(labels or model["kind"] == "line", "没有标签。")
    _READERS[model["kind"]](model["parameters"], model["input"], size, labels)
    scores = _keys(model["scores"], {"train", "test"})
    for score in scores.values():
        if score is not None:
            counted = _keys(score, {"right", "all"})
            _place(counted["right"], _place(counted["all"], 10**9) + 1)
    for text in _keys(model["card"], set(), frozenset(CARD)).values():
        _word(text, MOST_ON_CARD)


def _made(said: Any) -> None:
    made = _keys(said, {"lab", "at", "camera"}, frozenset({"data"}))
    _word(made["lab"], 40)
    _word(made["at"], 40)
    _check(isinstance(made["camera"], bool), "没有写有没有用摄像头。")
    if "data" in made:
        data = _keys(made["data"], {"set", "only"})
        _word(data["set"], 60)
        _check(isinstance(data["only"], dict) and len(data["only"]) <= 10, "格式不对。")
        for key, value in data["only"].items():
            _word(key, 60)
            _word(value, 60)


def _input(said: Any) -> int:
    """How many numbers the model is asked with; 0 for texts."""
    of = _one_of(said.get("of") if isinstance(said, dict) else None, tuple(INPUTS))
    if of == "table":
        columns = _list(_keys(said, {"of", "columns"})["columns"], most=MOST_COLUMNS)
        _check(columns, "没有列。")
        for one in columns:
            column = _keys(one, {"key", "text", "kind"}, frozenset({"unit", "choices"}))
            _one_of(column["kind"], ("number", "choice"))
            for text in (column["key"], column["text"], column.get("unit", "")):
                _word(text)
            for choice in _list(column.get("choices", []), most=MOST_CHOICES):
                _word(choice)
        return len(columns)
    if of == "numbers":
        names = _list(_keys(said, {"of", "names"})["names"], most=MOST_SIZE)
        _check(names, "没有输入。")
        return len([_word(one) for one in names])
    if of == "text":
        _one_of(_keys(said, {"of", "pieces"})["pieces"], ("longest-match",))
        return 0
    given = _keys(said, {"of", "features", "size"})
    _word(given["features"])
    return _place(given["size"], MOST_SIZE + 1)


def _node(said: Any, columns: set[str], labels: int, depth: int = 0) -> None:
    _check(depth <= MOST_DEPTH, "决策树太深。")
    if isinstance(said, dict) and "column" not in said:
        leaf = _keys(said, {"says", "counts"})
        _place(leaf["says"], labels)
        _numbers(leaf["counts"], labels)
        return
    asks = "at" if isinstance(said, dict) and "at" in said else "is"
    node = _keys(said, {"column", asks, "yes", "no"})
    _check(_word(node["column"]) in columns, "决策树问了一列没有的。")
    if asks == "at":
        _number(node["at"])
    else:
        _word(node["is"])
    _node(node["yes"], columns, labels, depth + 1)
    _node(node["no"], columns, labels, depth + 1)


def _rows(said: Any, count: int | None, size: int) -> list[list[float]]:
    given = _keys(said, {"scale", "rows"})
    _number(given["scale"])
    return _matrix(given["rows"], count, size)


def _tree(said: Any, given: Plain, size: int, labels: int) -> None:
    _check(given["of"] == "table", "决策树要看表格。")
    columns = {one["key"] for one in given["columns"]}
    _node(_keys(said, {"root"})["root"], columns, labels)


def _neighbours(said: Any, given: Plain, size: int, labels: int) -> None:
    found = _keys(said, {"k", "metric", "ties", "shift", "stretch", "vectors", "answers"})
    vectors = _rows(found["vectors"], None, size)
    for one in _list(found["answers"], len(vectors)):
        _place(one, labels)
    _place(found["k"], 100, 1)
    _one_of(found["metric"], ("cosine", "euclidean"))
    _one_of(found["ties"], ("sum", "nearest"))
    for name in ("shift", "stretch"):
        _numbers(found[name], size if found[name] else 0)


def _centroid(said: Any, given: Plain, size: int, labels: int) -> None:
    found = _keys(said, {"metric", "centres"})
    _one_of(found["metric"], ("cosine", "euclidean"))
    _rows(found["centres"], labels, size)


def _softmax(said: Any, given: Plain, size: int, labels: int) -> None:
    found = _keys(said, {"weights", "bias"})
    _matrix(found["weights"], labels, size)
    _numbers(found["bias"], labels)


def _bayes(said: Any, given: Plain, size: int, labels: int) -> None:
    found = _keys(said, {"words", "priors", "likelihoods", "binary"})
    _check(given["of"] == "text" and isinstance(found["binary"], bool), "朴素贝叶斯要看文字。")
    known = [_word(one) for one in _list(found["words"], most=MOST_WORDS)]
    _numbers(found["priors"], labels)
    _matrix(found["likelihoods"], labels, len(known))


def _dense(said: Any, given: Plain, size: int, labels: int) -> None:
    found = _keys(said, {"shift", "scale", "layers"})
    _numbers(found["shift"], size)
    _numbers(found["scale"], size)
    last = ""
    for one in _list(found["layers"]):
        layer = _keys(one, {"weights", "bias", "activation"})
        weights = _matrix(layer["weights"], None, size)
        _numbers(layer["bias"], len(weights))
        last, size = _one_of(layer["activation"], _ACTIVATIONS), len(weights)
    _check(last, "神经网络没有层。")
    _check(size == labels or (size == 1 and labels == 2 and last == "sigmoid"), "输出和标签的个数不一样。")


def _line(said: Any, given: Plain, size: int, labels: int) -> None:
    found = _keys(said, {"weights", "bias", "unit"})
    _check(not labels and size, "直线回答一个数，没有标签。")
    _numbers(found["weights"], size)
    _number(found["bias"])
    _word(found["unit"])


_READERS: dict[str, Callable[[Any, Plain, int, int], None]] = {
    "tree": _tree,
    "neighbours": _neighbours,
    "centroid": _centroid,
    "softmax": _softmax,
    "naive-bayes": _bayes,
    "dense": _dense,
    "line": _line,
}
