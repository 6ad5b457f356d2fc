"""The city opens a call."""

from uuid import UUID

from django.db import connection, transaction

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.programmes import events
from qiming.programmes.access import CALL, TABLE
from qiming.programmes.models import Call
from qiming.programmes.queries.calls import in_force
from qiming.programmes.queries.kinds import body_of, programme
from qiming.programmes.rules.terms import faults
from qiming.programmes.types import Terms
from qiming.registry import queries as registry

MOST_TITLE = 60


@transaction.atomic
def open_call(*, actor: Actor, key: str, title: str, terms: Terms) -> UUID:
    """Call for a programme at the city; returns the call's id. Places promised by calls that run count as given."""
    city = registry.city()
    TABLE.require(actor, CALL, city)
    what = programme(key)
    lock_programme(key)
    wrong = faults(what, terms, in_force(key))
    if not 4 <= len(title.strip()) <= MOST_TITLE:
        wrong.insert(0, f"请写名称，4到{MOST_TITLE}个字。")
    if terms.closes_on < time.today():
        wrong.append("截止日已经过了。")
    if wrong:
        raise UserError("还不能发起", kept="填的都还在。", next=" ".join(wrong))
    quota = terms.quota
    call = Call.objects.create(
        scope_path=city.path,
        programme=key,
        digest=what.digest,
        body=body_of(key),
        title=title.strip(),
        opens_on=terms.opens_on,
        closes_on=terms.closes_on,
        total=quota.total,
        floor=quota.floor,
        terms={
            "per_cell": quota.per_cell,
            "cells": [[*cell, n] for cell, n in sorted((quota.cells or {}).items())],
            "floor_districts": sorted(quota.floor_districts),
            "recommend_most": terms.recommend_most,
        },
        opened_by=actor.person_id,
    )
    audit.write(actor, CALL, thing="call", thing_id=call.id, scope_path=city.path, detail={"programme": key})
    outbox.announce(events.CALLED, {"call_id": str(call.id), "programme": key}, city.path)
    return call.id


def lock_programme(key: str) -> None:
    """One at a time counts and gives places of a programme: until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"programmes:{key}"])
