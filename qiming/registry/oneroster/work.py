"""The work on one package, phase by phase; whoever comes second waits or is told, whoever was killed goes on."""

import time as clock
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry.models import Organisation, RosterPackage, RosterSource, StagedAgent
from qiming.registry.oneroster import compare, staging, wrong_rows
from qiming.registry.oneroster.package import opened
from qiming.registry.oneroster.sql import Sql
from qiming.registry.oneroster.staging import Tell
from qiming.registry.queries.calendar import current_year
from qiming.registry.types import OrgKind, Role

State = RosterPackage.State
_STAGE = "registry.stage"
_DEAD_WITHIN_S = 10.0
_ASK_AGAIN_S = 0.5
_WHY = "the package was loaded through the access table, or is the installation's own"
UNDER_WAY = (State.RECEIVED, State.READING, State.COMPARING, State.PREVIEWED, State.APPLYING)


def folder() -> Path:
    """Where uploaded packages wait, and corrected rows to be fetched."""
    return Path(settings.QIMING_HOME) / "rosters"


def file_of(package_id: UUID) -> Path:
    return folder() / f"{package_id}.zip"


def wrong_file_of(package_id: UUID) -> Path:
    return folder() / f"{package_id}-wrong.zip"


@contextmanager
def alone(package_id: UUID, wait_s: float = 0) -> Iterator[None]:
    """Nobody else works on this package meanwhile; a killed worker's hold ends with its connection.

    `wait_s`: how long to wait for somebody who may be dead already, before saying that it is being worked on.
    """
    # The database notices within seconds that a worker was killed, even amid a long statement.
    with connection.cursor() as cursor:
        cursor.execute("SET client_connection_check_interval = 2000")
    with _held(f"registry.package.{package_id}", shared=False, wait_s=wait_s) as mine:
        if not mine:
            raise UserError(
                "这份名单正在处理", kept="已经读到的都在。", next="等它做完，或过一会儿再看。", status=409
            )
        with _held(_STAGE, shared=True) as staged:
            if not staged:
                raise UserError(
                    "正在清理上一份名单", kept="什么也没有改。", next="过一会儿再试。", status=409
                )
            yield


def is_worked_on(package_id: UUID) -> bool:
    """Whether some process holds the package at this moment."""
    with _held(f"registry.package.{package_id}", shared=False) as free:
        return not free


@contextmanager
def _held(name: str, *, shared: bool, wait_s: float = 0) -> Iterator[bool]:
    kind = "_shared" if shared else ""
    until = clock.monotonic() + wait_s
    got = False
    while not got:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_try_advisory_lock{kind}(hashtextextended(%s::text, 0))", [name])
            got = bool(cursor.fetchone()[0])
        if clock.monotonic() >= until:
            break
        if not got:
            clock.sleep(_ASK_AGAIN_S)
    try:
        yield got
    finally:
        if got and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock{kind}(hashtextextended(%s::text, 0))", [name])


def read(kept: RosterPackage, path: Path, actor: Actor | None, tell: Tell) -> None:
    """Phases one and two, from wherever they stopped. A package that cannot be read is kept as refused."""
    try:
        with alone(kept.id, _DEAD_WITHIN_S):
            kept.refresh_from_db()
            if kept.state not in UNDER_WAY:
                return
            _read(kept, path, actor, tell)
    except UserError as error:
        if error.status == 409:
            raise
        refused(kept, error)
        raise


def _read(kept: RosterPackage, path: Path, actor: Actor | None, tell: Tell) -> None:
    if not is_staged(kept):
        _stage(kept, path, tell)
    _note(kept, State.COMPARING)
    compare.compare(kept, facts(kept, actor), lambda what: tell(what, 0, 0))
    if kept.counts["rows"]["wrong"]:
        with opened(path) as package:
            wrong_rows.write(kept, package, wrong_file_of(kept.id))


def _stage(kept: RosterPackage, path: Path, tell: Tell) -> None:
    with opened(path) as package:
        if kept.file_sha256 != package.digest and kept.cursor:
            raise UserError(
                "文件和上次读的不一样了", kept="名单没有动。", next="请重新导入这份文件。", field="file"
            )
        begin(kept)
        if not kept.cursor:
            kept.notes = package.notes
        kept.file_sha256, kept.version = package.digest, package.manifest.version
        kept.files = dict(package.manifest.modes)
        kept.is_synthetic = package.manifest.is_synthetic
        kept.source = source_of(kept.place, package.manifest.source)
        kept.state = State.READING
        kept.save()
        staging.stage(kept, package, time.today(), tell)
        with transaction.atomic():
            kept.cursor = {**kept.cursor, "staged": True}
            kept.save(update_fields=["cursor"])


