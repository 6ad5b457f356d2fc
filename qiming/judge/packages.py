"""Which folders of the server's own site-packages make up the notebook: the packages asked for, what they need, no more.

Read from what the installer wrote down about each distribution; nothing is imported.
"""

import os
import re
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_NAME = re.compile(r"^[A-Za-z0-9._-]+")


@lru_cache(maxsize=4)
def closure(names: tuple[str, ...]) -> dict[str, Path]:
    """Name in site-packages → where it lies, for these distributions and all they require; missing ones are left out."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue
        found |= _tops(one)
        waiting += [match.group() for line in one.requires or () if (match := _needed(line))]
    return found


def compile_once(found: dict[str, Path]) -> None:
    """Some installers leave the compiling to the first import, which in the sandbox would come again with every run:
    done here once, in the background, where the folder may be written."""
    folders = [
        path for path in found.values() if path.is_dir() and not path.name.endswith((".libs", ".dist-info"))
    ]
    fresh = [path for path in folders if not (path / "__pycache__").is_dir() and os.access(path, os.W_OK)]
    if fresh:
        command = [sys.executable, "-m", "compileall", "-q", *map(str, fresh)]
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_politely)  # noqa: PLW1509 - before any thread


def _politely() -> None:
    os.nice(15)


def _needed(line: str) -> re.Match[str] | None:
    """A requirement that holds without extras; markers on the machine were settled when it was installed."""
    return None if "extra ==" in line else _NAME.match(line)


def _tops(one: Distribution) -> dict[str, Path]:
    """The folders and files of a distribution at the top of site-packages."""
    tops: dict[str, Path] = {}
    for file in one.files or ():
        first = file.parts[0]
        if first in {"..", "__pycache__"} or first.startswith("/"):
            continue
        place = Path(str(one.locate_file(first)))
        if place.exists():
            tops[first] = place
    return tops
