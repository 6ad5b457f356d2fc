"""The verbs: take in a package, read it, apply it, leave it. `actor` None is the installation itself (the city)."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import OutboxEvent
from qiming.registry import events
from qiming.registry.access import TABLE
from qiming.registry.models import Organisation, PackageProgress, RosterPackage
from qiming.registry.oneroster import apply, compare, work
from qiming.registry.oneroster.sql import Sql, make_room, measure_stage
from qiming.registry.oneroster.staging import Tell
from qiming.registry.types import OrgKind

State = RosterPackage.State
VERB = "registry.import_package"
_WHY = "the right is checked by the access table, or the installation itself acts"
_ONE_AT_A_TIME = "registry.packages"


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def receive_package(*, actor: Actor | None, place_id: UUID, name: str, sha256: str = "") -> RosterPackage:
    """Note a package that came in for a place; its file is put where `work.file_of` says."""
    places = Organisation.objects.unscoped(_WHY).filter(
        kind__in=[OrgKind.CITY, OrgKind.DISTRICT, OrgKind.SCHOOL], closed_on=None
    )
    place = _load(actor, places, id=place_id)
    kept = RosterPackage.objects.create(
        place=place,
        scope_path=place.scope_path,
        uploaded_by=actor.person_id if actor else None,
        by_account=actor.account_id if actor else None,
        file_name=Path(name).name[:120],
        file_sha256=sha256,
    )
    PackageProgress.objects.create(package=kept, what="等着读", at=time.now())
    audit.write(
        actor,
        "registry.receive_package",
        thing="roster_package",
        thing_id=kept.id,
        scope_path=kept.scope_path,
    )
    return kept


def read_package(*, actor: Actor | None, package_id: UUID, path: Path, tell: Tell = silent) -> RosterPackage:
    """Read and compare a package, from wherever it stopped; nothing of ours is written."""
    kept = load_package(actor, package_id)
    work.read(kept, path, actor, tell)
    kept.refresh_from_db()
    return kept


def load_package(actor: Actor | None, package_id: UUID) -> RosterPackage:
    """The package to which `actor` may do the import."""
    rows = RosterPackage.objects.unscoped(_WHY).select_related("place", "source")
    found: RosterPackage = _load(actor, rows, id=package_id)
    return found


def apply_package(
    *,
    actor: Actor | None,
    package_id: UUID,
    good_rows_only: bool = False,
    confirm_ends: bool = False,
    tell: Tell = silent,
) -> dict[str, Any]:
    """Write what the comparison found, as a whole or not at all; once: again it tells the same counts."""
    kept = load_package(actor, package_id)
    with work.alone(kept.id):
        kept.refresh_from_db()
        if kept.state == State.APPLIED:
            return dict(kept.counts)
        _may_apply(kept, good_rows_only, confirm_ends)
        if not work.is_staged(kept):
            raise UserError(
                "数据库中断过，读到的名单要重新读",
                kept="名单没有动。",
                next="请重新上传这份文件。",
                status=409,
            )
        kept.good_rows_only, kept.ends_confirmed = good_rows_only, confirm_ends
        kept.state = State.APPLYING
        kept.save(update_fields=["good_rows_only", "ends_confirmed", "state"])
        try:
            _apply(actor, kept, tell)
        except BaseException as error:
            refusal = work.said(error) if isinstance(error, UserError) else {}
            rows = RosterPackage.objects.unscoped(_WHY).filter(id=kept.id)
            rows.update(state=State.PREVIEWED, refusal=refusal)
            raise
    work.clear(kept)
    return dict(kept.counts)


@transaction.atomic
def ask_to_apply(
    *, actor: Actor, package_id: UUID, good_rows_only: bool = False, confirm_ends: bool = False
) -> None:
    """Decide that a package shall be written, in this actor's name; a worker does it."""
    kept = load_package(actor, package_id)
    kept = RosterPackage.objects.unscoped(_WHY).select_for_update(of=("self",)).get(id=kept.id)
    if kept.state in (State.APPLYING, State.APPLIED):
        return
    _may_apply(kept, good_rows_only, confirm_ends)
    kept.good_rows_only, kept.ends_confirmed = good_rows_only, confirm_ends
    kept.by_account, kept.state, kept.refusal = actor.account_id, State.APPLYING, {}
    kept.save(update_fields=["good_rows_only", "ends_confirmed", "by_account", "state", "refusal"])
    PackageProgress.objects.filter(package=kept).update(what="等着写入", done=0, total=0, at=time.now())


@transaction.atomic
def ask_to_compare(*, actor: Actor, package_id: UUID) -> None:
    """Have a package compared once more with what we have by now."""
    kept = load_package(actor, package_id)
    kept = RosterPackage.objects.unscoped(_WHY).select_for_update(of=("self",)).get(id=kept.id)
    if kept.state != State.PREVIEWED:
        return
    kept.state, kept.by_account, kept.refusal = State.COMPARING, actor.account_id, {}
    kept.save(update_fields=["state", "by_account", "refusal"])
    PackageProgress.objects.filter(package=kept).update(what="等着比对", done=0, total=0, at=time.now())


