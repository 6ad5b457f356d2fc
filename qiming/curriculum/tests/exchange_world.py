"""Items and packages to exchange, made here: nothing of anybody else's is in them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from qiming.curriculum.exchange.leaving import Leaving, LeavingCourse
from qiming.curriculum.types import ItemSpec

# What authors type: Chinese, Latin, figures, and the signs that Markdown and XML mind.
_LETTERS = "学机器例图 abcXYZ019+-=<>&\"'*_#`|~[](){}.,:;!?，。：“”（）%/\\"
TEXTS = (
    st.text(alphabet=_LETTERS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
)
WORDS = st.text(alphabet="学机器例图abcXYZ019，。：", min_size=1, max_size=20)
_MISCONCEPTIONS = st.sampled_from(["m-a", "m-more-is-right", "m-2"])
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4"/></svg>'


def _head(kind: str) -> dict[str, Any]:
    return {
        "id": st.just("g7l1-q01"),
        "kind": st.just(kind),
        "concept": st.sampled_from(["c001", "m003"]),
    } | {
        "difficulty": st.integers(1, 3),
        "use": st.lists(st.sampled_from(["class", "practice", "homework"]), min_size=1, unique=True),
        "stem": WORDS,
        "hints": st.lists(WORDS, min_size=2, max_size=4),
        "solution": WORDS,
    }


@st.composite
def items(draw: st.DrawFn, kind: str) -> ItemSpec:
    """An item of this kind as an author might write it."""
    item: ItemSpec = draw(st.fixed_dictionaries(_head(kind)))
    item |= draw(_PARTS[kind]())
    if kind != "single" and draw(st.booleans()):
        item["otherwise"] = draw(WORDS)
    if draw(st.booleans()):
        item |= {"picture": "media/p.svg", "picture_alt": draw(WORDS)}
    return item


@st.composite
def _options(draw: st.DrawFn, many: bool) -> dict[str, Any]:
    n = draw(st.integers(3, 6))
    right = draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=n - 1 if many else 1))
    options = []
    for at in range(n):
        option: dict[str, Any] = {"key": "ABCDEF"[at], "text": draw(WORDS)}
        if at in right:
            option["correct"] = True
        option["reply"] = draw(WORDS)
        if at not in right:
            option["misconception"] = draw(_MISCONCEPTIONS)
        options.append(option)
    return {"options": options}


def _pieces(letter: str, least: int, most: int) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(WORDS, min_size=least, max_size=most).map(
        lambda texts: [{"key": f"{letter}{n}", "text": text} for n, text in enumerate(texts, start=1)]
    )


@st.composite
def _order(draw: st.DrawFn) -> dict[str, Any]:
    entries = draw(_pieces("e", 3, 6))
    later, earlier = draw(
        st.sampled_from([(b, a) for a in range(len(entries)) for b in range(a + 1, len(entries))])
    )
    trap = {"before": [entries[later]["key"], entries[earlier]["key"]]}
    return {
        "entries": entries,
        "traps": [trap | {"misconception": draw(_MISCONCEPTIONS), "reply": draw(WORDS)}],
    }


@st.composite
def _hotspot(draw: st.DrawFn) -> dict[str, Any]:
    many = draw(st.booleans())
    found = draw(_options(many=many))["options"]
    shapes = [
        {"shape": "rect", "at": [0, 1, 2, 2.5]},
        {"shape": "circle", "at": [2, 2, 1.5]},
        {"shape": "polygon", "at": [0, 0, 3, 0.5, 1, 3]},
    ]
    spots = [
        {**option, "key": letter, "text": draw(TEXTS), "area": draw(st.sampled_from(shapes))}
        for letter, option in zip("ABCDEFGHIJ", found, strict=False)
    ]
    right = sum(bool(spot.get("correct")) for spot in spots)
    more = {"least": right, "most": right} if many and 1 < right < len(spots) else {}
    picture = {"picture": "media/p.svg", "picture_alt": draw(TEXTS), "size": [4, 4]}
    return {**picture, **more, "options": spots}


@st.composite
def _match(draw: st.DrawFn) -> dict[str, Any]:
    left = draw(_pieces("l", 2, 6))
    right = draw(_pieces("r", len(left), len(left) + 1))
    placed = draw(st.permutations([piece["key"] for piece in right]))[: len(left)]
    pairs = {piece["key"]: key for piece, key in zip(left, placed, strict=True)}
    wrong = next(piece["key"] for piece in right if piece["key"] != pairs["l1"])
    trap = {"pair": ["l1", wrong], "misconception": draw(_MISCONCEPTIONS), "reply": draw(WORDS)}
    return {"left": left, "right": right, "pairs": pairs, "traps": [trap]}


@st.composite
def _classify(draw: st.DrawFn) -> dict[str, Any]:
    bins = draw(_pieces("b", 2, 5))
    keys = [piece["key"] for piece in bins]
    entries = [{**entry, "bin": draw(st.sampled_from(keys))} for entry in draw(_pieces("e", 3, 8))]
    wrong = next(key for key in keys if key != entries[0]["bin"])
    trap = {"entry": "e1", "bin": wrong, "misconception": draw(_MISCONCEPTIONS), "reply": draw(WORDS)}
    return {"bins": bins, "entries": entries, "traps": [trap]}


@st.composite
def _numeric(draw: st.DrawFn) -> dict[str, Any]:
    value = draw(st.integers(-10_000, 10_000)) / draw(st.sampled_from([1, 2, 4, 100]))
    value = int(value) if value == int(value) else value
    answer: dict[str, Any] = {"value": value, "tolerance": draw(st.sampled_from([0, 0.5, 0.005, 2]))}
    if draw(st.booleans()):
        answer["unit"] = draw(st.sampled_from(["%", "张", "m/s"]))
    trap = {"value": value + 7, "tolerance": 0, "misconception": "m-a", "reply": draw(WORDS)}
    return {"answer": answer, "traps": [trap]}


@st.composite
def _short(draw: st.DrawFn) -> dict[str, Any]:
    lines = [
        {"key": f"k{n}", "text": text, "points": n}
        for n, text in enumerate(draw(st.lists(TEXTS, min_size=1, max_size=3)), start=1)
    ]
    return {"accept": draw(st.lists(TEXTS, max_size=3, unique=True)), "rubric": lines, "sample": draw(TEXTS)}


_PARTS = {
    "single": lambda: _options(many=False),
    "multiple": lambda: _options(many=True),
    "hotspot": _hotspot,
    "order": _order,
    "match": _match,
    "classify": _classify,
    "numeric": _numeric,
    "short": _short,
}


def course_of(*items: ItemSpec) -> LeavingCourse:
    """A course of one lesson with these items and a picture."""
    lesson = Leaving("g7l1", "一课", items, {"media/p.svg": SVG}, data={"activities": []})
    return LeavingCourse("g7-x", "一门课", "", "CC BY-SA 4.0", "original proposal", [lesson])


def zipped(path: Path, files: Mapping[str, Any]) -> Path:
    """A zip of these files at `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path


def manifest(*items: str) -> str:
    """A QTI 3 manifest that lists these files."""
    listed = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv3p0" href="{name}"><file href="{name}"/></resource>'
        for n, name in enumerate(items)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="m"><metadata>'
        "<schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/>"
        f"<resources>{listed}</resources></manifest>"
    )


def item_xml(
    body: str = "", identifier: str = "one", declared: str = "", rest: str = "", head: str = ""
) -> str:
    """A small QTI 3 item; without anything said, a single choice."""
    declared = declared or _DECLARED
    body = body or f"<p>哪个对？</p>{CHOICE}"
    return (
        f'<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="{identifier}" title="题"'
        f' time-dependent="false"{head}>{declared}<qti-item-body>{body}</qti-item-body>{rest}</qti-assessment-item>'
    )


_DECLARED = (
    '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">'
    "<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>"
)
CHOICE = (
    '<qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>选一个</qti-prompt>'
    '<qti-simple-choice identifier="A">对的</qti-simple-choice><qti-simple-choice identifier="B">错的</qti-simple-choice>'
    "</qti-choice-interaction>"
)
