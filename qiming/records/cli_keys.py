"""`qiming records key …`: keys with which other systems bring and fetch records."""

import json
from typing import Annotated
from uuid import UUID

import typer

app = typer.Typer(no_args_is_help=True, help="Keys of other systems for the xAPI record store.")


@app.callback()
def _keys() -> None:
    """Keys of other systems for the xAPI record store."""


@app.command("create")
def create(
    name: Annotated[str, typer.Option(help="Which system it is for.")],
    scope: Annotated[str, typer.Option(help="write, read-own, read; several with commas.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Make a key. The secret is shown once."""
    from qiming.kernel.errors import UserError
    from qiming.records.xapi import keys

    try:
        key_id, secret = keys.make(name=name, scope=scope)
    except UserError as error:
        _refuse(error)
    if as_json:
        typer.echo(json.dumps({"key": str(key_id), "secret": secret, "name": name, "scope": scope}))
    else:
        typer.echo(f"用户名：{key_id}\n密钥：{secret}\n密钥只显示这一次，请现在交给要用它的系统。")


@app.command("list")
def list_keys(as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False) -> None:
    """Every key there is or was, without secrets."""
    from qiming.records.xapi import keys

    rows = keys.listed()
    if as_json:
        told = [
            {"key": str(row.id), "name": row.name, "scope": row.scope, "created_at": row.created_at.isoformat(),
             "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None}
            for row in rows
        ]  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for row in rows:
        state = f"已收回 {row.revoked_at:%Y-%m-%d}" if row.revoked_at else "在用"
        typer.echo(f"{row.id}  {row.scope}  {state}  {row.name}")


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


def _refuse(error: Exception) -> None:
    from qiming.kernel.errors import UserError

    assert isinstance(error, UserError)
    typer.echo(f"{error.message} {error.kept} {error.next}", err=True)
    raise typer.Exit(1)
