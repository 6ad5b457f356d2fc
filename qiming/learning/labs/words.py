"""The words labs use for evidence (`host.did` in web/labs/host.ts), what each may say, and what older words mean. Pure.

A known word keeps its own keys, each of its type and size; what a lab says beside them goes to `more`, small and plain.
An unknown word is kept with small plain details. Nothing here is ever HTML; control characters, pictures and numbers
that are none go.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Detail = dict[str, Any]
Clean = Callable[[object], Any]

PREDICTED = "predicted"
SAW = "saw-prediction"
TRAINED = "trained"
TESTED = "tested"
EXPLAINED = "explained"
BROKE = "broke"
CHOSE = "chose"
REACHED = "reached"
HINT = "asked-hint"

MOST_TEXT = 200
MOST_WORD = 40
MOST_KEYS = 40
MOST_DEPTH = 3
# Control characters, and marks that turn the direction of the text that follows.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def text(value: object, most: int = MOST_TEXT) -> str | None:
    """Plain words; None for what is none. A picture as a data address is no word."""
    if not isinstance(value, str) or value.lstrip()[:5].lower() == "data:":
        return None
    return _UNSEEN.sub("", value)[:most]


def number(value: object) -> int | float | None:
    """A number a database and a page can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return value if abs(value) < 1e15 else None


def plain(value: object, depth: int = MOST_DEPTH) -> Any:
    """Any JSON made small: texts cut, at most forty entries a list or object, three deep, nothing unsafe."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (str, int, float)):
        return text(value) if isinstance(value, str) else number(value)
    if isinstance(value, Mapping) and depth > 0:
        named = ((text(name, MOST_WORD), one) for name, one in list(value.items())[:MOST_KEYS])
        return {name: plain(one, depth - 1) for name, one in named if name}
    if isinstance(value, (list, tuple)) and depth > 0:
        return [plain(one, depth - 1) for one in value[:MOST_KEYS]]
    return None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _index(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and 0 <= found < 1000 else None


def _settings(value: object) -> Detail | None:
    return plain(value) if isinstance(value, Mapping) else None


def _scores(value: object) -> dict[str, int | float] | None:
    """Scores are numbers by name; `{right, all}` becomes a share."""
    if not isinstance(value, Mapping):
        return None
    found: dict[str, int | float] = {}
    for name, one in list(value.items())[:MOST_KEYS]:
        key, score = text(name, MOST_WORD), share(one) if isinstance(one, Mapping) else number(one)
        if key and score is not None:
            found[key] = score
    return found


def share(value: object) -> float | None:
    """`{right: 3, all: 4}` as 0.75."""
    if not isinstance(value, Mapping):
        return None
    right, of = number(value.get("right")), number(value.get("all"))
    return round(right / of, 4) if right is not None and of else None


def _said(value: object) -> list[str] | None:
    many = value if isinstance(value, list) else [value]
    found = [one for one in (text(each) for each in many[:20]) if one]
    return found or None


WORDS: Mapping[str, Mapping[str, Clean]] = {
    PREDICTED: {"about": text, "guess": plain},
    SAW: {"about": text, "guess": plain, "came": plain, "right": _flag},
    TRAINED: {"method": text, "settings": _settings, "scores": _scores},
    TESTED: {"settings": _settings, "scores": _scores},
    EXPLAINED: {"about": text, "words": _said},
    BROKE: {"how": text},
    CHOSE: {"about": text, "choice": text},
    REACHED: {"index": _index, "goal": text, "again": _flag},
    HINT: {"hint": _index},
}


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence: a word of the vocabulary (or an unknown one) with its details."""

    word: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        return self.word in WORDS


def cleaned(what: object, detail: object) -> Said:
    """What a device said as it may be kept. An older lab's word becomes the word it means, and says so (`as`)."""
    word = (text(what, MOST_WORD) or "").strip() or "other"
    given = dict(detail) if isinstance(detail, Mapping) else {}
    older = OLDER.get(word)
    if older is not None and not _speaks_new(word, given):
        new, given = older(given)
        if new != word:
            given = {**given, "as": word}
        word = new
    known = WORDS.get(word)
    if known is None:
        return Said(word, plain(given))
    kept = {name: clean(given[name]) for name, clean in known.items() if name in given}
    kept = {name: value for name, value in kept.items() if value is not None}
    beside = {name: value for name, value in given.items() if name not in known and name != "more"}
    more = plain(given["more"] if not beside and "more" in given else beside)
    return Said(word, {**kept, **({"more": more} if more else {})})


# Words that older labs share with the vocabulary, and the detail by which theirs are known.
_OLD_MARKS = {PREDICTED: "maze", SAW: "seen", TRAINED: "pictures", TESTED: "answers"}


