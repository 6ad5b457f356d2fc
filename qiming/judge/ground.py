"""What a program finds in the sandbox: an interpreter, its library, the packages a school chose, and nothing else.

Every folder is bound read-only; there is no /etc, no /home, no /proc, no shell and no program besides Python.
"""

import atexit
import compileall
import os
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
HOME = "/python"
_SYSTEM = ("/lib", "/lib64", "/usr/lib64")


@dataclass(frozen=True, slots=True)
class Ground:
    """Folders and files as (here, inside), and where Python looks for packages."""

    python: str
    binds: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    paths: tuple[str, ...] = field(default=())


def lay(lab: Path, packages: dict[str, Path] | None = None) -> Ground:
    """The ground for programs of the lab whose Python lies in `lab`; `packages` by their name in site-packages.

    The interpreter stands at a place of its own: where it lies on this machine may be shut to others, and is nobody's
    business.
    """
    python = Path(os.path.realpath(sys.executable))
    standard = Path(sysconfig.get_path("stdlib"))
    inside = f"{HOME}/bin/{python.name}"
    own = _own_folder(lab)
    pairs = [(str(python), inside), (str(standard), f"{HOME}/lib/{standard.name}")]
    for library in (python.parent.parent / "lib").glob("libpython3*.so*"):
        pairs.append((str(library), f"{HOME}/lib/{library.name}"))
    pairs += [(str(path), str(path)) for path in _system()]
    pairs += [(str(own / "judge"), "/judge"), (str(own / "lab"), "/lab")]
    pairs += [(str(path), f"/packages/{name}") for name, path in sorted((packages or {}).items())]
    links = [(str(Path(name).readlink()), name) for name in _SYSTEM if Path(name).is_symlink()]
    return Ground(inside, tuple(pairs), tuple(links), ("/packages",) if packages else ())


def _system() -> list[Path]:
    """Where the shared libraries of this machine lie; of /usr nothing else, no programs."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    own = Path("/usr/lib") / multiarch
    found = [own if multiarch and own.is_dir() else Path("/usr/lib"), Path("/usr/share/zoneinfo")]
    found += [Path(name) for name in _SYSTEM if not Path(name).is_symlink()]
    return [path for path in found if path.is_dir()]


_made: dict[Path, Path] = {}


def _own_folder(lab: Path) -> Path:
    """Our own part, copied and compiled once per process: readable for whoever runs the program, quick to open."""
    if lab in _made and _made[lab].is_dir():
        return _made[lab]
    root = Path(tempfile.mkdtemp(prefix="qiming-judge-"))
    root.chmod(0o755)
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name, source in (("judge", INSIDE), ("lab", lab)):
        folder = root / name
        folder.mkdir(mode=0o755)
        for file in source.glob("*.py"):
            shutil.copyfile(file, folder / file.name)
        compileall.compile_dir(folder, ddir=f"/{name}", quiet=2)
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    _made[lab] = root
    return root
