"""The class's own gallery: works handed in, shown to classmates while their teacher has it open; never a name.

The wall's rules hold: only whose family consents to showing works, gone at the next request after consent ends; the
camera's pictures only while that consent holds too. Nobody outside the class ever gets here.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.learning.access import TABLE
from qiming.learning.consent import GALLERY
from qiming.learning.labs import catalogue, tally
from qiming.learning.labs.models import Gallery, LabRun
from qiming.learning.models import Work, WorkVersion
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef

OPEN = "learning.open_gallery"
LEARN = "learning.learn"
_WHY = "the gallery was loaded for the actor; only works of its class leave"
NO_STEP = UserError("这节课里没有这个实验", kept="什么也没有改。", next="刷新页面看看。", status=404)


def step_title(offering: OfferingRef, lesson_key: str, activity_key: str) -> str:
    """The title of a lab step of the offering's course, or of a lab in free play."""
    if not lesson_key:
        return catalogue.lab(activity_key).title
    step = curriculum.activity_of_course(offering.course_version_id, lesson_key, activity_key)
    if step is None or step.kind != "lab":
        raise NO_STEP
    return step.title


def set_gallery(
    *,
    actor: Actor,
    offering_id: UUID,
    lesson_key: str,
    activity_key: str,
    is_open: bool | None = None,
    keeps_pictures: bool | None = None,
) -> Gallery:
    """Open or close the works of one step to the class, or say whether their pictures outlast the term. Said twice it
    is said once."""
    offering = teaching.offering(offering_id)
    TABLE.require(actor, OPEN, offering)
    title = step_title(offering, lesson_key, activity_key)
    place = {"offering_id": offering.id, "lesson_key": lesson_key, "activity_key": activity_key}
    with transaction.atomic():
        new = Gallery(
            scope_path=offering.scope_path, title=title, opened_by=actor.person_id, is_open=False, **place
        )
        Gallery.objects.bulk_create([new], ignore_conflicts=True)
        row = Gallery.objects.unscoped("checked above").select_for_update().get(**place)
        if is_open is not None and is_open != row.is_open:
            row.is_open = is_open
            row.opened_at = now() if is_open else row.opened_at
            row.closed_at = None if is_open else now()
            row.opened_by = actor.person_id
            _note(actor, row, "learning.opened_gallery" if is_open else "learning.closed_gallery")
        if keeps_pictures is not None and keeps_pictures != row.keeps_pictures:
            row.keeps_pictures = keeps_pictures
            _note(actor, row, "learning.keeps_pictures" if keeps_pictures else "learning.lets_pictures_go")
        row.save()
    return row


def _note(actor: Actor, row: Gallery, verb: str) -> None:
    detail = {"lesson": row.lesson_key, "activity": row.activity_key}
    audit.write(actor, verb, thing="gallery", thing_id=row.id, scope_path=row.scope_path, detail=detail)


@dataclass(frozen=True, slots=True)
class Shown:
    """One work as classmates see it: no name, no seat, no moment."""

    work_id: UUID
    no: int
    goals: int
    is_own: bool


def open_galleries(offering_ids: list[UUID]) -> list[Gallery]:
    """What is open now in these offerings, the latest first."""
    rows = Gallery.objects.unscoped("the asking room knows the pupil's own offerings")
    return list(rows.filter(offering_id__in=offering_ids, is_open=True).order_by("-opened_at"))


def load_open(actor: Actor, gallery_id: UUID) -> Gallery:
    """An open gallery of the pupil's own class; a closed one is not there."""
    return TABLE.load(actor, LEARN, Gallery, id=gallery_id, is_open=True)


def shown_works(actor: Actor, gallery: Gallery) -> list[Shown]:
    """The works to be seen now, in an order that says nothing about who made them or when."""
    works = list(_handed_in(gallery).values_list("id", "pupil_id"))
    may = GALLERY.among(pupil_id for _, pupil_id in works)
    runs = LabRun.objects.unscoped(_WHY).filter(pupil_id__in=may, **_place(gallery))
    goals = {
        pupil_id: len(tally.read(stored).goals) for pupil_id, stored in runs.values_list("pupil_id", "tally")
    }
    mixed = sorted(
        (one for one in works if one[1] in may or one[1] == actor.person_id),
        key=lambda one: hashlib.sha256(f"{gallery.id}/{one[0]}".encode()).digest(),
    )
    return [
        Shown(work_id, no, goals.get(pupil_id, 0), pupil_id == actor.person_id)
        for no, (work_id, pupil_id) in enumerate(mixed, 1)
    ]


def shown_one(actor: Actor, gallery: Gallery, work_id: UUID) -> tuple[Work, Any]:
    """One work of the gallery with the state last handed in; what may not be seen now is not there."""
    row = _handed_in(gallery).filter(id=work_id).select_related("offering").first()
    if row is None or not (row.pupil_id == actor.person_id or GALLERY.allows(row.pupil_id)):
        raise Denied(LEARN)
    versions = WorkVersion.objects.unscoped(_WHY).filter(work=row, why="handed_in")
    state = versions.order_by("-no").values_list("state", flat=True).first()
    return row, row.state if state is None else state


def _handed_in(gallery: Gallery) -> Any:
    """Works of this step handed in by pupils who are in the class now."""
    pupils = [one.id for one in registry.pupils_of(_class_of(gallery))]
    rows = Work.objects.unscoped(_WHY).filter(pupil_id__in=pupils, kind="lab", **_place(gallery))
    return rows.filter(handed_in_at__isnull=False)


def _place(gallery: Gallery) -> dict[str, Any]:
    """Where its works and counts lie: at a lesson's step, or at a lab in free play."""
    return {
        "offering_id": gallery.offering_id if gallery.lesson_key else None,
        "lesson_key": gallery.lesson_key,
        "activity_key": gallery.activity_key,
    }


def _class_of(gallery: Gallery) -> UUID:
    return teaching.offering(gallery.offering_id).class_group_id
