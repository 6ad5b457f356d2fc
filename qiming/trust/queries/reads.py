"""Questions about who read what."""

from uuid import UUID

from qiming.kernel.access import TABLES
from qiming.registry import queries as registry
from qiming.registry.types import ROLE_NAMES, Role
from qiming.trust.models import AccessLog
from qiming.trust.types import Read


def reads_of(person_id: UUID, *, limit: int = 200) -> list[Read]:
    """Who read this person's record, latest first. The caller has checked the right to the person."""
    rows = list(
        AccessLog.objects.unscoped("the caller checked trust.see_reads for this person")
        .filter(subject_id=person_id)
        .order_by("-created_at")[:limit]
    )
    names = registry.persons_named(row.reader_id for row in rows)
    return [
        Read(
            at=row.created_at,
            reader_id=row.reader_id,
            reader_name=names.get(row.reader_id, "已离开的人"),
            role=ROLE_NAMES[Role(row.role)] if row.role else "",
            what=row.what or _says(row.verb),
        )
        for row in rows
    ]


def _says(verb: str) -> str:
    for table in TABLES.values():
        if verb in table.rows:
            return table.rows[verb].says
    return verb
