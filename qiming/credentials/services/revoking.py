"""Taking certificates back, and who is named on the public page."""

from uuid import UUID

from django.db import transaction

from qiming.credentials.access import NAME, REVOKE, TABLE
from qiming.credentials.models import Certificate
from qiming.credentials.services import lists
from qiming.credentials.types import RecipientKind
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

MAX_REASON = 300
ERASED = "持证人的信息已经依法删除"


@transaction.atomic
def revoke(*, actor: Actor, certificate_id: UUID, reason: str) -> None:
    """Take one back; the reason stands on its public page. Done twice, the first reason stays."""
    rows = Certificate.objects.unscoped("the right is that of the issuer, asked for below")
    row = rows.select_for_update(of=("self",)).select_related("issuer").filter(id=certificate_id).first()
    if row is None:
        raise Denied(REVOKE)
    TABLE.require(actor, REVOKE, row.issuer)
    _revoke(actor, row, _said(reason))
    lists.renew(row.status_list_id)


@transaction.atomic
def revoke_about(*, actor: Actor | None, kind: str, about_id: UUID, reason: str) -> int:
    """Take back every certificate about a thing: the room that owns the thing decided so. Returns how many."""
    rows = Certificate.objects.unscoped("the room that owns the thing decided").select_for_update()
    found = list(rows.filter(about_kind=kind, about_id=about_id, revoked_at=None).order_by("id"))
    said = _said(reason)
    for row in found:
        _revoke(actor, row, said)
    _renew({row.status_list_id for row in found})
    return len(found)


@transaction.atomic
def show_name(*, actor: Actor, certificate_id: UUID, yes: bool) -> None:
    """Whether the public page names the holder: said by the holder alone, who can take it back at any moment."""
    row = TABLE.load(actor, NAME, Certificate, id=certificate_id, recipient_kind=RecipientKind.PERSON)
    row.shows_name = yes
    row.save(update_fields=["shows_name"])
    audit.write(
        actor,
        NAME,
        thing="certificate",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"yes": yes},
    )


@transaction.atomic
def forget(person_id: UUID) -> int:
    """Take a person's certificates back for good and keep nothing of whom they were given to. Returns how many."""
    rows = Certificate.objects.unscoped("the request was checked by trust").filter(recipient_id=person_id)
    ids = list(rows.values_list("id", flat=True))
    touched = set(rows.values_list("status_list_id", flat=True))
    rows.filter(revoked_at=None).update(revoked_at=time.now(), reason=ERASED)
    rows.update(recipient_id=None, document={}, token="", shows_name=False)
    _renew(touched)
    return len(ids)


def _revoke(actor: Actor | None, row: Certificate, reason: str) -> None:
    if row.revoked_at is not None:
        return
    row.revoked_at, row.reason = time.now(), reason
    row.revoked_by = actor.person_id if actor else None
    row.save(update_fields=["revoked_at", "reason", "revoked_by"])
    audit.write(
        actor,
        REVOKE,
        thing="certificate",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"reason": reason},
    )


def _renew(list_ids: set[UUID]) -> None:
    for list_id in sorted(list_ids):
        lists.renew(list_id)


def _said(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise UserError(
            "请写明撤销的原因", kept="证书没有动。", next="原因会写在公开的核验页上。", field="reason"
        )
    return said[:MAX_REASON]
