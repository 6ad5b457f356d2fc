"""Certificates as other rooms show them, and the lists of them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from qiming.credentials.access import OWN, SEE, TABLE
from qiming.credentials.models import Certificate
from qiming.credentials.types import Issued, RecipientKind
from qiming.kernel.access import Actor


def issued(row: Certificate) -> Issued:
    return Issued(
        row.id,
        row.code,
        str(row.achievement.body["name"]),
        row.about_id,
        row.valid_from,
        row.revoked_at,
    )


def certificates_about(kind: str, about_ids: Iterable[UUID]) -> dict[UUID, Issued]:
    """The latest certificate about each of these things. Only organisations are named by it, so it is open to all."""
    rows = (
        Certificate.objects.unscoped("that a thing is certified is public")
        .select_related("achievement")
        .filter(about_kind=kind, about_id__in=list(about_ids), recipient_kind=RecipientKind.ORGANISATION)
        .order_by("valid_from")
    )
    return {row.about_id: issued(row) for row in rows}


def own(actor: Actor) -> QuerySet[Certificate]:
    """The actor's own certificates, the latest first."""
    rows = Certificate.objects.for_actor(actor, OWN).filter(recipient_kind=RecipientKind.PERSON)
    return rows.select_related("achievement", "issuer").order_by("-valid_from", "id")


def of_places(actor: Actor) -> QuerySet[Certificate]:
    """Those given to places the actor answers for, the latest first; none for those who answer for no place."""
    rows = Certificate.objects.for_actor(actor, SEE)
    if not TABLE.may_try(actor, SEE):
        return rows.none()
    rows = rows.filter(recipient_kind=RecipientKind.ORGANISATION)
    return rows.select_related("achievement", "issuer").order_by("-valid_from", "id")
