"""What the adviser answers, from what was found. Pure: it chooses and orders quotations and never words an obligation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from qiming.agents.knowledge.types import Kind, Passage

# From this coverage on a passage is taken to speak of what was asked; measured on questions without an answer
# (tests/test_adviser_answers.py), separately for long documents and for our own short help.
POLICY_KNOWN = 0.4
HELP_KNOWN = 0.5
MOST_QUOTES = 3
_FAR_LESS = 0.3
_NEAR_BEST = 0.6  # of the best score: what lies further behind answers something else
_EDITION = re.compile(
    r"[（(](?:试行|修订|修订版|暂行|\d{4}年?[^）)]{0,8})[）)]|\d{4}年(?:版|修订)?|第[一二三四五六七八九十]+版"
)

UNKNOWN = "在发布的文件和平台帮助里，没有找到能回答这个问题的段落。可以换个说法再问，或者转给人答复。"
NOT_ADVICE = "下面是文件原文。是否适用于您的情况，以发文单位的解释为准。"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing shown: a quotation (`quote`), a procedure (`steps`), help (`help`), a remark (`note`)."""

    kind: str
    text: str = ""
    source: str = ""
    place: str = ""
    version: str = ""
    issued_by: str = ""
    number: str = ""
    issued_on: str = ""
    document: str = ""
    chunk: str = ""
    page: str = ""  # the name of an address of ours
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """`outcome`: quoted, steps, help or unknown: what the first part is."""

    outcome: str
    parts: tuple[Part, ...] = field(default_factory=tuple)

    def as_json(self) -> list[dict[str, Any]]:
        """The parts as they are stored."""
        return [{name: value for name, value in asdict(part).items() if value} for part in self.parts]


def decide(policies: Sequence[Passage], helps: Sequence[Passage]) -> Reply:
    """The reply from passages, best first. `helps` holds help and procedures."""
    quotes = _near([one for one in policies if one.coverage >= POLICY_KNOWN])
    ours = _near([one for one in helps if one.coverage >= HELP_KNOWN])
    # What our own help answers far more wholly is no question about a document that shares a common word with it.
    whole = max((one.coverage for one in ours), default=0.0)
    quotes = [one for one in quotes if one.coverage >= whole - _FAR_LESS]
    steps = [Part("steps", source=one.source, key=one.target) for one in ours if one.kind is Kind.STEPS][:1]
    told = [
        Part("help", one.text, one.source, one.place, page=one.target)
        for one in ours
        if one.kind is Kind.HELP
    ][:2]
    if not (quotes or steps or told):
        return Reply("unknown", (Part("note", UNKNOWN),))
    if not quotes:
        own = [*steps, *told] if ours[0].kind is Kind.STEPS else [*told, *steps]
        return Reply(own[0].kind, tuple(own))
    ordered, remark = newest_first(quotes)
    parts = [Part("note", NOT_ADVICE), *([Part("note", remark)] if remark else []), *map(_quoted, ordered)]
    return Reply("quoted", (*parts, *steps, *told))


def _near(found: Sequence[Passage]) -> list[Passage]:
    best = max((one.score for one in found), default=0.0)
    return [one for one in found if one.score >= best * _NEAR_BEST][:MOST_QUOTES]


def newest_first(quotes: Sequence[Passage]) -> tuple[list[Passage], str]:
    """Editions of one document in force side by side: the newest first, and a remark that says so."""
    by_matter: dict[str, list[Passage]] = {}
    for one in quotes:
        by_matter.setdefault(matter(one.source), []).append(one)
    several = [group for group in by_matter.values() if len({one.document_id for one in group}) > 1]
    if not several:
        return list(quotes), ""
    editions = sorted(several[0], key=lambda one: (one.issued_on or date.min, one.score), reverse=True)
    rest = [one for one in quotes if one not in editions]
    newest = editions[0]
    day = f"（{newest.issued_on.isoformat()}印发）" if newest.issued_on else ""
    remark = f"同一件事有不止一份在用的文件，说法可能不同。先列最新的《{newest.source}》{day}；有出入时以它为准，并请转人工核实。"
    return [*editions, *rest], remark


def matter(title: str) -> str:
    """A title without what tells its editions apart."""
    return re.sub(r"[\s《》“”]", "", _EDITION.sub("", title))


def _quoted(one: Passage) -> Part:
    return Part(
        "quote",
        text=one.text,
        source=one.source,
        place=one.place,
        version=one.version[:8],
        issued_by=one.issued_by,
        number=one.number,
        issued_on=one.issued_on.isoformat() if one.issued_on else "",
        document=str(one.document_id),
        chunk=str(one.id),
    )
