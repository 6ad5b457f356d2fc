"""Numbers as people write them: 1,234 · 3.5 · 20% · 3/4 · 负三 · 三百六十五 · 三点五 · 百分之二十 · 四分之三 · twenty-five · er shi wu.

Pure and exact: every number is a `Fraction`. The text must be cleaned first (`text.clean`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {
    "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
    "壱": 1, "弐": 2, "參": 3, "貳": 2, "陸": 6, "兩": 2,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_HAN = "".join((*_DIGITS, *_UNITS, *_LARGE))
_WHOLE = rf"[{_HAN}]{{1,24}}"
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SPELLED = {word: at for at, word in enumerate(_ONES)} | {word: 10 * at for at, word in enumerate(_TENS, 2)}
_PINYIN = dict(
    zip(
        ["ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi", "bai", "qian", "wan"],
        "零一二三四五六七八九十百千万",
        strict=True,
    )
)

_ARABIC = re.compile(
    r"(?P<sign>(?<![A-Za-z0-9)）%])[-+]|负)?\s?(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d{1,40})(?P<rest>\.\d{1,40})?"
    r"(?:又(?P<top2>\d{1,12})\s?/\s?(?P<low2>\d{1,12})|\s?/\s?(?P<low>\d{1,12})(?![\d.]))?(?P<percent>\s?%)?"
)
_FRAC = re.compile(r"\\d?frac\s?\{\s?(-?\d{1,12})\s?\}\s?\{\s?(\d{1,12})\s?\}")
_CHINESE = re.compile(
    rf"(?P<sign>负)?(?:(?P<hundredth>百分之)(?P<share>{_WHOLE}(?:点[{_HAN}]{{1,12}})?|\d{{1,9}}(?:\.\d{{1,9}})?)"
    rf"|(?P<low>{_WHOLE}|\d{{1,9}})分之(?P<top>{_WHOLE}|\d{{1,9}})"
    rf"|(?P<whole>{_WHOLE})(?:点(?P<rest>[{_HAN}]{{1,12}}))?)"
)
_WORDS = "|".join(sorted((*_SPELLED, "hundred", "thousand"), key=len, reverse=True))
_SOUNDS = "|".join(sorted(_PINYIN, key=len, reverse=True))
# Bounded: a reply of nothing but number words must not become one number of a million figures.
_ENGLISH = re.compile(rf"(?<![a-z])(?:{_WORDS})(?:[\s-]{{1,3}}(?:and\s)?(?:{_WORDS})){{0,11}}(?![a-z])")
_PINYIN_RUN = re.compile(rf"(?<![a-z])(?:{_SOUNDS})(?:\s?(?:{_SOUNDS})){{0,11}}(?![a-z])")
_LETTERS = re.compile("[a-z]{2}")
_APART = re.compile(r"(?<![\d.])\d(?:[ _~*·|、]{1,2}\d){1,39}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Found:
    """A number and where it stands in the cleaned text."""

    value: Fraction
    start: int
    end: int


def numbers(text: str) -> list[Found]:
    """Every number in cleaned text, in the order they stand. Digits written apart (`2 4`) count as joined, too."""
    found: list[Found] = []
    for reader in (_arabic, _latex, _chinese, _spelled, _apart):
        found.extend(reader(text))
    return sorted(found, key=lambda one: (one.start, one.end))


def value_of(said: str | float) -> Fraction | None:
    """The number an author wrote (`24`, `"3/4"`, `"2.5"`, `"20%"`), or None when it is none."""
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return Fraction(str(said))
    plain = said.strip()
    match = _ARABIC.fullmatch(plain)
    if match:
        return _value(match)
    try:
        return Fraction(plain)
    except (ValueError, ZeroDivisionError):
        return chinese(plain)


def _value(match: re.Match[str]) -> Fraction | None:
    part = match.groupdict()
    value = Fraction(part["whole"].replace(",", "") + (part["rest"] or ""))
    if part["low2"]:
        if int(part["low2"]) == 0:
            return None
        value += Fraction(int(part["top2"]), int(part["low2"]))
    elif part["low"]:
        if int(part["low"]) == 0:
            return None
        value /= int(part["low"])
    if part["percent"]:
        value /= 100
    return -value if part["sign"] in ("-", "负") else value


def _arabic(text: str) -> Iterator[Found]:
    for match in _ARABIC.finditer(text):
        value = _value(match)
        if value is not None:
            yield Found(value, match.start(), match.end())
        if match["low"]:  # 3/4 may also be a division of which either number was asked for
            yield Found(
                Fraction(match["whole"].replace(",", "") + (match["rest"] or "")), *match.span("whole")
            )
            yield Found(Fraction(match["low"]), *match.span("low"))


def _latex(text: str) -> Iterator[Found]:
    if "frac" not in text:
        return
    for match in _FRAC.finditer(text):
        if int(match[2]):
            yield Found(Fraction(int(match[1]), int(match[2])), match.start(), match.end())


def chinese(said: str) -> Fraction | None:
    """A whole Chinese numeral: 三百六十五, 二〇二六, 一万零五十, 三点五."""
    whole, _, rest = said.partition("点")
    value = _whole(whole)
    if value is None or not rest:
        return None if value is None else Fraction(value)
    if any(char not in _DIGITS for char in rest):
        return None
    return Fraction(f"{value}." + "".join(str(_DIGITS[char]) for char in rest))


def _whole(said: str) -> int | None:
    if not said or any(char not in _HAN for char in said):
        return int(said) if said.isascii() and said.isdigit() else None
    if all(char in _DIGITS for char in said):
        return int("".join(str(_DIGITS[char]) for char in said))
    total = part = digit = 0
    for char in said:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            part += (digit or (1 if part == 0 else 0)) * _UNITS[char]
            digit = 0
        else:
            total = (total + part + digit) * _LARGE[char] if total + part + digit else _LARGE[char]
            part = digit = 0
    return total + part + digit


def _chinese(text: str) -> Iterator[Found]:
    for match in _CHINESE.finditer(text):
        part = match.groupdict()
        value: Fraction | None
        if part["share"]:
            share = value_of(part["share"]) if part["share"][0].isascii() else chinese(part["share"])
            value = None if share is None else share / 100
        elif part["low"]:
            low, top = _whole(part["low"]), _whole(part["top"])
            value = Fraction(top, low) if low and top is not None else None
        else:
            value = chinese(part["whole"] + (f"点{part['rest']}" if part["rest"] else ""))
        if value is not None:
            yield Found(-value if part["sign"] else value, match.start(), match.end())


def _spelled(text: str) -> Iterator[Found]:
    if not _LETTERS.search(text):
        return
    for match in _ENGLISH.finditer(text):
        total = part = 0
        for word in re.findall(r"[a-z]+", match[0]):
            if word == "hundred":
                part = (part or 1) * 100
            elif word == "thousand":
                total, part = total + (part or 1) * 1000, 0
            elif word != "and":
                part += _SPELLED[word]
        yield Found(Fraction(total + part), match.start(), match.end())
    for match in _PINYIN_RUN.finditer(text):
        words = re.findall(_SOUNDS, match[0])
        value = _whole("".join(_PINYIN[word] for word in words))
        if value is not None:
            yield Found(Fraction(value), match.start(), match.end())


def _apart(text: str) -> Iterator[Found]:
    for match in _APART.finditer(text):
        yield Found(Fraction(re.sub(r"\D", "", match[0])), match.start(), match.end())
