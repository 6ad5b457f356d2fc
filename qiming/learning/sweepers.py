"""What the learning room deletes when a pupil has been gone long enough."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from qiming.kernel.errors import UserError
from qiming.kernel.keeping import Holds, Swept, remove, sweeper
from qiming.kernel.time import local
from qiming.learning import pictures
from qiming.learning.consent import GALLERY
from qiming.learning.models import Gallery, Work, WorkVersion
from qiming.learning.rights import OWN
from qiming.registry import queries as registry
from qiming.registry.types import TermRef

NO_CALENDAR = timedelta(days=183)
_WHY = "retention holds for the whole installation"


@sweeper("learning.left_pupils")
def left_pupils(before: datetime, holds: Holds) -> Swept:
    """Everything tried, answered and made by pupils who left their last class long ago; the ledger stays."""
    total = Swept()
    for _, _, model in OWN:
        rows = model.objects.unscoped(_WHY).filter(pupil_id__in=registry.left_before(before.date()))
        swept = remove(rows, holds, person="pupil_id", path="scope_path")
        total.ids += swept.ids
        total.places += swept.places
        total.held_back += swept.held_back
    return total


@sweeper("learning.term_pictures")
def term_pictures(before: datetime, holds: Holds) -> Swept:
    """Pupils' own pictures and sounds in works of terms that are over. They stay where the teacher chose to keep them
    and the family consents to showing works; everything else of the works stays anyway."""
    total, terms = Swept(), _Terms()
    day = local(before).date()
    models: list[tuple[Any, str, str]] = [(Work, "updated_at", ""), (WorkVersion, "at", "work__")]
    for model, at, work in models:
        rows = model.objects.unscoped(_WHY).filter(state__has_key="local")
        due = [key for key, path, on in _carrying(rows, at, work) if terms.end_of(path, on) < day]
        swept = remove(
            model.objects.unscoped(_WHY).filter(pk__in=due),
            holds,
            person="pupil_id",
            path="scope_path",
            act=_without_pictures,
        )
        total.ids += swept.ids
        total.places += swept.places
        total.held_back += swept.held_back
    return total


def _carrying(rows: QuerySet[Any], at: str, work: str) -> Iterator[tuple[Any, str, date]]:
    """Key, place and day of every row with own pictures, but for those that are kept."""
    names = [f"{work}{name}" for name in ("lesson_key", "activity_key")]
    found = list(rows.values_list("pk", "scope_path", at, "pupil_id", *names))
    kept = set(
        Gallery.objects.unscoped(_WHY)
        .filter(keeps_pictures=True)
        .values_list("scope_path", "lesson_key", "activity_key")
    )
    agree = GALLERY.among({one[3] for one in found})
    for key, path, moment, pupil_id, lesson, step in found:
        if (path, lesson, step) in kept and pupil_id in agree:
            continue
        yield key, path, local(moment).date()


@dataclass(slots=True)
class _Terms:
    """When the term of a day ends at a place; schools are asked once each."""

    known: dict[tuple[str, str], list[TermRef]] = field(default_factory=dict)

    def end_of(self, path: str, day: date) -> date:
        """Days between terms belong to the term before; where no calendar says anything, half a year is a term."""
        school = "".join(f"{step}/" for step in path.split("/")[:3] if step)
        try:
            year = registry.current_year(day).key
        except UserError:
            return day + NO_CALENDAR
        if (school, year) not in self.known:
            self.known[school, year] = registry.terms(year, school)
        ends = [term.ends for term in self.known[school, year] if term.starts <= day]
        return max(ends, default=day + NO_CALENDAR)


def _without_pictures(chosen: QuerySet[Any]) -> None:
    for row in chosen:
        row.state = pictures.without_own(row.state)
        row.save(update_fields=["state"])
