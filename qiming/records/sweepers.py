"""What the record store deletes when a person has been gone long enough."""

from datetime import datetime

from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.records.models import Statement, XapiAgent, XapiDocument
from qiming.records.xapi import months
from qiming.registry import queries as registry


@sweeper("records.left_pupils")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """The statements of pupils who left their last class long ago."""
    rows = Statement.objects.unscoped("retention holds for the whole installation")
    rows = rows.filter(actor_person__in=registry.left_before(before.date()))
    return remove(rows, holds, person="actor_person", path="scope_path")


@sweeper("records.xapi_outside")
def xapi_outside(before: datetime, holds: Holds) -> Swept:
    """What other systems sent long ago, by whole months where it can be, and the identifiers nobody needs any more."""
    swept = Swept(ids=[str(one) for one in months.forget_before(before)])
    _unneeded(before)
    return swept


@sweeper("records.xapi_documents")
def xapi_documents(before: datetime, holds: Holds) -> Swept:
    """Documents of other systems that nobody wrote to for long, and the identifiers nobody needs any more."""
    swept = remove(XapiDocument.objects.filter(updated_at__lt=before), Holds())
    _unneeded(before)
    return swept


def _unneeded(before: datetime) -> None:
    """The identifiers to which no statement and no document leads."""
    months.alone()
    XapiAgent.objects.filter(created_at__lt=before, xapiagentlink=None, xapidocument=None).delete()
