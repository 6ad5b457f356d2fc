"""One run as its page shows it."""

from dataclasses import dataclass
from uuid import UUID

from qiming.assurance.models import HumanMark, TestRun
from qiming.assurance.queries.testing import Marked, marks_of, suite_titles
from qiming.assurance.queries.version import PURPOSES
from qiming.assurance.runner import records
from qiming.assurance.runner.report import words
from qiming.kernel import made

_WHY = "the run was loaded by load_run"
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One figure with its interval, its gate and what came of it."""

    title: str
    value: str
    span: str
    gate: str
    n: int
    passed: bool | None
    undecided: int


@dataclass(frozen=True, slots=True)
class Result:
    """A run in words."""

    title: str
    purpose: str
    metrics: list[MetricLine]
    says: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One conversation."""

    id: str
    turns: list[tuple[str, str]]
    why: str


def result(run: TestRun) -> Result:
    """What came of a run."""
    lines = [_line(one) for one in run.summary.get("metrics", [])]
    says = (
        {True: "通过", False: "没有通过", None: "还有作答等人判读"}[run.passed] if run.state == "done" else ""
    )
    return Result(suite_titles().get(run.suite, run.suite), PURPOSES[run.purpose], lines, says)


def _line(said: dict[str, object]) -> MetricLine:
    unit = str(said.get("unit", "share"))

    def told(name: str) -> str:
        found = said.get(name)
        return words.value(float(found), unit) if isinstance(found, int | float) else "—"

    passed = said.get("passed")
    known = bool(said.get("n"))  # of nothing nothing was measured
    return MetricLine(
        title=str(said.get("title", said.get("name", ""))),
        value=told("value") if known else "—",
        span=f"{told('low')}–{told('high')}" if known and unit != "count" else "—",
        gate=_gate(said, told("gate")),
        n=int(str(said.get("n", 0))),
        passed=passed if isinstance(passed, bool) else None,
        undecided=int(str(said.get("undecided", 0))),
    )


def _gate(said: dict[str, object], told: str) -> str:
    if said.get("gate") is None:
        return "—"
    return f"{'不低于' if said.get('better') == 'more' else '不高于'} {told}"


def _samples(run: TestRun) -> list[records.Sample]:
    try:
        return records.read(made.path_of(run.record)).samples
    except records.RecordTrouble:
        return []


def _shown(one: records.Sample) -> Shown:
    pairs = list(zip(one.turns, [*one.replies, *[""] * len(one.turns)], strict=False))
    why = _trouble(one) if one.error else one.finding.why if one.finding else ""
    return Shown(one.id, pairs, why)


def _trouble(one: records.Sample) -> str:
    if one.kind == "accessibility":
        return f"网页没有打开：{one.turns[0]}"
    return one.error.says if one.error else ""


def open_samples(run: TestRun, person_id: UUID) -> list[Shown]:
    """Replies this person may still judge."""
    waiting = set(marks_of(run).open)
    mine = set(
        HumanMark.objects.unscoped(_WHY).filter(run=run, person_id=person_id).values_list("sample", flat=True)
    )
    return [_shown(one) for one in _samples(run) if one.id in waiting - mine][:MOST_SHOWN]


def failed_samples(run: TestRun) -> tuple[list[Shown], int]:
    """The first replies that did not pass, and how many there are."""
    found = [one for one in _samples(run) if one.passed is False]
    return [_shown(one) for one in found[:MOST_SHOWN]], len(found)


def marked(run: TestRun) -> Marked:
    """How far people are."""
    return marks_of(run)
