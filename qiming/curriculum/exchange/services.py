"""The verbs on brought packages: take one in, read it, throw it away."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qiming.curriculum.access import IMPORT, TABLE
from qiming.curriculum.exchange.archive import MAX_PACKAGE_BYTES, refuse
from qiming.curriculum.exchange.drafts import as_data, pictures_of
from qiming.curriculum.exchange.formats import read_package
from qiming.curriculum.exchange.model import DraftCourse
from qiming.curriculum.exchange.models import ImportedPackage
from qiming.curriculum.services.facts import keep_blobs
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

State = ImportedPackage.State
MOST_KEPT = 40
_WHY = "the right is asked for by the access table, or the row's own job works on it"


def receive(*, actor: Actor, name: str, size: int, put: Callable[[Path], None]) -> ImportedPackage:
    """Take a package in for the actor; `put` writes its bytes where they wait. Raises `UserError`."""
    if size > MAX_PACKAGE_BYTES:
        raise refuse(f"文件超过 {MAX_PACKAGE_BYTES // 1024**2} MB", "请按单元分成几个包再传。")
    if size == 0:
        raise refuse("这个文件是空的", "请检查是不是选错了文件。")
    path = _school_path(actor)
    if (
        ImportedPackage.objects.for_actor(actor, IMPORT).filter(person_id=actor.person_id).count()
        >= MOST_KEPT
    ):
        raise refuse(f"已经留着{MOST_KEPT}份了", "先删去几份不用的，再传。")
    with transaction.atomic():
        kept = ImportedPackage(scope_path=path, person_id=actor.person_id, file_name=Path(name).name[:120])
        TABLE.require(actor, IMPORT, kept)
        kept.save()
        audit.write(
            actor, "curriculum.receive_package", thing="imported_package", thing_id=kept.id, scope_path=path
        )
        target = file_of(kept.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        put(target)
    return kept


def read(package_id: UUID) -> None:
    """Read a package that waits; what cannot be read keeps its refusal. Safe to run again."""
    kept = ImportedPackage.objects.unscoped(_WHY).filter(id=package_id).first()
    if kept is None or kept.state not in (State.RECEIVED, State.READING):
        return
    _note(kept, state=State.READING)
    try:
        course = read_package(file_of(kept.id), kept.file_name, _teller(kept))
    except UserError as error:
        said = {"message": error.message, "kept": error.kept, "next": error.next}
        _note(kept, state=State.REFUSED, refusal=said)
    else:
        _keep(kept, course)
    file_of(kept.id).unlink(missing_ok=True)


def _keep(kept: ImportedPackage, course: DraftCourse) -> None:
    media, blobs = pictures_of(course)
    with transaction.atomic():
        keep_blobs(blobs)
        _note(
            kept,
            state=State.READY,
            title=course.title[:200],
            draft=as_data(course),
            media=media,
            report=course.report.as_dict(),
        )


def drop(*, actor: Actor, package_id: UUID) -> None:
    """Throw a package away, and what was read of it."""
    with transaction.atomic():
        kept = load(actor, package_id)
        audit.write(
            actor,
            "curriculum.drop_package",
            thing="imported_package",
            thing_id=kept.id,
            scope_path=str(kept.scope_path),
        )
        file_of(kept.id).unlink(missing_ok=True)
        kept.delete()


def load(actor: Actor, package_id: UUID) -> ImportedPackage:
    """A package that the actor brought, or somebody of the school the actor administers."""
    return TABLE.load(actor, IMPORT, ImportedPackage.objects.unscoped(_WHY), id=package_id)


def file_of(package_id: UUID) -> Path:
    """Where an uploaded package waits until it is read."""
    return Path(settings.QIMING_HOME) / "brought" / f"{package_id}.package"


def _school_path(actor: Actor) -> str:
    """The path of the school at which the actor teaches or administers."""
    for role in TABLE.row(IMPORT).reaches:
        for path in sorted(actor.paths(str(role))):
            return registry.school_of(path).path
    raise Denied(IMPORT)


def _teller(kept: ImportedPackage) -> Callable[[str, int, int], None]:
    """Tells the page how far it is, a few times a second at most."""
    last = 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.now().timestamp()
        if now - last > 0.5 or done == total:
            last = now
            _note(kept, what=what[:40], done=done, total=total)

    return tell


def _note(kept: ImportedPackage, **values: Any) -> None:
    values["told_at"] = time.now()
    ImportedPackage.objects.unscoped(_WHY).filter(id=kept.id).update(**values)
    for name, value in values.items():
        setattr(kept, name, value)
