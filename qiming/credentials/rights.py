"""What the room holds about one person: the certificates given to them."""

from uuid import UUID

from qiming.credentials.models import Certificate
from qiming.credentials.services.revoking import forget
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"


def export(person_id: UUID) -> list[Part]:
    """The certificates, each with the signed document."""
    rows = Certificate.objects.unscoped(_WHY).filter(recipient_id=person_id)
    columns = {"颁发时间": "valid_from", "为了什么": "about_title", "撤销时间": "revoked_at"}
    return [holdings.part("credentials.certificate", "得到的证书", rows, columns)]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """The signed documents go, the certificates count as taken back: their places in the public list must not be given
    out again, so a row without anybody stays."""
    why = "只剩撤销名单里的位置，不指向任何人"
    return [Fate("得到的证书", forget(person_id), "pseudonym", why)]


holdings.register("credentials", 4, export=export, erase=erase)
