"""The gateway's few statements: reading the chain, hearing of changes, the ledger, turns. psycopg's own pool, no Django."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from qiming.agents.gateway.chain import REREAD_S, Chain
from qiming.agents.gateway.ledger import Away, Closing, Opening
from qiming.agents.gateway.turns import Spoken, Taken
from qiming.agents.types import (
    Application,
    Audience,
    Bucket,
    Enabled,
    Kind,
    Model,
    Per,
    Quota,
    Route,
    Switch,
    Target,
)
from qiming.kernel.ids import new_id

PATIENCE_S: Final = 5.0
T = TypeVar("T")
_Conn = psycopg.AsyncConnection[Any]

_READ: Final = {
    "agents_basemodel": "SELECT key, kind, address, upstream_name, sealed_key, context_tokens, most_output_tokens,"
    " data_grades, filing_no <> '', concurrency, tells_usage, is_active FROM agents_basemodel",
    "agents_educationmodel": "SELECT key, title, kind, base_models, stages, frame, quota_class, data_grade,"
    " most_output_tokens, most_seconds, is_active, held_stages FROM agents_educationmodel",
    "agents_enablement": "SELECT e.scope_path, r.key, e.yes FROM agents_enablement e"
    " JOIN agents_educationmodel r ON r.id = e.route_id",
    "agents_killswitch": "SELECT scope_path, target, key, reason FROM agents_killswitch WHERE lifted_at IS NULL",
    "agents_applicationkey": "SELECT secret_sha256, id, name, scope_path, kinds, routes, stage, audience, expires_at,"
    " revoked_at IS NOT NULL, supervised_by IS NOT NULL, is_ours FROM agents_applicationkey",
    "agents_quotarule": "SELECT id, scope_path, per, quota_class, requests, tokens, minutes FROM agents_quotarule",
}

_BEGIN: Final = """
WITH held AS MATERIALIZED (
    SELECT agents_reserve(%(day)s, %(keys)s::text[], %(requests)s::bigint[], %(most_tokens)s::bigint[],
                          %(most_seconds)s::bigint[], %(tokens)s, %(seconds)s) AS refused
), noted AS (
    INSERT INTO agents_call (id, created_at, scope_path, application_id, subject, subject_sha256, stage, kind, route, model,
        model_version, outcome, why, findings, day, buckets, reserved_tokens, reserved_seconds, prompt_tokens,
        completion_tokens, is_counted, text_sha256, ended_at)
    SELECT %(id)s, %(at)s, %(path)s, %(application)s, %(subject)s, %(subject_sha256)s, %(stage)s, %(kind)s, %(route)s, '',
        '', CASE WHEN refused IS NULL THEN 'open' ELSE 'quota' END, coalesce(split_part(refused, ' ', 1), ''), '[]', %(day)s,
        CASE WHEN refused IS NULL THEN %(keys)s::text[] ELSE '{}' END, CASE WHEN refused IS NULL THEN %(tokens)s ELSE 0 END,
        CASE WHEN refused IS NULL THEN %(seconds)s ELSE 0 END, 0, 0, false, '', CASE WHEN refused IS NULL THEN NULL
        ELSE %(at)s::timestamptz END
    FROM held
)
SELECT refused FROM held
"""
_END: Final = """
WITH done AS (
    UPDATE agents_call SET outcome = %(outcome)s, why = %(why)s, findings = %(findings)s, model = %(model)s,
        model_version = %(version)s, prompt_tokens = %(prompt)s, completion_tokens = %(completion)s,
        is_counted = %(counted)s, first_ms = %(first_ms)s, total_ms = %(total_ms)s, ended_at = %(at)s,
        text_box = %(box)s, text_sha256 = %(text_sha256)s
    WHERE id = %(id)s AND outcome = 'open' RETURNING day, buckets, reserved_tokens, reserved_seconds
)
SELECT agents_settle(day, buckets, %(back_requests)s, reserved_tokens - %(used_tokens)s,
                     reserved_seconds - %(used_seconds)s) FROM done
"""
_NOTE: Final = """
INSERT INTO agents_call (id, created_at, scope_path, application_id, subject, subject_sha256, stage, kind, route, model,
    model_version, outcome, why, findings, day, buckets, reserved_tokens, reserved_seconds, prompt_tokens,
    completion_tokens, is_counted, total_ms, text_box, text_sha256, ended_at)
