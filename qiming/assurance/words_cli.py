"""How the terminal commands say what went wrong and how far they are."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer


@contextmanager
def in_words_of_people(as_json: bool) -> Iterator[None]:
    """What is wrong with the input is said in words, with --json also as an object; either way the end is 2."""
    from qiming.assurance.runner.kinds import IN_CHINESE, Failure
    from qiming.assurance.runner.mapping import BadMapping
    from qiming.assurance.runner.records import RecordTrouble
    from qiming.assurance.runner.suites import BadSuite

    try:
        yield
    except (BadSuite, BadMapping, RecordTrouble, Failure) as trouble:
        said = (
            f"{IN_CHINESE[trouble.kind]}（{trouble.says}）" if isinstance(trouble, Failure) else str(trouble)
        )
        typer.secho(said, fg="red", err=True)
        if as_json:
            typer.echo(json.dumps({"error": said}, ensure_ascii=False))
        raise typer.Exit(2) from trouble
    except KeyboardInterrupt:
        typer.secho(
            "停了。测过的都在记录里：用同样的参数加 --out 这份记录，就接着测。", fg="yellow", err=True
        )
        raise typer.Exit(130) from None


def progress() -> Callable[[int, int], None]:
    """Says how far a run is, every two seconds."""
    last = time.monotonic()

    def say(done: int, whole: int) -> None:
        nonlocal last
        if time.monotonic() - last > 2 or done == whole:
            last = time.monotonic()
            typer.secho(f"{done} / {whole}", err=True, dim=True)

    return say
