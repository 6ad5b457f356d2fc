"""Which packages make up the notebook: those of the server's own site-packages that were asked for, with what they need and
no more; and all of a folder beside it that the school filled (`QIMING_JUDGE_PACKAGES`, docs/deploy.md).

Read from what the installer wrote down about each distribution; nothing is imported.
"""

import os
import re
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

_NAME = re.compile(r"^[A-Za-z0-9._-]+")
FOLDER = "QIMING_JUDGE_PACKAGES"
NOTEBOOK_PACKAGES = ("numpy", "pandas", "scikit-learn", "torch")
_OURS = frozenset({"qiming", "django"})  # a folder with these is the server's own, not one for pupils


class Unusable(Exception):
    """Why the school's folder is not used, for the operator."""


def added() -> dict[str, Distribution]:
    """The distributions in the school's folder, by name; empty where none is named. Raises Unusable."""
    named = os.environ.get(FOLDER, "")
    if not named:
        return {}
    folder = Path(named)
    if not folder.is_absolute() or not folder.is_dir():
        raise Unusable(f"{FOLDER} 要写一个存在的文件夹的完整路径，现在写的是 {named}")
    found = {_plain(one.name): one for one in distributions(path=[str(folder)])}
    if not _OURS.isdisjoint(found):
        raise Unusable(f"{FOLDER} 指的是启明自己装在里面的文件夹；请另建一个，只放学生程序要用的包")
    if not found:
        raise Unusable(f"{FOLDER} 指的文件夹里没有装好的包；请用 pip install --target 装进去")
    return found


def notebook() -> dict[str, Path]:
    """Name in site-packages → where it lies, of all that senior programs find. A folder that can't be used adds nothing."""
    try:
        own = added()
    except Unusable:
        own = {}
    tops = [_tops(one) for one in own.values()]
    return closure(NOTEBOOK_PACKAGES) | {name: path for found in tops for name, path in found.items()}


def versions() -> tuple[tuple[str, str], ...]:
    """What pupils are told there is, with versions: ours that are installed, and those that the school asked for by name."""
    found = {}
    for name in NOTEBOOK_PACKAGES:
        try:
            found[name] = distribution(name).version
        except PackageNotFoundError:
            continue
    try:
        own = added()
    except Unusable:
        own = {}
    asked = {name for name, one in own.items() if one.read_text("REQUESTED") is not None} or set(own)
    found |= {name: one.version for name, one in own.items() if name in found or name in NOTEBOOK_PACKAGES}
    return tuple(found.items()) + tuple((name, own[name].version) for name in sorted(asked - found.keys()))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache(maxsize=4)
def closure(names: tuple[str, ...]) -> dict[str, Path]:
    """Name in site-packages → where it lies, for these distributions and all they require; missing ones are left out."""
    found: dict[str, Path] = {}
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = _plain(waiting.pop())
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
