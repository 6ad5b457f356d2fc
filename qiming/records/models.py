"""The statements kept: the columns we ask by, and the statement itself as it was built."""

from __future__ import annotations

from django.db import models

from qiming.kernel.privacy import PersonalData
from qiming.kernel.scope import ScopedModel
from qiming.records.access import TABLE
from qiming.records.verbs import ObjectKind, Verb
from qiming.records.xapi.contract_models import (
    XapiCompletion,
    XapiCounted,
    XapiErasure,
    XapiKeyDay,
    XapiKeyUse,
    XapiPerson,
)
from qiming.records.xapi.models import (
    XapiActivity,
    XapiActivityLink,
    XapiAgent,
    XapiAgentLink,
    XapiAttachment,
    XapiDocument,
    XapiKey,
    XapiReference,
    XapiStatement,
    XapiTakenId,
    XapiVerb,
)

__all__ = [
    "Statement",
    "XapiActivity",
    "XapiActivityLink",
    "XapiAgent",
    "XapiAgentLink",
    "XapiAttachment",
    "XapiCompletion",
    "XapiCounted",
    "XapiDocument",
    "XapiErasure",
    "XapiKey",
    "XapiKeyDay",
    "XapiKeyUse",
    "XapiPerson",
    "XapiReference",
    "XapiStatement",
    "XapiTakenId",
    "XapiVerb",
]


class Statement(ScopedModel):
    """One act of one person. Written once, never changed; its id is the statement's id."""

    personal_data = PersonalData("personal", "谁在什么时候做了什么、结果怎样；人只用内部编号，不写姓名")
    access_table = TABLE
    self_field = "actor_person"

    actor_person = models.UUIDField()
    verb = models.CharField(max_length=24, choices=[(verb.value, verb.value) for verb in Verb])
    object_kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ObjectKind])
    object_id = models.CharField(max_length=200)
    period_id = models.UUIDField(null=True, blank=True)
    timestamp = models.DateTimeField()
    stored = models.DateTimeField()
    raw = models.JSONField()

    class Meta:
        indexes = (
            models.Index(fields=("actor_person", "-timestamp"), name="statement_actor"),
            models.Index(fields=("object_kind", "object_id", "-timestamp"), name="statement_object"),
            models.Index(
                fields=("period_id", "-timestamp"),
                name="statement_period",
                condition=models.Q(period_id__isnull=False),
            ),
            models.Index(fields=("stored",), name="statement_stored"),  # what is new since the last export
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"
