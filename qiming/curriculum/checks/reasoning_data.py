"""Data sets of cases for rules and of prose, as web/labs/rules and next-char read them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qiming.curriculum.checks.data_words import no_label
from qiming.curriculum.checks.known import no_such
from qiming.curriculum.reading import DatasetFolder, Library
from qiming.kernel.content import Document, Problem, Unreadable, read_text, relative
from qiming.kernel.content_words import Words

# As web/labs/next-char/model.ts reads them.
LEAST_PROSE, MOST_PROSE = 500, 40_000


def check_rules(document: Document, _read: DatasetFolder, _library: Library) -> Iterator[Problem]:
    """Facts, conclusions and labels have one key each; cases and rules use these only; some cases are known from the start."""
    data: dict[str, Any] = document.data
    facts = [one["key"] for one in data["facts"]]
    middles = [one["key"] for one in data.get("middles", ())]
    labels = [one["key"] for one in data["labels"]]
    cases: list[dict[str, Any]] = data["cases"]
    for keys in ([*facts, *middles, *labels], [one["key"] for one in cases]):
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield document.problem(("facts" if key in facts else "cases",), _twice(key))
    for at, case in enumerate(cases):
        for key in sorted(set(case["facts"]) - set(facts)):
            yield document.problem(("cases", at, "facts"), _no_fact(key))
        if case["label"] not in labels:
            yield document.problem(("cases", at, "label"), no_label(case["label"]))
    for at, rule in enumerate(data.get("rules", ())):
        for key in sorted(set(rule["if"]) - {*facts, *middles}):
            yield document.problem(("rules", at, "if"), _no_fact(key))
        if rule["then"] not in {*middles, *labels}:
            yield document.problem(("rules", at, "then"), no_label(rule["then"]))
    if all(case.get("new", False) for case in cases):
        yield document.problem(("cases",), ALL_NEW)


def check_prose(document: Document, read: DatasetFolder, library: Library) -> Iterator[Problem]:
    """Every file is text, together neither too short to learn from nor too long for a tablet; what is asked begins in known signs."""
    text = ""
    for at, file in enumerate(document.data["files"]):
        path = read.folder / file
        if not path.is_file():
            words = no_such("文件", "file", file, "请放进这个文件夹。", "Put it into this folder.")
            yield document.problem(("files", at), words)
            return
        try:
            text += read_text(path, library.root)
        except Unreadable as refusal:
            yield refusal.problem
            return
    if not LEAST_PROSE <= len(text) <= MOST_PROSE:
        yield Problem(relative(read.folder, library.root), 1, "files", NO_PROSE)
    for at, ask in enumerate(document.data["asks"]):
        if ask["start"][-1] not in text:
            yield document.problem(("asks", at, "start"), _unknown_sign(ask["start"][-1]))


REASONING: Mapping[str, Callable[[Document, DatasetFolder, Library], Iterator[Problem]]] = {
    "rules": check_rules,
    "prose": check_prose,
}


def _no_fact(key: str) -> Words:
    return no_such("事实", "fact", key, "先在 facts 里写上。", "Add it to facts.")


def _twice(key: str) -> Words:
    return Words(
        f"“{key}”出现了两次。", f"'{key}' is there twice.", "请去掉一个，或改名。", "Drop or rename one."
    )


def _unknown_sign(sign: str) -> Words:
    return Words(
        f"短文里没有“{sign}”，接不下去。",
        f"The prose has no '{sign}' to go on from.",
        "换一个开头。",
        "Take another start.",
    )


ALL_NEW = Words(
    "例子全是 new，一开始什么也没有。",
    "Every case is new, none is there at first.",
    "请去掉几个 new。",
    "Drop some new.",
)
NO_PROSE = Words(
    "短文太短或太长。",
    "The prose is too short or too long.",
    f"加起来 {LEAST_PROSE} 到 {MOST_PROSE} 个字。",
    f"{LEAST_PROSE} to {MOST_PROSE} characters together.",
)
