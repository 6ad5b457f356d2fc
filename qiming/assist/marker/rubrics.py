"""What gives points: criteria, each with ideas that an answer may say in several ways. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qiming.kernel.errors import UserError

MOST_IDEAS, MOST_WAYS, LONGEST = 12, 12, 60
WHOLE = ("whole", "答得对", 1)
_LEAD = re.compile(r"^(?:能)?(?:说|写|指|讲|提|点|举|答|列)(?:出|到|清楚|清|明白|明)?")
_BETWEEN = re.compile(r"，或者?|、或者?|；或者?|或者|[；;]|或")
_ASIDE = re.compile(r"[（(]([^）)]*)[）)]")


@dataclass(frozen=True, slots=True)
class Criterion:
    """`points` for saying `need` of the ideas (all when 0), in this order when `in_order`.

    An idea is a tuple of ways to say it. `wrong`: what nobody may say who has understood.
    """

    key: str
    text: str
    points: int
    ideas: tuple[tuple[str, ...], ...] = ()
    need: int = 0
    in_order: bool = False
    wrong: tuple[str, ...] = ()

    @property
    def needed(self) -> int:
        return min(self.need, len(self.ideas)) if self.need else len(self.ideas)


def to_data(criteria: Iterable[Criterion]) -> list[dict[str, Any]]:
    """The form in which a rubric is stored."""
    return [
        {
            "key": one.key,
            "text": one.text,
            "points": one.points,
            "ideas": [list(ways) for ways in one.ideas],
            "need": one.need,
            "in_order": one.in_order,
            "wrong": list(one.wrong),
        }
        for one in criteria
    ]


def from_data(rows: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
    """What `to_data` stored."""
    return tuple(
        Criterion(
            str(row["key"]),
            str(row["text"]),
            int(row["points"]),
            tuple(tuple(map(str, ways)) for ways in row.get("ideas", ())),
            int(row.get("need", 0)),
            bool(row.get("in_order", False)),
            tuple(map(str, row.get("wrong", ()))),
        )
        for row in rows
    )


def frame(data: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """The criteria an item is marked by, still without ideas; an item without any is judged as a whole."""
    rows = data.get("rubric") or ()
    return tuple(Criterion(str(row["key"]), str(row["text"]), int(row["points"])) for row in rows) or (
        Criterion(*WHOLE),
    )


def derive(data: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Ideas out of the item's own words: a stopgap until a teacher has written some."""
    rows = frame(data)
    accepted = tuple(str(one) for one in data.get("accept", ()))
    return tuple(replace(row, ideas=_ideas(row.text, accepted if len(rows) == 1 else ())) for row in rows)


def _ideas(text: str, accepted: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """One idea: what the criterion asks for, in the ways its text names."""
    ways: list[str] = list(accepted)
    for piece in _BETWEEN.split(text):
        asides = [word for aside in _ASIDE.findall(piece) for word in re.split(r"[、，,]|等$", aside)]
        ways += [_LEAD.sub("", _ASIDE.sub("", piece)).strip("，。、 “”")]
        ways += [word.strip("等“” ") for word in asides]
    kept = tuple(dict.fromkeys(way[:LONGEST] for way in ways if len(way) > 1))
    return (kept,) if kept else ()


def read_form(rows: Sequence[Criterion], post: Mapping[str, str]) -> tuple[Criterion, ...]:
    """What a teacher wrote for each criterion: a line per idea, ways to say it between slashes."""
    return tuple(_read_row(row, post) for row in rows)


def _read_row(row: Criterion, post: Mapping[str, str]) -> Criterion:
    ideas = tuple(ways for line in _lines(post, f"ideas-{row.key}") if (ways := _ways(line, row.key)))
    if len(ideas) > MOST_IDEAS:
        raise _refused(f"“{row.text}”的要点太多了，最多{MOST_IDEAS}个", f"ideas-{row.key}")
    need = post.get(f"need-{row.key}", "").strip()
    if need and not (need.isdecimal() and len(need) < 4 and int(need) <= len(ideas)):
        raise _refused(f"“{row.text}”要说到几个，请填不超过{len(ideas)}的数，或者空着", f"need-{row.key}")
    wrong = tuple(way for line in _lines(post, f"wrong-{row.key}") for way in _ways(line, row.key))
    return replace(
        row, ideas=ideas, need=int(need or 0), in_order=post.get(f"order-{row.key}") == "1", wrong=wrong
    )


def _lines(post: Mapping[str, str], name: str) -> list[str]:
    return post.get(name, "").replace("\x00", "").splitlines()[: MOST_IDEAS * 4]


def _ways(line: str, key: str) -> tuple[str, ...]:
    ways = tuple(dict.fromkeys(way for one in re.split(r"[/／]", line) if (way := one.strip())))
    if len(ways) > MOST_WAYS or any(len(way) > LONGEST for way in ways):
        raise _refused(f"一个要点最多{MOST_WAYS}种说法，每种最多{LONGEST}个字", f"ideas-{key}")
    return ways


def _refused(message: str, field: str) -> UserError:
    return UserError(message, kept="写的都还在这一页上，没有存。", next="改好再存。", field=field)


def as_text(row: Criterion) -> tuple[str, str]:
    """Ideas and wrong words as a teacher writes them."""
    return "\n".join(" / ".join(ways) for ways in row.ideas), "\n".join(row.wrong)
