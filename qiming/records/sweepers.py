"""What the record store deletes when a person has been gone long enough."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from qiming.kernel.keeping import BATCH, Holds, Swept, remove, sweeper
from qiming.records.models import (
    Statement,
    XapiAgent,
    XapiAgentLink,
    XapiCompletion,
    XapiDocument,
    XapiKeyDay,
    XapiPerson,
    XapiStatement,
)
from qiming.records.services import home_page
from qiming.records.xapi import months
from qiming.records.xapi.keys import Kept
from qiming.records.xapi.shape import identifier_of
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
    XapiKeyDay.objects.filter(day__lt=before.date()).delete()
    _unneeded(before)
    return swept


@sweeper("records.xapi_documents")
def xapi_documents(before: datetime, holds: Holds) -> Swept:
    """Documents of other systems that nobody wrote to for long, and the identifiers nobody needs any more."""
    swept = remove(XapiDocument.objects.filter(updated_at__lt=before), Holds())
    _unneeded(before)
    return swept


@sweeper("records.xapi_30_days")
def xapi_30_days(before: datetime, holds: Holds) -> Swept:
    """What came by keys whose records are kept for 30 days."""
    return _of_keys(Kept.DAYS_30, before, holds)


@sweeper("records.xapi_school_year")
def xapi_school_year(before: datetime, holds: Holds) -> Swept:
    """What came by keys whose records are kept for a school year."""
    return _of_keys(Kept.SCHOOL_YEAR, before, holds)


@sweeper("records.xapi_at_school")
def xapi_at_school(before: datetime, holds: Holds) -> Swept:
    """What came about pupils who left, by keys whose records are kept while they are at school."""
    left = registry.left_before(before.date()).values_list("person_id", flat=True)
    agents = _agents_of(XapiPerson.objects.filter(person_id__in=left).exclude(person_id__in=holds.persons))
    rows = months.about(agents).filter(key__retention=Kept.AT_SCHOOL.value)
    swept = _forget(rows)
    documents = XapiDocument.objects.filter(agent__in=agents, key__retention=Kept.AT_SCHOOL.value)
    swept.ids += remove(documents, Holds()).ids
    XapiCompletion.objects.filter(agent__in=agents, key__retention=Kept.AT_SCHOOL.value).delete()
    return swept


def _of_keys(kept: Kept, before: datetime, holds: Holds) -> Swept:
    """Everything older that came by keys of this class, but what is about persons under a hold."""
    held = _agents_of(XapiPerson.objects.filter(person_id__in=holds.persons))
    old = XapiStatement.objects.filter(key__retention=kept.value, stored__lt=before)
    stays = XapiAgentLink.objects.filter(agent__in=held, stored=OuterRef("stored"), statement=OuterRef("id"))
    swept = _forget(old.exclude(Exists(stays)) if holds.persons else old)
    documents = XapiDocument.objects.filter(key__retention=kept.value, updated_at__lt=before)
    swept.ids += remove(documents.exclude(agent__in=held), Holds()).ids
    swept.held_back = old.count()
    XapiCompletion.objects.filter(key__retention=kept.value, last__lt=before).exclude(agent__in=held).delete()
    return swept


def _agents_of(people: QuerySet[XapiPerson]) -> QuerySet[XapiAgent]:
    accounts = [{"homePage": home_page(), "name": str(one)} for one in people.values_list("alias", flat=True)]
    return XapiAgent.objects.filter(identifier__in=[identifier_of({"account": one}) for one in accounts])


def _forget(rows: QuerySet[XapiStatement]) -> Swept:
    swept = Swept()
    while found := [
        months.Lying(*one) for one in rows.order_by("stored", "id").values_list("id", "stored")[:BATCH]
    ]:
        months.forget(found)
        swept.ids += [str(one.id) for one in found]
    return swept


def _unneeded(before: datetime) -> None:
    """The identifiers to which no statement and no document leads, and the aliases nobody uses any more."""
    months.alone()
    XapiAgent.objects.filter(created_at__lt=before, xapiagentlink=None, xapidocument=None).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM records_xapiperson p WHERE p.created_at < %s AND NOT EXISTS (SELECT 1 FROM records_xapiagent a"
            " WHERE a.identifier = replace(%s, 'ALIAS', p.alias::text))",
            [before, identifier_of({"account": {"homePage": home_page(), "name": "ALIAS"}})],
        )
