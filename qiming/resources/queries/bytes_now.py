"""What a version is now, beside what was approved."""

from collections.abc import Callable
from uuid import UUID

from qiming.curriculum.lending import queries as lending
from qiming.curriculum.lending.sealing import recent_seal
from qiming.curriculum.queries import NoSuchContent
from qiming.resources.models import ResourceVersion
from qiming.resources.rules import bytes as rules
from qiming.resources.types import Card


def hash_now(version: ResourceVersion) -> str:
    """The hash of what is stored at this moment; empty when its course is gone or its card is no card any more."""
    return _hash(version, lending.seal_of)


def why_not_same(version: ResourceVersion) -> str:
    """Why the version may not be served; empty when it is byte for byte what was approved."""
    return rules.same_bytes(approved=version.approved_hash, sent=version.content_hash, now=hash_now(version))


def may_be_shown(version: ResourceVersion) -> bool:
    """Whether it is served and intact, for pages: what it is now may be some seconds old."""
    if not version.is_served:
        return False
    now = _hash(version, recent_seal)
    return not rules.same_bytes(approved=version.approved_hash, sent=version.content_hash, now=now)


def _hash(version: ResourceVersion, seal_of: Callable[[UUID], str]) -> str:
    try:
        card = Card.of(version.card)
        seal = seal_of(version.course_version_id) if version.course_version_id else ""
    except (NoSuchContent, KeyError):
        return ""
    return rules.content_hash(card, seal=seal, address=version.address, model=version.model)