VALUES (%(id)s, %(at)s, %(path)s, %(application)s, %(subject)s, %(subject_sha256)s, %(stage)s, %(kind)s, %(route)s, '', '',
    %(outcome)s, %(why)s, %(findings)s, %(day)s, '{}', 0, 0, 0, 0, false, %(total_ms)s, %(box)s, %(text_sha256)s, %(at)s)
ON CONFLICT (id) DO NOTHING
"""
_SEEN: Final = """
INSERT INTO agents_modelhealth (id, created_at, model_id, is_up, note, seen_at)
SELECT %(id)s, %(at)s, id, %(is_up)s, %(note)s, %(at)s FROM agents_basemodel WHERE key = %(model)s
ON CONFLICT (model_id) DO UPDATE SET is_up = excluded.is_up, note = excluded.note, seen_at = excluded.seen_at
"""
_TAKE: Final = """
UPDATE agents_turn SET ticket_used_at = %(at)s
WHERE ticket_sha256 = %(ticket)s AND ticket_sha256 <> '' AND ticket_used_at IS NULL AND ticket_until > %(at)s
    AND outcome = 'waiting'
RETURNING id, text_box
"""
_WRITE: Final = """
UPDATE agents_turn SET text_box = %(box)s, outcome = %(outcome)s, engine = %(engine)s, findings = findings || %(findings)s,
    call_id = %(call)s, closed_at = %(at)s
