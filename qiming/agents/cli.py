"""`qiming agents …`: the chain by hand: models, routes, what is open where, keys, quotas, the kill switch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer

from qiming.agents.evaluating.cli import evaluate

app = typer.Typer(no_args_is_help=True, help="The door to models: models, routes, keys, quotas, kill switch.")
key_app = typer.Typer(no_args_is_help=True, help="Keys of applications.")
model_app = typer.Typer(no_args_is_help=True, help="Base models.")
route_app = typer.Typer(no_args_is_help=True, help="Education models (routes).")
app.add_typer(key_app, name="key")
app.add_typer(model_app, name="model")
app.add_typer(route_app, name="route")
app.command("evaluate")(evaluate)

Place = Annotated[str, typer.Option(help="The place: its id or its scope path.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print for a machine.")]


@contextmanager
def _plainly() -> Iterator[None]:
    """Refusals as a sentence and status 1."""
    from qiming.kernel.access import Denied
    from qiming.kernel.errors import UserError

    try:
        yield
    except UserError as error:
        typer.echo(f"{error.message} {error.kept} {error.next}", err=True)
        raise typer.Exit(1) from None
    except Denied:
        typer.echo("没有这个编号，什么都没有改。", err=True)
        raise typer.Exit(1) from None


def _place(said: str) -> UUID:
    from qiming.registry import queries as registry

    try:
        return UUID(said)
    except ValueError:
        return registry.org_by_path(said).id


@model_app.command("add")
def add_model(  # noqa: PLR0917 - options of a command, given by name
    key: Annotated[str, typer.Option(help="Its short name here.")],
    address: Annotated[str, typer.Option(help="Before /chat/completions; listed in QIMING_OUTWARD.")],
    upstream_name: Annotated[str, typer.Option("--model", help="What the server calls it.")],
    provider: Annotated[str, typer.Option(help="Who runs it.")],
    title: Annotated[str, typer.Option()] = "",
    kind: Annotated[str, typer.Option(help="chat or embeddings.")] = "chat",
    filing_no: Annotated[
        str, typer.Option(help="生成式人工智能服务备案号; without one it serves staff only.")
    ] = "",
    algorithm_no: Annotated[str, typer.Option(help="算法备案号.")] = "",
    licence: Annotated[str, typer.Option()] = "",
    context: Annotated[int, typer.Option(help="Tokens it can take in.")] = 8192,
    most_output: Annotated[int, typer.Option(help="Tokens it may say at once.")] = 2048,
    grades: Annotated[str, typer.Option(help="Classes of data it may see: L1,L2,L3.")] = "L1,L2",
    concurrency: Annotated[int, typer.Option(help="Calls at once.")] = 16,
    key_env: Annotated[str, typer.Option(help="The environment variable with its key.")] = "",
) -> None:
    """Register a base model, or change what is written down of it."""
    import os

    from qiming.agents import services
    from qiming.agents.services.chain import ModelFacts
    from qiming.agents.types import Kind

    with _plainly():
        services.add_model(
            actor=None,
            facts=ModelFacts(
                key=key,
                title=title or key,
                provider=provider,
                address=address,
                upstream_name=upstream_name,
                kind=Kind(kind),
                api_key=os.environ.get(key_env, "") if key_env else "",
                licence=licence,
                filing_no=filing_no,
                algorithm_no=algorithm_no,
                context_tokens=context,
                most_output_tokens=most_output,
                data_grades=tuple(grades.split(",")),
                concurrency=concurrency,
            ),
        )
    typer.echo(
        f"登记好了：{key}。第一个模型登记后，重新启动 qiming up（或另开 qiming gateway），页面才能用到它。"
    )


@route_app.command("add")
def add_route(  # noqa: PLR0917 - options of a command, given by name
    key: Annotated[str, typer.Option(help="Its short name: what applications write as model.")],
    models: Annotated[
        str, typer.Option(help="Base models in the order in which they are tried, with commas.")
    ],
    stages: Annotated[str, typer.Option(help="primary,junior,senior,staff.")],
    title: Annotated[str, typer.Option()] = "",
    kind: Annotated[str, typer.Option(help="chat or embeddings.")] = "chat",
    frame: Annotated[str, typer.Option(help="What stands before every conversation.")] = "",
    quota_class: Annotated[str, typer.Option()] = "",
) -> None:
    """Register an education model, or change what is written down of it."""
    from qiming.agents import services
    from qiming.agents.services.chain import RouteFacts
    from qiming.agents.types import Kind

    with _plainly():
        services.add_route(
            actor=None,
            facts=RouteFacts(
                key=key,
                title=title or key,
                base_models=tuple(models.split(",")),
                stages=tuple(stages.split(",")),
                kind=Kind(kind),
                frame=frame,
                quota_class=quota_class,
            ),
        )
    typer.echo(f"登记好了：{key}")


@app.command("list")
def list_chain() -> None:
    """Agents, models, routes and what is turned off, as JSON."""
    from qiming.agents.models import BaseModel, EducationModel, KillSwitch
    from qiming.agents.talk import services as talk

    switches = KillSwitch.objects.unscoped("the operator looks at the whole installation").filter(
        lifted_at=None
    )
    told = {
        "agents": [
            {"key": one.key, "title": one.title, "for": one.audience, "modes": one.modes, "stages": one.stages,
             "engine": one.engine, "quota_class": one.quota_class, "version": one.version}
            for one in talk.agents().values()
        ],
        "models": list(BaseModel.objects.order_by("key").values("key", "title", "kind", "filing_no", "is_active")),
        "routes": list(EducationModel.objects.order_by("key").values("key", "title", "base_models", "stages", "is_active")),
        "off": [
            {"id": str(one.id), "place": one.scope_path, "target": one.target, "key": one.key, "reason": one.reason}
            for one in switches.order_by("created_at")
        ],
    }  # fmt: skip
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


@app.command("check")
def check() -> None:
    """Whether the folders of the agents are sound; what is wrong with file and line, and status 1."""
    from django.conf import settings

    from qiming.agents import folders

    problems = folders.problems_in(settings.CONTENT_ROOT)
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{len(folders.load(settings.CONTENT_ROOT))} 个智能体，都可以用。")


@app.command("connect")
def connect(
    agent: Annotated[str, typer.Argument(help="Its key: see `qiming agents list`.")],
    place: Place,
    route: Annotated[
        str, typer.Option(help="The education model that speaks for it; of the agent's quota class.")
    ],
    stage: Annotated[str, typer.Option(help="primary, junior, senior or staff.")],
    days: Annotated[int, typer.Option(help="How long.")] = 180,
) -> None:
    """Let a model speak for an agent at a place, for one stage. Open the route there and set a quota, too."""
    from qiming.agents.talk import connecting
    from qiming.agents.talk import services as talk

    with _plainly():
        place_id = _place(place)
        connecting.connect(actor=None, place_id=place_id, agent=agent, route=route, stage=stage, days=days)
    typer.echo(
        f"{talk.agents()[agent].title}在这里可以用 {route} 了。收回：qiming agents key list，再 key revoke。"
    )


@app.command("enable")
def enable(
    place: Place,
    route: Annotated[str, typer.Option()],
    off: Annotated[bool, typer.Option("--off", help="Close it there instead.")] = False,
) -> None:
    """Open a route for a place and all below it, or close it there."""
    from qiming.agents import services

    with _plainly():
        services.decide(actor=None, place_id=_place(place), route=route, yes=not off)
    typer.echo("关上了。" if off else "打开了。")


@app.command("kill")
def kill(
    target: Annotated[str, typer.Argument(help="all, model, route or application.")],
    reason: Annotated[str, typer.Option(help="People who use it will read this.")],
    key: Annotated[str, typer.Option(help="Which one.")] = "",
    place: Annotated[str, typer.Option(help="Only there; everywhere when left out.")] = "",
) -> None:
    """Turn something off at once, also what is being generated."""
    from qiming.agents import services
    from qiming.agents.types import Target

    with _plainly():
        switch = services.switch_off(
            actor=None,
            place_id=_place(place) if place else None,
            target=Target(target),
            key=key,
            reason=reason,
        )
    typer.echo(f"停用了。恢复：qiming agents lift {switch}")


@app.command("lift")
def lift(switch: Annotated[UUID, typer.Argument()]) -> None:
    """Turn on again what was turned off."""
    from qiming.agents import services

    with _plainly():
        services.lift(actor=None, switch_id=switch)
    typer.echo("恢复了。")


@app.command("quota")
def quota(  # noqa: PLR0917 - options of a command, given by name
    place: Place,
    per: Annotated[str, typer.Option(help="place, district, school, class or pupil.")] = "place",
    requests: Annotated[int | None, typer.Option(help="Calls a day.")] = None,
    tokens: Annotated[int | None, typer.Option(help="Tokens a day.")] = None,
    minutes: Annotated[int | None, typer.Option(help="Minutes a day.")] = None,
    quota_class: Annotated[str, typer.Option(help="Only routes of this class.")] = "",
) -> None:
    """Set what may be used in a day at a place and below it."""
    from qiming.agents import services
    from qiming.agents.types import Per

    with _plainly():
        services.set_quota(
            actor=None,
            place_id=_place(place),
            per=Per(per),
            quota_class=quota_class,
            requests=requests,
            tokens=tokens,
            minutes=minutes,
        )
    typer.echo("额度定好了。")


@key_app.command("create")
def create_key(  # noqa: PLR0917 - options of a command, given by name
    place: Place,
    name: Annotated[str, typer.Option(help="Which application it is for.")],
    route: Annotated[list[str], typer.Option(help="A route it may call; again for more.")],
    stage: Annotated[str, typer.Option(help="primary, junior, senior or staff.")],
    scope: Annotated[str, typer.Option(help="chat, embeddings; several with commas.")] = "chat",
    days: Annotated[int, typer.Option(help="How long it opens.")] = 180,
    supervised_by: Annotated[
        UUID | None, typer.Option(help="The adult who opens the sessions of primary pupils.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. The secret is shown once."""
    from qiming.agents import services
    from qiming.agents.types import Audience, Kind

    with _plainly():
        key_id, secret = services.create_key(
            actor=None,
            place_id=_place(place),
            name=name,
            routes=tuple(route),
            stage=stage,
            audience=Audience.STAFF if stage == "staff" else Audience.PUPIL,
            kinds=tuple(Kind(one) for one in scope.split(",")),
            days=days,
            supervised_by=supervised_by,
        )
    if as_json:
        typer.echo(
            json.dumps({"id": str(key_id), "key": secret, "name": name, "routes": route, "stage": stage})
        )
    else:
        typer.echo(f"编号：{key_id}\n钥匙：{secret}\n钥匙只显示这一次，请现在交给要用它的应用。")


