"""Workflows from content into the table, by content hash: a changed file is a new version for new cases."""

import json
from pathlib import Path

from django.db import transaction

from qiming.casework import reading
from qiming.casework.models import Workflow


@transaction.atomic
def load_workflows(root: Path) -> int:
    """Read every workflow below `root`; returns how many are new. Raises `reading.UnfitWorkflow` and changes nothing
    when one is not fit to be followed."""
    found = reading.read_all(root)
    known = set(Workflow.objects.filter(is_current=True).values_list("digest", flat=True))
    fresh = [(workflow, data) for workflow, data in found if workflow.digest not in known]
    for workflow, data in fresh:
        Workflow.objects.filter(key=workflow.key, is_current=True).update(is_current=False)
        Workflow.objects.update_or_create(
            digest=workflow.digest,
            defaults={
                "key": workflow.key,
                "body": json.dumps(data, ensure_ascii=False),
                "is_current": True,
            },
        )
    return len(fresh)
