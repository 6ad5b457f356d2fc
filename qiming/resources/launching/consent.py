"""Whether a family agrees that the child uses a product: the words are kept here, the rule is trust's."""

import hashlib
import json
from collections.abc import Collection, Iterable
from uuid import UUID

from qiming.resources.launching.models import ToolWord
from qiming.trust.queries.named import ASKED, judge
from qiming.trust.types import Said, Verdict, Via
from qiming.trust.types.consent import Voice

_WHY = "the caller checked the right to these pupils"


def digest_of(product_id: UUID, data_scopes: Iterable[str]) -> str:
    """SHA-256 of what a family is asked: which product, and which data it gets."""
    said = [str(product_id), *sorted(data_scopes)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def verdicts(product_id: UUID, person_ids: Collection[UUID], digest: str) -> dict[UUID, Verdict]:
    """Where the consent of each of these pupils stands: three questions for any number."""
    rows = ToolWord.objects.unscoped(_WHY).filter(product_id=product_id, person_id__in=list(person_ids))
    latest = rows.order_by("person_id", "via", "decided_by", "-created_at", "-id")
    voices: dict[UUID, list[Voice]] = {}
    for one in latest.distinct("person_id", "via", "decided_by"):
        voices.setdefault(one.person_id, []).append(
            Voice(Via(one.via), one.decided_by, Said(one.said), one.created_at, ASKED, one.digest)
        )
    return judge(person_ids, voices, digest)


def agrees(product_id: UUID, person_id: UUID, digest: str) -> bool:
    """Whether this pupil may use it now."""
    return verdicts(product_id, [person_id], digest)[person_id].holds
