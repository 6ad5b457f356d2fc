"""What a model said of replies that rules left open, how well it agrees with people, and whether it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings

from qiming.assurance import standard as standards
from qiming.assurance.models import JudgePass, TestRun
from qiming.assurance.queries.testing import TESTED_BY_CASES, marks_of, standard_today, suites_by_key
from qiming.assurance.runner import records
from qiming.assurance.runner.judging import outcome, verdicts
from qiming.assurance.runner.judging.outcome import WHY_OPEN
from qiming.assurance.runner.statistics import Estimate, kappa
from qiming.kernel import made

_WHY = "the run was loaded by who may see it"
_CELLS = (("pass", "pass"), ("pass", "fail"), ("fail", "pass"), ("fail", "fail"))  # judge, people


def configured() -> bool:
    """Whether this installation names a model that may be asked."""
    return bool(settings.ASSURANCE_JUDGE_URL and settings.ASSURANCE_JUDGE_MODEL)


def last_pass(run: TestRun) -> JudgePass | None:
    """The newest second pass over a run, under way or over."""
    return JudgePass.objects.unscoped(_WHY).filter(run=run).order_by("-id").first()


def finished_pass(run: TestRun) -> JudgePass | None:
    """The newest one that came to its end."""
    return JudgePass.objects.unscoped(_WHY).filter(run=run, state="done").order_by("-id").first()


def to_judge(run: TestRun) -> int:
    """How many replies a model could be asked about. Blind cases are not given to it."""
    suite = suites_by_key().get(run.suite)
    if run.state != "done" or not run.record or suite is None or suite.method != TESTED_BY_CASES:
        return 0
    return int(run.summary.get("open_published", 0))


def judging_of(one: JudgePass) -> verdicts.Judging | None:
    """The verdicts of a pass; None when its file is gone."""
    try:
        return verdicts.read(made.path_of(one.record))
    except records.RecordTrouble:
        return None


def pairs(found: verdicts.Judging, marks: Mapping[str, bool]) -> dict[str, list[int]]:
    """By metric, how often the model and people said what of the same reply, in the order of `JudgePass.summary`."""
    counted: dict[str, list[int]] = {}
    for name, one in found.verdicts.items():
        if one.passed is not None and name in marks:
            place = (0 if one.passed else 2) + (0 if marks[name] else 1)
            counted.setdefault(one.metric, [0, 0, 0, 0])[place] += 1
    return counted


def agreement(one: JudgePass, metrics: frozenset[str] | None = None) -> Estimate:
    """Cohen's kappa of this model with this rubric and people, over the newest pass of each run of the suite; of `metrics`
    alone, or of all."""
    rows = JudgePass.objects.unscoped(_WHY).filter(
        run__suite=one.run.suite, state="done", judge_hash=one.judge_hash, rubric_hash=one.rubric_hash
    )
    newest = {
        row.run_id: row.summary.get("pairs", {}) for row in rows.order_by("id").only("run_id", "summary")
    }
    judge, people = list[str](), list[str]()
    for said in newest.values():
        for metric, cells in said.items():
            if metrics is None or metric in metrics:
                for (ours, theirs), times in zip(_CELLS, cells, strict=True):
                    judge += [ours] * times
                    people += [theirs] * times
    return kappa(judge, people)


def trusted(one: JudgePass) -> frozenset[str]:
    """Metrics that the standard of today leaves to a model, and on which this one agrees with people well enough."""
    standard = standard_today()
    left = standards.by_judge(standard, one.run.suite)
    found = {metric: agreement(one, frozenset({metric})) for metric in left}
    return frozenset(name for name, seen in found.items() if standard.judge.holds(seen.low, seen.n))


@dataclass(frozen=True, slots=True)
class Decided:
    """A run's record with everything that counts: what rules found, people marked, and a model where it may."""

    read: records.Read
    marks: Mapping[str, bool]
    by_model: int  # samples that a model decided


def decided(run: TestRun) -> Decided:
    """Raises `RecordTrouble` when the record is gone or broken."""
    read = records.read(made.path_of(run.record))
    marks = dict(marks_of(run).settled)
    one = finished_pass(run)
    found = judging_of(one) if one else None
    metrics = trusted(one) if one and found else frozenset[str]()
    if found is None or not metrics:
        return Decided(read, marks, 0)
    kept = {name: verdict for name, verdict in found.verdicts.items() if verdict.metric in metrics}
    applied = outcome.applied(read, replace(found, verdicts=kept), marks)
    by_model = sum(outcome.method_of(sample, marks) == "judge" for sample in applied.samples)
    return Decided(applied, marks, by_model)


@dataclass(frozen=True, slots=True)
class Shown:
    """A second pass as its run's page shows it."""

    row: JudgePass
    passed: int
    failed: int
    open: list[tuple[str, int]]
    share: float  # of all samples of the run that the model judged, per cent
    agreement: Estimate
    least_kappa: float
    least_n: int
    counts: bool  # whether some of it counts towards the run's outcome


def shown(run: TestRun) -> Shown | None:
    """The newest pass; None where there is none."""
    one = last_pass(run)
    if one is None:
        return None
    said = one.summary
    passed, failed = int(said.get("passed", 0)), int(said.get("failed", 0))
    trust = standard_today().judge
    return Shown(
        row=one,
        passed=passed,
        failed=failed,
        open=[
            (WHY_OPEN.get(why, "模型没有给出回答"), int(times)) for why, times in said.get("open", {}).items()
        ],
        share=(passed + failed) / run.done * 100 if run.done else 0.0,
        agreement=agreement(one),
        least_kappa=trust.least_kappa,
        least_n=trust.least_n,
        counts=bool(run.summary.get("by_model")),
    )


def verdict_lines(run: TestRun, most: int = 30) -> list[tuple[str, str, str]]:
    """(sample, what the model said, its reason) of the newest pass that is over, replies not judged first."""
    one = finished_pass(run)
    found = judging_of(one) if one else None
    if found is None:
        return []
    words = {True: "合格", False: "不合格", None: "没有定"}
    rows = sorted(found.verdicts.values(), key=lambda said: (said.passed is not None, said.id))
    return [
        (said.id, words[said.passed], said.reason or WHY_OPEN.get(said.open, "模型没有给出回答"))
        for said in rows[:most]
    ]
