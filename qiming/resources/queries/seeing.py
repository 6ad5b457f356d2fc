"""Who may see a version that is not (or no longer) on the shelf, and the lessons in it."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from qiming.casework import queries as cases
from qiming.curriculum.lending import windows
from qiming.kernel.access import Actor, Denied
from qiming.resources.access import BROWSE, SEE_OFFERED, TABLE
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.bytes_now import hash_now, may_be_shown
from qiming.resources.queries.reach import may_reach

_WHY = "who may see it is asked of the shelf, the table and its case"


def load_version(actor: Actor, version_id: UUID) -> ResourceVersion:
    """The version, for those of the school that offers it, those who have to do with its case, and, while it is
    served, everybody who may look at the shelf."""
    rows = ResourceVersion.objects.unscoped(_WHY).select_related("resource")
    version = rows.filter(id=version_id).first()
    if version is None or not sees(actor, version):
        raise Denied(BROWSE)
    return version


def model_of(actor: Actor, version_id: UUID) -> Mapping[str, Any]:
    """A model trained in a lab as it was approved, for whoever sees the version; `Denied` when it holds none, or is no
    longer the one that was sent in."""
    version = load_version(actor, version_id)
    if version.model is None or hash_now(version) != version.content_hash:
        raise Denied(BROWSE)
    return dict(version.model)


def sees(actor: Actor, version: ResourceVersion) -> bool:
    if not TABLE.may_try(actor, BROWSE):
        return False
    if TABLE.allows(actor, SEE_OFFERED, version):
        return True
    if may_be_shown(version) and may_reach(actor, version.resource):
        return True
    return handles(actor, version)


def handles(actor: Actor, version: ResourceVersion) -> bool:
    """Whether the person may follow the case about it: an office, somebody with a duty, a reviewer."""
    if version.case_id is None:
        return False
    try:
        cases.load_case(actor, version.case_id)
    except Denied:
        return False
    return True


def shows_lessons(actor: Actor, lesson_ids: Collection[UUID]) -> bool:
    """For curriculum: whether some version that this person may see holds all of these lessons."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(lessons__contains=list(lesson_ids))
    rows = rows.select_related("resource")
    return any(sees(actor, version) for version in rows)


windows.register(shows_lessons)