@key_app.command("list")
def list_keys() -> None:
    """Every key there is or was, without secrets, as JSON."""
    from qiming.agents.models import ApplicationKey

    rows = ApplicationKey.objects.unscoped("the operator looks at the whole installation").order_by(
        "created_at"
    )
    told = [
        {"id": str(row.id), "place": row.scope_path, "name": row.name, "routes": row.routes, "stage": row.stage,
         "expires_at": row.expires_at.isoformat(), "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None}
        for row in rows
    ]  # fmt: skip
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1))


@key_app.command("revoke")
def revoke_key(key: Annotated[UUID, typer.Argument(help="Its id.")]) -> None:
    """Take a key back at once."""
    from qiming.agents import services

    with _plainly():
        services.revoke_key(actor=None, key_id=key)
    typer.echo("已收回，从现在起打不开。")


@app.command("retrieval")
def retrieval(as_json: AsJson = False) -> None:
    """How well passages are found: recall@1, recall@5, mean reciprocal rank on the labelled questions."""
    from dataclasses import asdict
    from pathlib import Path

    from django.conf import settings

    from qiming.agents.knowledge import KNOWN, courses, evaluating

    courses.load()
    questions = evaluating.read_set(Path(settings.CONTENT_ROOT))
    told: dict[str, dict[str, float]] = {}
    missed: list[str] = []
    for name, chosen in (
        ("all", questions),
        ("tune", [one for one in questions if not one.hold]),
        ("hold", [one for one in questions if one.hold]),
    ):
        figures, ranks = evaluating.measure(chosen, threshold=KNOWN)
        told[name] = asdict(figures)
        if name == "all":
            missed = [one.ask for one, place in ranks if place is None or place > 5]
    if as_json:
        typer.echo(json.dumps(told | {"missed": missed}, ensure_ascii=False, indent=1))
        return
    for name, row in told.items():
        typer.echo(f"{name:>5}  " + "  ".join(f"{key} {value}" for key, value in row.items()))
    for ask in missed:
        typer.echo(f"not among five: {ask}")
