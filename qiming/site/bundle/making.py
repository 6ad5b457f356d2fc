"""Makes the offline installer from a checkout."""

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from qiming.site import home
from qiming.site.bundle import locked

MACHINES = {"x86-64": "x86_64", "arm64": "aarch64"}
GLIBC = (2, 28)  # the oldest C library of the systems schools run (Kylin V10, UOS 20, openEuler, Debian 10)
INSTALLER = Path(__file__).parent / "installer"

Say = Callable[[str], None]


class BundleTrouble(RuntimeError):
    """A bundle that cannot be made; the message says what to do."""


@dataclass(slots=True)
class Bundle:
    """A finished bundle: its folder and archive, the wheels in it, whether it was made for this kind of machine."""

    folder: Path
    archive: Path
    wheels: list[str] = field(default_factory=list)
    size_bytes: int = 0
    glibc: str = ""
    is_native: bool = True


def make(
    out: Path, *, machine: str = "x86-64", pythons: Sequence[str] = (), say: Say = lambda _: None
) -> Bundle:
    """A folder and a .tar of it below `out`; raises `BundleTrouble`.

    `pythons` are the versions the bundle can be installed with (default: this one's).
    """
    if not home.is_checkout():
        raise BundleTrouble("安装包只能在代码目录里做：请在 git clone 出来的目录里运行。")
    if machine not in MACHINES:
        raise BundleTrouble(f"没有 {machine} 这种机器，可选：{'、'.join(MACHINES)}。")
    pythons = pythons or [".".join(platform.python_version_tuple()[:2])]
    name = f"qiming-{metadata.version('qiming')}-{machine}"
    folder = out / name
    if folder.exists():
        raise BundleTrouble(f"{folder} 已经有了。请删掉它，或换一个目录。")
    part = out / f"{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    (part / "wheels").mkdir(parents=True)
    say("构建启明自己的安装文件")
    own = _own_wheel(part / "wheels")
    for python in pythons:
        say(f"取齐依赖：{machine}，Python {python}")
        _fetch(part, own, locked.Target(MACHINES[machine], python))
    _write_requirements(part, own, pythons, MACHINES[machine])
    _write_installer(part, pythons, machine)
    _write_sums(part)
    part.rename(folder)
    say("打成一个文件")
    bundle = Bundle(folder, _pack(folder), is_native=platform.machine() == MACHINES[machine])
    bundle.wheels = sorted(path.name for path in (folder / "wheels").iterdir())
    bundle.size_bytes = bundle.archive.stat().st_size
    bundle.glibc = _glibc(bundle.wheels)
    return bundle


def _own_wheel(wheels: Path) -> Path:
    built = _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)])
    if built.returncode:
        raise BundleTrouble(f"启明自己的安装文件没有构建成：{built.stderr.strip()[-600:]}")
    return next(wheels.glob("qiming-*.whl"))


def _fetch(part: Path, own: Path, target: locked.Target) -> None:
    lines = locked.blocks(home.ROOT / "requirements.lock")
    names = locked.needed(own, target)
    if missing := sorted(names - set(lines)):
        raise BundleTrouble(
            f"requirements.lock 里没有 {'、'.join(missing)}（{target.machine} 需要）。请重做锁定文件。"
        )
    wanted = part / f"requirements-{target.python}.txt"
    wanted.write_text("".join(lines[name] for name in sorted(names)), encoding="utf-8")
    _download(["--require-hashes", "-r", str(wanted)], part / "wheels", target)
    # The installer runs this pip from its wheel: a system's Python may come without one.
    _download([f"pip=={metadata.version('pip')}"], part / "wheels", target)


def _download(what: list[str], wheels: Path, target: locked.Target) -> None:
    tags = [f"manylinux_2_{minor}_{target.machine}" for minor in range(GLIBC[1], 4, -1)]
    tags += [f"{old}_{target.machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1")]
    short = target.python.replace(".", "")
    done = _run(
        [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
            "--dest", str(wheels), "--implementation", "cp", "--python-version", target.python,
            *[word for tag in tags for word in ("--platform", tag)],
            *[word for abi in (f"cp{short}", "abi3", "none") for word in ("--abi", abi)],
            *what,
        ]
    )  # fmt: skip
    if done.returncode:
        raise BundleTrouble(
            f"{target.machine}、Python {target.python} 的依赖没有取齐：{done.stderr.strip()[-800:]}"
        )


def _write_requirements(part: Path, own: Path, pythons: Sequence[str], machine: str) -> None:
    """Our own wheel, with its hash, into the list of each Python."""
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    for python in pythons:
        wanted = part / f"requirements-{python}.txt"
        line = f"qiming=={metadata.version('qiming')} --hash=sha256:{digest}\n"
        wanted.write_text(wanted.read_text(encoding="utf-8") + line, encoding="utf-8")
    (part / "MACHINE").write_text(machine + "\n", encoding="utf-8")


def _write_installer(part: Path, pythons: Sequence[str], machine: str) -> None:
    for entry in sorted(INSTALLER.iterdir()):
        shutil.copyfile(entry, part / entry.name)
    (part / "install.sh").chmod(0o755)
    (part / "PYTHONS").write_text("\n".join(pythons) + "\n", encoding="utf-8")
    (part / "VERSION").write_text(f"{metadata.version('qiming')}\n{_commit()}\n", encoding="utf-8")
    native = platform.machine() == MACHINES[machine]
    tested = (
        "在同类机器上制作。"
        if native
        else "在另一类机器上制作，每个依赖都有这类机器的安装文件，但没有在这类机器上试装过。"
    )
    readme = part / "说明.txt"
    readme.write_text(
        readme.read_text(encoding="utf-8") + f"\n这一份：{machine}。{tested}\n", encoding="utf-8"
    )


def _commit() -> str:
    return _run(["git", "describe", "--always", "--dirty"]).stdout.strip() or "unknown"


def _write_sums(part: Path) -> None:
    files = sorted(path for path in part.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(part)}\n" for path in files]
    (part / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _pack(folder: Path) -> Path:
    """A plain .tar (wheels are compressed already) and its own sum beside it."""
    archive = folder.with_name(f"{folder.name}.tar")
    with tarfile.open(archive, "w") as tar:
        tar.add(folder, folder.name)
    digest = hashlib.sha256()
    with archive.open("rb") as stream:
        while piece := stream.read(1024 * 1024):
            digest.update(piece)
    archive.with_name(f"{archive.name}.sha256").write_text(
        f"{digest.hexdigest()}  {archive.name}\n", encoding="ascii"
    )
    return archive


def _glibc(wheels: Sequence[str]) -> str:
    """The oldest C library on which all of the wheels run."""
    minors = [
        min(int(minor) for minor in found)
        for wheel in wheels
        if (found := re.findall(r"manylinux_2_(\d+)_", wheel.replace("manylinux2014", "manylinux_2_17")))
    ]
    return f"2.{max(minors, default=17)}"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=home.ROOT, capture_output=True, text=True, check=False)
