"""The lists of certificates taken back."""

import secrets
from uuid import UUID

from django.db import transaction

from qiming.credentials.addresses import absolute
from qiming.credentials.models import Certificate, Issuer, StatusList
from qiming.credentials.rules import documents, proof, status
from qiming.credentials.services import keys
from qiming.kernel import time
from qiming.kernel.ids import PATH_STEP, random_code

FULL = status.SIZE // 2  # a place drawn by lot is then free at the second try, on average
_WHY = "a list holds the certificates of an issuer, whoever has them"


def take_place(issuer: Issuer) -> tuple[StatusList, int]:
    """A bit for a new certificate, drawn by lot: the numbers tell nothing about who was given one when."""
    # The issuer's row is what two first certificates at once wait for.
    Issuer.objects.unscoped(_WHY).select_for_update().get(id=issuer.id)
    open_lists = StatusList.objects.select_related("issuer").filter(issuer=issuer, taken__lt=FULL)
    listed = open_lists.order_by("created_at").first() or _begin(issuer)
    while True:
        index = secrets.randbelow(status.SIZE)
        if not Certificate.objects.unscoped(_WHY).filter(status_list=listed, status_index=index).exists():
            break
    listed.taken += 1
    listed.save(update_fields=["taken"])
    return listed, index


@transaction.atomic
def renew(list_id: UUID) -> None:
    """Sign the list anew from the certificates themselves: two who revoke at once cannot lose each other's bit."""
    listed = StatusList.objects.select_for_update(of=("self",)).select_related("issuer").get(id=list_id)
    listed.document = _signed(listed)
    listed.save(update_fields=["document"])


def _begin(issuer: Issuer) -> StatusList:
    made = StatusList(issuer=issuer, code=random_code(12, PATH_STEP))
    made.document = _signed(made)
    made.save()
    return made


def _signed(listed: StatusList) -> proof.Document:
    gone = Certificate.objects.unscoped(_WHY).filter(status_list_id=listed.id, revoked_at__isnull=False)
    document = documents.status_list(
        url=absolute("credentials.status", listed.code),
        issuer_url=listed.issuer.url,
        encoded=status.encode(gone.values_list("status_index", flat=True)),
        at=time.now(),
    )
    key, method = keys.proof_key(listed.issuer)
    return proof.sign(document, key, method=method, at=time.now())
