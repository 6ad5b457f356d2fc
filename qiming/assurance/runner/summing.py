"""From a record to metrics: shares with intervals, gates held against the worse bound. Pure.

A sample without a reply has not passed and is counted. One that a person must still look at is left out of the
share, but a gate is passed only if it would be passed however these turn out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import msgspec

from qiming.assurance.runner.records import Read, Sample
from qiming.assurance.runner.statistics import Estimate, least_n, quantile, repeat_agreement, wilson
from qiming.assurance.runner.suites import Rule
from qiming.assurance.types import Metric, SuiteSummary

TIMES = {
    "p50_ms": 0.5,
    "p95_ms": 0.95,
    "p99_ms": 0.99,
    "first_p50_ms": 0.5,
    "first_p95_ms": 0.95,
    "first_p99_ms": 0.99,
}
ERROR_SHARE = "error_share"
VARIED = "varied_same"
REPEATED = "repeated_same"


@dataclass(frozen=True, slots=True)
class Judged:
    """A metric with its rule and what else a reader wants to know."""

    rule: Rule
    metric: Metric
    errors: int = 0
    least_n: int | None = None  # with how many cases the gate can be passed at all

    @property
    def too_small(self) -> bool:
        """Not even a faultless product could pass with so few cases."""
        return (
            self.rule.gate is not None
            and self.rule.unit == "share"
            and (self.least_n is None or self.metric.n + self.metric.undecided < self.least_n)
        )

    @property
    def meets_by_value(self) -> bool:
        """Whether the measured value itself, without its uncertainty, is on the right side of the gate."""
        gate, value = self.rule.gate, self.metric.value
        return gate is not None and (value >= gate if self.rule.better == "more" else value <= gate)


def rules_of(read: Read) -> list[Rule]:
    """The suite's rules as the record keeps them; a metric that only cases name is reported without a gate."""
    rules = [Rule(**one) for one in read.header.suite.get("metrics", [])]
    rules += _steadiness(read, {rule.name for rule in rules})
    known = {rule.name for rule in rules}
    if read.header.suite.get("method") != "cases":
        return rules
    extra = sorted({sample.metric for sample in read.samples} - known)
    dimension = str(read.header.suite.get("dimension", ""))
    return rules + [Rule(name, name, "more", None, dimension=dimension) for name in extra if name]


def _steadiness(read: Read, named: set[str]) -> list[Rule]:
    """Whether it answers the same each time is reported wherever it was asked several times, or in several ways."""
    dimension = str(read.header.suite.get("dimension", ""))
    asked = {
        REPEATED: read.header.settings.get("repeats", 1) > 1,
        VARIED: bool(read.header.settings.get("vary")),
    }
    titles = {REPEATED: "同一题每次问判断都相同", VARIED: "换了写法判断不变"}
    return [
        Rule(name, titles[name], "more", None, dimension=dimension)
        for name, wanted in asked.items()
        if wanted and name not in named
    ]


def outcomes(samples: Iterable[Sample]) -> dict[str, bool | None]:
    """Per case, over its repeats: failed once is failed; None while a person must look. Variants are not in it."""
    found: dict[str, bool | None] = {}
    for sample in samples:
        if sample.variant:
            continue
        before = found.get(sample.case, True)
        now = sample.passed
        found[sample.case] = (
            False if before is False or now is False else None if None in (before, now) else True
        )
    return found


def judged(read: Read, marks: Mapping[str, bool | None] | None = None) -> list[Judged]:
    """Every metric of the record. `marks`: what people decided, by sample."""
    samples = marked(read.samples, marks or {})
    by_metric: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_metric[sample.metric].append(sample)
    found = []
    for rule in rules_of(read):
        if rule.unit == "share" and rule.name in {ERROR_SHARE, VARIED, REPEATED}:
            found.append(_special(rule, samples))
        elif rule.unit == "ms":
            found.append(_time(rule, samples, streams(read)))
        elif rule.unit == "count":
            found.append(_count(rule, read.notes))
        else:
            found.append(_share(rule, by_metric.get(rule.name, [])))
    return found


def marked(samples: Sequence[Sample], marks: Mapping[str, bool | None]) -> list[Sample]:
    """`samples` with people's decisions in place of the graders'."""
    return [
        msgspec.structs.replace(
            sample, finding=msgspec.structs.replace(sample.finding, passed=marks[sample.id])
        )
        if sample.id in marks and sample.finding is not None
        else sample
        for sample in samples
    ]


def _share(rule: Rule, samples: Sequence[Sample]) -> Judged:
    over = outcomes(samples)
    passed = sum(one is True for one in over.values())
    failed = sum(one is False for one in over.values())
    errors = len({one.case for one in samples if one.error is not None and not one.variant})
    return _of_counts(rule, passed, failed, len(over) - passed - failed, errors)


def _of_counts(rule: Rule, passed: int, failed: int, undecided: int, errors: int = 0) -> Judged:
    more = rule.better == "more"
    seen = wilson(passed if more else failed, passed + failed)
    worst = wilson(passed if more else failed + undecided, passed + failed + undecided)
    best = wilson(passed + undecided if more else failed, passed + failed + undecided)
    verdict = _verdict(rule, worst, best, passed + failed + undecided)
    least = None if rule.gate is None else least_n(rule.gate, rule.better)
    return Judged(rule, _metric(rule, seen, verdict, undecided), errors, least)


