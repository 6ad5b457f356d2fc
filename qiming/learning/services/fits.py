"""The parameters of the estimate: which version holds when. Kept once read; a new version is announced ahead of its time."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from time import monotonic

from qiming.curriculum.types import Item
from qiming.learning.models import TracerFit
from qiming.mastery import Asked, Fit, ease_for, from_json, params_for, shipped

FRESH_S = 60.0
AHEAD = timedelta(minutes=10)
"""A version holds from so long after it was written: until then every process has looked again."""
SHIPPED = 0


@dataclass(slots=True)
class _Known:
    """When each version begins, in order; of one process."""

    begins: list[datetime]
    versions: list[int]
    until: float = 0.0


_known = _Known([], [])
_lock = Lock()


def version_at(moment: datetime) -> int:
    """The version with which an answer of this moment is counted."""
    with _lock:
        if _known.until < monotonic():
            rows = list(TracerFit.objects.order_by("from_at", "version").values_list("from_at", "version"))
            _known.begins, _known.versions = [one[0] for one in rows], [one[1] for one in rows]
            _known.until = monotonic() + FRESH_S
        at = bisect_right(_known.begins, moment)
        return _known.versions[at - 1] if at else SHIPPED


@lru_cache(maxsize=16)
def fit_of(version: int) -> Fit:
    """Versions never change."""
    if version == SHIPPED:
        return shipped()
    return from_json(TracerFit.objects.get(version=version).body)


def forget() -> None:
    """Look again at once: after a version was written, and in tests."""
    with _lock:
        _known.until = 0.0
    fit_of.cache_clear()


def asked_of(fit: Fit, item: Item) -> Asked:
    """What is assumed of an item: counted from answers, else what its kind and difficulty let expect."""
    return fit.asked(item.concept, item.key, usual_ease(item))


def usual_ease(item: Item) -> float:
    data = item.data
    options = len(data.get("options") or data.get("entries") or data.get("left") or ())
    return ease_for(params_for(item.kind, item.difficulty, options=options, bins=len(data.get("bins") or ())))
