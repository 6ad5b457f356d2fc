"""What the signals of the last hours mean: which threshold was passed, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of one dated file (content/assurance/watch)."""

    sensitive_watch: int
    sensitive_suspend: int
    use_times: float
    use_least: int
    model_per_use: float
    model_least: int
    data_slack: int
    share: float
    share_least: int
    silent_watch_h: int
    silent_suspend_h: int
    report_days: int
    warn_days: tuple[int, ...]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Limits":
        """Out of the file's data; raises `KeyError` when a threshold is missing."""
        return cls(
            sensitive_watch=said["sensitive"]["watch_in_hour"],
            sensitive_suspend=said["sensitive"]["suspend_in_hour"],
            use_times=said["use"]["times_median"],
            use_least=said["use"]["least"],
            model_per_use=said["model"]["per_use"],
            model_least=said["model"]["least"],
            data_slack=said["data"]["slack"],
            share=said["tolerance"]["share"],
            share_least=said["tolerance"]["least"],
            silent_watch_h=said["telemetry"]["watch_after_hours"],
            silent_suspend_h=said["telemetry"]["suspend_after_hours"],
            report_days=said["report"]["suspend_after_days"],
            warn_days=tuple(said["warn_days"]),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one product at a moment.

    Lists run by hour, the last one the newest: `ours_use` and `door_use` the last seven days, the others the last 24 hours.
    `door_…`: what our door to models counted of what goes through it; `ours_…`: our launches; the others the company's.
    `silent_h`: hours since its last report; None where it need not report. `report_days_over`: days since the third-party
    report ended, negative while it counts.
    """

    ours_use: Sequence[int] = ()
    ours_data: Sequence[int] = ()
    use: Sequence[int] = ()
    data: Sequence[int] = ()
    model: Sequence[int] = ()
    sensitive: Sequence[int] = ()
    door_use: Sequence[int] = ()
    door_model: Sequence[int] = ()
    door_sensitive: Sequence[int] = ()
    reports: bool = False
    opens_data: bool = False
    silent_h: float | None = None
    report_days_over: int = -1


@dataclass(frozen=True, slots=True)
class Alarm:
    """One threshold that was passed. `suspends`: not only to be looked at."""

    kind: str
    says: str
    suspends: bool = False


@dataclass(slots=True)
class _Found:
    alarms: list[Alarm] = field(default_factory=list)

    def add(self, kind: str, says: str, *, suspends: bool = False) -> None:
        self.alarms.append(Alarm(kind, says, suspends))


DAY = 24


def alarms(seen: Seen, limits: Limits) -> list[Alarm]:
    """Every threshold that was passed, those that suspend first."""
    found = _Found()
    _sensitive(seen, limits, found)
    _use(seen.ours_use, limits, found)
    _use(seen.door_use, limits, found)
    _model(seen.door_use[-DAY:], seen.door_model, limits, found)
    if seen.reports:
        _model(seen.use, seen.model, limits, found)
        _data(seen, limits, found)
        _tolerance(seen, limits, found)
    _silence(seen, limits, found)
    _report(seen, limits, found)
    return sorted(found.alarms, key=lambda one: not one.suspends)


def _sensitive(seen: Seen, limits: Limits, found: _Found) -> None:
    worst = max((*seen.sensitive, *seen.door_sensitive), default=0)
    if worst >= limits.sensitive_suspend:
        found.add("sensitive", f"一小时里有{worst}次敏感内容，到了停用的限值", suspends=True)
    elif worst >= limits.sensitive_watch:
        found.add("sensitive", f"一小时里有{worst}次敏感内容")


def _use(by_hour: Sequence[int], limits: Limits, found: _Found) -> None:
    if len(by_hour) < 2:
        return
    now, usual = by_hour[-1], median(by_hour[:-1])
    if now >= limits.use_least and now > limits.use_times * max(1.0, usual):
        found.add("use", f"一小时里打开了{now}次，平常是{usual:g}次")


def _model(use: Sequence[int], model: Sequence[int], limits: Limits, found: _Found) -> None:
    calls, uses = sum(model), sum(use)
    if calls >= limits.model_least and calls > limits.model_per_use * max(1, uses):
        found.add("model", f"一天里用了{uses}次，调用大模型{calls}次")


def _data(seen: Seen, limits: Limits, found: _Found) -> None:
    handed, took = sum(seen.ours_data), sum(seen.data)
    if took - handed > limits.data_slack:
        says = f"企业报一天里{took}次涉及个人数据，我们只交出过{handed}次"
        found.add("data", says, suspends=not seen.opens_data)


def _tolerance(seen: Seen, limits: Limits, found: _Found) -> None:
    ours, theirs = sum(seen.ours_use[-DAY:]), sum(seen.use)
    apart = abs(ours - theirs)
    if apart > limits.share_least and apart > limits.share * max(ours, theirs):
        found.add("tolerance", f"企业报一天里用了{theirs}次，我们打开过{ours}次")


def _silence(seen: Seen, limits: Limits, found: _Found) -> None:
    if seen.silent_h is None or seen.silent_h < limits.silent_watch_h:
        return
    over = seen.silent_h >= limits.silent_suspend_h
    found.add("silence", f"已经{int(seen.silent_h)}小时没有收到企业的监测数据", suspends=over)


def _report(seen: Seen, limits: Limits, found: _Found) -> None:
    if seen.report_days_over < 0:
        return
    over = seen.report_days_over >= limits.report_days
    found.add("report", f"第三方报告已过期{seen.report_days_over}天", suspends=over)


def warning_due(until: date, today: date, days: Sequence[int], warned: int | None) -> int | None:
    """Which warning is due before a term ends: the least of `days` not yet told; None when none is."""
    left = (until - today).days
    due = [one for one in days if 0 <= left <= one and (warned is None or one < warned)]
    return min(due, default=None)
