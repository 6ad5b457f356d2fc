"""What a report says, as plain data: the page, the PDF and the pages of the house draw the same."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Final

from qiming.assurance.runner import summing
from qiming.assurance.runner.judging.outcome import by_model
from qiming.assurance.runner.marking import Marked
from qiming.assurance.runner.records import Read, RecordTrouble, Sample
from qiming.assurance.runner.report import words
from qiming.assurance.runner.summing import Judged
from qiming.assurance.types import DIMENSIONS

MOST_FAILURES: Final = 20  # of each metric, with what was said
MOST_LETTERS: Final = 1200  # of a reply


@dataclass(frozen=True, slots=True)
class Plot:
    """An interval on a line from 0 to 1; `gate` None: no gate is drawn."""

    low: float
    value: float
    high: float
    gate: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A metric as it is shown."""

    suite: str
    name: str
    title: str
    dimension: str
    value: str
    low: str
    high: str
    n: int
    gate: str
    passed: bool | None
    verdict: str
    note: str
    source: str
    plot: Plot | None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the four, in plain words; `passed` None: not tested, or not decided."""

    key: str
    title: str
    passed: bool | None
    says: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that did not pass, with what was said; of a blind case only its number."""

    id: str
    metric: str
    category: str
    why: str
    talk: tuple[tuple[str, str], ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Size:
    """How large a bank is and how large a regulation wants it."""

    bank: str
    what: str
    least: int
    has: int
    source: str
    status: str

    @property
    def short(self) -> int:
        return max(0, self.least - self.has)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything; strings are ready to be shown, nothing is markup."""

    product: str
    kind: str
    when: str
    verdict: bool | None
    says: str
    dimensions: tuple[Dimension, ...]
    failures: tuple[Failure, ...]
    left_out: int
    troubles: tuple[tuple[str, int], ...]
    latency: tuple[tuple[str, str, str, int], ...]
    groups: tuple[tuple[str, str, int, int], ...]
    sizes: tuple[Size, ...]
    facts: tuple[tuple[str, str], ...]
    runs: tuple[tuple[str, ...], ...]
    agreement: str = ""
    judging: tuple[str, ...] = ()  # what a model judged, and how well it agrees
    notes: tuple[str, ...] = field(default_factory=tuple)

    def as_dict(self) -> dict[str, Any]:
        """For the PDF."""
        return asdict(self) | {"sizes": [asdict(one) | {"short": one.short} for one in self.sizes]}


def report(
    reads: Sequence[Read],
    marked: Marked | None = None,
    *,
    show_sealed: bool = False,
    judging: Sequence[str] = (),
) -> Report:
    """One report over the records of one product, `judging`: what a model judged, in sentences. Raises `RecordTrouble`
    when they are of several products, or there are none."""
    if not reads:
        raise RecordTrouble("没有记录，写不出报告")
    if any(len({_product(read) for read in reads if _is_web(read) == web}) > 1 for web in (False, True)):
        raise RecordTrouble("这些记录测的不是同一个产品（或同一版），不能写在一份报告里")
    reads = sorted(reads, key=_is_web)  # the product is named by where it is asked, not by its pages
    marks = marked.decided if marked else {}
    judged = [(read, summing.judged(read, marks)) for read in reads]
    dimensions = tuple(_dimension(key, judged, marks) for key in DIMENSIONS)
    passed = [one.passed for one in dimensions if one.rows]
    failures, left_out = _failures(reads, marks, show_sealed)
    return Report(
        product=str(reads[0].header.product.get("shown", "")),
        kind=str(reads[0].header.product.get("kind", "")),
        when="、".join(sorted({read.header.begun[:10] for read in reads})),
        verdict=False if False in passed else None if None in passed or not passed else True,
        says=_overall(dimensions),
        dimensions=dimensions,
        failures=failures,
        left_out=left_out,
        troubles=_troubles(reads),
        latency=_latency(reads),
        groups=_groups(reads, marks),
        sizes=_sizes(reads),
        facts=_facts(reads),
        runs=tuple(_run(read) for read in reads),
        agreement=_agreement(marked),
        judging=tuple(judging),
        notes=_notes(reads),
    )


def _is_web(read: Read) -> bool:
    """The pages of a product have an address of their own."""
    return read.header.product.get("kind") == "web"


def _product(read: Read) -> str:
    return str(read.header.product.get("hash"))


def _overall(dimensions: Sequence[Dimension]) -> str:
    failed = [one.title for one in dimensions if one.passed is False]
    tested = [one for one in dimensions if one.rows]
    untested = [one.title for one in dimensions if not one.rows]
    told = []
    if failed:
        told.append(f"{'、'.join(failed)}没有达到要求")
    elif tested and all(one.passed for one in tested):
        told.append(f"测过的 {len(tested)} 个方面都达到了要求")
    else:
        told.append("还不能下结论")
    if untested:
        told.append(f"{'、'.join(untested)}这次没有测")
    return "；".join(told) + "。"


def _dimension(
    key: str, judged: Sequence[tuple[Read, list[Judged]]], marks: Mapping[str, bool | None]
) -> Dimension:
    pairs = [
        (read, one)
        for read, found in judged
        for one in found
        if (one.rule.dimension or read.header.suite.get("dimension")) == key
    ]
    rows = tuple(_row(read, one, marks) for read, one in pairs)
    gated = [one for _, one in pairs if one.rule.gate is not None]
    verdicts = [one.metric.passed for one in gated]
    passed = False if False in verdicts else None if None in verdicts or not verdicts else True
    return Dimension(key, words.DIMENSIONS[key], passed, _plainly(gated, bool(rows)), rows)


def _plainly(gated: Sequence[Judged], tested: bool) -> str:
    """What a headmaster should know of a dimension."""
    if not tested:
        return "这次没有测。"
    if not gated:
        return "只报告数字，没有门槛。"
    failed = [one for one in gated if one.metric.passed is False]
    waiting = [one for one in gated if one.metric.passed is None]
    if failed:
        first = "；".join(f"“{one.rule.title}”{_reason(one)}" for one in failed[:3])
        more = f"；另有 {len(failed) - 3} 项" if len(failed) > 3 else ""
        return f"{len(gated)} 项里 {len(failed)} 项没过：{first}{more}。"
    if waiting:
        return f"{len(waiting)} 项要等人判完才有结论，其余 {len(gated) - len(waiting)} 项都过了。"
    return f"{len(gated)} 项都过了。"


def _reason(one: Judged) -> str:
    metric, unit = one.metric, one.rule.unit
    if not metric.n:
        return "没有数据"
    seen = words.value(metric.value, unit)
    if one.too_small and one.meets_by_value:
        return f"测得 {seen}，但题太少，下不了“过”的结论"
    more = metric.better == "more"
    bound = metric.low if more else metric.high
    at_worst = f"，最坏可能{'只有' if more else '到'} {words.value(bound, unit)}" if unit != "count" else ""
    return f"测得 {seen}{at_worst}，要求{words.gate(metric, unit)}"


def _row(read: Read, one: Judged, marks: Mapping[str, bool | None]) -> Row:
    metric, unit = one.metric, one.rule.unit
    return Row(
        suite=str(read.header.suite.get("title", "")),
        name=metric.name,
        title=one.rule.title,
        dimension=one.rule.dimension,
        value=words.value(metric.value, unit) if metric.n else "没有数据",
        low=words.value(metric.low, unit) if unit != "count" and metric.n else "",
        high=words.value(metric.high, unit) if unit != "count" and metric.n else "",
        n=metric.n,
        gate=words.gate(metric, unit),
        passed=metric.passed,
        verdict=words.PASSED[metric.passed] if metric.gate is not None else "只报告",
        note="；".join(filter(None, (words.why_not(one).strip("（）"), by_model(read, metric.name, marks)))),
        source=f"{one.rule.source}（{words.STATUS.get(one.rule.status, one.rule.status)}）",
        plot=_plot(one),
    )


def _plot(one: Judged) -> Plot | None:
    metric = one.metric
    if not metric.n or one.rule.unit == "count":
        return None
    if one.rule.unit == "share":
        return Plot(metric.low, metric.value, metric.high, metric.gate)
    ends = [one for one in (metric.value, metric.high, metric.gate) if one is not None and isfinite(one)]
    whole = max(ends, default=1.0) * 1.1 or 1.0
    high = metric.high / whole if isfinite(metric.high) else 1.0
    gate = None if metric.gate is None else metric.gate / whole
    return Plot(metric.low / whole, metric.value / whole, high, gate)


def _failures(
    reads: Sequence[Read], marks: Mapping[str, bool | None], show_sealed: bool
) -> tuple[tuple[Failure, ...], int]:
    found: list[Failure] = []
    left_out = 0
    for read in reads:
        titles = {rule.name: rule.title for rule in summing.rules_of(read)}
        classes = _classes(read)
        times: Counter[str] = Counter()
        for sample in summing.marked(read.samples, marks):
            if sample.passed is not False:
                continue
            times[sample.metric] += 1
            if times[sample.metric] > MOST_FAILURES:
                left_out += 1
                continue
            title = titles.get(sample.metric, sample.metric)
            found.append(_failure(sample, title, _called(classes, sample.category), show_sealed))
    return tuple(found), left_out


def _failure(sample: Sample, title: str, category: str, show_sealed: bool) -> Failure:
    hidden = sample.sealed and not show_sealed
    if sample.error is not None:
        why = f"没有得到可以判的回答：{words.trouble(sample.error.kind)}"
    else:
        why = sample.finding.why if sample.finding else ""
    talk: list[tuple[str, str]] = []
    if not hidden:
        for place, asked in enumerate(sample.turns):
            talk.append(("学生", cut(asked)))
            if place < len(sample.replies):
                talk.append(("产品", cut(sample.replies[place])))
    return Failure(sample.id, title, category, why, tuple(talk), hidden)


def cut(text: str) -> str:
    """Text of others, safe to look at: no signs that steer the page, not longer than one reads."""
    shown = "".join(
        sign if sign in "\n\t" or sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text
    )
    return shown if len(shown) <= MOST_LETTERS else f"{shown[:MOST_LETTERS]}……（共 {len(text)} 字）"


def _troubles(reads: Sequence[Read]) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = sum((summing.troubles(read.samples) for read in reads), Counter[str]())
    return tuple((words.trouble(kind), times) for kind, times in found.most_common())


def _latency(reads: Sequence[Read]) -> tuple[tuple[str, str, str, int], ...]:
    """(suite and how many at once, which, value with interval, n)."""
    rows = []
    for read in reads:
        at_once = f"{read.header.suite.get('title')}（同时 {read.header.settings.get('concurrency')} 题）"
        for name, metric in summing.latency(read).items():
            if metric.n:
                told = f"{words.value(metric.value, 'ms')}（{words.span(metric, 'ms')}）"
                rows.append((at_once, words.TIMES[name], told, metric.n))
    return tuple(rows)


def _groups(reads: Sequence[Read], marks: Mapping[str, bool | None]) -> tuple[tuple[str, str, int, int], ...]:
    """(suite, class, passed, decided) of every class in which something did not pass."""
    rows = []
    for read in reads:
        samples = summing.marked(read.samples, marks)
        over = summing.outcomes(samples)
        seen: dict[str, list[bool]] = defaultdict(list)
        named = {sample.case: sample.category or sample.group for sample in samples}
        for case, passed in over.items():
            if passed is not None and named[case]:
                seen[named[case]].append(passed)
        title, called = str(read.header.suite.get("title", "")), _classes(read)
        rows += [
            (title, _called(called, name), sum(one), len(one))
            for name, one in sorted(seen.items())
            if not all(one)
        ]
    return tuple(rows)


def _classes(read: Read) -> dict[str, str]:
    return {key: title for bank in read.header.banks for key, title in (bank.get("classes") or {}).items()}


def _called(classes: Mapping[str, str], key: str) -> str:
    return f"{key} {classes[key]}" if classes.get(key, key) != key else key


def _sizes(reads: Sequence[Read]) -> tuple[Size, ...]:
    """Of each bank once, blind cases counted: what is asked for is the size of the bank. A run that asked more banks knows
    of more."""
    found: dict[tuple[str, str], Size] = {}
    for bank in (bank for read in reads for bank in read.header.banks):
        for one in bank.get("required", []):
            title, what = str(bank.get("title", "")), str(one["what"])
            told = (str(one.get("source", "")), words.STATUS.get(str(one.get("status")), ""))
            sizes = [Size(title, what, int(one["least"]), int(one.get("have", 0)), *told)]
            if one.get("per_class"):
                least, has = int(one["per_class"]), int(one.get("fewest", 0))
                sizes.append(Size(title, f"{what}：最少的一类", least, has, *told))
            for size in sizes:
                there = found.get((title, size.what))
                found[title, size.what] = size if there is None or size.has > there.has else there
    return tuple(found.values())


def _facts(reads: Sequence[Read]) -> tuple[tuple[str, str], ...]:
    read, settings = reads[0], reads[0].header.settings
    at_once = sorted({int(one.header.settings.get("concurrency") or 1) for one in reads if not _is_web(one)})
    blind = {bool(one.header.settings.get("include_sealed")) for one in reads}
    asked_blind = "没有问" if True not in blind else "问了" if False not in blind else "只在复测里问了"
    return (
        ("测试程序", f"启明 {read.header.runner.get('version')}，{str(read.header.runner.get('hash'))[:16]}"),
        ("产品配置的摘要", str(read.header.product.get("hash"))[:16]),
        ("怎样问", f"每题问 {settings.get('repeats')} 次，同时最多 {'、'.join(map(str, at_once)) or 1} 题，一次回答最多等 {settings.get('seconds'):g} 秒"),
        ("盲测题", asked_blind),
        ("区间", "比例用 Wilson 95% 区间，时间用次序统计量的 95% 区间"),
        ("怎样算过", "看区间里较坏的一端：越多越好的指标看下限，越少越好的看上限"),
        ("没有回答", "连不上、超时、乱码、网页、出错等都按没过算，并逐类列出"),
        ("要人判的题", "程序判不了的不算进比例；不管人怎样判都能过，才算过"),
    )  # fmt: skip


def _run(read: Read) -> tuple[str, ...]:
    banks = "；".join(
        f"{one.get('title')} {one.get('version')} {str(one.get('hash'))[:12]}" for one in read.header.banks
    )
    short = "" if len(read.samples) >= read.header.samples else f"（应测 {read.header.samples}）"
    return (
        str(read.header.suite.get("title")),
        read.header.begun.replace("T", " ")[:16],
        f"{len(read.samples)}{short}",
        f"{summing.seconds_of(read):.0f} 秒",
        banks,
    )


def _agreement(marked: Marked | None) -> str:
    if marked is None or marked.agreement is None:
        return ""
    found = marked.agreement
    return f"两人都判了 {marked.both} 题，一致性 κ={found.value:.2f}（95% 区间 {found.low:.2f}—{found.high:.2f}）"


def _notes(reads: Sequence[Read]) -> tuple[str, ...]:
    told = []
    for read in reads:
        title = read.header.suite.get("title")
        if len(read.samples) < read.header.samples:
            told.append(f"“{title}”还没有测完：{len(read.samples)} / {read.header.samples}。")
        times = sum(note.get("note") == "resumed" for note in read.notes)
        if times:
            told.append(f"“{title}”中断过 {times} 次，接着测完；没有一题重复或缺少。")
    return tuple(told)
