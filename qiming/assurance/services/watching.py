"""Signals are counted; what passes a threshold is watched or stopped, and whoever uses it is told."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from qiming.assurance import events
from qiming.assurance.access import STOP
from qiming.assurance.admission import LEAST_SCOPES, OF_STATE, SignalKind, Source, Verdict
from qiming.assurance.models import Incident, Product, ProductVersion, Signal
from qiming.assurance.queries import signals
from qiming.assurance.queries.standing import hash_now
from qiming.assurance.rules import watching as rules
from qiming.assurance.rules.standing import SERVING
from qiming.assurance.services.common import note, own_version
from qiming.casework import services as cases
from qiming.kernel import outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

log = logging.getLogger(__name__)
TERMED = frozenset({Verdict.ADMITTED, Verdict.WATCH, Verdict.RETEST})
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


def note_gateway(product_id: UUID, hour: datetime, counts: Mapping[SignalKind, int]) -> None:
    """What the door to models counted of a product in one hour: the numbers are set, so that they may be handed in again.
    A product that does not exist is passed over."""
    product = Product.objects.unscoped(_WHY).only("id", "scope_path").filter(id=product_id).first()
    if product is None:
        return
    for kind, number in counts.items():
        Signal.objects.unscoped(_WHY).update_or_create(
            product=product,
            hour=hour,
            kind=kind.value,
            source=Source.DOOR.value,
            defaults={"count": number, "scope_path": product.scope_path},
        )


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


def tick() -> int:
    """Look at every product in use; returns how many were moved. One that fails holds up no other."""
    rows = Product.objects.unscoped("the watch looks at every product").exclude(current=None)
    moved = 0
    for product_id in list(rows.order_by("id").values_list("id", flat=True)):
        try:
            with transaction.atomic():
                moved += _look_at(product_id)
        except UserError:
            log.exception("product %s could not be moved by the watch", product_id)
    return moved


def _look_at(product_id: UUID) -> bool:
    rows = Product.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("current")
    product = rows.get(id=product_id)
    version = product.current
    if version is None or version.case_id is None:
        return False
    verdict = OF_STATE[version.state]
    if verdict in TERMED and _is_over(version):
        cases.move(actor=None, case_id=version.case_id, transition="expire", reason="准入期限到了")
        return True
    return verdict in SERVING and _watch(product, version, verdict)


def _watch(product: Product, version: ProductVersion, verdict: Verdict) -> bool:
    if hash_now(product, version) != version.content_hash:
        return _move(product, version, "change", "changed", "启动地址或密钥和审过的不一样")
    _warn(product, version)
    found = rules.alarms(signals.seen(product, version), signals.limits_today())
    stopping = [one for one in found if one.suspends]
    if stopping:
        return _move(product, version, "suspend", stopping[0].kind, "；".join(one.says for one in stopping))
    if found and verdict is Verdict.ADMITTED:
        return _move(product, version, "watch", found[0].kind, "；".join(one.says for one in found))
    return False


def _is_over(version: ProductVersion) -> bool:
    return version.until is not None and version.until < time.today()


def _move(product: Product, version: ProductVersion, transition: str, kind: str, says: str) -> bool:
    assert version.case_id
    moved = cases.move(actor=None, case_id=version.case_id, transition=transition, reason=f"平台监测：{says}")
    Incident.objects.create(product=product, kind=kind, says=says[:300], moved_to=moved.target)
    return True


def _warn(product: Product, version: ProductVersion) -> None:
    if version.until is None:
        return
    due = rules.warning_due(
        version.until, time.today(), signals.limits_today().warn_days, version.warned_days
    )
    if due is None:
        return
    version.warned_days = due
    version.save(update_fields=["warned_days"])
    said = {"product_id": str(product.id), "version_id": str(version.id), "days": due}
    outbox.announce(events.EXPIRES_SOON, said, version.scope_path)
