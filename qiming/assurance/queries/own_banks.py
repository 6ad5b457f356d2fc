"""Banks an authority brought, and how far all banks together are from the sizes a rule asks for."""

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from qiming.assurance import banks
from qiming.assurance.models import OwnBank, TestRun
from qiming.assurance.queries import keyword_libraries
from qiming.assurance.queries.testing import TESTED_BY_CASES, suites_by_key
from qiming.assurance.runner import suites
from qiming.kernel import made, time

_WHY = "banks of the authority, for its test field"


def _rows() -> QuerySet[OwnBank]:
    return OwnBank.objects.unscoped(_WHY).defer("body")


def all_banks() -> list[OwnBank]:
    """Every one, those in force first, then the newest."""
    return sorted(_rows().order_by("-id"), key=lambda one: one.ended_at is not None)


def in_force() -> list[OwnBank]:
    return list(_rows().filter(ended_at=None).order_by("id"))


def asked_by(suite: str, *, blind: bool) -> list[str]:
    """The numbers of the banks a run of `suite` asks: those with published cases of it, or for a blind one any."""
    known = suites_by_key().get(suite)
    if known is None or known.method != TESTED_BY_CASES:
        return []
    found = [(one, one.counts.get(suite, [0, 0])) for one in in_force()]
    return [str(one.id) for one, (published, sealed) in found if published or (blind and sealed)]


def suite_of(run: TestRun) -> suites.Suite:
    """The suite of a run with the banks and lists of words it was begun with. Raises `BadSuite`."""
    root = Path(settings.CONTENT_ROOT) / "assurance"
    return suites.load(
        run.suite, folder=root, more=folders(run.banks), words=keyword_libraries.folders(run.libraries)
    )


def folders(numbers: Iterable[str]) -> list[Path]:
    """Where these banks lie as folders a suite can read; they are laid out again where they are missing. Raises `BadSuite`."""
    found = []
    for number in numbers:
        place = made.path_of(f"assurance/banks/{number}")
        if not (place / "bank.yaml").is_file():
            _lay_out(UUID(number), place)
        found.append(place)
    return found


def _lay_out(number: UUID, place: Path) -> None:
    row = OwnBank.objects.unscoped(_WHY).filter(id=number).first()
    if row is None:
        raise suites.BadSuite("测这次时用的一个题库已经不在了")
    cases = suites.read_cases(row.key, gzip.decompress(bytes(row.body)))
    report = banks.Report(row.key, row.title, cases)
    since = time.local(row.created_at).date().isoformat()
    try:
        banks.keep(
            report, place, title=row.title, source=row.made, licence=row.licence, version=since, key=row.key
        )
    except OSError:  # another process was first
        if not (place / "bank.yaml").is_file():
            raise


@dataclass(frozen=True, slots=True)
class Distance:
    """One size a rule asks for: what ships, what was brought, what is still lacking."""

    suite: str
    what: str
    least: int
    ours: int
    brought: int
    source: str

    @property
    def lacks(self) -> int:
        return max(0, self.least - self.ours - self.brought)


def distances() -> list[Distance]:
    """Of every suite with sizes from a rule."""
    root = Path(settings.CONTENT_ROOT)
    found = []
    for key, known in suites_by_key().items():
        if known.method != TESTED_BY_CASES:
            continue
        ours = _sizes(root, key, (), ())
        whole = ours and _sizes(
            root, key, tuple(asked_by(key, blind=True)), tuple(keyword_libraries.read_by(key))
        )
        found += [
            Distance(known.title, what, least, have, together - have, source)
            for (what, least, have, source), (_, _, together, _) in zip(ours, whole, strict=True)
        ]
    return found


@lru_cache(maxsize=64)
def _sizes(
    root: Path, key: str, numbers: Sequence[str], lists: Sequence[str]
) -> tuple[tuple[str, int, int, str], ...]:
    """(what, at least, have, source) of a suite's banks with these brought ones and lists of words."""
    words = keyword_libraries.folders(lists)
    suite = suites.load(key, folder=root / "assurance", more=folders(numbers), words=words)
    found = []
    for need in (need for used in suite.banks for need in used.required):
        source = str(need.get("source", ""))
        found.append((str(need["what"]), int(need["least"]), int(need["have"]), source))
        if need.get("per_class"):
            what = f"{need['what']}：题最少的一类"
            found.append((what, int(need["per_class"]), int(need["fewest"]), source))
    return tuple(found)


@lru_cache(maxsize=4)
def shipped(root: Path) -> tuple[tuple[str, int, int], ...]:
    """(title, cases, sealed) of every bank that ships."""
    found = []
    for folder in sorted(path for path in (root / "assurance" / "banks").iterdir() if path.is_dir()):
        used, _ = suites.read_bank(folder)
        found.append((used.title, used.cases, used.sealed))
    return tuple(found)
