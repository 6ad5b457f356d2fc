"""`qiming`: the operator's command. Every room's own commands hang below it."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import typer

from qiming.assurance.cli import app as assurance
from qiming.insight.cli import NEEDS_HOUSE
from qiming.insight.cli import app as insight
from qiming.learning.cli_mastery import replay
from qiming.mastery.cli import app as mastery
from qiming.site import operating
from qiming.site.database import DatabaseTrouble
from qiming.site.simulate.cli import app as simulation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiming.site.settings")

app = typer.Typer(
    no_args_is_help=True,
    help="启明 Qiming: run, fill and check this installation.",
    pretty_exceptions_show_locals=False,
)

# Commands of rooms: (name, module). Each module has a Typer `app` and imports models
# inside its commands only: the house is open when they run.
_ROOM_COMMANDS = (
    ("places", "qiming.registry.cli_places"),
    ("content", "qiming.curriculum.cli"),
    ("roster", "qiming.registry.cli"),
    ("account", "qiming.registry.cli_accounts"),
    ("periods", "qiming.teaching.cli"),
    ("records", "qiming.learning.cli"),
    ("audit", "qiming.trust.cli"),
    ("certificates", "qiming.credentials.cli"),
    ("agents", "qiming.agents.cli"),
)


def _open_house(role: str = "app") -> None:
    """Start the database when it is ours and load Django."""
    from qiming.site import supervisor  # `--help` must not need a database

    try:
        supervisor.open_house(role)
    except DatabaseTrouble as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        raise typer.Exit(1) from trouble


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Create the demo city when the database is empty.")] = False,
    host: Annotated[str, typer.Option(envvar="HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(envvar="QIMING_WORKERS", min=0, help="0: one per core.")] = 0,
) -> None:
    """Start everything: database, migrations, content, web workers, background worker. Ctrl-C stops all."""
    from qiming.site import supervisor

    try:
        raise typer.Exit(supervisor.up(demo=demo, host=host, port=port, workers=workers))
    except DatabaseTrouble as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        raise typer.Exit(1) from trouble


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version's shape."""
    from qiming.site import supervisor

    supervisor.open_house("owner")
    supervisor.migrate()


@app.command()
def demo() -> None:
    """Create the demo city (synthetic, labelled so); does nothing when it is there already."""
    _open_house()
    from qiming.site.demo import build  # models can be imported only now

    if not build(say=typer.echo):
        typer.echo("示例城市已经在了，没有改动。")


@app.command("access-doc")
def access_doc(
    check: Annotated[bool, typer.Option(help="Fail when docs/access.md is out of date.")] = False,
) -> None:
    """Write docs/access.md from the rooms' access tables."""
    from qiming.site import access_doc as document

    _load_django()
    raise typer.Exit(document.run(check=check))


def _load_django() -> None:
    import django

    django.setup()


def _before_room_command() -> None:
    if not {"--help", "-h"}.intersection(sys.argv):
        _open_house()


def _before_insight(context: typer.Context) -> None:
    """Measures read files; only what reads the database needs it."""
    if context.invoked_subcommand in NEEDS_HOUSE:
        _before_room_command()


def _before_mastery(context: typer.Context) -> None:
    """Models are held against files; only a replay reads the database."""
    if context.invoked_subcommand == "replay":
        _before_room_command()


def _mount() -> None:
    app.add_typer(simulation, name="simulate")
    for name, module in _ROOM_COMMANDS:
        if find_spec(module.rsplit(".", 1)[0]) and find_spec(module):
            app.add_typer(import_module(module).app, name=name, callback=_before_room_command)
    app.add_typer(insight, name="insight", callback=_before_insight)
    app.add_typer(assurance, name="assurance")
    mastery.command("replay")(replay)
    app.add_typer(mastery, name="mastery", callback=_before_mastery)
    operating.mount(app)


_mount()
