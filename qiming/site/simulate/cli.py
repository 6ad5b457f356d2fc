"""`qiming simulate`: invented data at the size of the real thing."""

import time as clock
from pathlib import Path
from typing import Annotated

import typer

from qiming.site.database import DatabaseTrouble

app = typer.Typer(no_args_is_help=True, help="Invented data at the size of the real thing.")


@app.callback()
def _simulate() -> None:
    """Invented data at the size of the real thing."""


@app.command()
def city(
    pupils: Annotated[int, typer.Option(min=1, max=5_000_000)] = 1_830_000,
    schools: Annotated[int, typer.Option(min=1, max=9_999)] = 1_400,
    seed: Annotated[int, typer.Option(help="The same seed makes the same city.")] = 7,
    year: Annotated[str, typer.Option(help="School year such as 2026-2027 (default: the present one).")] = "",
) -> None:
    """A whole city shaped on published enrolment: schools, classes, pupils with cards, staff, periods, class hours.

    Every row is marked synthetic. Refused where real people are. Broken off, it goes on where it was.
    """
    from qiming.site import supervisor

    try:
        supervisor.open_house("owner")
        _prepare()
    except DatabaseTrouble as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        raise typer.Exit(1) from trouble
    _make(pupils, schools, seed, year)


@app.command()
def lake(
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder that is not there yet.")],
    pupils: Annotated[int, typer.Option(min=1, max=5_000_000)] = 10_000,
    weeks: Annotated[int, typer.Option(min=1, max=52)] = 20,
    seed: Annotated[int, typer.Option(help="The same seed makes the same lake.")] = 7,
) -> None:
    """A lake of pupils' acts, class hours and estimates for the measures, every file of it synthetic. No database."""
    from qiming.insight.lake.manifest import LakeTrouble
    from qiming.site.simulate.lake import SAYS, LakeOrder, simulate

    began = clock.monotonic()
    try:
        rows = simulate(LakeOrder(pupils, weeks, seed, out), step=lambda name: typer.echo(name, err=True))
    except LakeTrouble as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        raise typer.Exit(1) from trouble
    told = "，".join(f"{name} {count} 行" for name, count in rows.items())
    typer.echo(f"{SAYS}。{told}；{clock.monotonic() - began:.0f} 秒：{out}")


def _prepare() -> None:
    """Tables and content, as `qiming up` makes them."""
    from qiming.site import steps, supervisor

    supervisor.migrate()
    steps.load_content()


def _make(pupils: int, schools: int, seed: int, year: str) -> None:
    from qiming.kernel.errors import UserError
    from qiming.registry import queries as registry
    from qiming.site import home
    from qiming.site.simulate.city import Order
    from qiming.site.simulate.run import accounts_text, simulate
    from qiming.site.simulate.shape import TooFewSchools

    began = clock.monotonic()
    try:
        order = Order(pupils, schools, seed, year or registry.current_year().key)
        with typer.progressbar(length=pupils + schools, label="模拟城市") as bar:

            def step(what: str, done: int) -> None:
                bar.label = what
                bar.update(done or 1)

            simulate(order, step=step)
    except (UserError, TooFewSchools) as error:
        said = f"{error.message}。{error.kept}{error.next}" if isinstance(error, UserError) else str(error)
        typer.secho(said, fg="red", err=True)
        raise typer.Exit(1) from error
    keep = home.path() / "demo-accounts.txt"
    keep.touch(mode=0o600)
    keep.write_text(accounts_text(order))
    typer.echo(f"{clock.monotonic() - began:.0f} 秒\n{accounts_text(order)}")
