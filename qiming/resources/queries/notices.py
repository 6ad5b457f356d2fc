"""Why a resource that was on the shelf is not there now: said to everybody who could have found it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qiming.casework import queries as cases
from qiming.kernel.access import Actor, Denied
from qiming.resources.access import BROWSE
from qiming.resources.models import Resource, ResourceVersion
from qiming.resources.queries.reach import exclusion_for, may_reach

_WHY = "what was on the shelf has a public record"


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of it, since when, why; `goes_on` says what that means for classes that began."""

    resource: Resource
    heading: str
    since: datetime | date
    why: str
    goes_on: str


def notice_of(actor: Actor, resource_id: UUID) -> Notice:
    """The notice about what was stopped, retired or put away by the district; `Denied` for what never was on this
    person's shelf."""
    rows = Resource.objects.unscoped(_WHY).defer("words").exclude(published_at=None)
    resource = rows.filter(id=resource_id).first()
    if resource is None or not may_reach(actor, resource):
        raise Denied(BROWSE)
    if resource.on_shelf:
        return _excluded(actor, resource)
    versions = ResourceVersion.objects.unscoped(_WHY).filter(resource=resource).exclude(published_at=None)
    last = versions.order_by("-number").first()
    case = cases.follow_case([last.id]).get(last.id) if last else None
    if case is None:
        raise Denied(BROWSE)
    step = cases.history(case)[-1]
    stopped = case.state == "suspended"
    return Notice(
        resource=resource,
        heading="已停用，正在核查" if stopped else "已下架",
        since=step.at,
        why=step.reason,
        goes_on="用它开的课先停下，正在上的这一节不打断；核查结果出来以前不能选用。"
        if stopped
        else "不能再选用；用它开的课可以上完。",
    )


def _excluded(actor: Actor, resource: Resource) -> Notice:
    row = exclusion_for(actor, resource.id)
    if row is None:
        raise Denied(BROWSE)
    return Notice(
        resource=resource,
        heading="本区从货架上收起了它",
        since=row.since,
        why=row.why,
        goes_on="本区的学校不能选用；用它开的课可以上完。",
    )
