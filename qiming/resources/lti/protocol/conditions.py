"""What a tool is told about the conditions it works under: as custom parameters, and by what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from qiming.assurance.admission import Scope

# The platform's own names: nothing that a tool registered or a teacher chose is passed under them.
OURS: Final = "qiming_"
FUNCTIONS_OFF: Final = "qiming_functions_off"
DATA_ALLOWED: Final = "qiming_data_allowed"
DATA_KEPT_BACK: Final = "qiming_data_kept_back"


@dataclass(frozen=True, slots=True)
class Told:
    """A class as a tool may know it; an empty label, no grade: not told."""

    label: str
    grade: int | None


def told_of(label: str, grade: int | None, allowed: frozenset[str]) -> Told:
    """What of a class is told under these conditions."""
    return Told(
        label if Scope.CLASS.value in allowed else "",
        grade if Scope.GRADE.value in allowed else None,
    )


def custom(
    written: Iterable[Sequence[object]],
    functions_off: frozenset[str],
    allowed: frozenset[str],
    kept_back: frozenset[str],
) -> tuple[tuple[str, str], ...]:
    """Custom parameters of one launch: those of tool and link (the later of a name counts), then ours. A list is written
    with commas, in alphabetical order; an empty one says that there is nothing of the kind."""
    own = {str(name): str(value) for name, value in written}
    kept = {name: value for name, value in own.items() if not name.strip().lower().startswith(OURS)}
    ours = {
        FUNCTIONS_OFF: functions_off,
        DATA_ALLOWED: allowed,
        DATA_KEPT_BACK: kept_back,
    }
    return (*kept.items(), *((name, ",".join(sorted(words))) for name, words in ours.items()))
