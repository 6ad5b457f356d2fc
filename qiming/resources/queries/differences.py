"""A version beside the one that was approved before it."""

from html import escape

from qiming.curriculum import queries as curriculum
from qiming.curriculum.lending import queries as lending
from qiming.resources.models import ResourceVersion
from qiming.resources.queries.products import product_of
from qiming.resources.queries.scenarios import scenario_words
from qiming.resources.rules.differences import Difference, differ
from qiming.resources.rules.models import SIZE, rows_of
from qiming.resources.types import Card

_WHY = "the version was loaded by the page or the job that asks"


def approved_before(version: ResourceVersion) -> ResourceVersion | None:
    """The last version of the same resource that was on the shelf before this one."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(
        resource_id=version.resource_id, number__lt=version.number
    )
    return rows.exclude(published_at=None).exclude(approved_hash="").order_by("-number").first()


def difference(version: ResourceVersion) -> tuple[ResourceVersion, Difference] | None:
    """Against which version, and what differs; None for a first version."""
    before = approved_before(version)
    if before is None:
        return None
    other = before.address != version.address or before.model != version.model
    card, card_before = Card.of(version.card), Card.of(before.card)
    other = other or (card.product, card.teaches, card.scenario) != (
        card_before.product,
        card_before.teaches,
        card_before.scenario,
    )
    wordless = ("模型的参数",) if _numbers(before) != _numbers(version) else ()
    found = differ(card_before, card, _pieces(before), _pieces(version), other=other, wordless=wordless)
    return before, found


def _pieces(version: ResourceVersion) -> dict[str, str]:
    """The school's own texts by where they stand (two at one place follow each other), and what else has words."""
    found: dict[str, str] = {}
    if version.course_version_id is not None:
        for one in lending.own_texts(version.course_version_id):
            found[one.where] = f"{found[one.where]}\n{one.body}" if one.where in found else one.body
    return found | {where: escape(said) for where, said in _facts(version) if said}


def _facts(version: ResourceVersion) -> list[tuple[str, str]]:
    card = Card.of(version.card)
    product = product_of(card)
    titles = [one.title for one in curriculum.concepts(card.teaches).values()]
    model = [] if version.model is None else rows_of(version.model)
    return [
        ("网址", version.address),
        ("产品", product.title if product else ""),
        ("场景", scenario_words(card.scenario) if card.scenario else ""),
        ("勾的概念", "、".join(titles)),
        *((f"模型卡：{title}", said) for title, said in model if title != SIZE),
    ]


def _numbers(version: ResourceVersion) -> dict[str, object]:
    """Of a model what no row of its card says."""
    return {
        name: said for name, said in (version.model or {}).items() if name not in ("name", "card", "scores")
    }
