"""Lists of words an authority brought, and where a run finds them."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from qiming.assurance import keywords
from qiming.assurance.models import KeywordLibrary
from qiming.assurance.queries.testing import TESTED_BY_CASES, suites_by_key
from qiming.assurance.runner import listed, suites
from qiming.kernel import made, time

_WHY = "lists of words of the authority, for its test field"


def _rows() -> QuerySet[KeywordLibrary]:
    return KeywordLibrary.objects.unscoped(_WHY).defer("body")


def all_libraries() -> list[KeywordLibrary]:
    """Every one, those in force first, then the newest."""
    return sorted(_rows().order_by("-id"), key=lambda one: one.ended_at is not None)


def read_by(suite: str) -> list[str]:
    """The numbers of the lists a run of `suite` reads replies for."""
    known = suites_by_key().get(suite)
    if known is None or known.method != TESTED_BY_CASES:
        return []
    return [str(one) for one in _rows().filter(ended_at=None).order_by("id").values_list("id", flat=True)]


def folders(numbers: Iterable[str]) -> list[Path]:
    """Where these lists lie as folders a suite can read; laid out again where missing. Raises `BadSuite`."""
    found = []
    for number in numbers:
        place = made.path_of(f"assurance/keywords/{number}")
        if not (place / listed.ABOUT).is_file():
            _lay_out(UUID(number), place)
        found.append(place)
    return found


def _lay_out(number: UUID, place: Path) -> None:
    row = KeywordLibrary.objects.unscoped(_WHY).filter(id=number).first()
    if row is None:
        raise suites.BadSuite("测这次时用的一个词库已经不在了")
    words = list(listed.words_of(row.key, gzip.decompress(bytes(row.body))))
    since = time.local(row.created_at).date().isoformat()
    try:
        keywords.keep(
            words, place, key=row.key, title=row.title, made=row.made, licence=row.licence, version=since
        )
    except OSError:  # another process was first
        if not (place / listed.ABOUT).is_file():
            raise
