"""Lessons and items as facts for an agent: texts without marks, answers as graders read them, passages to quote. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from html import unescape
from typing import Any, Final

from qiming.agents.guard.answers import Answers
from qiming.agents.talk.types import ItemFacts, LessonFacts, Passage, Worked
from qiming.assurance.graders.text import sentences, squeezed
from qiming.curriculum.types import Item, Lesson

_PICTURE: Final = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS: Final = re.compile(r"\*{1,3}|`+|^#{1,6}\s+|^\s*>\s?", re.MULTILINE)
_BLOCK: Final = re.compile(r"</(?:p|li|h\d|div|tr|blockquote)>|<br\s*/?>", re.IGNORECASE)
_ALT: Final = re.compile(r"<img\b[^>]*\balt=\"([^\"]*)\"[^>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]+>")
_SENTENCE: Final = re.compile(r"[^。！？!?]+[。！？!?]*[”」]?")
_LETTER: Final = re.compile(r"(?:选|和|、|^)[A-H](?![A-Za-z0-9])|(?<![A-Za-z0-9])[A-H](?:项|对|不对|和|、)")
LEAST_SENTENCE: Final = 8  # characters of a sentence of a solution that says something by itself
MOST_STEM: Final = 120


def plain(text: str) -> str:
    """Markdown as a reader hears it: pictures by their description, no marks."""
    text = _PICTURE.sub(lambda match: match[1], str(text))
    return _MARKS.sub("", _LINK.sub(lambda match: match[1], text)).strip()


def plain_html(html: str) -> str:
    """HTML of our own as a reader hears it."""
    text = _BLOCK.sub("\n", _ALT.sub(lambda match: match[1], html))
    return re.sub(r"\n\s*\n+", "\n", unescape(_TAG.sub("", text))).strip()


# ---- items


def item_facts(
    item: Item, others: Iterable[Item] = (), finished: Collection[str] = (), *, lesson: str = ""
) -> ItemFacts:
    """An item as an agent may see it. `others`: items of the course; of those `finished` by this pupil (keys) one like it
    may be shown solved. `lesson`: the name of the sibling's place."""
    spec = spec_of(item)
    siblings = [spec_of(one) for one in others if one.key in finished]
    return facts_of(spec, siblings, version=item.version, lesson=lesson)


def spec_of(item: Item) -> dict[str, Any]:
    """The item as its author wrote it."""
    return {
        "hints": item.hints,
        "solution": plain_html(item.solution_html),
        "stem": plain_html(item.stem_html),
        **item.data,
        "id": item.key,
        "kind": item.kind,
        "concept": item.concept,
        "picture_alt": item.picture_alt,
    }


def facts_of(
    spec: Mapping[str, Any],
    siblings: Iterable[Mapping[str, Any]] = (),
    *,
    version: str = "",
    lesson: str = "",
) -> ItemFacts:
    """The same from the item as written in items.yaml."""
    known = known_of(spec)
    pieces = tuple((key, text) for key, text in _pieces(spec))
    stem = plain(spec["stem"])
    read = [stem, *(f"{key}．{text}" for key, text in pieces)]
    alt = plain(spec.get("picture_alt") or "")
    return ItemFacts(
        key=spec["id"],
        version=version,
        kind=spec["kind"],
        stem=f"{stem}（图：{alt}）" if alt else stem,
        pieces=pieces,
        known=known,
        hints=tuple(plain(hint) for hint in spec["hints"]),
        sibling=_sibling(spec, siblings, Answers(known, read), lesson),
    )


def _sibling(
    spec: Mapping[str, Any], siblings: Iterable[Mapping[str, Any]], answers: Answers, lesson: str
) -> Worked | None:
    """A finished item of the same concept, of the same kind before others, whose solution doesn't tell this one's answer."""
    like = [one for one in siblings if one["concept"] == spec["concept"] and one["id"] != spec["id"]]
    for one in sorted(like, key=lambda one: (one["kind"] != spec["kind"], one["id"])):
        stem, solution = plain(one["stem"]), _without_letters(plain(one["solution"]))
        if solution and len(stem) <= MOST_STEM and not answers.told((f"{stem}\n{solution}",)):
            return Worked(one["id"], stem, solution, f"{lesson}·你做完的一题" if lesson else "")
    return None


def _without_letters(solution: str) -> str:
    """A solution without sentences that name an option by its letter: those options are not shown beside it, and "choose B"
    would be heard of the item at hand."""
    return "".join(one for one in _SENTENCE.findall(solution) if not _LETTER.search(one)).strip()


