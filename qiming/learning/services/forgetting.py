"""What was kept by consent alone goes when consent ends."""

from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.learning import pictures
from qiming.learning.consent import CAMERA
from qiming.learning.labs.shelf import forget_camera_models
from qiming.learning.models import Work, WorkVersion

WHY = "the pupil's consent ended; every work of this pupil is looked at"


@transaction.atomic
def forget_camera_pictures(pupil_id: UUID) -> int:
    """Delete the camera's pictures from a pupil's works and their versions, and what was learnt from them; returns from
    how many. Consent given again meanwhile keeps them; done twice it finds nothing."""
    if CAMERA.allows(pupil_id):
        return 0
    changed = forget_camera_models(pupil_id)
    for model in (Work, WorkVersion):
        rows = model.objects.unscoped(WHY).filter(pupil_id=pupil_id, state__has_key="local")
        for row in rows.select_for_update().order_by("id"):
            bare = pictures.without_camera(row.state)
            if bare == row.state:
                continue
            row.state = bare
            row.save(update_fields=["state"])
            changed += 1
            audit.write(
                None,
                "learning.forgot_camera_pictures",
                thing=model.__name__.lower(),
                thing_id=row.id,
                scope_path=row.scope_path,
            )
    return changed
