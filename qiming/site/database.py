"""The database: the city's own PostgreSQL by DATABASE_URL, or the one that comes in a wheel.

The embedded server keeps its files in QIMING_HOME/pg, listens on loopback only, asks every role for its
password and runs the application under a role that owns nothing. As root, PostgreSQL refuses to start: it is
then put into a user namespace in which root's files belong to an ordinary user; where the kernel forbids that,
it runs as `nobody` from folders handed over to that user.
"""

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from qiming.site import home, postgres
from qiming.site.postgres import DatabaseTrouble

__all__ = ["DatabaseTrouble", "Server", "django_database", "has_model", "is_running", "start", "stop"]

PORT_TRIES = 3


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
    url = owner_url() if role == "owner" else home.database_url()
    if not url:
        server = _read(home.path())
        url = server.url(role) if server else "postgresql://qiming_app@127.0.0.1:1/qiming"
    settings = _from_url(url)
    extra = _connection_options()
    return {**settings, **extra, "OPTIONS": {**settings["OPTIONS"], **extra.get("OPTIONS", {})}}


def application_url() -> str:
    """How a process without Django reaches the tables: the operator's own server, or the embedded one that runs."""
    url = home.database_url()
    if url:
        return url
    server = _read(home.path())
    if server is None:
        raise DatabaseTrouble("数据库还没有建好。请先运行 qiming up，或设 DATABASE_URL。")
    return server.url()


def has_model() -> bool:
    """Whether a base model is registered: then the door to models opens with everything else."""
    with psycopg.connect(application_url(), connect_timeout=3) as line:
        found = line.execute("SELECT 1 FROM agents_basemodel WHERE is_active LIMIT 1").fetchone()
    return found is not None


def owner_url() -> str:
    """A server of your own under the role that owns its tables, else under the only role that was named."""
    return home.given("DATABASE_OWNER_URL") or home.database_url()


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
    binding = {"server_side_binding": True, "prepare_threshold": 1}
    if os.environ.get("QIMING_TESTING"):
        return {"TEST": {"NAME": test_name}, "CONN_MAX_AGE": 0, "OPTIONS": binding}
    # A connection is looked at when it is taken (0.02 ms): a database that was restarted costs nobody a page.
    # One that is away is noticed soon, and asked again every few seconds rather than ever more seldom.
    size = int(os.environ.get("QIMING_POOL", "6"))
    pool = {"min_size": 1, "max_size": size, "timeout": 4, "reconnect_timeout": 5}
    return {"CONN_HEALTH_CHECKS": True, "OPTIONS": {"pool": pool, **binding}}


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
        if not fresh and server is None:
            raise DatabaseTrouble(
                f"{root / 'pg.json'} is missing or damaged: it holds the passwords of the database in {data}. "
                "Put it back from a backup, or move both away to begin anew"
            )
        alive = postgres.is_alive(data)  # but without its roles: an earlier start was cut off
        port = server.port if server and (alive or _is_free(server.port)) else _free_port()
        server = Server(
            port,
            *(
                (server.owner_password, server.app_password, server.super_password)
                if server
                else [secrets.token_hex(16) for _ in range(3)]
            ),
        )
        _write(root, server)
        runner = postgres.runner_for(root)
        if fresh:
            postgres.init(runner, root, server.super_password)
        if not alive:
            server = _launched(root, runner, server, durable=durable)
        if not _answers(server):  # the first start, or one that was cut off before the roles were made
            try:
                _make_roles(server)
            except psycopg.OperationalError as error:
                raise DatabaseTrouble(f"the database does not answer; see {data / 'server.log'}") from error
        return server


def _launched(root: Path, runner: postgres.Runner, server: Server, *, durable: bool) -> Server:
    """Start the server; on another port when somebody took the one that was free a moment ago."""
    extra = "" if durable else "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
    for try_no in range(PORT_TRIES):
        conf = postgres.CONF.format(port=server.port, extra=extra)
        (root / "pg" / "qiming.conf").write_text(conf)
        try:
            postgres.launch(runner, root)
            break
        except DatabaseTrouble:
            if try_no == PORT_TRIES - 1 or _is_free(server.port):  # it was something else
                raise
        server = replace(server, port=_free_port())
        _write(root, server)
    return server


def stop(root: Path) -> None:
    """Stop the embedded server below `root`; running transactions are rolled back."""
    if postgres.is_alive(root / "pg"):
        runner = postgres.runner_for(root)
        runner.run("pg_ctl", root / "pg", "-w", "-m", "fast", "stop")


def is_running(root: Path) -> bool:
    """Whether the server below `root` answers on its port."""
    server = _read(root)
    if server is None or not (root / "pg" / "postmaster.pid").exists():
        return False
    return _answers(server)


def _answers(server: Server) -> bool:
    try:
        for role, name in (("owner", "postgres"), ("app", "qiming")):
            psycopg.connect(server.url(role, name), connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_roles(server: Server) -> None:
    admin = f"postgresql://postgres:{server.super_password}@127.0.0.1:{server.port}"
    with psycopg.connect(f"{admin}/postgres", autocommit=True) as connection:
        for role, password, power in (
            ("qiming_owner", server.owner_password, "CREATEDB"),
            ("qiming_app", server.app_password, "NOCREATEDB"),
        ):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(
                sql.SQL(verb + " ROLE {} LOGIN PASSWORD {} " + power).format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'qiming'").fetchone():
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
    part = root / "pg.json.part"
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(server)))
    part.replace(root / "pg.json")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
