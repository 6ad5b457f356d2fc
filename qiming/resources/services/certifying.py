"""The certificate of inclusion (收录证书): given to the school that provided a version, taken back when it is stopped for
good or taken off the shelf by somebody else than who offered it."""

from uuid import UUID

from qiming.casework.types import Moved
from qiming.credentials import queries as certificates
from qiming.credentials import services as credentials
from qiming.credentials.types import About, Evidence, organisation
from qiming.registry import queries as registry
from qiming.resources.models import Adoption, ResourceVersion

ACHIEVEMENT = "resource-inclusion"
ABOUT = "resources.version"
_WHY = "follows the move of its case, which was checked"


def certify(version: ResourceVersion, moved: Moved) -> None:
    """Sign the certificate in the city's name, for the school; the reviews and the note stand in it, nobody's name."""
    said = [
        Evidence("审核", "提供方自审、机器筛查和互盲评审都通过"),
        Evidence("审过的内容", version.approved_hash),
    ]
    credentials.issue(
        actor=None,
        decided_by=moved.actor,
        achievement=ACHIEVEMENT,
        by=registry.city().id,
        to=organisation(registry.org_by_path(version.scope_path).id),
        about=About(ABOUT, version.id, f"《{version.card['title']}》第{version.number}版"),
        evidence=said,
    )


def take_back(version: ResourceVersion, moved: Moved) -> None:
    """With the reason of the move. Who offered a version and lets it go has done nothing wrong: the certificate stays."""
    if moved.actor is None or moved.actor != version.made_by:
        credentials.revoke_about(
            actor=None, kind=ABOUT, about_id=version.id, reason=moved.reason or "资源已下架"
        )


def is_adopted(version_id: UUID) -> str:
    """The workflow's condition: a school uses it."""
    resource = ResourceVersion.objects.unscoped(_WHY).filter(id=version_id).values("resource_id")
    used = Adoption.objects.unscoped(_WHY).filter(resource_id__in=resource, ended_on=None).exists()
    return "" if used else "还没有学校选用；有学校在用以后才能收录。"


def is_uncertified(version_id: UUID) -> str:
    """The workflow's condition: there is no certificate that holds."""
    found = certificates.certificates_about(ABOUT, [version_id])
    return "已经收录，证书有效。" if any(one.revoked_at is None for one in found.values()) else ""