WHERE id = %(id)s AND outcome = 'waiting'
"""


class Postgres:
    """The chain's source, the ledger and the turns. Use as `async with Postgres(dsn)`."""

    def __init__(self, dsn: str, size: int = 4) -> None:
        self._dsn = dsn
        self._pool: AsyncConnectionPool[_Conn] = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=size,
            timeout=PATIENCE_S,
            reconnect_timeout=PATIENCE_S,
            open=False,
            kwargs={"autocommit": True, "prepare_threshold": 1},
        )

    async def __aenter__(self) -> "Postgres":
        await self._pool.open()
        return self

    async def __aexit__(self, *gone: object) -> None:
        await self._pool.close()

    # ---- the chain

    async def changes(self) -> AsyncIterator[str]:
        """An empty name when listening began and every half minute: read everything."""
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as line:
            await line.execute("LISTEN qiming_agents")
            while True:
                yield ""
                async for told in line.notifies(timeout=REREAD_S):
                    yield told.payload

    async def read(self, chain: Chain, table: str | None) -> None:
        tables = [table] if table in _READ else list(_READ)
        if table == "agents_educationmodel":
            tables.append("agents_enablement")  # names routes by their key
        for name in tables:
            rows = await self._all(_READ[name])
            _FILL[name](chain, rows)

    async def _all(self, statement: str) -> list[Any]:
        async def ask(line: _Conn) -> list[Any]:
            return await (await line.execute(statement)).fetchall()

        return await self._patiently(ask)

    # ---- the ledger

    async def begin(self, opening: Opening, buckets: tuple[Bucket, ...]) -> tuple[str, str] | None:
        values = _opened(opening) | {
            "keys": [one.key for one in buckets],
            "requests": [one.requests for one in buckets],
            "most_tokens": [one.tokens for one in buckets],
            "most_seconds": [one.seconds for one in buckets],
            "tokens": opening.tokens,
            "seconds": opening.seconds,
        }

        async def ask(line: _Conn) -> tuple[str, str] | None:
            try:
                found = await (await line.execute(_BEGIN, values)).fetchone()
            except psycopg.errors.UniqueViolation:
                return None  # it was written before the line broke
            refused = found[0] if found else None
            if refused is None:
                return None
            measure, _, key = refused.partition(" ")
            return measure, key

        return await self._patiently(ask)

    async def end(self, call_id: UUID, closing: Closing, at: datetime) -> None:
        values = _closed(closing) | {
            "id": call_id,
            "at": at,
            "model": closing.model,
            "version": closing.version,
            "prompt": closing.usage.prompt,
            "completion": closing.usage.completion,
            "counted": closing.usage.counted,
            "first_ms": closing.first_ms,
            "back_requests": 0 if closing.generated else 1,
            "used_tokens": closing.usage.total if closing.generated else 0,
            "used_seconds": -(-closing.total_ms // 1000) if closing.generated else 0,
        }
        await self._patiently(lambda line: line.execute(_END, values))

    async def note(self, opening: Opening, closing: Closing) -> None:
        values = _opened(opening) | _closed(closing)
        await self._patiently(lambda line: line.execute(_NOTE, values))

    async def seen(self, model: str, *, is_up: bool, note: str, at: datetime) -> None:
        values = {"id": new_id(), "model": model, "is_up": is_up, "note": note[:120], "at": at}
        await self._patiently(lambda line: line.execute(_SEEN, values))

    # ---- turns

    async def take(self, ticket_sha256: bytes, at: datetime) -> Taken | None:
        async def ask(line: _Conn) -> Taken | None:
            told = {"ticket": ticket_sha256, "at": at}
            found = await (await line.execute(_TAKE, told)).fetchone()
            return Taken(found[0], bytes(found[1])) if found and found[1] is not None else None

        return await self._patiently(ask)

    async def write(self, spoken: Spoken, at: datetime) -> None:
        values = {
            "id": spoken.id,
            "box": spoken.box,
            "outcome": spoken.outcome.value,
            "engine": spoken.engine,
            "findings": Jsonb(spoken.findings),
            "call": spoken.call,
            "at": at,
        }
        await self._patiently(lambda line: line.execute(_WRITE, values))

    async def _patiently(self, ask: Callable[[_Conn], Awaitable[T]]) -> T:
        """Ask again while lines of the pool turn out to be broken: after a restart all of them are."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while True:
            try:
                async with self._pool.connection() as line:
                    return await ask(line)
            except (psycopg.OperationalError, PoolTimeout):
                if loop.time() > until:
                    raise Away from None
                await asyncio.sleep(0.05)


def _opened(one: Opening) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "day": one.day,
        "path": one.path,
        "application": one.application,
        "subject": one.subject,
        "subject_sha256": hashlib.sha256(one.id.bytes + one.subject.encode()).digest(),
        "stage": one.stage,
        "kind": one.kind,
        "route": one.route,
    }


def _closed(one: Closing) -> dict[str, Any]:
    return {
        "outcome": one.outcome.value,
        "why": one.why[:40],
        "findings": Jsonb(one.findings),
        "total_ms": one.total_ms,
        "box": one.box,
        "text_sha256": hashlib.sha256(one.box).digest() if one.box else b"",
    }


# ---- rows into the chain


def _models(chain: Chain, rows: list[Any]) -> None:
    chain.models = {
        row[0]: Model(
            row[0], Kind(row[1]), row[2], row[3], bytes(row[4]), row[5], row[6], frozenset(row[7]), *row[8:]
        )
        for row in rows
    }


def _routes(chain: Chain, rows: list[Any]) -> None:
    chain.routes = {
        row[0]: replace(
            Route(row[0], row[1], Kind(row[2]), tuple(row[3]), frozenset(row[4]), *row[5:-1]),
            held=frozenset(row[-1]),
        )
        for row in rows
    }


def _enabled(chain: Chain, rows: list[Any]) -> None:
    found: dict[str, list[Enabled]] = {}
    for path, route, yes in rows:
        found.setdefault(route, []).append(Enabled(path, route, yes))
    chain.enabled = {route: tuple(said) for route, said in found.items()}


def _switches(chain: Chain, rows: list[Any]) -> None:
    chain.switches = tuple(Switch(row[0], Target(row[1]), row[2], row[3]) for row in rows)


def _applications(chain: Chain, rows: list[Any]) -> None:
    chain.applications = {
        bytes(row[0]): Application(
            row[1], row[2], row[3], frozenset(row[4]), frozenset(row[5]), row[6], Audience(row[7]), *row[8:]
        )
        for row in rows
    }


def _quotas(chain: Chain, rows: list[Any]) -> None:
    chain.quotas = tuple(
        Quota(row[0], row[1], Per(row[2]), row[3], row[4], row[5], None if row[6] is None else row[6] * 60)
        for row in rows
    )


_FILL: Final[dict[str, Callable[[Chain, list[Any]], None]]] = {
    "agents_basemodel": _models,
    "agents_educationmodel": _routes,
    "agents_enablement": _enabled,
    "agents_killswitch": _switches,
    "agents_applicationkey": _applications,
    "agents_quotarule": _quotas,
}
