"""Cells of a package as values; every reader returns None (or raises `Wrong`) rather than guess."""

import re
import unicodedata
from datetime import UTC, date, datetime

from qiming.kernel.time import SHANGHAI
from qiming.registry.rules.names import class_name, read_class_no, read_grade, small_number
from qiming.registry.rules.roster_rows import clean_name, name_problem

MAX_ID = 255
_PLAIN_NAME = re.compile(r"[一-龥]{1,12}")
_PLAIN_ID = re.compile(r"[0-9A-Za-z._:@/-]{1,255}")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_PUPIL_NUMBER = re.compile(r"[GJ]\d{17}[\dX]|L\d{18}")
_SCHOOL_CODE = re.compile(r"\d{10}")
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
# What a spreadsheet would run is written with an apostrophe in front; reading takes it away again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

PUPIL, STAFF, GUARDIAN = "p", "s", "g"
_KINDS = {
    "student": PUPIL,
    "parent": GUARDIAN,
    "guardian": GUARDIAN,
    "relative": GUARDIAN,
    "teacher": STAFF,
    "aide": STAFF,
    "administrator": STAFF,
    "counselor": STAFF,
    "proctor": STAFF,
    "principal": STAFF,
    "siteadministrator": STAFF,
    "districtadministrator": STAFF,
    "systemadministrator": STAFF,
}
# Enrollment roles: a pupil's seat, a teacher's class, or nothing that we know.
_SEATS = {"student": "p", "teacher": "t", "administrator": "x", "proctor": "x", "aide": "x", "parent": "x"}
_SEATS |= {"guardian": "x", "relative": "x"}
_ORG_KINDS = {"school": "school", "district": "district", "local": "district", "state": "city"}
_ORG_KINDS |= {"national": "above", "department": "department"}


class Wrong(ValueError):
    """A cell that cannot be taken; the message says why, in Chinese."""


def plain(cell: str) -> str:
    """A cell as text: no blanks at the ends, no characters nobody sees, no apostrophe before a formula."""
    if cell.isascii() and cell.isalnum():
        return cell
    kept = cell.strip()
    if kept[:1] == "'" and kept[1:2] in _FORMULA:
        kept = kept[1:]
    if kept.isprintable():
        return kept
    return "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Cs")).strip()


