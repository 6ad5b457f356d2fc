"""Handbooks: asked for, made by a job one pupil after another, kept as one file."""

import logging
from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as jobs

from qiming.curriculum.printing import addresses, drawings
from qiming.insight.access import CLASS_HANDBOOK, MAKE_HANDBOOK, TABLE
from qiming.insight.handbooks.files import name_of
from qiming.insight.handbooks.gather import chapter
from qiming.insight.models import Handbook
from qiming.kernel import audit, made, pdf, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef

log = logging.getLogger(__name__)
BUILD_TASK = "insight.build_handbook"
DOCUMENT = "insight/documents/personal.typ"
_BUILDING = "built by the job that the checked request started"


def ask_for_pupil(*, actor: Actor, pupil: PupilRef) -> Handbook:
    """Ask for the handbook of one pupil; while the same person's wish is being made, that one is returned."""
    TABLE.require(actor, MAKE_HANDBOOK, pupil)
    return _ask(actor, MAKE_HANDBOOK, registry.org(pupil.class_id), pupil.id, 1)


def ask_for_class(*, actor: Actor, class_id: UUID) -> Handbook:
    """The handbooks of a class in one file."""
    group = registry.org(class_id)
    TABLE.require(actor, CLASS_HANDBOOK, group)
    pupils = registry.pupils_of(class_id)
    if not pupils:
        raise UserError("这个班还没有名单", next="请学校管理员导入名单。")
    return _ask(actor, CLASS_HANDBOOK, group, None, len(pupils))


def _ask(actor: Actor, verb: str, group: OrgRef, pupil_id: UUID | None, total: int) -> Handbook:
    path = group.path
    whose = {"class_group_id": group.id, "pupil_id": pupil_id, "asked_by": actor.person_id}
    try:
        with transaction.atomic():
            book = Handbook.objects.create(scope_path=path, total=total, **whose)
            audit.write(
                actor, verb, thing="handbook", thing_id=book.id, scope_path=path, detail={"pupils": total}
            )
            transaction.on_commit(lambda: jobs.configure_task(BUILD_TASK).defer(handbook_id=str(book.id)))
    except IntegrityError:
        waiting = Handbook.objects.unscoped(_BUILDING).filter(state__in=["waiting", "building"], **whose)
        return waiting.get()
    return book


def build(handbook_id: UUID) -> None:
    """Gather pupil by pupil, set the PDF; a failure is said on the page. Safe to repeat."""
    book = Handbook.objects.unscoped(_BUILDING).filter(id=handbook_id).first()
    if book is None or book.state not in {"waiting", "building"}:
        return
    try:
        pupils = registry.pupils_of(book.class_group_id)
        wanted = [one for one in pupils if book.pupil_id in {None, one.id}]
        chapters = []
        for done, pupil in enumerate(wanted):
            _tell(book, state="building", done=done)
            if (found := chapter(pupil)) is not None:
                chapters.append(found)
        if not chapters:
            _tell(book, state="failed", done=len(wanted), left_out=len(wanted))
            return
        data = {"title": "个性化学习手册", "pupils": chapters}
        made.keep(name_of(book.id), pdf.write(DOCUMENT, data | {"pictures": drawings(addresses(data))}))
    except Exception as failure:
        log.error("handbook %s failed: %s", handbook_id, type(failure).__name__)
        _tell(book, state="failed")
        raise
    _tell(book, state="ready", done=len(wanted), left_out=len(wanted) - len(chapters), ready_at=time.now())


def _tell(book: Handbook, **values: object) -> None:
    Handbook.objects.unscoped(_BUILDING).filter(id=book.id).update(**values)
