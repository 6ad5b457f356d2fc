"""What must be on a server that only runs the product: the run-time part of requirements.lock."""

import email
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(\[[^\]]*\])?==([^\s;\\]+)")


@dataclass(frozen=True, slots=True)
class Target:
    """A machine to install on: its architecture as wheels call it, and its Python (3.11)."""

    machine: str
    python: str

    def markers(self) -> dict[str, str]:
        return {
            "platform_machine": self.machine,
            "platform_system": "Linux",
            "sys_platform": "linux",
            "os_name": "posix",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "extra": "",
        }


def blocks(lock: Path) -> dict[str, str]:
    """Each locked project's lines (pin and hashes) by its canonical name; comments are left out."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if pin := _PINNED.match(line):
            current = found.setdefault(canonicalize_name(pin.group(1)), [])
        if line.strip() and not line.strip().startswith("#"):
            current.append(line)
    return {
        name: "\n".join(lines).rstrip().removesuffix("\\").rstrip() + "\n" for name, lines in found.items()
    }


def needed(wheel: Path, target: Target) -> set[str]:
    """Canonical names of what our `wheel` needs at run time on `target`; the rest is read from what is installed."""
    todo = _wanted(_own_requirements(wheel), (), target)
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        asked = todo.pop()
        if asked not in seen:
            seen.add(asked)
            todo += _wanted(_requirements(asked[0]), asked[1], target)
    return {name for name, _ in seen}


def _own_requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []


def _requirements(name: str) -> list[str]:
    try:
        return metadata.distribution(name).requires or []
    except metadata.PackageNotFoundError:  # wanted on the other kind of machine only
        return []


def _wanted(lines: Iterable[str], extras: Iterable[str], target: Target) -> list[tuple[str, frozenset[str]]]:
    found = []
    for line in lines:
        wanted = Requirement(line)
        markers = target.markers()
        if wanted.marker is None or any(
            wanted.marker.evaluate({**markers, "extra": extra}) for extra in ("", *extras)
        ):
            found.append((str(canonicalize_name(wanted.name)), frozenset(wanted.extras)))
    return found
