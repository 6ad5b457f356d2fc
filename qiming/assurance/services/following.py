"""What follows a move of a case about a product: inside the move's transaction, so that it holds from that moment."""

from datetime import date
from uuid import UUID

from qiming.assurance import events
from qiming.assurance.admission import OF_STATE, Conditions, Verdict
from qiming.assurance.models import Product, ProductVersion, Proposal, Trial
from qiming.assurance.rules import standing as rules
from qiming.casework import services as cases
from qiming.casework.types import Moved
from qiming.kernel import outbox, time

_WHY = "follows a move that casework allowed"
EVENT_OF = {
    "trial": events.TRIAL,
    "admitted": events.ADMITTED,
    "watch": events.WATCHED,
    "suspended": events.SUSPENDED,
    "retest": events.RETEST,
    "revoked": events.REVOKED,
    "expired": events.EXPIRED,
    "withdrawn": events.WITHDRAWN,
}
IN_FORCE = frozenset({Verdict.ADMITTED, Verdict.WATCH, Verdict.SUSPENDED, Verdict.RETEST})
AGAIN = frozenset({"restore", "restore_trial", "retested", "unwatch"})
REASON_STATES = frozenset({"watch", "suspended", "retest", "revoked", "refused", "returned", "withdrawn"})


def follow(case_id: UUID, subject_id: UUID, moved: Moved) -> None:
    """Write where the version stands; make it the product's current one when it is let in; tell."""
    rows = ProductVersion.objects.unscoped(_WHY).select_for_update()
    version = rows.get(id=subject_id)
    product = Product.objects.unscoped(_WHY).select_for_update().get(id=version.product_id)
    version.state, version.since = moved.target, moved.at
    version.reason = moved.reason if moved.target in REASON_STATES else ""
    if moved.transition == "file":
        version.filed_at = moved.at
        if product.current_id is None:
            product.launch = version.facts["launch"]
    if moved.target in {"admitted", "trial"} and moved.source != "watch":
        version.serving_since = moved.at
    if moved.target == "trial":
        _try_out(product, version)
    elif moved.source == "trial" and moved.target in {"noticed", "refused", "withdrawn"}:
        Trial.objects.unscoped(_WHY).filter(version=version, ended_on=None).update(ended_on=time.today())
    if moved.transition == "admit":
        _admit(product, version)
    version.save()
    product.save(update_fields=["launch", "current"])
    _tell(version, moved)


def _try_out(product: Product, version: ProductVersion) -> None:
    trial = Trial.objects.unscoped(_WHY).filter(version=version, ended_on=None).get()
    version.conditions = Conditions.of(trial.conditions).with_until(trial.until).as_json()
    version.until = trial.until
    if product.current is None or OF_STATE[product.current.state] not in rules.SERVING:
        product.current, product.launch = version, version.facts["launch"]


def _admit(product: Product, version: ProductVersion) -> None:
    proposal = Proposal.objects.unscoped(_WHY).get(version=version, is_current=True)
    version.conditions = proposal.conditions
    version.until = Conditions.of(proposal.conditions).until or _never(time.today())
    version.admitted_at, version.warned_days = time.now(), None
    before = product.current
    product.current, product.launch = version, version.facts["launch"]
    product.save(update_fields=["launch", "current"])
    replaced = before is not None and before.id != version.id and OF_STATE[before.state] in IN_FORCE
    if before is not None and replaced and before.case_id is not None:
        cases.move(actor=None, case_id=before.case_id, transition="replace", reason="新版准入")


def _never(today: date) -> date:
    # A verdict without a term would never be looked at again: two years, as proposed in docs/assurance.md.
    return today.replace(year=today.year + 2, day=min(today.day, 28))


def _tell(version: ProductVersion, moved: Moved) -> None:
    name = events.RESTORED if moved.transition in AGAIN else EVENT_OF.get(moved.target)
    if name is not None:
        said = {"product_id": str(version.product_id), "version_id": str(version.id), "why": moved.reason}
        outbox.announce(name, said, version.scope_path)
