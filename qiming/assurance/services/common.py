"""What every verb of the gate needs: the version under its lock, the duty of who acts, the audit row."""

from typing import Any
from uuid import UUID

from qiming.assurance.access import DESK, TABLE
from qiming.assurance.models import Product, ProductVersion
from qiming.casework import queries as cases
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

WHY = "loaded through the access table, or by who holds a duty in its case"


def own_product(actor: Actor, verb: str, product_id: UUID) -> Product:
    """The product under its lock, for who may do `verb` to it."""
    rows = Product.objects.unscoped(WHY).select_for_update(of=("self",))
    return TABLE.load(actor, verb, rows, id=product_id)


def own_version(actor: Actor, verb: str, version_id: UUID) -> ProductVersion:
    """The version under its lock, for who may do `verb` to it."""
    rows = ProductVersion.objects.unscoped(WHY).select_for_update(of=("self",)).select_related("product")
    return TABLE.load(actor, verb, rows, id=version_id)


def version_on_duty(actor: Actor, version_id: UUID, *duties: str) -> ProductVersion:
    """The version under its lock, for who holds one of these duties in its case and has no tie to it."""
    rows = ProductVersion.objects.unscoped(WHY).select_for_update(of=("self",)).select_related("product")
    version = rows.filter(id=version_id).first()
    if version is None or not duties_in(actor, version).intersection(duties):
        raise Denied(DESK)
    return version


def duties_in(actor: Actor, version: ProductVersion) -> set[str]:
    """The duties an actor holds in the case about a version; none when tied to it."""
    if version.case_id is None:
        return set()
    try:
        case = cases.load_case(actor, version.case_id)
    except Denied:
        return set()
    who, _ = cases.mover(actor, cases.workflow_of(case.workflow_id), case)
    if who.ties:
        return set()
    return {one.removeprefix("duty:") for one in who.answers_to if one.startswith("duty:")}


def require_state(version: ProductVersion, *states: str) -> None:
    """Refuse, in words, what belongs to another step."""
    if version.state not in states:
        raise UserError(
            "现在不是办这件事的时候",
            kept="没有改动。",
            next="刷新看一下办到哪一步。",
            status=409,
        )


def note(actor: Actor | None, verb: str, thing: Product | ProductVersion, **detail: Any) -> None:
    """The audit row."""
    kind = "product" if isinstance(thing, Product) else "product_version"
    audit.write(actor, verb, thing=kind, thing_id=thing.id, scope_path=thing.scope_path, detail=detail)
