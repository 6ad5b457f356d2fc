"""Workflows as text: `content/workflows/*.yaml`, checked by schema and by `rules.checking`, read into `types.Workflow`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qiming.casework.rules.checking import faults
from qiming.casework.types import (
    At,
    Clock,
    Criterion,
    Days,
    Duty,
    Kind,
    PublicNotice,
    Review,
    State,
    Transition,
    Workflow,
)
from qiming.kernel import content


class UnfitWorkflow(ValueError):
    """A workflow no case may follow; says everything that is wrong with it."""


def read_all(root: Path) -> list[tuple[Workflow, dict[str, Any]]]:
    """Every workflow below `root`/workflows and the plain data it was read from; raises `UnfitWorkflow`."""
    return [_read(path, root) for path in sorted((root / "workflows").glob("*.yaml"))]


def _read(path: Path, root: Path) -> tuple[Workflow, dict[str, Any]]:
    document = content.read_yaml(path, root)
    problems = content.against_schema(document, root / "schemas" / "workflow.schema.json")
    if problems:
        raise UnfitWorkflow("\n".join(map(str, problems)))
    if document.data["key"] != path.stem:
        raise UnfitWorkflow(f"{document.file}: the file must be called {document.data['key']}.yaml")
    workflow = parse(document.data)
    wrong = faults(workflow)
    if wrong:
        raise UnfitWorkflow("\n".join(f"{document.file}: {one}" for one in wrong))
    return workflow, document.data


def parse(data: Mapping[str, Any]) -> Workflow:
    """A workflow out of the plain data of its file, which the schema has checked."""
    return Workflow(
        key=data["key"],
        title=data["title"],
        says=data["says"],
        source=data["source"],
        first=data["first"],
        states={key: _state(key, said) for key, said in data["states"].items()},
        transitions={key: _transition(key, said) for key, said in data["transitions"].items()},
        evidence=data.get("evidence", {}),
        duties={key: Duty(key, said["title"], At(said["at"])) for key, said in data["duties"].items()},
        reviews={key: _review(key, said) for key, said in data.get("reviews", {}).items()},
        notice=PublicNotice(**data["notice"]) if "notice" in data else None,
        digest=content.hash_data(data),
    )


def _state(key: str, said: Mapping[str, Any]) -> State:
    return State(
        key=key,
        title=said["title"],
        says=said.get("says", ""),
        owner=said.get("owner", ""),
        clock=_clock(said["clock"]) if "clock" in said else None,
        rests=said.get("rests", False),
        final=said.get("final", False),
    )


def _clock(said: Mapping[str, Any]) -> Clock:
    return Clock(
        amount=said["amount"],
        of=Days(said["of"]),
        escalate=said.get("escalate", ""),
        then=said.get("then", ""),
        remind=tuple(said.get("remind", ())),
    )


def _transition(key: str, said: Mapping[str, Any]) -> Transition:
    return Transition(
        key=key,
        title=said["title"],
        sources=tuple(said["from"]),
        target=said["to"],
        who=tuple(said["who"]),
        kind=Kind(said.get("kind", "moves")),
        apart_from=tuple(said.get("apart_from", ())),
        evidence=tuple(said.get("evidence", ())),
        guards=tuple(said.get("guards", ())),
        reason=said.get("reason", False),
        reapply_days=said.get("reapply_days"),
        says=said.get("says", ""),
    )


def _review(key: str, said: Mapping[str, Any]) -> Review:
    return Review(
        key=key,
        title=said["title"],
        state=said["state"],
        duty=said["duty"],
        reviewers=said["reviewers"],
        criteria=tuple(
            Criterion(one["key"], one["title"], one["most"], one.get("hint", "")) for one in said["criteria"]
        ),
        pass_percent=said["pass_percent"],
        spread=said.get("spread", 100),
        hidden_in=tuple(said.get("hidden_in", ())),
        unnamed=said.get("unnamed", False),
    )
