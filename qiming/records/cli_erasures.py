"""`qiming records erasure …`: is what other systems sent about somebody really gone?"""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

import typer

app = typer.Typer(no_args_is_help=True, help="Proofs that somebody was erased from other systems' records.")


@app.callback()
def _erasures() -> None:
    """Proofs that somebody was erased from other systems' records."""


@app.command("verify")
def verify(
    person: Annotated[
        list[UUID] | None, typer.Option(help="Look for this internal number in every column; again for more.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Check the chain of proofs and look for whoever was erased; exit status 1 when something is found or broken."""
    from qiming.records.xapi import erasing

    persons = person or []
    found = erasing.verify(persons)
    unknown = sum(1 for one in persons if not erasing.was_erased(one))
    if as_json:
        told = {
            "holds": found.holds,
            "proofs": found.proofs,
            "chain_holds": found.chain.holds,
            "left_over": found.left_over,
            "looked_for": found.looked_for,
            "never_erased": unknown,
            "found": found.found,
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _say(found, unknown)
    raise typer.Exit(0 if found.holds else 1)


def _say(found: object, unknown: int) -> None:
    from qiming.records.xapi.erasing import KINDS, Verdict

    assert isinstance(found, Verdict)
    chain = (
        "证明链完好" if found.chain.holds else f"证明链断了：{found.chain.broken and found.chain.broken.says}"
    )
    typer.echo(f"{chain}，{found.proofs} 份证明")
    if found.left_over:
        typer.secho(f"{found.left_over} 份证明当时就没有删干净", fg="red")
    if found.looked_for:
        typer.echo(f"按编号找了 {found.looked_for} 人，其中 {unknown} 人没有删除过")
    for kind, count in found.found.items():
        typer.secho(f"还在：{KINDS[kind]} {count} 条", fg="red")
    if not found.found:
        typer.echo("什么也没有找到")
