"""Pictures and PDFs handed in with a form, as long as it may be written."""

from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, files
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.keeping import forget_files
from qiming.programmes.access import APPLY, TABLE
from qiming.programmes.models import Application, Attachment
from qiming.programmes.services.applying import OPEN

_WHY = "loaded through the access table"
MOST_FILES = 6


@transaction.atomic
def attach(*, actor: Actor, application_id: UUID, name: str, data: bytes) -> UUID:
    """Keep one file with the form; the same file twice is one."""
    row = _open(actor, application_id)
    stored = files.put(data, name=name, scope_path=row.scope_path, actor=actor)
    before = Attachment.objects.filter(application=row, sha256=stored.sha256).first()
    if before is not None:
        forget_files([stored.id])
        return before.id
    if Attachment.objects.filter(application=row).count() >= MOST_FILES:
        raise UserError(f"最多附{MOST_FILES}个文件", kept="这一个没有附上，别的都在。", field="file")
    kept = Attachment.objects.create(
        application=row,
        file_id=stored.id,
        sha256=stored.sha256,
        name=stored.name,
        size_bytes=stored.size_bytes,
        added_by=actor.person_id,
    )
    audit.write(actor, APPLY, thing="attachment", thing_id=kept.id, scope_path=row.scope_path)
    return kept.id


@transaction.atomic
def detach(*, actor: Actor, attachment_id: UUID) -> UUID:
    """Take a file back; returns the application's id. What was sent stays until the form comes back."""
    found = Attachment.objects.filter(id=attachment_id).first()
    if found is None:
        raise Denied(APPLY)
    row = _open(actor, found.application_id)
    forget_files([found.file_id])
    found.delete()
    audit.write(actor, APPLY, thing="attachment", thing_id=attachment_id, scope_path=row.scope_path)
    return row.id


def _open(actor: Actor, application_id: UUID) -> Application:
    rows = Application.objects.unscoped(_WHY).select_for_update(of=("self",)).defer("words")
    row: Application = TABLE.load(actor, APPLY, rows, id=application_id)
    if row.state not in OPEN:
        raise UserError("已经报上去了", kept="报上去的没有变。", next="退回补正时可以再改。", status=409)
    return row
