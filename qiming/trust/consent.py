"""The register of what uses consent. A feature of a higher room registers here and asks through what it gets back:

WALL = register_consumer("learning.wall", Purpose.WORKS, "上课时把作品投到大屏，给全班看")
...
if WALL.allows(pupil_id): ...

It asks at every use and keeps nothing beyond the request, so that a withdrawal holds at the next one. The page of a
purpose lists who is registered for it; a purpose without a consumer says that nothing uses it yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from qiming.trust.queries.consent import consented, consented_among
from qiming.trust.types.consent import Purpose


@dataclass(frozen=True, slots=True)
class Consumer:
    """One feature that obeys one purpose. `what` is what families read: a few plain words."""

    key: str
    purpose: Purpose
    what: str

    def allows(self, person_id: UUID) -> bool:
        """Whether this pupil's consent holds now."""
        return consented(person_id, self.purpose)

    def among(self, person_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of these pupils whose consent holds now."""
        return consented_among(person_ids, self.purpose)


_consumers: dict[str, Consumer] = {}


def register_consumer(key: str, purpose: Purpose, what: str) -> Consumer:
    """Register a feature once, when its room is loaded. The same key again must mean the same thing."""
    consumer = Consumer(key, purpose, what)
    if _consumers.setdefault(key, consumer) != consumer:
        raise ValueError(f"two consumers are called {key}")
    return consumer


def consumers() -> tuple[Consumer, ...]:
    """Every registered consumer, by key."""
    return tuple(_consumers[key] for key in sorted(_consumers))


def used_by(purpose: Purpose) -> tuple[str, ...]:
    """What uses a purpose now, in words."""
    return tuple(one.what for one in consumers() if one.purpose is purpose)
