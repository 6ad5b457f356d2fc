"""What the record store deletes when a person has been gone long enough."""

from datetime import datetime

from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.records.models import Statement, XapiAgent, XapiDocument, XapiStatement
from qiming.registry import queries as registry


@sweeper("records.left_pupils")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """The statements of pupils who left their last class long ago."""
    rows = Statement.objects.unscoped("retention holds for the whole installation")
    rows = rows.filter(actor_person__in=registry.left_before(before.date()))
    return remove(rows, holds, person="actor_person", path="scope_path")


@sweeper("records.xapi_outside")
def xapi_outside(before: datetime, holds: Holds) -> Swept:
    """What other systems sent long ago, and the identifiers that no statement needs any more."""
    swept = remove(XapiStatement.objects.filter(stored__lt=before), Holds())
    XapiAgent.objects.filter(created_at__lt=before, xapiagentlink=None, xapidocument=None).delete()
    return swept


@sweeper("records.xapi_documents")
def xapi_documents(before: datetime, holds: Holds) -> Swept:
    """Documents of other systems that nobody wrote to for long, and the identifiers nobody needs any more."""
    swept = remove(XapiDocument.objects.filter(updated_at__lt=before), Holds())
    XapiAgent.objects.filter(created_at__lt=before, xapiagentlink=None, xapidocument=None).delete()
    return swept