def _speaks_new(word: str, detail: Mapping[str, Any]) -> bool:
    return word in _OLD_MARKS and _OLD_MARKS[word] not in detail


def _rest(detail: Mapping[str, Any], *names: str) -> Detail:
    return {name: value for name, value in detail.items() if name not in names}


def _picked(detail: Mapping[str, Any], *names: str) -> Detail:
    return {name: detail[name] for name in names if name in detail}


def _saw(about: str) -> Callable[[Detail], tuple[str, Detail]]:
    return lambda d: (SAW, {"about": about, **d})


def _trained_pictures(d: Detail) -> tuple[str, Detail]:
    settings = {"data": d.get("pictures", {}), **_picked(d, "features")}
    return TRAINED, {"method": d.get("method"), "settings": settings, "scores": {}, **_picked(d, "run")}


def _tested_pictures(d: Detail) -> tuple[str, Detail]:
    return TESTED, {"settings": _picked(d, "run", "method"), "scores": _picked(d, "train", "test")}


def _tested_points(d: Detail) -> tuple[str, Detail]:
    settings = {**_picked(d, "k"), "data": _picked(d, "added", "taken")}
    return TESTED, {"settings": settings, "scores": {"test": share(d)}}


def _guessed_way(d: Detail) -> tuple[str, Detail]:
    return PREDICTED, {"about": "哪种走法打开的格子最少", "guess": d.get("method"), **_rest(d, "method")}


def _saw_way(d: Detail) -> tuple[str, Detail]:
    told = d["seen"] if isinstance(d.get("seen"), list) else []
    seen = [one for one in told if isinstance(one, Mapping) and number(one.get("opened"))]
    least = min(seen, key=lambda one: float(one["opened"]), default={})
    said = {"about": "哪种走法打开的格子最少", "guess": d.get("guess"), "came": least.get("way")}
    return SAW, {**said, **_rest(d, "guess")}


def _tree(d: Detail) -> tuple[str, Detail]:
    return TRAINED, {"method": "tree", "settings": _picked(d, "limit"), "scores": _rest(d, "limit")}


def _tested_tree(d: Detail) -> tuple[str, Detail]:
    return TESTED, {"settings": _rest(d, "train", "test"), "scores": _picked(d, "train", "test")}


def _walked(d: Detail) -> tuple[str, Detail]:
    scores = _picked(d, "loss")
    return TRAINED, {"method": "gradient-descent", "settings": _rest(d, "loss"), "scores": scores}


def _settled(d: Detail) -> tuple[str, Detail]:
    return TRAINED, {"method": "k-means", "settings": _rest(d, "spread"), "scores": _picked(d, "spread")}


def _best_line(d: Detail) -> tuple[str, Detail]:
    return TESTED, {
        "settings": {"method": "by-hand"},
        "scores": {"loss": d.get("hand"), "best": d.get("least")},
    }


def _searched(d: Detail) -> tuple[str, Detail]:
    return TESTED, {"settings": _picked(d, "method", "factor"), "scores": _rest(d, "method", "factor")}


def _ran(d: Detail) -> tuple[str, Detail]:
    checks = d.get("checks")
    passed = list(checks.values()) if isinstance(checks, Mapping) else []
    scores = {"checks": {"right": passed.count(True), "all": len(passed)}} if passed else {}
    return TESTED, {"settings": {}, "scores": scores, **_rest(d, "checks")}


def _explained(d: Detail) -> tuple[str, Detail]:
    return EXPLAINED, {"about": d.get("picture"), "words": d.get("reason")}


def _confused(d: Detail) -> tuple[str, Detail]:
    return EXPLAINED, {"about": "most-confused", "words": d.get("pair"), **_picked(d, "right")}


# What the labs that were there before this vocabulary say, and what it means.
OLDER: Mapping[str, Callable[[Detail], tuple[str, Detail]]] = {
    PREDICTED: _guessed_way,
    SAW: _saw_way,
    TRAINED: _trained_pictures,
    TESTED: _tested_pictures,
    "searched": _searched,
    "guessed-kind": _saw("这一点会认成哪一种"),
    "guessed-centre": _saw("这一点归哪个中心"),
    "guessed-step": _saw("走一步损失会不会变小"),
    "traced-row": _saw("这一行会走到哪里"),
    "tested-points": _tested_points,
    "groups-settled": _settled,
    "grew-tree": _tree,
    "tested-tree": _tested_tree,
    "walked-downhill": _walked,
    "saw-best-line": _best_line,
    "ran-program": _ran,
    "explained-error": _explained,
    "named-most-confused": _confused,
}
