"""Which runs a report tells of, and what it may show to whom."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from qiming.assurance.access import SEE_OWN
from qiming.assurance.models import HumanMark, JudgePass, ProductVersion, TestRun, WrittenReport
from qiming.assurance.queries.judging import decided, shown
from qiming.assurance.queries.seeing import is_company, load_version
from qiming.assurance.queries.testing import suite_titles
from qiming.assurance.queries.version import PURPOSES
from qiming.assurance.runner import marking, records
from qiming.kernel import made
from qiming.kernel.access import Actor, Denied

_WHY = "who may see the version was asked by load_version"
DRAWING = "2"  # raised when reports are laid out anew: those written before are written again


def counting_runs(version: ProductVersion, run: TestRun | None = None) -> list[TestRun]:
    """The runs a report tells of: `run` alone, or of each suite the last finished ones, the company's own left out where
    the test field ran it."""
    if run is not None:
        return [run] if has_record(run) else []
    rows = TestRun.objects.unscoped(_WHY).filter(
        version=version, state="done", content_hash=version.content_hash
    )
    last = {(one.suite, one.purpose): one for one in rows.exclude(record="").order_by("id")}
    tested = {suite for suite, purpose in last if purpose != "self"}
    kept = [one for (suite, purpose), one in last.items() if purpose != "self" or suite not in tested]
    order = list(PURPOSES)
    kept.sort(key=lambda one: (one.suite, order.index(one.purpose)))
    return [one for one in kept if has_record(one)]


def has_record(run: TestRun) -> bool:
    """Whether what was said is at hand; invented runs of a demo have none."""
    return run.state == "done" and bool(run.record) and made.path_of(run.record).is_file()


def basis_of(runs: Sequence[TestRun], *, hides_blind: bool) -> str:
    """A hash of everything that decides what the report says."""
    marks = HumanMark.objects.unscoped(_WHY).filter(run__in=runs).order_by("id").values_list("id", flat=True)
    passes = JudgePass.objects.unscoped(_WHY).filter(run__in=runs, state="done").order_by("id")
    told = [
        DRAWING,
        str(hides_blind),
        *(f"{one.id} {one.summary.get('metrics')}" for one in runs),
        *map(str, marks),
        *(f"{one.id} {one.summary}" for one in passes),
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Material:
    """What goes into a report: the records, what people marked, sentences about a model's second look."""

    reads: list[records.Read]
    marked: marking.Marked
    judging: list[str]


def material(run: TestRun, *, hides_blind: bool, several: bool) -> Material:
    """One run. In a report over `several` the same case may stand twice, published and blind: its ids are told apart.
    Raises `RecordTrouble`."""
    counts = decided(run)
    read, apart = counts.read, several and run.purpose != "lab"
    facts, product = run.version.facts, read.header.product
    called = f"{facts['title']} 第{run.version.number}版（{product.get('shown')}）"
    read = replace(read, header=msgspec.structs.replace(read.header, product={**product, "shown": called}))
    if hides_blind and run.purpose == "blind":
        read = replace(read, samples=[_hidden(one) for one in read.samples])
    given: dict[str, dict[str, bool]] = {}
    for row in HumanMark.objects.unscoped(_WHY).filter(run=run):
        given.setdefault(_name(row.sample, run, apart=apart), {})[str(row.person_id)] = row.passed
    seen = marking.of(given)
    settled = {_name(name, run, apart=apart): passed for name, passed in counts.marks.items()}
    if apart:
        why = f"（{PURPOSES[run.purpose]}）"
        told = read.header.suite
        metrics = [{**one, "title": f"{one.get('title')}{why}"} for one in told.get("metrics", [])]
        header = msgspec.structs.replace(
            read.header, suite={**told, "title": f"{told.get('title')}{why}", "metrics": metrics}
        )
        renamed = [msgspec.structs.replace(one, id=_name(one.id, run, apart=True)) for one in read.samples]
        read = replace(read, header=header, samples=renamed)
    return Material([read], marking.Marked(settled, seen.agreement, seen.both), _sentences(run))


def _name(sample: str, run: TestRun, *, apart: bool) -> str:
    return f"{sample} {PURPOSES[run.purpose]}" if apart else sample


def _hidden(sample: records.Sample) -> records.Sample:
    """Of a blind run the company learns how many, not what: neither what was asked nor what was said, nor why it failed."""
    found = sample.finding
    plain = (
        records.Found(found.passed, found.label, "没有通过" if found.passed is False else "")
        if found
        else None
    )
    return msgspec.structs.replace(sample, sealed=True, turns=[], replies=[], finding=plain)


def _sentences(run: TestRun) -> list[str]:
    one = shown(run)
    if one is None or one.row.state != "done":
        return []
    seen = one.agreement
    agree = (
        f"和人的一致性 κ={seen.value:.2f}（95% 区间 {seen.low:.2f}—{seen.high:.2f}，{seen.n} 条）"
        if seen.n
        else "和人的一致性还没有量过"
    )
    weight = "算进了结论" if one.counts else "没有算进结论"
    return [
        f"“{suite_titles().get(run.suite, run.suite)}”里程序判不了的，模型 {one.row.judge}（评判细则 {one.row.rubric}）看过：{one.passed} 条合格、"
        f"{one.failed} 条不合格，占全部样本的 {one.share:.1f}%；{agree}；{weight}"
    ]


def has_blind(written: WrittenReport) -> bool:
    """Whether blind cases are among what it tells of."""
    return any(one.purpose == "blind" for one in counting_runs(written.version, written.run))


def load_written(actor: Actor, written_id: UUID) -> WrittenReport:
    """A report, for whoever may see its version; one that shows blind talks never for the company."""
    row = (
        WrittenReport.objects.unscoped(_WHY)
        .select_related("version__product", "run")
        .filter(id=written_id)
        .first()
    )
    if row is None:
        raise Denied(SEE_OWN)
    version = load_version(actor, row.version_id)
    if is_company(actor, version) and not row.hides_blind:
        raise Denied(SEE_OWN)
    return row
