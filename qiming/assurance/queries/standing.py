"""Where products stand, and whether one may be served now: asked at every launch, so never kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Sum

from qiming.assurance.admission import (
    OF_STATE,
    Answer,
    Conditions,
    Facts,
    SignalKind,
    Source,
    Standing,
    Verdict,
)
from qiming.assurance.models import Product, ProductVersion, Signal, Trial
from qiming.assurance.queries.subjects import in_keys
from qiming.assurance.rules import standing as rules
from qiming.assurance.rules.standing import Asked
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

_WHY = "where a product stands is public"
_OVER = frozenset(
    {Verdict.REVOKED, Verdict.EXPIRED, Verdict.REFUSED, Verdict.WITHDRAWN, Verdict.DRAFT, Verdict.FILED}
)


@dataclass(frozen=True, slots=True)
class ProductRef:
    """A product as other rooms show it. `launch` is how it is opened: {"kind": "lti"|"link"|"inside", "url", …}."""

    id: UUID
    title: str
    kind: str
    says: str
    vendor: str
    launch: Mapping[str, Any]
    scopes: frozenset[str]
    functions: frozenset[str]


def standing(product_id: UUID) -> Standing:
    """Where a product stands today; `Denied` when there is none."""
    found = standings([product_id]).get(product_id)
    if found is None:
        raise Denied("assurance.standing")
    return found


def standings(product_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """Several at once."""
    rows = Product.objects.unscoped(_WHY).filter(id__in=list(product_ids)).select_related("current")
    products = list(rows)
    newest = newest_versions([one.id for one in products])
    return {
        one.id: of_version(one, version)
        if (version := chosen(one, newest.get(one.id)))
        else Standing(Verdict.DRAFT)
        for one in products
    }


def newest_versions(product_ids: Iterable[UUID]) -> dict[UUID, ProductVersion]:
    """The last version of each product, whatever became of it."""
    rows = ProductVersion.objects.unscoped(_WHY).filter(product_id__in=list(product_ids))
    return {one.product_id: one for one in rows.order_by("product_id", "number")}


def chosen(product: Product, newest: ProductVersion | None) -> ProductVersion | None:
    """The version that a product's standing is about: the one whose verdict counts, unless that is over and another
    is on its way."""
    current = product.current
    if current is None or newest is None:
        return newest
    over = OF_STATE[current.state] in _OVER
    return newest if over and OF_STATE[newest.state] is not Verdict.DRAFT else current


def of_version(product: Product, version: ProductVersion) -> Standing:
    """Where one version stands, its product being what it is at this moment."""
    verdict = rules.verdict_of(
        version.state,
        filed_hash=version.content_hash,
        now_hash=hash_now(product, version),
        until=version.until,
        today=time.today(),
    )
    changed = verdict is Verdict.RETEST and OF_STATE[version.state] is not Verdict.RETEST
    return Standing(
        verdict=verdict.value,
        version_id=version.id,
        version_hash=version.content_hash,
        conditions=in_keys(Conditions.of(version.conditions)),
        since=version.since,
        until=version.until,
        reason="启动地址或密钥和审过的不一样" if changed else version.reason,
    )


def hash_now(product: Product, version: ProductVersion) -> str:
    """The hash of what was filed with the launch as it is at this moment."""
    return rules.version_hash(replace(Facts.of(version.facts), launch=product.launch))


def may_serve(
    product_id: UUID,
    *,
    stage: str,
    functions: frozenset[str] = frozenset(),
    personal_fields: frozenset[str] = frozenset(),
    subject: str = "",
    school_path: str = "",
    supervised: bool = False,
) -> Answer:
    """Whether a product may be opened now. `school_path` is needed while it is on trial, `supervised` where its
    conditions ask for a teacher. A product that does not exist is refused like any other."""
    try:
        found = standing(product_id)
    except Denied:
        return Answer(False, "没有这个产品")
    verdict = Verdict(found.verdict)
    asked = Asked(stage, functions, personal_fields, subject, school_path, supervised)
    limited = found.conditions.daily_launches is not None and verdict in rules.SERVING
    return rules.may_serve(
        rules.Case(
            verdict,
            found.conditions,
            asked,
            today=time.today(),
            launches_today=launches_today(product_id) if limited else 0,
            trial_schools=_trial_schools(found.version_id) if verdict is Verdict.TRIAL else frozenset(),
        )
    )


def launches_today(product_id: UUID) -> int:
    """How often a product was opened from here today."""
    start = time.at_local(time.today())
    rows = Signal.objects.unscoped(_WHY).filter(
        product_id=product_id, kind=SignalKind.USE, source=Source.OURS, hour__gte=start
    )
    return rows.aggregate(n=Sum("count"))["n"] or 0


def _trial_schools(version_id: UUID | None) -> frozenset[str]:
    row = Trial.objects.unscoped(_WHY).filter(version_id=version_id, ended_on=None).first()
    return frozenset(row.schools) if row and row.until >= time.today() else frozenset()


def product_ref(product_id: UUID) -> ProductRef:
    """A product as others show it; `Denied` when there is none."""
    product = Product.objects.unscoped(_WHY).filter(id=product_id).select_related("current").first()
    if product is None:
        raise Denied("assurance.product")
    return _ref(product)


def vendor_of(product_id: UUID) -> OrgRef:
    """The company whose product it is; `Denied` when there is none."""
    path = Product.objects.unscoped(_WHY).filter(id=product_id).values_list("scope_path", flat=True).first()
    if path is None:
        raise Denied("assurance.product")
    return registry.org_by_path(path)


def admitted_products() -> list[tuple[ProductRef, Standing]]:
    """Every product that schools may use today (not those on trial), by title."""
    rows = (
        Product.objects.unscoped(_WHY).exclude(current=None).select_related("current").order_by("title", "id")
    )
    found = [(one, of_version(one, one.current)) for one in rows if one.current]
    serving = {Verdict.ADMITTED.value, Verdict.WATCH.value}
    return [(_ref(product), stands) for product, stands in found if stands.verdict in serving]


def _ref(product: Product) -> ProductRef:
    version = product.current or newest_versions([product.id]).get(product.id)
    facts = Facts.of(version.facts) if version else None
    return ProductRef(
        id=product.id,
        title=product.title,
        kind=product.kind,
        says=product.says,
        vendor=registry.org_by_path(product.scope_path).name,
        launch=product.launch,
        scopes=facts.scopes if facts else frozenset(),
        functions=frozenset(facts.functions) if facts else frozenset(),
    )
