"""A call's numbers as somebody types them, and a named school's year."""

import re
from collections.abc import Mapping
from datetime import date

from qiming.programmes.types import Duty, Programme, Terms

_LINE = re.compile(r"^(\S+)[\s，,]+(\S+)[\s，,]+(\d{1,4})$")
MOST_LINES = 200


def cells_of(
    text: str, districts: Mapping[str, str], stages: Mapping[str, str]
) -> tuple[dict[tuple[str, str], int], list[str]]:
    """Lines such as “延庆区 小学 2” as (district path, stage) → places, and what could not be read."""
    found: dict[tuple[str, str], int] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines()[: MOST_LINES + 1], start=1):
        if not line.strip():
            continue
        fit = _LINE.match(line.strip())
        district = districts.get(fit[1]) if fit else None
        stage = stages.get(fit[2]) if fit else None
        if fit is None or district is None or stage is None:
            wrong.append(f"第{number}行看不懂：{line.strip()[:30]}")
        elif (district, stage) in found:
            wrong.append(f"第{number}行和前面重复。")
        else:
            found[district, stage] = int(fit[3])
    return found, wrong


def faults(programme: Programme, terms: Terms, in_force: int) -> list[str]:
    """What keeps a call from being opened. `in_force`: how many of this programme hold a place already."""
    found = []
    if (terms.closes_on - terms.opens_on).days < programme.open_days:
        found.append(f"从开始到截止至少{programme.open_days}天。")
    if programme.places is not None and in_force + terms.quota.total > programme.places:
        left = max(0, programme.places - in_force)
        found.append(f"“{programme.title}”一共{programme.places}个，已经用了{in_force}个，最多再给{left}个。")
    if terms.quota.floor > terms.quota.total:
        found.append("均衡名额不能比总名额多。")
    if terms.quota.floor and not terms.quota.floor_districts:
        found.append("有均衡名额，请选给哪些区。")
    return found


def owed(duties: tuple[Duty, ...], had: Mapping[str, int]) -> list[str]:
    """What a named school has not done yet this year, in words."""
    return [
        f"{one.title}：{had.get(one.key, 0)}，应有{one.least}"
        for one in duties
        if had.get(one.key, 0) < one.least
    ]


def term_end(since: date, years: int) -> date:
    """The day a term ends: the same day `years` later; the 29th of February becomes the 28th."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:
        return since.replace(year=since.year + years, day=28)