def begin(kept: RosterPackage) -> None:
    """Behind the last chunk that was committed; from the start when the database lost what was staged."""
    staged = [
        file for file in kept.cursor if isinstance(kept.cursor[file], dict) and kept.cursor[file]["rows"]
    ]
    if staged and not _any_staged(kept):
        kept.findings.all().delete()
        kept.cursor = {}


def is_staged(kept: RosterPackage) -> bool:
    """Whether reading was finished and its rows are still there."""
    return bool(kept.cursor.get("staged")) and _any_staged(kept)


def _any_staged(kept: RosterPackage) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"(SELECT 1 FROM registry_staged{table} WHERE package_id = %s LIMIT 1)"
                for table in compare.STAGED
            ),
            [kept.id] * len(compare.STAGED),
        )
        return cursor.fetchone() is not None


def source_of(place: Organisation, name: str) -> RosterSource:
    """The place's own name for an outside system."""
    return RosterSource.objects.unscoped(_WHY).get_or_create(
        place=place, name=name, defaults={"scope_path": place.scope_path}
    )[0]


def facts(kept: RosterPackage, actor: Actor | None) -> Sql:
    """What the statements of this package may use: see `sql.Sql`."""
    assert kept.source is not None
    place, today = kept.place, time.today()
    kind = OrgKind(place.kind)
    runs_school = actor is not None and kind is OrgKind.SCHOOL and actor.has_role(Role.SCHOOL_ADMIN)
    modes = dict(kept.files)
    if kept.version == "1.1":
        modes["roles"] = modes["users"]
    return Sql(
        {
            "package": kept.id,
            "path": place.scope_path,
            "today": today,
            "begun": min(current_year(today).starts, today),
            "sources": _sources(kept.source, place),
            "source": kept.source_id,
            "version": kept.version,
            "actor_person": actor.person_id if actor else None,
            "agents_told": StagedAgent.objects.filter(package=kept).exists(),
            "limited": kind is not OrgKind.CITY,
            "names": actor is None or kind is OrgKind.SCHOOL,
            "posts": actor is None or runs_school,
            "end_share": getattr(settings, "ROSTER_END_SHARE_PERCENT", compare.END_SHARE_PERCENT),
            **{f"bulk_{file}": mode == "bulk" for file, mode in modes.items()},
        }
    )


def _sources(own: RosterSource, place: Organisation) -> list[UUID]:
    """The own source, then those of the places above that go by the same name, nearest first."""
    steps = str(place.scope_path).rstrip("/").split("/")
    above = ["/".join(steps[:n]) + "/" for n in range(1, len(steps))]
    found = RosterSource.objects.unscoped(_WHY).filter(name=own.name, scope_path__in=above)
    return [own.id, *found.order_by("-scope_path").values_list("id", flat=True)]


def refused(kept: RosterPackage, error: UserError) -> None:
    """Keep the refusal for the page; what was staged is taken away."""
    kept.refusal = said(error)
    _note(kept, State.REFUSED)
    clear(kept)


def said(error: UserError) -> dict[str, str]:
    """A refusal as a package keeps it."""
    return {"message": error.message, "kept": error.kept, "next": error.next}


def _note(kept: RosterPackage, state: State) -> None:
    kept.state = state
    kept.save(update_fields=["state", "refusal"])


def clear(kept: RosterPackage) -> None:
    """Take away what was staged for a package that is done with, and its file."""
    file_of(kept.id).unlink(missing_ok=True)
    with _held(_STAGE, shared=False) as mine, transaction.atomic(), connection.cursor() as cursor:
        others = RosterPackage.objects.unscoped(_WHY).filter(state__in=UNDER_WAY).exclude(id=kept.id)
        if mine and not others.exists():
            cursor.execute("SELECT registry_empty_stage()")
            return
        for table in (*compare.STAGED, "agent", "end"):
            cursor.execute(f"DELETE FROM registry_staged{table} WHERE package_id = %s", [kept.id])