def harmless(text: str) -> str:
    """A cell as it may stand in a file that somebody opens in a spreadsheet program."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_id(cell: str, *, may_be_empty: bool = False) -> str:
    """A sourcedId."""
    if _PLAIN_ID.fullmatch(cell):
        return cell
    kept = plain(cell)
    if not kept and not may_be_empty:
        raise Wrong("这一格不能空着")
    if len(kept) > MAX_ID:
        raise Wrong(f"编号最多{MAX_ID}个字符")
    return kept


def read_ids(cell: str) -> list[str]:
    """A list of sourcedIds, commas between; the same one twice counts once."""
    if not cell:
        return []
    return list(dict.fromkeys(read_id(part) for part in plain(cell).split(",") if part.strip()))


def read_gone(cell: str) -> bool:
    """status: whether the row says that the thing is over."""
    if not cell:
        return False
    word = plain(cell).casefold()
    if word in ("", "active"):
        return False
    if word in ("tobedeleted", "inactive"):
        return True
    raise Wrong("status 要写 active 或 tobedeleted")


def read_yes(cell: str, default: bool) -> bool:
    """A boolean."""
    word = plain(cell).casefold()
    if not word:
        return default
    if word in ("true", "1", "yes", "是"):
        return True
    if word in ("false", "0", "no", "否"):
        return False
    raise Wrong("要写 true 或 false")


def read_date(cell: str) -> date | None:
    """A day, YYYY-MM-DD (a time behind it is passed over)."""
    if not cell:
        return None
    flat = unicodedata.normalize("NFKC", plain(cell)).replace("/", "-")
    if not flat:
        return None
    found = _DATE.match(flat) if flat.isascii() else None
    try:
        if found is None:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise Wrong("日期要写成 2026-09-01 的样子") from error


def read_moment(cell: str) -> datetime | None:
    """A moment in ISO 8601; without a zone it is Beijing time."""
    if not cell:
        return None
    flat = unicodedata.normalize("NFKC", plain(cell))
    if not flat:
        return None
    try:
        moment = datetime.fromisoformat(flat)
    except ValueError as error:
        raise Wrong("时间要写成 2026-09-01T08:00:00+08:00 的样子") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise Wrong("时间要写成 2026-09-01T08:00:00+08:00 的样子") from error


def read_name(given: str, family: str) -> str:
    """One name from given and family name: 王 + 小雨 → 王小雨; John + Smith → John Smith."""
    joined = family + given
    if _PLAIN_NAME.fullmatch(joined):
        return joined
    given, family = plain(given), plain(family)
    parts = [part for part in (family, given) if part not in ("", "-", "—", ".")]
    together = all(any("一" <= char <= "鿿" for char in part) for part in parts)
    name = clean_name("".join(parts) if together else " ".join(reversed(parts)))
    if (reason := name_problem(name)) is not None:
        raise Wrong(reason if name else "姓名还没有填")
    return name


def read_kind(cell: str) -> str:
    """A role of users.csv or roles.csv as p (pupil), s (staff) or g (guardian)."""
    kind = _KINDS.get(cell) or _KINDS.get(plain(cell).casefold())
    if kind is None:
        raise Wrong("不认识的角色；学生写 student，老师写 teacher，家长写 guardian")
    return kind


def read_seat_role(cell: str) -> str:
    """A role of enrollments.csv as p (pupil), t (teacher) or x (not taken over)."""
    kind = _SEATS.get(cell) or _SEATS.get(plain(cell).casefold())
    if kind is None:
        raise Wrong("不认识的角色；学生写 student，老师写 teacher")
    return kind


def read_org_kind(cell: str) -> str:
    """A type of orgs.csv as school, district, city, above or department."""
    kind = _ORG_KINDS.get(plain(cell).casefold())
    if kind is None:
        raise Wrong("不认识的单位类型；学校写 school，区写 district")
    return kind


def read_homeroom(cell: str) -> bool:
    """Whether a class is a homeroom (行政班) and not a scheduled one (教学班)."""
    word = plain(cell).casefold()
    if word in ("homeroom", "scheduled"):
        return word == "homeroom"
    raise Wrong("classType 要写 homeroom（行政班）或 scheduled（教学班）")


def read_grades(cell: str, title: str) -> int | None:
    """The one grade of a class, from `grades` or else from its title; None when there is none or several."""
    found = {grade for part in plain(cell).split(",") if part.strip() and (grade := read_grade(part))}
    if found:
        return found.pop() if len(found) == 1 else None
    head, level, _ = unicodedata.normalize("NFKC", title).partition("级")
    return read_grade(head + level) if level else None


def read_number(number: str, title: str, code: str) -> int | None:
    """A class's number: from its own column, its title (七年级（3）班), or its code (3, 0703)."""
    for text in (plain(number), plain(title), plain(code)):
        found = read_class_no(text) if text else None
        if found is not None:
            return found
    digits = re.fullmatch(r"\d{3,6}", unicodedata.normalize("NFKC", plain(code)))
    number_there = int(digits[0][-2:]) if digits and digits[0].isascii() else 0
    return number_there or None


def read_seat(cell: str) -> int | None:
    """A seat number 1–99, or None when the cell is empty."""
    if not cell.strip():
        return None
    seat = small_number(plain(cell).removesuffix("号"))
    if seat is None or not 1 <= seat <= 99:
        raise Wrong("座号要是 1 到 99 的整数")
    return seat


def pupil_number(cell: str) -> str:
    """The national pupil number in a cell, or '' when something else stands there."""
    if not cell:
        return ""
    flat = unicodedata.normalize("NFKC", plain(cell)).replace(" ", "").upper()
    return flat if flat.isascii() and _PUPIL_NUMBER.fullmatch(flat) else ""


def school_code(cell: str) -> str:
    """The ten-digit code of a school in a cell, or ''."""
    flat = unicodedata.normalize("NFKC", plain(cell))
    return flat if flat.isascii() and _SCHOOL_CODE.fullmatch(flat) else ""


def account_name(cell: str) -> str:
    """A username as we keep them, or '' when it cannot be one."""
    flat = unicodedata.normalize("NFKC", plain(cell)).casefold()
    return flat if _USERNAME.fullmatch(flat) else ""


def title_of(grade: int, class_no: int) -> str:
    """What we call a class."""
    return class_name(grade, class_no)
