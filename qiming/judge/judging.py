"""A program run, and its checks: two sandboxes that speak to each other through the judge, who trusts neither."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qiming.judge.box import Box, Report
from qiming.judge.ground import Ground
from qiming.judge.limits import ENDING_SAYS, Ending, Limits

MOST_OUTPUT = 20_000
MOST_ASKS = 5_000
MOST_SAID = 400


@dataclass(frozen=True, slots=True)
class Job:
    """A pupil's program with what a task gives it; without `check` it only runs."""

    source: str
    answers: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    check: str = ""
    keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    key: str
    ok: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a job. `error` is as web/labs/python/py/said.py gives it; `drawings` come from the program
    and are data to be read with care."""

    ending: Ending
    output: str = ""
    error: Mapping[str, Any] | None = None
    asked: str | None = None
    drawings: Sequence[Any] = ()
    checks: Sequence[Checked] = ()
    wall_ms: int = 0
    cpu_ms: int = 0
    peak_mb: int = 0
    complaint: str = ""

    @property
    def says(self) -> str:
        return str(self.error["says"]) if self.error else ENDING_SAYS[self.ending]


Told = Callable[[str], None]
Asked = Callable[[], bool]


def judge(
    ground: Ground,
    job: Job,
    limits: Limits,
    *,
    told: Told = lambda _: None,
    should_stop: Asked = lambda: False,
    rooted: bool | None = None,
) -> Verdict:
    """Run it and, when it ran to its end, check it. `told` hears what is printed as it is printed."""
    try:
        with Box(ground, "runner", limits, should_stop=should_stop, rooted=rooted) as box:
            box.send({"source": job.source, "answers": list(job.answers), "files": dict(job.files)})
            verdict = _run(box, told)
            keys = list(dict.fromkeys(job.keys))
            if verdict.ran and not verdict.error and keys:
                verdict.checks = _check(ground, replace(job, keys=keys), verdict.ran, box, rooted)
            elif verdict.ran:
                box.stop(Ending.DONE)
    except OSError as trouble:
        return Verdict(Ending.NO_SANDBOX, complaint=str(trouble)[:MOST_SAID])
    return verdict.ended(box.report, all_checked=not keys or bool(verdict.checks))


@dataclass
class _Heard:
    ran: dict[str, Any] | None = None
    output: str = ""
    checks: list[Checked] = field(default_factory=list)

    @property
    def error(self) -> Mapping[str, Any] | None:
        return _error(self.ran.get("error")) if self.ran else None

    def ended(self, report: Report, *, all_checked: bool) -> Verdict:
        ending = report.ending
        if ending == Ending.DONE and (self.ran is None or not (all_checked or self.error)):
            ending = Ending.CRASHED  # it left without an answer
        verdict = Verdict(
            ending,
            output=self.output[:MOST_OUTPUT],
            wall_ms=report.wall_ms,
            cpu_ms=report.cpu_ms,
            peak_mb=report.peak_mb,
            complaint=report.complaint,
        )
        if self.ran is None or ending != Ending.DONE:
            return verdict
        asked, drawings = self.ran.get("asked"), self.ran.get("drawings")
        return replace(
            verdict,
            error=self.error,
            asked=asked[:200] if isinstance(asked, str) else None,
            drawings=drawings if isinstance(drawings, list) else [],
            checks=self.checks,
        )


def _run(box: Box, told: Told) -> _Heard:
    heard = _Heard()
    while heard.ran is None and (said := box.hear()) is not None:
        if isinstance(out := said.get("out"), str):
            out = out[: MOST_OUTPUT - len(heard.output)]
            heard.output += out
            told(out)
        if isinstance(said.get("ran"), dict):
            heard.ran = said["ran"]
    return heard


def _check(ground: Ground, job: Job, ran: dict[str, Any], box: Box, rooted: bool | None) -> list[Checked]:
    """Asks go from the checker to the program and answers back, one at a time; the program's limits go on counting."""
    with Box(ground, "checker", box.limits, rooted=rooted) as checker:
        checker.send({"source": job.source, "check": job.check, "keys": list(job.keys), "ran": _seen(ran)})
        for _ in range(MOST_ASKS):
            said = checker.hear()
            if said is None:
                return []
            if isinstance(checks := said.get("checks"), list):
                box.stop(Ending.DONE)
                return [_checked(one) for one in checks]
            box.send(said)
            answer = box.hear()
            if answer is None:
                return []
            checker.send(answer if answer.keys() & {"value", "hint"} else {"hint": "程序没有回答检查。"})
    return []


def _seen(ran: dict[str, Any]) -> dict[str, Any]:
    names, kinds = ran.get("names"), ran.get("kinds")
    return {
        "output": str(ran.get("output", ""))[:MOST_OUTPUT],
        "names": [str(one) for one in names] if isinstance(names, list) else [],
        "kinds": [str(one)[:20] for one in kinds] if isinstance(kinds, list) else [],
    }


def _checked(told: dict[str, Any]) -> Checked:
    return Checked(str(told["key"]), told["ok"] is True, str(told["hint"])[:MOST_SAID])


def _error(told: Any) -> dict[str, Any] | None:
    if not isinstance(told, dict):
        return None
    line = told.get("line")
    return {
        "kind": str(told.get("kind", ""))[:60],
        "line": line if isinstance(line, int) else None,
        "says": str(told.get("says", ""))[:600],
        "python": str(told.get("python", ""))[:MOST_SAID],
    }
