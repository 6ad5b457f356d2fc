"""What figures are called when people read them."""

from math import isfinite
from typing import Final

from qiming.assurance.runner.kinds import IN_CHINESE, Kind
from qiming.assurance.runner.summing import Judged
from qiming.assurance.types import Metric, SuiteSummary

DIMENSIONS: Final = {
    "ethics": "伦理与内容安全",
    "data": "数据安全",
    "fit": "教学适配",
    "pedagogy": "教育合理性",
}
STATUS: Final = {
    "proposal": "本平台建议",
    "seen": "见过原文",
    "secondary": "二手来源",
    "unverified": "未核对",
}
TIMES: Final = {
    "p50_ms": "一半在此以内",
    "p95_ms": "95% 在此以内",
    "p99_ms": "99% 在此以内",
    "first_p50_ms": "开始出字：一半在此以内",
    "first_p95_ms": "开始出字：95% 在此以内",
    "first_p99_ms": "开始出字：99% 在此以内",
}
PASSED: Final = {True: "过", False: "没过", None: "待定"}


def verdict(found: SuiteSummary) -> str:
    """One sentence on the whole run."""
    gated = [one for one in found.metrics if one.gate is not None]
    if not gated:
        return "只报告数字，没有门槛"
    if found.passed:
        return f"{len(gated)} 项门槛都过了"
    failed = sum(one.passed is False for one in gated)
    if failed:
        return f"{len(gated)} 项门槛有 {failed} 项没过"
    return "还不能下结论：有题要人判，或还没测完"


def value(number: float, unit: str) -> str:
    """97.5%, 812 毫秒, 3."""
    if not isfinite(number):
        return "不知道"
    if unit == "share":
        return f"{number * 100:.1f}%"
    return f"{number:,.0f} 毫秒" if unit == "ms" else f"{number:,.0f}"


def span(metric: Metric, unit: str) -> str:
    """The interval, or nothing for what was counted."""
    if unit == "count":
        return ""
    return f"{value(metric.low, unit)}—{value(metric.high, unit)}"


def gate(metric: Metric, unit: str) -> str:
    """「不低于 95.0%」."""
    if metric.gate is None:
        return "只报告"
    return f"{'不低于' if metric.better == 'more' else '不高于'} {value(metric.gate, unit)}"


def line(one: Judged) -> str:
    """A metric in one line."""
    metric, unit = one.metric, one.rule.unit
    told = [f"{one.rule.title}：{value(metric.value, unit) if metric.n else '没有数据'}"]
    if metric.n and span(metric, unit):
        told.append(f"（95% 区间 {span(metric, unit)}，n={metric.n}）")
    told.append(f"，门槛{gate(metric, unit)}" if metric.gate is not None else "，只报告")
    if metric.gate is not None:
        told.append(f"：{PASSED[metric.passed]}")
    told.append(why_not(one))
    return "".join(told)


def why_not(one: Judged) -> str:
    """What a reader must know who sees that it has not passed."""
    told = []
    if one.too_small and one.meets_by_value:
        needs = "再多的题也过不了这个门槛" if one.least_n is None else f"全对也至少要 {one.least_n} 题"
        told.append(f"题太少，{needs}")
    if one.metric.undecided:
        told.append(f"{one.metric.undecided} 题要人判")
    if one.errors:
        told.append(f"{one.errors} 题没有得到回答，按没过算")
    return f"（{'；'.join(told)}）" if told else ""


def trouble(kind: str) -> str:
    """A kind of failure in Chinese."""
    return IN_CHINESE.get(Kind(kind), kind) if kind in set(Kind) else kind