def _may_apply(kept: RosterPackage, good_rows_only: bool, confirm_ends: bool) -> None:
    if kept.state not in (State.PREVIEWED, State.APPLYING):
        raise UserError(
            f"这份名单{kept.get_state_display()}，不能写入",
            kept="名单没有动。",
            next="请重新上传文件。",
            status=409,
        )
    wrong = kept.counts["rows"]["wrong"]
    if wrong and not good_rows_only:
        raise UserError(
            f"还有{wrong}行有问题",
            kept="名单没有动。",
            next="改好文件再导入，或选择先写入没有问题的行。",
            field="good_rows_only",
        )
    if kept.guard and not confirm_ends:
        named = "、".join(f"{one['school']}（{one['open']}人里的{one['ended']}人）" for one in kept.guard[:3])
        raise UserError(
            f"有{len({one['school'] for one in kept.guard})}所学校会有很多人离开：{named}",
            kept="名单没有动。",
            next="核对文件是不是完整；确实如此就勾选“我核对过”。",
            field="confirm_ends",
        )


@transaction.atomic
def _apply(actor: Actor | None, kept: RosterPackage, tell: Tell) -> None:
    tell("等别的名单写完", 0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))", [_ONE_AT_A_TIME])
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM registry_organisation WHERE kind = 'school' "
            "AND starts_with(scope_path, %s::text) ORDER BY id FOR UPDATE) AS locked",
            [kept.scope_path],
        )
    make_room(compare.staged_rows(kept))
    sql = work.facts(kept, actor)
    if compare.stamp(sql) != kept.stamp:
        raise UserError(
            "核对之后，名单又有人改过",
            kept="名单没有动，文件也还在。",
            next="请重新比对，看过新的结果再写入。",
            status=409,
        )
    measure_stage()
    apply.write(kept, sql, tell)
    _announce(sql)
    kept.state, kept.applied_at = State.APPLIED, time.now()
    kept.applied_by = actor.person_id if actor else None
    kept.save(update_fields=["state", "applied_at", "applied_by"])
    audit.write(
        actor,
        "registry.apply_package",
        thing="roster_package",
        thing_id=kept.id,
        scope_path=kept.scope_path,
        detail={"counts": kept.counts, "file_sha256": kept.file_sha256},
    )


def _announce(sql: Sql) -> None:
    """One event per school whose classes changed, one per pupil who moved or left."""
    found = [
        (
            events.ROSTER_APPLIED,
            {"school_id": str(school_id), "class_ids": [str(one) for one in class_ids]},
            path,
        )
        for school_id, path, class_ids in sql.rows(
            """
            SELECT s.id, s.scope_path, array_agg(DISTINCT g.id) FROM registry_stagedenrollment e
            JOIN registry_organisation g ON g.id = e.class_id JOIN registry_organisation s ON s.id = g.parent_id
            WHERE e.package_id = %(package)s::uuid AND e.fate IN ('n', 'r', 'm', 'c', 'd') GROUP BY s.id
            """
        )
    ]
    found += [
        (
            events.PUPIL_MOVED,
            {"pupil_id": str(pupil), "from_class_id": str(before), "to_class_id": str(after)},
            path,
        )
        for pupil, before, after, path in sql.rows(
            """
            SELECT e.person_id, m.class_group_id, e.class_id, g.scope_path FROM registry_stagedenrollment e
            JOIN registry_classmembership m ON m.id = e.member_id
            JOIN registry_organisation g ON g.id = e.class_id
            WHERE e.package_id = %(package)s::uuid AND e.role = 'p' AND e.class_kind = 'h' AND e.fate = 'm'
            """
        )
    ]
    found += [
        (events.PUPIL_LEFT, {"pupil_id": str(pupil), "class_id": str(group)}, path)
        for pupil, group, path in sql.rows(
            """
            SELECT m.person_id, m.class_group_id, m.scope_path FROM registry_stagedend d
            JOIN registry_classmembership m ON m.id = d.target_id
            WHERE d.package_id = %(package)s::uuid AND d.kind = 'm'
            """
        )
    ]
    OutboxEvent.objects.bulk_create(
        [OutboxEvent(name=name, payload=payload, scope_path=path) for name, payload, path in found],
        batch_size=2000,
    )


def drop_package(*, actor: Actor | None, package_id: UUID) -> None:
    """Leave a package unapplied and forget its rows."""
    kept = load_package(actor, package_id)
    with work.alone(kept.id):
        kept.refresh_from_db()
        if kept.state in (State.APPLIED, State.DROPPED, State.REFUSED):
            return
        kept.state, kept.samples = State.DROPPED, {}
        with transaction.atomic():
            kept.save(update_fields=["state", "samples"])
            kept.findings.all().delete()
            audit.write(
                actor,
                "registry.drop_package",
                thing="roster_package",
                thing_id=kept.id,
                scope_path=kept.scope_path,
            )
    work.wrong_file_of(kept.id).unlink(missing_ok=True)
    work.clear(kept)


def _load(actor: Actor | None, rows: Any, **lookup: Any) -> Any:
    if actor is not None:
        return TABLE.load(actor, VERB, rows, **lookup)
    found: Model | None = rows.filter(**lookup).first()
    if found is None:
        raise Denied(VERB)
    return found
