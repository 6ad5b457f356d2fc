"""A version beside the one that was approved before it."""

from qiming.curriculum.lending import queries as lending
from qiming.resources.models import ResourceVersion
from qiming.resources.rules.differences import Difference, differ
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
    found = differ(card_before, card, _pieces(before), _pieces(version), other=other)
    return before, found


def _pieces(version: ResourceVersion) -> dict[str, str]:
    """The school's own texts by where they stand; two at one place follow each other."""
    found: dict[str, str] = {}
    if version.course_version_id is not None:
        for one in lending.own_texts(version.course_version_id):
            found[one.where] = f"{found[one.where]}\n{one.body}" if one.where in found else one.body
    return found
