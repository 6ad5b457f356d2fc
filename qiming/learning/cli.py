"""`qiming records`: what leaves the learning records in bulk."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qiming.records.cli_erasures import app as erasures
from qiming.records.cli_keys import app as keys

app = typer.Typer(no_args_is_help=True, help="Learning records that leave in bulk; keys of other systems.")
app.add_typer(keys, name="key")
app.add_typer(erasures, name="erasure")
DAY = ["%Y-%m-%d"]


@app.callback()
def _records() -> None:
    """Learning records that leave in bulk; keys of other systems."""


@app.command("research-extract")
def research_extract(
    out: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    from_day: Annotated[datetime, typer.Option("--from", formats=DAY, help="First day of the answers.")],
    to_day: Annotated[datetime, typer.Option("--to", formats=DAY, help="Last day of the answers.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What is studied: pupils and families read it.")],
    by: Annotated[str, typer.Option("--by", help="Who asked for it: name and institution.")],
) -> None:
    """Answers of those who consent to research, without names, under numbers that are good for this extract only."""
    from qiming.kernel.errors import UserError
    from qiming.learning.services.research import extract

    try:
        made = extract(
            folder=out, from_day=from_day.date(), to_day=to_day.date(), reason=purpose, asked_by=by
        )
    except UserError as error:
        typer.echo(f"{error.message} {error.kept} {error.next}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{made.folder}: {made.attempts} 次作答，{made.pupils} 名学生")
    for grade, size in made.left_out.items():
        typer.echo(f"  {grade}年级同意的只有{size}人，没有抽")
