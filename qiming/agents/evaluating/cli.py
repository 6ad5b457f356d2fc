"""`qiming agents evaluate`: the agent's dialogues, put to it or to another product."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qiming.assurance.runner.targets import Target


def evaluate(  # noqa: PLR0917 - options of a command, given by name
    agent: Annotated[str, typer.Argument(help="Its key: see `qiming agents list`.")],
    cases: Annotated[
        Path | None, typer.Option(help="Cases of your own (JSON lines) in place of its own.")
    ] = None,
    endpoint: Annotated[
        str, typer.Option(help="Another product in its place: an OpenAI-compatible address.")
    ] = "",
    model: Annotated[str, typer.Option(help="What that product calls its model.")] = "default",
    told: Annotated[
        str, typer.Option(help="What that product is told first, in place of the case's own words.")
    ] = "",
    most_tokens: Annotated[int, typer.Option(help="How long that product may reply.")] = 600,
    place: Annotated[
        str,
        typer.Option(help="Talk at this place with the model that is connected there, through the gateway."),
    ] = "",
    gateway: Annotated[
        str, typer.Option(help="With --place: where the gateway listens.")
    ] = "http://127.0.0.1:8040",
    stage: Annotated[str, typer.Option(help="Only cases of primary, junior or senior.")] = "",
    metric: Annotated[
        list[str] | None, typer.Option(help="Only cases of this metric; again for more.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many cases of each metric.")] = None,
    patience: Annotated[
        int,
        typer.Option(
            min=0, max=240, help="With --place: seconds to wait for a slow model; 0: as the gateway waits."
        ),
    ] = 0,
    seconds: Annotated[float, typer.Option(min=1, help="Patience for one reply.")] = 60,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations at once.")] = 4,
    out: Annotated[Path | None, typer.Option(help="Keep the record; goes on behind what it holds.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """How well it keeps to what it promises: leaks, stages, need, refusals, sources, personal data, with intervals and gates.

    The key of another product, if it wants one, is read from QIMING_TARGET_KEY.
    """
    from qiming.agents.evaluating import running
    from qiming.assurance.runner.kinds import Failure
    from qiming.assurance.runner.records import RecordTrouble
    from qiming.assurance.runner.running import Settings
    from qiming.assurance.runner.suites import BadSuite

    try:
        wanted = running.Wanted(cases, stage, tuple(metric or ()), limit, told)
        target = (
            _target(agent, endpoint, model, most_tokens)
            if not place
            else _there(agent, place, gateway, patience)
        )
        settings = Settings(concurrency=at_once, seconds=max(seconds, patience and patience + 30))
        found = asyncio.run(running.evaluate(running.suite_of(agent, wanted), target, out, settings))
    except (BadSuite, Failure, RecordTrouble) as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _say(found)


def _target(agent: str, endpoint: str, model: str, most_tokens: int) -> Target:
    from qiming.agents.evaluating.target import Agent
    from qiming.assurance.runner.networks import PRIVATE
    from qiming.assurance.runner.targets import OpenAI

    if not endpoint:
        return Agent(agent)
    key = os.environ.get("QIMING_TARGET_KEY", "")
    return OpenAI(
        endpoint, model, key, networks=PRIVATE, settings={"max_tokens": most_tokens, "temperature": 0}
    )


def _there(agent: str, place: str, gateway: str, patience: int) -> Target:
    from qiming.agents.evaluating.through import Through

    return Through(agent, place, gateway, patience)


def _say(found: dict[str, Any]) -> None:
    typer.echo(f"engine {found['engine']}  cases {found['cases']}  seconds {found['seconds']}")
    for name, one in found["metrics"].items():
        verdict = {True: "passed", False: "MISSED", None: "open"}[one["passed"]]
        seen, sealed = (found["parts"][part].get(name) for part in ("seen", "sealed"))
        typer.echo(
            f"{name:20} {one['value']:.4f} [{one['low']:.4f}, {one['high']:.4f}] n {one['n']:4} gate {one['gate']} {verdict}"
            f"   seen {_misses(seen)}, sealed {_misses(sealed)}"
        )


def _misses(one: dict[str, Any] | None) -> str:
    return f"{one['misses']} of {one['n']} missed" if one else "none"
