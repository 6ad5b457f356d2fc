"""`qiming places load`: another city's units, calendar and period tables, from a folder of its own."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The city's units, calendar and period tables.")


@app.callback()
def places() -> None:
    """The city's units, calendar and period tables."""


@app.command("load")
def load(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="units.csv, calendar.yaml, periods.yaml")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the files.")] = False,
) -> None:
    """Load the city in FOLDER; safe to repeat. With anything wrong in it nothing is written."""
    from qiming.kernel.errors import UserError
    from qiming.registry import services
    from qiming.registry.cities import check_city

    try:
        city = check_city(folder)
        if not dry_run:
            services.load_units_and_calendar(folder=folder)
    except UserError as error:
        typer.echo(f"{error.message}\n{error.kept}{error.next}", err=True)
        raise typer.Exit(1) from error
    done = "可以载入" if dry_run else "载入了"
    typer.echo(f"{done}{city.calendar['city']}：{len(city.units)}个区，{len(city.calendar['years'])}个学年。")
