"""What every verb of the registry needs: the right, the place, the lock."""

from uuid import UUID

from django.db import IntegrityError, connection

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, Organisation
from qiming.registry.queries.people import in_force
from qiming.registry.types import OrgKind

INSTALLATION = "the installation itself acts; there is no actor whose right could be asked"
LOCKING = "the right was checked on the way in; this reads the row again under its lock"


def load_place(actor: Actor | None, verb: str, org_id: UUID, *kinds: OrgKind) -> Organisation:
    """The open place of one of these kinds to which `actor` may do `verb`."""
    places = Organisation.objects.unscoped(INSTALLATION).filter(kind__in=kinds, closed_on=None)
    if actor is not None:
        return TABLE.load(actor, verb, places, id=org_id)
    place = places.filter(id=org_id).first()
    if place is None:
        raise Denied(verb)
    return place


def load_membership(actor: Actor, verb: str, person_id: UUID) -> ClassMembership:
    """The present class membership of a pupil to whom `actor` may do `verb`."""
    rows = ClassMembership.objects.unscoped("filtered by the access table on the next line")
    rows = rows.filter(in_force(time.today())).select_related("person", "class_group")
    return TABLE.load(actor, verb, rows, person_id=person_id)


def lock_place(org_id: UUID) -> Organisation:
    """Take turns with everybody else who changes what hangs on this place."""
    return Organisation.objects.unscoped(LOCKING).select_for_update().get(id=org_id)


def check_seats() -> None:
    """Ask the database now, not at commit, whether each seat has one pupil."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS registry_seat_guard IMMEDIATE")
        cursor.execute("SET CONSTRAINTS registry_seat_guard DEFERRED")


def broke(error: IntegrityError, constraint: str) -> bool:
    """Whether `error` is about this constraint."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) == constraint
