"""How much a pupil may run, how long a worker may keep a run, what a verdict says. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from qiming.judge.judging import Verdict
from qiming.judge.limits import ENDING_SAYS, NOTEBOOK, PLAIN, Ending, Limits

LAB = "python"
FIRST_SENIOR_GRADE = 10
MOST_OPEN = 2  # waiting or running, of one pupil's own tries
MOST_AN_HOUR = 60
MOST_TRIES = 3  # a program that takes its worker along three times is not tried a fourth time
FRESH = timedelta(minutes=3)  # a station not heard of for so long is away
KEPT_OWN = timedelta(days=1)
MOST_CODE = 20_000
MOST_ANSWERS = 2_000
MOST_SHOWN = 20_000
SLACK_S = 20.0


def limits_of(kind: str) -> Limits:
    return PLAIN if kind == "marks" else NOTEBOOK


def lease(kind: str) -> timedelta:
    """How long a worker may keep a run before another one takes it over: program and checks, and some air."""
    return timedelta(seconds=2 * limits_of(kind).wall_s + SLACK_S)


def program_of(state: object) -> tuple[str, str] | None:
    """Program and answers in a work of the programming lab; None when it holds none that could be run."""
    if not isinstance(state, Mapping):
        return None
    code, answers = state.get("code"), state.get("answers", "")
    if not isinstance(code, str) or not code.strip() or len(code) > MOST_CODE:
        return None
    return code, answers[:MOST_ANSWERS] if isinstance(answers, str) else ""


def lines_of(answers: str) -> list[str]:
    """What input() is given, one line each."""
    return answers.replace("\r\n", "\n").rstrip("\n").split("\n") if answers.strip("\n") else []


def keys_of(goals: Sequence[Mapping[str, Any]]) -> list[str]:
    """The checks a lesson's goals ask for, each once."""
    named = (str(goal.get("check", "")) for goal in goals if goal.get("goal") == "check")
    return list(dict.fromkeys(key for key in named if key))


def checks_in(source: str) -> list[str]:
    """Keys of the checks a file holds, in order."""
    return re.findall(r"^def check_(\w+)\(", source, re.MULTILINE)


def outcome_of(verdict: Verdict) -> dict[str, Any]:
    """A verdict as it is kept."""
    return {
        "ending": verdict.ending.value,
        "error": dict(verdict.error) if verdict.error else None,
        "asked": verdict.asked,
        "drawings": list(verdict.drawings),
        "checks": [{"key": one.key, "ok": one.ok, "hint": one.hint} for one in verdict.checks],
        "wall_ms": verdict.wall_ms,
        "cpu_ms": verdict.cpu_ms,
        "peak_mb": verdict.peak_mb,
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict in words, for the pupil and the teacher."""

    words: str
    is_good: bool
    hints: tuple[str, ...] = ()
    limit: str = ""


WAITING = Shown("在排队，等学校服务器运行。", False)
AWAY = Shown("学校服务器现在不运行程序。作品已经收好，等它好了再运行。", False)


def shown(state: str, outcome: Mapping[str, Any], passed: int, of: int) -> Shown:
    """What the server says to a handed-in program."""
    if state in {"waiting", "running"}:
        return WAITING
    ending = Ending(outcome.get("ending", Ending.NO_SANDBOX))
    if ending != Ending.DONE:
        return Shown(ENDING_SAYS[ending], False, limit=ending.value)
    error = outcome.get("error")
    if error:
        where = f"第{error['line']}行：" if error.get("line") else ""
        return Shown(f"服务器上没有跑到尾。{where}{error['says']}", False)
    if not of:
        return Shown("服务器上从头跑到尾，没有报错。", True)
    hints = tuple(str(one["hint"]) for one in outcome.get("checks", ()) if not one["ok"])
    return Shown(f"服务器上{of}项检查，做到了{passed}项。", passed == of, hints)
