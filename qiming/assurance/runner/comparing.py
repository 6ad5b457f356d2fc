"""Two records of the same cases: what got better, what got worse, and whether that can be chance."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qiming.assurance.runner.records import Read, RecordTrouble, Sample
from qiming.assurance.runner.statistics import PairedChange, paired
from qiming.assurance.runner.summing import outcomes, rules_of


@dataclass(frozen=True, slots=True)
class Change:
    """One metric over the cases that both records asked and decided; `lost`/`gained` name these cases."""

    name: str
    title: str
    change: PairedChange
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether the interval of the difference leaves zero out."""
        return self.change.low > 0 or self.change.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left_out`: cases of only one record, or changed between them, or undecided in one."""

    changes: tuple[Change, ...]
    left_out: int
    same_product: bool

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        metrics = {
            one.name: asdict(one.change)
            | {"title": one.title, "lost_cases": one.lost, "gained_cases": one.gained}
            for one in self.changes
        }
        return {"metrics": metrics, "left_out": self.left_out, "same_product": self.same_product}

    def in_words(self) -> list[str]:
        """One line per metric."""
        lines = []
        for one in self.changes:
            change = one.change
            sure = ("变好了" if change.difference > 0 else "变差了") if one.is_sure else "看不出差别"
            lines.append(
                f"{one.title}：{sure}，相差 {change.difference * 100:+.1f} 个百分点"
                f"（95% 区间 {change.low * 100:+.1f} 到 {change.high * 100:+.1f}，同样的 {change.n} 题，"
                f"{change.gained} 题变对、{change.lost} 题变错，p={change.p:.3g}）"
            )
        if self.left_out:
            lines.append(f"另有 {self.left_out} 题不能比：只在一次里问过、题改过，或还要人判")
        return lines


def compare(before: Read, after: Read) -> Comparison:
    """Raises `RecordTrouble` when the two have no case in common."""
    then, now = _cases(before), _cases(after)
    shared = [name for name in then if name in now and then[name].hash == now[name].hash]
    was, is_now = outcomes(before.samples), outcomes(after.samples)
    sure = [name for name in shared if was[name] is not None and is_now[name] is not None]
    if not sure:
        raise RecordTrouble("这两份记录没有同样的题可以比较")
    titles = {rule.name: rule.title for rule in rules_of(after)}
    changes = []
    for metric in dict.fromkeys(now[name].metric for name in sure):
        names = [name for name in sure if now[name].metric == metric]
        changes.append(_change(metric, titles.get(metric, metric), names, was, is_now))
    everything = len(set(then) | set(now))
    same = before.header.product.get("hash") == after.header.product.get("hash")
    return Comparison(tuple(changes), everything - len(sure), same)


def _change(
    metric: str, title: str, names: list[str], was: Mapping[str, bool | None], now: Mapping[str, bool | None]
) -> Change:
    found = paired([was[name] is True for name in names], [now[name] is True for name in names])
    lost = tuple(name for name in names if was[name] and not now[name])
    gained = tuple(name for name in names if now[name] and not was[name])
    return Change(metric, title, found, lost, gained)


def _cases(read: Read) -> dict[str, Sample]:
    return {sample.case: sample for sample in read.samples if not sample.variant}
