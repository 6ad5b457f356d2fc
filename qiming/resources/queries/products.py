"""The product behind a resource that generates content: where it stands at the gate, and whether it may be used."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from qiming.assurance import queries as assurance
from qiming.assurance.admission import ANY, ProductKind, Standing, Verdict
from qiming.assurance.queries.register import conditions_in_words
from qiming.kernel.access import Denied
from qiming.resources.types import STAGES, Card

INSIDE = "inside"
SERVING = frozenset({Verdict.ADMITTED.value, Verdict.WATCH.value})


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product as the shelf shows it: its verdict and conditions in words; `why_not` is empty while it may be used.
    `hosts` are the servers its launch names."""

    id: UUID
    title: str
    standing: Standing
    conditions: str
    why_not: str
    hosts: frozenset[str] = frozenset()


def product_of(card: Card) -> ProductLine | None:
    """The product a card names, as it stands at this moment; None where it names none."""
    if not card.product:
        return None
    product_id = UUID(card.product)
    try:
        found, stands = assurance.product_ref(product_id), assurance.standing(product_id)
    except Denied:
        return ProductLine(product_id, "没有这个产品", Standing(Verdict.DRAFT), "", "没有这个产品。")
    why = _why_not(stands, card.stage)
    addresses = [said for said in found.launch.values() if isinstance(said, str)]
    hosts = frozenset(host for said in addresses if (host := urlsplit(said).hostname))
    return ProductLine(product_id, found.title, stands, conditions_in_words(stands.conditions), why, hosts)


def products_to_name() -> list[tuple[str, str]]:
    """(id, title with its maker) of the products schools may use today."""
    return [
        (str(one.id), f"{one.title}（{one.vendor}）" if one.vendor else one.title)
        for one, _ in assurance.admitted_products()
    ]


def names_agent(card: Card) -> bool:
    """Whether the product a card names is an agent."""
    try:
        return bool(card.product) and assurance.product_ref(UUID(card.product)).kind == ProductKind.AGENT
    except (Denied, ValueError):
        return False


def address_inside(card: Card) -> str:
    """The page of this platform on which the product a card names opens; "" where it opens elsewhere."""
    try:
        launch = assurance.product_ref(UUID(card.product)).launch if card.product else {}
    except (Denied, ValueError):
        return ""
    said = str(launch.get("url", "")) if launch.get("kind") == INSIDE else ""
    return said if assurance.is_inside(said) else ""


def why_not_product(card: Card) -> str:
    """Why what a card names may not be used at its stage now; empty when it may, or names none."""
    found = product_of(card)
    return found.why_not if found else ""


def _why_not(stands: Standing, stage: str) -> str:
    if stands.verdict not in SERVING:
        return f"它的产品现在是“{stands.zh}”，不能用。" + (f"原因：{stands.reason}" if stands.reason else "")
    if ANY not in stands.conditions.stages and stage not in stands.conditions.stages:
        return f"它的产品没有准入{STAGES.get(stage, stage)}。"
    return ""
