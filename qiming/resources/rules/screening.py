"""The automatic screening: what it finds in a card and in a school's own texts. No database, nothing is fetched.

What is clear goes back at once (STOP); what only a person can judge is shown to the reviewers (LOOK).
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from qiming.resources.rules import markup
from qiming.resources.types import Card, Finding, Level, Report

_MOBILE = re.compile(r"(?<![\d.])1[3-9]\d{9}(?![\d.])")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?![\dXx])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]{2,}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SAFE = ("#", "/", "media/", "mailto:", "data:image/")
MOST_SHOWN = 12  # of one rule: the rest is counted


@dataclass(frozen=True, slots=True)
class Words:
    """Lists kept as data (`content/screening/words.yaml`): a title for each list of words, hosts of shortened links."""

    lists: Mapping[str, Sequence[str]]
    short_links: frozenset[str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text: where it stands, in words, and the text or HTML."""

    where: str
    body: str


def screen(
    *,
    card: Card,
    pieces: Sequence[Piece],
    address: str,
    words: Words,
    same_as: Sequence[str],
    content_hash: str,
    more: Sequence[Finding] = (),
    is_inside: bool = False,
) -> Report:
    """Look at a version. `same_as` says, in words, where the same content lies already; `more` are findings of what
    was looked at elsewhere (a model, a product). `is_inside`: its address is the page of this platform that its product
    was admitted with, and leads nowhere else."""
    said = [card.title, card.says, card.ai_says, card.data_needs, card.cost, card.made_of, card.does_well]
    own = Piece("资源卡片", "\n".join([*said, card.filing]))
    texts = [(piece, markup.read(piece.body)) for piece in (own, *pieces)]
    findings = [
        *_format(card, pieces, address, is_inside=is_inside),
        *_shortened("personal", (one for piece, read in texts for one in _personal(piece, read.words))),
        *_shortened("words", (one for piece, read in texts for one in _words(piece, read.words, words))),
        *_shortened(
            "links", (one for piece, read in texts for one in _links(piece.where, read.links, words))
        ),
        *(_links("网址", [address], words, plain=Level.STOP) if address and not is_inside else ()),
        *_shortened("pictures", (one for piece, read in texts for one in _pictures(piece, read))),
        *(Finding("same", Level.STOP, "整份", said) for said in same_as),
        *more,
    ]
    return Report(
        checked=(
            ("段文字", len(texts)),
            ("个链接", sum(len(read.links) for _, read in texts) + bool(address)),
            ("幅图", sum(read.pictures for _, read in texts)),
        ),
        findings=tuple(findings),
        content_hash=content_hash,
    )


def is_identity_number(said: str) -> bool:
    """Whether 18 characters are a number that a person could have: the last one checks the others."""
    figures = said[:17]
    if len(said) != 18 or not figures.isdecimal():
        return False
    total = sum(int(figure) * weight for figure, weight in zip(figures, _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == said[17].upper()


def personal_numbers(said: str) -> bool:
    """Whether a text holds what looks like a mobile or an identity number."""
    return bool(_MOBILE.search(said)) or any(is_identity_number(one) for one in _IDENTITY.findall(said))


def _format(card: Card, pieces: Sequence[Piece], address: str, *, is_inside: bool) -> Iterator[Finding]:
    if not address and not any(piece.body.strip() for piece in pieces):
        yield Finding("format", Level.STOP, "整份", "没有本校自己写的内容：和市里的版本一样，不用送审。")
    if card.ai_share and not card.ai_says.strip():
        yield Finding(
            "format", Level.STOP, "资源卡片", "说了有人工智能生成的部分，没有写是哪些、用什么做的。"
        )
    if address and not is_inside and urlsplit(address).scheme not in {"https", "http"}:
        yield Finding("format", Level.STOP, "网址", "网址要以 https:// 开头。")


def _personal(piece: Piece, said: str) -> Iterator[Finding]:
    for number in _IDENTITY.findall(said):
        if is_identity_number(number):
            yield Finding(
                "personal", Level.STOP, piece.where, f"像是身份证号：{number[:4]}…{number[-2:]}。请删去。"
            )
    for number in _MOBILE.findall(said):
        yield Finding(
            "personal", Level.STOP, piece.where, f"像是手机号：{number[:3]}…{number[-2:]}。请删去。"
        )
    for mail in _MAIL.findall(said):
        name, _, host = mail.partition("@")
        yield Finding("personal", Level.LOOK, piece.where, f"有邮箱 {name[:1]}…@{host}：请看是不是个人的。")


def _words(piece: Piece, said: str, words: Words) -> Iterator[Finding]:
    flat = "".join(said.split())
    for title, listed in words.lists.items():
        for word in listed:
            if word in flat:
                yield Finding("words", Level.LOOK, piece.where, f"有“{word}”（{title}）：请看用得对不对。")


def _links(where: str, links: Iterable[str], words: Words, plain: Level = Level.LOOK) -> Iterator[Finding]:
    for link in links:
        if link.startswith(_SAFE):
            continue
        wrong = _wrong_target(link, words)
        if wrong:
            yield Finding("links", Level.STOP, where, f"链接 {link[:80]}：{wrong}")
        elif link.lower().startswith("http://"):
            yield Finding("links", plain, where, f"链接 {link[:80]} 没有加密，请换成 https://。")


def _wrong_target(link: str, words: Words) -> str:
    """Why a link may not lead there; empty when it may."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return "网址写坏了。"
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return "只能链到 https:// 的网页。"
    if parts.username or parts.password:
        return "网址里带了账号。"
    if host in words.short_links:
        return "是缩短的网址，看不出链到哪里。请写原来的。"
    if _is_bare_address(host) or "." not in host or host.endswith((".local", ".internal", ".lan")):
        return "链到一台机器的地址，不是公开的网站。"
    return ""


def _is_bare_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _pictures(piece: Piece, read: markup.Found) -> Iterator[Finding]:
    if read.silent:
        yield Finding(
            "pictures", Level.LOOK, piece.where, f"{read.silent}幅图没有文字说明，看不见图的人不知道是什么。"
        )


def _shortened(rule: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The first findings of a rule, those that stop before the others; how many more there are."""
    found = sorted(findings, key=lambda one: one.level is not Level.STOP)
    yield from found[:MOST_SHOWN]
    rest = found[MOST_SHOWN:]
    if rest:
        level = Level.STOP if any(one.level is Level.STOP for one in rest) else Level.LOOK
        yield Finding(rule, level, "别处", f"同样的还有{len(rest)}处。")
