"""A city's own folder: units.csv, calendar.yaml, periods.yaml, checked as a whole before anything is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml

from qiming.kernel.errors import UserError
from qiming.registry import defaults
from qiming.registry.rules.calendar import table_problems
from qiming.registry.types import SlotTime, Stage

FILES = ("units.csv", "calendar.yaml", "periods.yaml")
UNIT_COLUMNS = {"unit", "adcode", "authority"}


@dataclass(frozen=True, slots=True)
class City:
    """What a folder says, after it was found to hold together."""

    units: list[dict[str, str]]
    calendar: dict[str, Any]
    periods: dict[str, list[dict[str, Any]]]


def check_city(folder: Path) -> City:
    """Read a city's folder; `UserError` with every problem, each naming its file, when something is wrong."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise _refusal([f"缺少 {name}" for name in missing])
    said: list[str] = []
    units = _read("units.csv", said, lambda: defaults.load_units(folder / "units.csv"))
    calendar = _read("calendar.yaml", said, lambda: defaults.load_yaml(folder / "calendar.yaml"))
    periods = _read("periods.yaml", said, lambda: defaults.load_yaml(folder / "periods.yaml"))
    if not said:
        said += _units_wrong(units) + _calendar_wrong(calendar) + _periods_wrong(periods)
    if said:
        raise _refusal(said)
    return City(units, calendar, periods["stages"])


def _refusal(said: list[str]) -> UserError:
    shown = "；".join(said[:20]) + (f"；还有{len(said) - 20}处" if len(said) > 20 else "")
    return UserError(f"这个城市的文件有问题：{shown}", kept="什么也没有写入。", next="改好再载入一次。")


def _read(name: str, said: list[str], read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        where = getattr(error, "problem_mark", None)
        line = f"第{where.line + 1}行附近" if where else "要用 UTF-8 保存"
        said.append(f"{name} 读不出来（{line}）")
        return None


def _units_wrong(units: list[dict[str, str]]) -> list[str]:
    if not units:
        return ["units.csv 里没有区"]
    absent = UNIT_COLUMNS - set(units[0])
    if absent:
        return [f"units.csv 缺少列 {'、'.join(sorted(absent))}"]
    said, seen = [], set()
    for line, unit in enumerate(units, 2):
        name = (unit["unit"] or "").strip()
        if not 1 <= len(name) <= 60:
            said.append(f"units.csv 第{line}行没有名称，或太长")
        if name in seen:
            said.append(f"units.csv 第{line}行“{name}”写了两次")
        seen.add(name)
    return said


def _calendar_wrong(calendar: Any) -> list[str]:
    if not isinstance(calendar, dict) or not str(calendar.get("city") or "").strip():
        return ["calendar.yaml 要写 city"]
    years = calendar.get("years")
    if not isinstance(years, list) or not years:
        return ["calendar.yaml 要有至少一个学年（years）"]
    if not isinstance(calendar.get("holidays"), list):
        return ["calendar.yaml 要有 holidays，没有就写 []"]
    said: list[str] = []
    for year in years:
        try:
            said += _year_wrong(year)
        except (KeyError, TypeError) as error:
            said.append(f"calendar.yaml 学年缺少 {error}")
    for notice in calendar["holidays"]:
        try:
            said += _notice_wrong(notice)
        except (KeyError, TypeError) as error:
            said.append(f"calendar.yaml 放假通知缺少 {error}")
    return said


def _year_wrong(year: dict[str, Any]) -> list[str]:
    where, _ = f"calendar.yaml {year['key']}学年", (year["source"], year["verified"])
    starts, ends = year["starts"], year["ends"]
    if not isinstance(starts, date) or not isinstance(ends, date) or starts >= ends:
        return [f"{where}的开始和结束不对"]
    said = []
    for term in year["terms"]:
        if term["term"] not in (1, 2):
            said.append(f"{where}的学期只能是1或2")
        if not starts <= term["starts"] < term["ends"] <= ends:
            said.append(f"{where}第{term['term']}学期不在学年里，或结束早于开始")
    return said


def _notice_wrong(notice: dict[str, Any]) -> list[str]:
    _ = (notice["source"], notice["verified"])
    said = [
        f"calendar.yaml {free['label']}的日子不对"
        for free in notice["free"]
        if not isinstance(free["from"], date) or free["from"] > free["to"]
    ]
    return said + [
        f"calendar.yaml {makeup['label']}要按星期1到7上课"
        for makeup in notice.get("makeup", [])
        if makeup["as"] not in range(1, 8)
    ]


def _periods_wrong(periods: Any) -> list[str]:
    stages = periods.get("stages") if isinstance(periods, dict) else None
    if not isinstance(stages, dict):
        return ["periods.yaml 要写 stages"]
    said = [f"periods.yaml 缺少 {stage.value} 的节次" for stage in Stage if not stages.get(stage.value)]
    for name, lines in stages.items():
        try:
            table = [
                SlotTime(
                    no, time.fromisoformat(line["starts"]), time.fromisoformat(line["ends"]), line["label"]
                )
                for no, line in enumerate(lines, 1)
            ]
        except (KeyError, TypeError, ValueError):
            said.append(f'periods.yaml {name} 有一行的时间看不懂，时间要写成 "08:00"')
            continue
        said += [f"periods.yaml {name}：{one}" for one in table_problems(table)]
    return said
