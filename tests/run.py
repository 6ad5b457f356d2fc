"""Everything CI runs, in the order in which it fails fastest; stops at the end, not at the first failure."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qiming.site import database

ROOT = Path(__file__).resolve().parents[1]
TEST_HOME = ROOT / "var" / "test"
BIN = Path(sys.executable).parent
NODE = [sys.executable, "-m", "qiming.site.node"]

Check = tuple[str, list[str], str]

# Each is one process on one core and touches nothing the others write: they run two at a time.
STATIC: list[Check] = [
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], "."),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."], "."),
    ("templates", [str(BIN / "djlint"), "qiming", "--lint", "--quiet"], "."),
    ("import contracts", [str(BIN / "lint-imports")], "."),
    ("types", [str(BIN / "mypy")], "."),
    ("web lint", [*NODE, "npm", "run", "--silent", "lint"], "web"),
    ("web types", [*NODE, "npm", "run", "--silent", "check"], "web"),
    ("web tests", [*NODE, "npm", "run", "--silent", "test"], "web"),
    ("content", [str(BIN / "qiming"), "content", "check"], "."),
    ("access table", [str(BIN / "qiming"), "access-doc", "--check"], "."),
]
# These use the machine whole. What a file's tests begin with is made once for the file: its tests stay together, as long
# as the other process is not idle ("worksteal") or altogether ("loadfile": a city each), in the order they are given in.
TWO = ["-n", "2", "--no-loadscope-reorder", "--dist"]
TESTS: list[Check] = [
    ("tests", [str(BIN / "pytest"), "-q", *TWO, "worksteal", "-m", "not browser", "--durations=10"], "."),
    (
        "journeys in the browser",
        [str(BIN / "pytest"), "-q", *TWO, "loadfile", "-m", "browser", "tests", "--durations=10"],
        ".",
    ),
]


def ensure_browser() -> bool:
    """Chromium and Chinese fonts from the system's package manager; False, loudly, when neither is to be had."""
    has_fonts = bool(shutil.which("fc-list")) and "CJK" in _output(["fc-list", ":lang=zh", "family"])
    if _chromium() and has_fonts:
        return True
    if shutil.which("apt-get"):
        _install("chromium", "fonts-noto-cjk", "fontconfig")
    if _chromium():
        return True
    print(
        "\n" + "!" * 78 + "\nNo Chromium here and none could be installed: the browser journeys cannot run.\n"
        "Install it by hand (Debian: apt-get install chromium fonts-noto-cjk) and run again.\n" + "!" * 78
    )
    return False


def ensure_java() -> bool:
    """The Java that Spark runs on, from the system's package manager; False, loudly, when it is not to be had."""
    if shutil.which("java"):
        return True
    if shutil.which("apt-get"):
        _install("openjdk-17-jre-headless")
    if shutil.which("java"):
        return True
    print(
        "\n"
        + "!" * 78
        + "\nNo Java here and none could be installed: the measures cannot be held against Spark.\n"
        "Install it by hand (Debian: apt-get install openjdk-17-jre-headless) and run again.\n" + "!" * 78
    )
    return False


def _install(*packages: str) -> None:
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        subprocess.run([*sudo, *command], check=False, stdout=subprocess.DEVNULL)


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def run(name: str, command: list[str], folder: str) -> bool:
    """Run one check; its output is shown only when it fails or is the tests' own."""
    began = time.monotonic()
    shows = name in {"tests", "journeys in the browser"}
    # The checks read their own test home, never the data of a running installation.
    environment = os.environ | {"QIMING_HOME": str(TEST_HOME)}
    done = subprocess.run(
        command,
        cwd=ROOT / folder,
        env=environment,
        check=False,
        text=True,
        stdout=None if shows else subprocess.PIPE,
        stderr=None if shows else subprocess.STDOUT,
    )
    good = done.returncode == 0
    print(f"{'ok  ' if good else 'FAIL'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
    if not good and not shows:
        print(done.stdout, flush=True)
    return good


def try_java() -> bool:
    """Without Java the other tests run all the same, and the one that needs Spark fails."""
    ensure_java()
    return True


# What is looked for before a check begins.
NEEDS: dict[str, Callable[[], bool]] = {"tests": try_java, "journeys in the browser": ensure_browser}


def main() -> int:
    was_running = database.is_running(TEST_HOME)
    try:
        return run_all(set(sys.argv[1:]))
    finally:
        if not was_running:
            database.stop(TEST_HOME)


def run_all(wanted: set[str]) -> int:
    """Run the wanted checks (none named: all); 1 when any failed."""
    results: dict[str, bool] = {}
    with ThreadPoolExecutor(max_workers=2) as two:
        chosen = [check for check in STATIC if not wanted or check[0] in wanted]
        results |= dict(
            zip((name for name, _, _ in chosen), two.map(lambda check: run(*check), chosen), strict=True)
        )
    for name, command, folder in TESTS:
        if wanted and name not in wanted:
            continue
        is_ready = NEEDS.get(name, lambda: True)()
        results[name] = is_ready and run(name, command, folder)
    failed = [name for name, good in results.items() if not good]
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
