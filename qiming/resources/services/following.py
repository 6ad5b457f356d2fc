"""What follows a move of the case about a version, in the move's transaction: shelf, loans, adoptions."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from qiming.casework import services as cases
from qiming.casework.types import Moved
from qiming.curriculum.lending import services as lending
from qiming.kernel import outbox, time
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.resources import events
from qiming.resources.models import Adoption, Resource, ResourceVersion
from qiming.resources.models.shelf import SERVED
from qiming.resources.queries.bytes_now import hash_now, why_not_same
from qiming.resources.queries.teaching import concepts_of, outcomes_of
from qiming.resources.services.certifying import certify, take_back
from qiming.resources.services.grading import GRADES, note_grade
from qiming.resources.services.indexing import put_on_shelf
from qiming.resources.services.loans import lend_to
from qiming.resources.services.screening import SCREEN_TASK
from qiming.resources.types import Card

_WHY = "follows the move of its case, which was checked"

CHANGED = UserError(
    "现在的内容和送审的不是同一份",
    kept="件还在原来那一步。",
    next="退回给作者，请作者看一遍再交。",
    status=409,
)


def follow(case_id: UUID, version_id: UUID, moved: Moved) -> None:
    """Bring the version to where its case stands now."""
    rows = ResourceVersion.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    version = rows.filter(id=version_id).first()
    if version is None:
        return
    version.state = moved.target
    step = _STEPS.get(moved.transition)
    if step is not None:
        step(version, moved)
    version.save(update_fields=["state", "is_served", "approved_hash", "published_at"])
    after = _AFTER.get(moved.transition)
    if after is not None:
        after(version, moved)


def same_bytes(version_id: UUID) -> str:
    """The workflow's condition of that name."""
    version = ResourceVersion.objects.unscoped(_WHY).filter(id=version_id).first()
    return why_not_same(version) if version else "没有这一版资源。"


def _submitted(version: ResourceVersion, moved: Moved) -> None:
    if hash_now(version) != version.content_hash:
        raise CHANGED


def _approved(version: ResourceVersion, moved: Moved) -> None:
    if hash_now(version) != version.content_hash:
        raise CHANGED
    version.approved_hash = version.content_hash


def _published(version: ResourceVersion, moved: Moved) -> None:
    """The version before goes first: of a resource at most one is served."""
    others = ResourceVersion.objects.unscoped(_WHY).filter(resource_id=version.resource_id)
    for one in list(others.filter(state__in=(*SERVED, "suspended"))):
        assert one.case_id  # it came there by its case
        cases.move(actor=None, case_id=one.case_id, transition="replace")
    version.is_served, version.published_at = True, moved.at


def _restored(version: ResourceVersion, moved: Moved) -> None:
    version.is_served = True


def _left(version: ResourceVersion, moved: Moved) -> None:
    version.is_served = False


def _to_screening(version: ResourceVersion, moved: Moved) -> None:
    said = str(version.id)
    transaction.on_commit(lambda: jobs.configure_task(SCREEN_TASK).defer(version_id=said))


def _on_shelf(version: ResourceVersion, moved: Moved) -> None:
    resource = _resource(version)
    resource.published_at = moved.at
    card = Card.of(version.card)
    owner = registry.org_by_path(version.scope_path).name
    put_on_shelf(resource, card, owner, concepts_of(version), outcomes_of(version))
    for adoption in _adoptions(version):
        lend_to(None, adoption, version)
    _tell(events.PUBLISHED, version)


def _on_again(version: ResourceVersion, moved: Moved) -> None:
    Resource.objects.unscoped(_WHY).filter(id=version.resource_id).update(on_shelf=True)
    _stop_loans(version, stopped=False)
    _tell(events.RESTORED, version)


def _stopped(version: ResourceVersion, moved: Moved) -> None:
    Resource.objects.unscoped(_WHY).filter(id=version.resource_id).update(on_shelf=False)
    _stop_loans(version, stopped=True)
    _tell(events.STOPPED, version, why=moved.reason)


def _retired(version: ResourceVersion, moved: Moved) -> None:
    """Off the shelf for good: nobody begins with it any more. Classes that began go on, unless it was stopped."""
    Resource.objects.unscoped(_WHY).filter(id=version.resource_id).update(on_shelf=False)
    for adoption in _adoptions(version):
        adoption.ended_on, adoption.ended_why = time.today(), f"资源已下架：{moved.reason}"[:300]
        adoption.save(update_fields=["ended_on", "ended_why"])
        lending.end_loan(actor=None, lent_for=adoption.id)
    take_back(version, moved)
    _tell(events.RETIRED, version)


def _stop_loans(version: ResourceVersion, *, stopped: bool) -> None:
    if version.course_version_id:
        lending.stop_loans(actor=None, course_version_id=version.course_version_id, stopped=stopped)


def _adoptions(version: ResourceVersion) -> list[Adoption]:
    rows = Adoption.objects.unscoped(_WHY).filter(resource_id=version.resource_id, ended_on=None)
    return list(rows.select_for_update().order_by("id"))


def _resource(version: ResourceVersion) -> Resource:
    return Resource.objects.unscoped(_WHY).select_for_update().defer("words").get(id=version.resource_id)


def _tell(event: str, version: ResourceVersion, **more: str) -> None:
    said = {"resource_id": str(version.resource_id), "version_id": str(version.id), **more}
    outbox.announce(event, said, version.scope_path)


Step = Callable[[ResourceVersion, Moved], None]
# Before the version is written, and after.
_STEPS: dict[str, Step] = {
    "submit": _submitted,
    "approve": _approved,
    "approve_changes": _approved,
    "approve_committee": _approved,
    "publish": _published,
    "restore": _restored,
    "suspend": _left,
    "replace": _left,
    "take_off": _left,
    "retire": _left,
}
_AFTER: dict[str, Step] = {
    "submit": _to_screening,
    "publish": _on_shelf,
    "restore": _on_again,
    "suspend": _stopped,
    "take_off": _retired,
    "retire": _retired,
    "certify": certify,
    **{f"grade_{key}": note_grade for key, _ in GRADES},
}
