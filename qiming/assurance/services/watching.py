"""Signals are counted; what passes a threshold is watched or stopped, and whoever uses it is told."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from qiming.assurance.access import STOP
from qiming.assurance.admission import LEAST_SCOPES, SignalKind, Source
from qiming.assurance.models import Incident, Product, Signal
from qiming.assurance.services.common import note, own_version
from qiming.casework import services as cases
from qiming.kernel import time
from qiming.kernel.access import Actor

_WHY = "the launch was allowed by may_serve; only a number is kept"


def note_launch(  # noqa: PLR0917 - the order the rooms that launch agreed on
    product_id: UUID,
    version_id: UUID,
    school_path: str = "",
    stage: str = "",
    pseudonym_key: str = "",
    data_scopes: Iterable[str] = (),
    at: datetime | None = None,
) -> None:
    """A product was opened from here: one more in this hour, and one more for data when it carried more than the least.
    School, stage and pseudonym are taken and not kept: the launch log is the room's that launches."""
    product = Product.objects.unscoped(_WHY).only("id", "scope_path").get(id=product_id)
    count(product, SignalKind.USE, Source.OURS, at or time.now())
    if set(data_scopes) - LEAST_SCOPES:
        count(product, SignalKind.DATA, Source.OURS, at or time.now())


def count(product: Product, kind: SignalKind, source: Source, at: datetime, more: int = 1) -> None:
    """Add to the number of an hour."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    key = {"product_id": product.id, "hour": hour, "kind": kind.value, "source": source.value}
    if Signal.objects.unscoped(_WHY).filter(**key).update(count=F("count") + more):
        return
    try:
        with transaction.atomic():
            Signal.objects.create(**key, scope_path=product.scope_path, count=more)
    except IntegrityError:  # another launch made the row in between
        Signal.objects.unscoped(_WHY).filter(**key).update(count=F("count") + more)


@transaction.atomic
def stop(*, actor: Actor, version_id: UUID, reason: str) -> None:
    """The kill switch: an officer stops a product at once."""
    version = own_version(actor, STOP, version_id)
    assert version.case_id
    cases.move(actor=actor, case_id=version.case_id, transition="suspend", reason=reason)
    Incident.objects.create(
        product_id=version.product_id, kind="officer", says=reason.strip()[:300], moved_to="suspended"
    )
    note(actor, "assurance.stop", version)
