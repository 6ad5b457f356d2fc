"""A school did it after a published case: noted once a school, credited to the author."""

from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, outbox
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.programmes import events
from qiming.programmes.access import REUSE, TABLE
from qiming.programmes.models import Application, Reuse
from qiming.registry import queries as registry

_WHY = "published cases are for everybody"
MOST_WORDS = 300


@transaction.atomic
def note_reuse(*, actor: Actor, application_id: UUID, school_id: UUID, says: str) -> UUID:
    """Say that the school did it after this case; said again it is the same use."""
    school = registry.org(school_id)
    TABLE.require(actor, REUSE, school)
    row = Application.objects.unscoped(_WHY).filter(id=application_id, state="published").first()
    if row is None:
        raise Denied(REUSE)
    if row.scope_path == school.path:
        raise UserError(
            "这是本校自己的案例", kept="没有记下。", next="别的学校照着做了，由他们来记。", status=409
        )
    said = says.replace("\x00", "").strip()
    if not 5 <= len(said) <= MOST_WORDS:
        raise UserError("请写怎么用的", kept="写的还在这一页。", next=f"5到{MOST_WORDS}个字。", field="says")
    reuse, new = Reuse.objects.get_or_create(
        application=row, school_path=school.path, defaults={"noted_by": actor.person_id, "says": said}
    )
    if new:
        audit.write(actor, REUSE, thing="reuse", thing_id=reuse.id, scope_path=school.path)
        given = {"application_id": str(row.id), "school": str(school.id)}
        outbox.announce(events.REUSED, given, row.scope_path)
    return reuse.id
