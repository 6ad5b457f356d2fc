"""Workflows as cases follow them."""

import json
from functools import lru_cache
from uuid import UUID

from qiming.casework import reading
from qiming.casework.models import Workflow
from qiming.casework.types import Workflow as WorkflowType
from qiming.kernel.access import Denied
from qiming.registry.types import ROLE_NAMES, Role


def current(key: str) -> tuple[UUID, WorkflowType]:
    """The version new cases of this kind begin with."""
    row = Workflow.objects.filter(key=key, is_current=True).only("id").first()
    if row is None:
        raise Denied("casework.open")
    return row.id, workflow_of(row.id)


def all_current() -> list[WorkflowType]:
    """Every workflow that new cases follow, by title."""
    rows = Workflow.objects.filter(is_current=True).values_list("id", flat=True)
    return sorted((workflow_of(row) for row in rows), key=lambda flow: flow.title)


def owner_words(workflow: WorkflowType, owner: str) -> str:
    """Whose turn it is, in Chinese."""
    kind, _, name = owner.partition(":")
    if kind == "duty":
        return workflow.duties[name].title
    if kind in {"role", "applicant_org"}:
        return ("申请单位的" if kind == "applicant_org" else "") + ROLE_NAMES[Role(name)]
    return {"applicant": "申请人", "system": "系统"}.get(owner, "")


@lru_cache(maxsize=64)
def workflow_of(workflow_id: UUID) -> WorkflowType:
    """One version, by its row: what it says never changes."""
    return reading.parse(json.loads(Workflow.objects.get(id=workflow_id).body))
