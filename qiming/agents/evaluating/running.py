"""One evaluation: the agent's suite put to the agent, or to a product of the same interface, by the test field's runner."""

import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qiming.agents.evaluating import diaries, summing
from qiming.agents.evaluating.target import Agent, Heard, content_root
from qiming.assurance.runner import records, run, suites
from qiming.assurance.runner.running import Settings
from qiming.assurance.runner.suites import Suite
from qiming.assurance.runner.targets import Target
from qiming.assurance.types import Case

SEED = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases. `limit`: of each metric at most so many, chosen the same way each time."""

    cases: Path | None = None
    stage: str = ""
    metrics: tuple[str, ...] = ()
    limit: int | None = None
    system: str = ""  # what a bare product is told in place of the case's own words


def suite_of(agent: str, wanted: Wanted) -> Suite:
    """The agent's suite with the wanted cases. Raises `BadSuite`."""
    own = content_root() / "agents" / agent / "suite.yaml"
    if not own.is_file():
        raise suites.BadSuite(f"智能体“{agent}”没有自带的对话题")
    asked = suites.load(str(own), bank=wanted.cases)
    cases = [one for one in asked.cases if not wanted.stage or one.stage in {wanted.stage, "any"}]
    cases = [one for one in cases if not wanted.metrics or one.metric in wanted.metrics]
    cases = sampled(cases, wanted.limit) if wanted.limit else cases
    # Cases of one item stand together: a model that keeps what it has read need not read its lesson and item again.
    cases.sort(key=lambda one: one.note)
    if wanted.system:
        cases = [replace(one, system=wanted.system) for one in cases]
    if not cases:
        raise suites.BadSuite("这样挑就没有题了")
    return replace(asked, cases=tuple(cases))


def sampled(cases: Sequence[Case], each: int) -> list[Case]:
    """At most `each` of every metric, by chance with a fixed seed, in the order of the bank."""
    chance = random.Random(SEED)  # noqa: S311 - a sample that comes out the same each time, no secret
    kept: set[str] = set()
    for metric in dict.fromkeys(one.metric for one in cases):
        mine = [one.id for one in cases if one.metric == metric]
        kept.update(mine if len(mine) <= each else chance.sample(mine, each))
    return [one for one in cases if one.id in kept]


async def evaluate(
    suite: Suite, target: Target, out: Path | None, settings: Settings | None = None
) -> dict[str, Any]:
    """Run it and sum it up: `engine`, then per metric `value`, `low`, `high`, `n`, `gate`, `passed`, over all and by part."""
    settings = replace(settings or Settings(concurrency=4), include_sealed=True)
    with tempfile.TemporaryDirectory() as folder:
        file = out or Path(folder) / "record.jsonl"
        if out and isinstance(target, Agent):
            target.go_on(diaries.beside(out), suite.cases)
        found = await run(suite, target, file, settings=settings)
        read = records.read(file)
    heard = {one.case.id: one for one in target.heard.values()} if isinstance(target, Agent) else {}
    whole = parts(read.samples, {one.id: one for one in suite.cases}, heard)
    return {
        "engine": _engine(target, heard),
        "target": target.describe(),
        "cases": len(suite.cases),
        "seconds": found.seconds,
        "metrics": whole.pop("all"),
        "parts": whole,
        "missed": [one.id for one in read.samples if one.passed is False],
        "spoken": dict(_spoken(heard)),
    }


def parts(
    samples: Sequence[records.Sample], cases: Mapping[str, Case], heard: Mapping[str, Heard]
) -> dict[str, dict[str, Any]]:
    """Figures by part of the cases."""
    told = {}
    for name, belongs in summing.PARTS.items():
        mine = [one for one in samples if belongs(one)]
        told[name] = {one.name: one.as_json() for one in summing.figures(mine, cases, heard)}
    return told


def _engine(target: Target, heard: Mapping[str, Heard]) -> str:
    """Who spoke; `grounded` wherever no model did."""
    engines = sorted({who for one in heard.values() for who in one.engines})
    return "+".join(engines) or str(target.describe().get("model", target.kind))


def _spoken(heard: Mapping[str, Heard]) -> Mapping[str, int]:
    """How many turns ended how, and by whom."""
    told: dict[str, int] = {}
    for one in heard.values():
        for way in (*(str(outcome) for outcome in one.outcomes), *one.findings):
            told[way] = told.get(way, 0) + 1
    return told
