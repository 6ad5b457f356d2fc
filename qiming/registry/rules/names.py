"""Names of grades and classes, and reading them from what people type."""

import re
import unicodedata

from qiming.registry.types import grade_name

_DIGITS = "零一二三四五六七八九十"
_CLASS_NO = re.compile(r"[(（]?\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*[)）]?\s*班?$")
_GRADE_PREFIX = re.compile(r"^(小学|初中|高中|初|高|G|g)?(.*?)(年级)?$")


def class_name(grade: int, class_no: int) -> str:
    """(7, 3) → 七年级（3）班."""
    return f"{grade_name(grade)}（{class_no}）班"


def small_number(text: str) -> int | None:
    """Read 7, ７, 七, 十二, 二十 as a number up to 99; None when it is none."""
    flat = unicodedata.normalize("NFKC", text).strip()
    if flat.isascii() and flat.isdigit():
        return int(flat) if len(flat) <= 4 else None
    if not flat or any(char not in _DIGITS[1:] for char in flat):
        return None
    tens, ten, ones = flat.partition("十")
    if not ten:
        return _DIGITS.index(flat) if len(flat) == 1 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)


def read_grade(text: str) -> int | None:
    """Read 七年级, 初一, 7, 高一, 高中二年级 as a grade 1–12; None when it is none."""
    flat = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _GRADE_PREFIX.match(flat)
    number = small_number(found[2]) if found else None
    if found is None or number is None:
        return None
    prefix = found[1] or ""
    if prefix in ("初", "初中"):
        number = number + 6 if number <= 3 else number
    elif prefix in ("高", "高中"):
        number = number + 9 if number <= 3 else number
    return number if 1 <= number <= 12 else None


def read_class_no(text: str) -> int | None:
    """Read 3, 3班, （3）班, 三班, 七年级3班 as a class number 1–99; None when it is none."""
    flat = unicodedata.normalize("NFKC", text).replace(" ", "")
    tail = flat.rsplit("级", 1)[-1] if "级" in flat else flat
    found = _CLASS_NO.fullmatch(tail)
    number = small_number(found[1]) if found else None
    return number if number is not None and 1 <= number <= 99 else None
