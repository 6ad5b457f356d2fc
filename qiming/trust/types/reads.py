"""What trust says about readings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody looked at a named pupil's record: who, as what, at what, when."""

    at: datetime
    reader_id: UUID
    reader_name: str
    role: str
    what: str
