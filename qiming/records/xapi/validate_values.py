"""The small rules of xAPI: one value each, whatever stands there. Pure; nothing but a list of findings comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken: where (JSON pointer, RFC 6901), which (stable id), in words for a developer."""

    pointer: str
    rule: str
    says: str


Found = list[Finding]
Check = Callable[[Any, str, Found], None]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_MAILTO = re.compile(r"mailto:[^\s@<>\"]+@[^\s@<>\"]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"[0-9a-fA-F]{56,128}")
_LANG = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|[xX](?:-[A-Za-z0-9]{1,8})+|[iI](?:-[A-Za-z0-9]{2,8})+"
)
_DURATION = re.compile(
    r"P(?=.)(?:\d+(?:[.,]\d+)?W|(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?"
    r"(?:T(?=.)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)",
    re.ASCII,
)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)", re.ASCII
)
_UUID = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}", re.ASCII
)
_MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?:\s*;.*)?")


def at(pointer: str, name: object) -> str:
    """The pointer one step deeper."""
    step = str(name)
    if "~" in step or "/" in step:
        step = step.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{step}"


def note(found: Found, pointer: str, rule: str, says: str) -> None:
    found.append(Finding(pointer, rule, says))


def shape(
    value: Any, pointer: str, found: Found, fields: dict[str, Check], needs: Iterable[str] = ()
) -> dict[str, Any] | None:
    """An object with known properties only, none of them null; returns it when it is an object at all."""
    if not isinstance(value, dict):
        note(found, pointer, "type.object", "must be an object")
        return None
    for name in needs:
        if name not in value:
            note(found, at(pointer, name), "property.required", "is required")
    for name, inner in value.items():
        check = fields.get(name)
        if check is None:
            note(found, at(pointer, name), "property.unknown", "is not a property xAPI knows here")
        elif inner is None:
            note(found, at(pointer, name), "value.null", "must not be null")
        else:
            check(inner, at(pointer, name), found)
    return value


def matching(pattern: re.Pattern[str], rule: str, says: str) -> Check:
    def check(value: Any, pointer: str, found: Found) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            note(found, pointer, rule, says)

    return check


def one_of(rule: str, *words: str) -> Check:
    def check(value: Any, pointer: str, found: Found) -> None:
        if not isinstance(value, str) or value not in words:
            note(found, pointer, rule, f"must be {' or '.join(words)}")

    return check


def text(value: Any, pointer: str, found: Found) -> None:
    if not isinstance(value, str):
        note(found, pointer, "type.string", "must be a string")


def flag(value: Any, pointer: str, found: Found) -> None:
    if not isinstance(value, bool):
        note(found, pointer, "type.boolean", "must be true or false")


def number(value: Any, pointer: str, found: Found) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        note(found, pointer, "type.number", "must be a number")
    elif isinstance(value, float) and not isfinite(value):
        note(found, pointer, "number.finite", "must be a finite number")


def whole(value: Any, pointer: str, found: Found) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        note(found, pointer, "number.whole", "must be a whole number, zero or more")


iri = matching(_IRI, "iri.format", "must be an IRI with its scheme")
mailto = matching(_MAILTO, "mbox.format", "must be mailto: and one address")
sha1 = matching(_SHA1, "sha1.format", "must be 40 hexadecimal digits")
sha2 = matching(_SHA2, "sha2.format", "must be the hexadecimal digits of a SHA-2 digest")
uuid = matching(_UUID, "uuid.format", "must be a UUID in its standard form")
language = matching(_LANG, "language.format", "must be a language tag of RFC 5646")
duration = matching(_DURATION, "duration.format", "must be an ISO 8601 duration")
media_type = matching(_MEDIA, "media_type.format", "must be a media type such as text/plain")


def moment(value: Any, pointer: str, found: Found) -> None:
    """An RFC 3339 / ISO 8601 time with its zone that exists; a zone of minus zero is refused (xAPI 4.5)."""
    if parse_time(value) is None:
        note(found, pointer, "time.format", "must be a time that exists, with its zone, as in RFC 3339")


def parse_time(value: Any) -> datetime | None:
    """The moment a text names, or None."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    day, hours, fraction, utc, sign, zone_h, zone_m = match.groups()
    if sign == "-" and zone_h == "00" and zone_m in {None, "00"}:
        return None
    zone = "+00:00" if utc else f"{sign}{zone_h}:{zone_m or '00'}"
    try:
        found = datetime.fromisoformat(f"{day}T{hours}{(fraction or '')[:7]}{zone}")
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found


def language_map(value: Any, pointer: str, found: Found) -> None:
    if not isinstance(value, dict):
        note(found, pointer, "type.object", "must be an object of texts by language")
        return
    for tag, words in value.items():
        if not _LANG.fullmatch(tag):
            note(found, at(pointer, tag), "language.format", "must be a language tag of RFC 5646")
        text(words, at(pointer, tag), found)


DEEPEST = 64  # levels of arrays and objects within an extension: far more than anybody means, far less than breaks a reader


def _depth(value: Any) -> int:
    """Levels of arrays and objects, one more than `DEEPEST` at most."""
    level, here = 0, [value]
    while level <= DEEPEST and (here := [one for one in here if isinstance(one, dict | list)]):
        level += 1
        here = [inner for one in here for inner in (one.values() if isinstance(one, dict) else one)]
    return level


def extensions(value: Any, pointer: str, found: Found) -> None:
    """Keys are IRIs; what stands behind them is nobody's business but the sender's, if only it isn't bottomless."""
    if not isinstance(value, dict):
        note(found, pointer, "type.object", "must be an object")
        return
    for key, inner in value.items():
        if not _IRI.fullmatch(key):
            note(found, at(pointer, key), "iri.format", "keys of extensions are IRIs")
        if isinstance(inner, dict | list) and _depth(inner) > DEEPEST:
            note(
                found,
                at(pointer, key),
                "value.depth",
                f"has more than {DEEPEST} levels of arrays and objects",
            )


def listed(check: Check, *, least: int = 0) -> Check:
    def run(value: Any, pointer: str, found: Found) -> None:
        if not isinstance(value, list):
            note(found, pointer, "type.array", "must be an array")
            return
        if len(value) < least:
            note(found, pointer, "array.empty", "must not be empty")
        for index, one in enumerate(value):
            check(one, at(pointer, index), found)

    return run