def _verdict(rule: Rule, worst: Estimate, best: Estimate, n: int) -> bool | None:
    """True however the open cases turn out, False however they turn out, else None. Nothing asked: not passed."""
    if rule.gate is None:
        return None
    if n == 0:
        return False
    if rule.better == "more":
        return True if worst.low >= rule.gate else None if best.low >= rule.gate else False
    return True if worst.high <= rule.gate else None if best.high <= rule.gate else False


def _metric(rule: Rule, seen: Estimate, passed: bool | None, undecided: int = 0) -> Metric:
    better: Literal["more", "less"] = "more" if rule.better == "more" else "less"
    return Metric(rule.name, seen.value, seen.low, seen.high, seen.n, rule.gate, passed, better, undecided)


def streams(read: Read) -> bool:
    """Whether replies came piece by piece. Where they did not, the first word came with the last."""
    return read.header.product.get("stream") is True


def _time(rule: Rule, samples: Sequence[Sample], streamed: bool) -> Judged:
    """A quantile of the requests that brought a reply; the bound must hold as well."""
    first = rule.name.startswith("first_") and streamed
    times = [
        value
        for sample in samples
        if sample.error is None
        for timed in sample.timings
        if (value := timed.first_ms if first else timed.total_ms) is not None
    ]
    seen = quantile(times, TIMES.get(rule.name, 0.95))
    passed = None if rule.gate is None else bool(times) and seen.high <= rule.gate
    return Judged(rule, _metric(rule, seen, passed))


def _count(rule: Rule, notes: Sequence[Mapping[str, Any]]) -> Judged:
    """Something that was counted, not sampled: no interval."""
    told = [
        note["value"] for note in notes if note.get("note") == "counted" and note.get("metric") == rule.name
    ]
    if not told:
        return Judged(rule, _metric(rule, Estimate(0, 0, 0, 0), None if rule.gate is None else False))
    value = float(told[-1])
    n = int(next(one.get("n", 1) for one in reversed(notes) if one.get("metric") == rule.name))
    good = None if rule.gate is None else value <= rule.gate if rule.better == "less" else value >= rule.gate
    return Judged(rule, _metric(rule, Estimate(value, value, value, n), good))


def _special(rule: Rule, samples: Sequence[Sample]) -> Judged:
    if rule.name == ERROR_SHARE:
        failed = sum(sample.error is not None for sample in samples)
        return _of_counts(rule, len(samples) - failed, failed, 0, failed)
    same = varied_same(samples) if rule.name == VARIED else repeated_same(samples)
    agreed = round(same.value * same.n)
    return _of_counts(rule, agreed, same.n - agreed, 0)


def varied_same(samples: Sequence[Sample]) -> Estimate:
    """Over cases asked in several ways: the share judged the same in every way. One case counts once."""
    ways: dict[str, set[bool | None]] = defaultdict(set)
    changed = {sample.case for sample in samples if sample.variant}
    for sample in samples:
        if sample.case in changed:
            ways[sample.case].add(sample.passed)
    return wilson(sum(len(one) == 1 and None not in one for one in ways.values()), len(ways))


def repeated_same(samples: Sequence[Sample]) -> Estimate:
    """Over cases asked several times: the share judged the same every time."""
    rounds: dict[str, list[bool]] = defaultdict(list)
    for sample in samples:
        if not sample.variant and sample.passed is not None:
            rounds[sample.case].append(sample.passed)
    return repeat_agreement(list(rounds.values()))


def latency(read: Read) -> dict[str, Metric]:
    """Quantiles of the requests that brought a reply, at the concurrency the record names; reported, no gates."""
    streamed = streams(read)
    return {
        name: _time(Rule(name, name, "less", None, "ms"), read.samples, streamed).metric
        for name in TIMES
        if streamed or not name.startswith("first_")
    }


def troubles(samples: Iterable[Sample]) -> Counter[str]:
    """How many samples brought no reply, by kind."""
    return Counter(sample.error.kind for sample in samples if sample.error is not None)


def seconds_of(read: Read) -> float:
    """Wall seconds over all parts of the run; of a part that was killed, up to its last sample."""
    ended = [float(note.get("seconds", 0)) for note in read.notes if note.get("note") == "ended"]
    if ended:
        return sum(ended)
    return max((sample.at_s for sample in read.samples), default=0.0)


def summary(read: Read, marks: Mapping[str, bool | None] | None = None) -> SuiteSummary:
    """The outcome; `passed` over the metrics with a gate: False when one failed, None while one is open."""
    found = judged(read, marks)
    gated = [one.metric.passed for one in found if one.rule.gate is not None]
    complete = len(read.samples) >= read.header.samples
    verdict = False if False in gated else None if None in gated or not gated or not complete else True
    return SuiteSummary(
        suite=str(read.header.suite.get("key", "")),
        target=str(read.header.product.get("shown", "")),
        started=read.header.begun,
        seconds=seconds_of(read),
        samples=len(read.samples),
        failed=sum(troubles(read.samples).values()),
        metrics=tuple(one.metric for one in found),
        banks={str(one["key"]): str(one["hash"]) for one in read.header.banks},
        passed=verdict,
    )


def as_json(metric: Metric) -> dict[str, Any]:
    """The keys that `qiming assurance run --json` prints; a bound that is not known is null."""

    def plain(value: float) -> float | None:
        return value if isfinite(value) else None

    return {
        "name": metric.name,
        "value": plain(metric.value),
        "low": plain(metric.low),
        "high": plain(metric.high),
        "n": metric.n,
        "gate": metric.gate,
        "passed": metric.passed,
        "better": metric.better,
        "undecided": metric.undecided,
    }
