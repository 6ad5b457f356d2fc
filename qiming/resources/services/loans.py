"""What an adoption means in the rooms below: the course version is lent to the place."""

from qiming.curriculum.lending import queries
from qiming.curriculum.lending import services as lending
from qiming.kernel.access import Actor
from qiming.resources.models import Adoption, ResourceVersion


def lend_to(actor: Actor | None, adoption: Adoption, version: ResourceVersion) -> None:
    """Lend what is served to the place that adopted it; a tool is not lent, its address is shown."""
    if version.course_version_id is None:
        return
    lending.lend(
        actor=actor,
        lent_for=adoption.id,
        scope_path=adoption.scope_path,
        course_version_id=version.course_version_id,
        seal=queries.seal_of(version.course_version_id),
    )
