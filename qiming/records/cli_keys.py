"""`qiming records key …`: keys with which other systems bring and fetch records."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, NoReturn
from uuid import UUID

import typer

if TYPE_CHECKING:
    from qiming.records.xapi.keys import Limits
    from qiming.records.xapi.usage import Used

app = typer.Typer(no_args_is_help=True, help="Keys of other systems for the xAPI record store.")


@app.callback()
def _keys() -> None:
    """Keys of other systems for the xAPI record store."""


@app.command("create")
def create(  # noqa: PLR0917 - options of a command, given by name
    name: Annotated[str, typer.Option(help="Which system it is for.")],
    scope: Annotated[str, typer.Option(help="write, read-own, read; several with commas.")],
    verb: Annotated[
        list[str] | None, typer.Option(help="A verb (IRI) it may bring; again for more. None: all.")
    ] = None,
    activity: Annotated[
        list[str] | None, typer.Option(help="How the activities begin that it may write about. None: all.")
    ] = None,
    max_bytes: Annotated[int | None, typer.Option(help="The size of one statement.")] = None,
    per_minute: Annotated[int | None, typer.Option(help="Statements a minute.")] = None,
    keep: Annotated[str, typer.Option(help="How long: 30d, year, school, outside.")] = "outside",
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Make a key. The secret is shown once."""
    from qiming.kernel.errors import UserError
    from qiming.records.xapi import keys

    try:
        limits = keys.Limits(
            tuple(verb or ()), tuple(activity or ()), max_bytes, per_minute, keys.kept_named(keep)
        )
        key_id, secret = keys.make(name=name, scope=scope, limits=limits)
    except UserError as error:
        _refuse(error)
    if as_json:
        told = {"key": str(key_id), "secret": secret, "name": name, "scope": scope}
        typer.echo(json.dumps(told | _told(limits), ensure_ascii=False))
    else:
        typer.echo(f"用户名：{key_id}\n密钥：{secret}\n密钥只显示这一次，请现在交给要用它的系统。")


@app.command("list")
def list_keys(as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False) -> None:
    """Every key there is or was, with its limits and how it was used; without secrets."""
    from qiming.records.xapi import keys, usage

    rows, used = keys.listed(), usage.totals()
    if as_json:
        told = [
            {"key": str(row.id), "name": row.name, "scope": row.scope, "created_at": row.created_at.isoformat(),
             "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None, **_told(row.limits),
             **_used(used.get(row.id))}
            for row in rows
        ]  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for row in rows:
        state = f"已收回 {row.revoked_at:%Y-%m-%d}" if row.revoked_at else "在用"
        typer.echo(f"{row.id}  {row.scope}  {state}  留{row.limits.retention.zh}  {row.name}")


@app.command("rotate")
def rotate(
    key: Annotated[UUID, typer.Argument(help="The key's user name.")],
    grace_hours: Annotated[int, typer.Option(min=0, max=168, help="How long the old secret opens too.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Give a key a new secret, shown once; the old one opens no more, or for some hours yet."""
    from qiming.kernel.errors import UserError
    from qiming.records.xapi import keys

    try:
        secret = keys.rotate(key, grace=timedelta(hours=grace_hours))
    except UserError as error:
        _refuse(error)
    if as_json:
        typer.echo(json.dumps({"key": str(key), "secret": secret, "grace_hours": grace_hours}))
    else:
        until = f"旧密钥还能用{grace_hours}小时。" if grace_hours else "旧密钥已经打不开。"
        typer.echo(f"用户名：{key}\n新密钥：{secret}\n新密钥只显示这一次。{until}")


@app.command("revoke")
def revoke(key: Annotated[UUID, typer.Argument(help="The key's user name.")]) -> None:
    """Take a key back at once; what came by it stays."""
    from qiming.kernel.errors import UserError
    from qiming.records.xapi import keys

    try:
        keys.revoke(key)
    except UserError as error:
        _refuse(error)
    typer.echo("已收回，从现在起打不开。")


def _told(limits: Limits) -> dict[str, object]:
    return {
        "verbs": list(limits.verbs),
        "activities": list(limits.activities),
        "max_statement_bytes": limits.max_statement_bytes,
        "per_minute": limits.per_minute,
        "retention": limits.retention.value,
    }


def _used(used: Used | None) -> dict[str, object]:
    if used is None:
        return {"last_at": None, "requests": 0, "stored": 0, "duplicate": 0, "refused": 0, "turned_away": 0}
    told: dict[str, object] = asdict(used)
    return told | {"last_at": used.last_at.isoformat()}


def _refuse(error: Exception) -> NoReturn:
    from qiming.kernel.errors import UserError

    assert isinstance(error, UserError)
    typer.echo(f"{error.message} {error.kept} {error.next}", err=True)
    raise typer.Exit(1)