def _pieces(spec: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What a pupil reads below the question. Pairs and order are shuffled on the page: here they come by their text."""
    for part in ("options", "bins", "left"):
        yield from ((str(one["key"]), plain(one["text"])) for one in spec.get(part, ()))
    loose = [
        (str(one["key"]), plain(one["text"])) for part in ("entries", "right") for one in spec.get(part, ())
    ]
    yield from sorted(loose, key=lambda pair: pair[1])


def known_of(spec: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The answers of an item in the form of graders: what would tell it, in figures, letters or words."""
    solution = plain(spec["solution"])
    told = list(_KNOWN[spec["kind"]](spec))
    written = [one for one in told if one["kind"] == "text"]
    sayings = [words for one in written for words in (one["value"], *one["paraphrases"])]
    sayings += [one.strip() for one in sentences(solution) if len(squeezed(one).text) >= LEAST_SENTENCE]
    others = tuple(one for one in told if one["kind"] != "text")
    return (*others, {"kind": "text", "value": solution, "paraphrases": list(dict.fromkeys(sayings))})


def _chosen(spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    options = {str(one["key"]): plain(one["text"]) for one in spec["options"]}
    for one in spec["options"]:
        if one.get("correct"):
            yield {"kind": "choice", "value": str(one["key"]), "options": options}


def _number(spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    answer = spec["answer"]
    value = answer["value"]
    told = {"kind": "number", "value": str(int(value) if float(value).is_integer() else value)}
    yield told | {"unit": str(answer.get("unit") or ""), "tolerance": answer.get("tolerance", 0)}


def _ordered(spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    texts = [plain(one["text"]) for one in spec["entries"]]
    keys = [str(one["key"]) for one in spec["entries"]]
    arrows = ["，再".join(texts), "，然后".join(texts), "最后".join(texts)]
    letters = ["".join(keys)] if len(keys) > 2 and all(len(key) == 1 for key in keys) else []
    yield {"kind": "text", "value": "，".join(texts), "paraphrases": [*arrows, *letters]}


def _matched(spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    left = {str(one["key"]): plain(one["text"]) for one in spec["left"]}
    right = {str(one["key"]): plain(one["text"]) for one in spec["right"]}
    for a, b in spec["pairs"].items():
        yield _belongs(left[str(a)], right[str(b)], ("连", "连到", "对应", "配", "是", "和", "应该连"))


def _sorted_out(spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    bins = {str(one["key"]): plain(one["text"]) for one in spec["bins"]}
    for one in spec["entries"]:
        yield _belongs(
            plain(one["text"]),
            bins[str(one["bin"])],
            ("放进", "放到", "属于", "归到", "是", "分到", "应该放"),
        )


def _belongs(thing: str, place: str, words: Iterable[str]) -> dict[str, Any]:
    return {
        "kind": "text",
        "value": f"{thing}：{place}",
        "paraphrases": [f"{thing}{word}{place}" for word in words],
    }


def _written(spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    accepted = [plain(one) for one in spec["accept"]]
    sample = plain(spec["sample"])
    points = [plain(one["text"]) for one in spec["rubric"]]
    yield {
        "kind": "text",
        "value": sample,
        "paraphrases": [one for one in (*accepted, *points) if len(one) > 1],
    }


_KNOWN: Final = {
    "single": _chosen,
    "multiple": _chosen,
    "hotspot": _chosen,
    "numeric": _number,
    "order": _ordered,
    "match": _matched,
    "classify": _sorted_out,
    "short": _written,
}


# ---- lessons


def lesson_facts(lesson: Lesson, *, step: str = "") -> LessonFacts:
    """A lesson as an agent may see it. `step`: key of the current step."""
    current = lesson.activity(step) if step else None
    return LessonFacts(
        key=lesson.key,
        title=lesson.title,
        question=lesson.question,
        version=str(lesson.id),
        course=lesson.course_key,
        position=lesson.position,
        goals=lesson.goals,
        words=tuple((one["word"], one["meaning"]) for one in lesson.new_words),
        step=current.title if current else "",
        ethics=lesson.ethics,
    )


def passages_of(lesson: Lesson, *, url: str = "") -> tuple[Passage, ...]:
    """What of a lesson may be quoted: its new words and the texts of its steps, as pupils read them."""
    name, version = f"第{lesson.position}课《{lesson.title}》", str(lesson.id)
    words = [
        Passage(f"{lesson.key}/words/{at}", name, version, "新词", f"{one['word']}：{one['meaning']}", url)
        for at, one in enumerate(lesson.new_words, 1)
    ]
    steps = [
        Passage(f"{lesson.key}/{one.key}", name, version, one.title, plain_html(one.text_html), url)
        for one in lesson.main_activities
        if one.text_html
    ]
    return (*words, *(one for one in steps if one.text))
