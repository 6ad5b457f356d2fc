"""What crosses the room's door: achievements, recipients, certificates, and what is found when one is checked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RecipientKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"

    @property
    def zh(self) -> str:
        return {"person": "个人", "organisation": "单位"}[self.value]


class KeyKind(StrEnum):
    """What a key signs: the embedded proof, or the token."""

    PROOF = "Ed25519"
    TOKEN = "P-256"  # noqa: S105 - a curve, not a password


@dataclass(frozen=True, slots=True)
class AchievementSaid:
    """For what a certificate is given. `criteria` is what had to be shown; `kind` a word of Open Badges' own list."""

    key: str
    name: str
    description: str
    criteria: str
    kind: str = "Award"
    valid_months: int | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a certificate is given to: a person by the internal id, or a place by its id."""

    kind: RecipientKind
    id: UUID


def person(person_id: UUID) -> Recipient:
    return Recipient(RecipientKind.PERSON, person_id)


def organisation(place_id: UUID) -> Recipient:
    return Recipient(RecipientKind.ORGANISATION, place_id)


@dataclass(frozen=True, slots=True)
class About:
    """The thing a certificate is about, such as a version of a resource: of one thing a recipient has one that holds."""

    kind: str
    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the decision rests on; goes into the signed document, so it names no person."""

    name: str
    narrative: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate as other rooms show it."""

    id: UUID
    code: str
    name: str
    about_id: UUID
    issued_at: datetime
    revoked_at: datetime | None


class Standing(StrEnum):
    """What is found when a certificate is checked."""

    VALID = "valid"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    BROKEN = "broken"
    OTHER_ISSUER = "other_issuer"
    GONE = "gone"

    @property
    def zh(self) -> str:
        return _STANDINGS[self][0]

    @property
    def says(self) -> str:
        return _STANDINGS[self][1]

    @property
    def is_good(self) -> bool:
        return self is Standing.VALID


_STANDINGS = {
    Standing.VALID: ("有效", "签名对得上，没有撤销，也没有过期。"),
    Standing.REVOKED: ("已撤销", "签名对得上，但颁发单位已经把它撤销，不能再作为凭据。"),
    Standing.EXPIRED: ("已过期", "签名对得上，也没有撤销，但有效期已经过了。"),
    Standing.NOT_YET: ("还没有生效", "签名对得上，但还没有到它的生效日期。"),
    Standing.BROKEN: ("签名对不上", "内容在签发之后被改过，或者签名不是本平台的。不要相信它写的任何内容。"),
    Standing.OTHER_ISSUER: (
        "不是本平台颁发的",
        "这里只能核验本平台颁发的证书，也不会去别的网站取东西。请到它写明的颁发单位那里核验。",
    ),
    Standing.GONE: (
        "本平台没有这张证书的存档",
        "签名对得上，但查不到它的存档，不能当作有效。请向颁发单位核实。",
    ),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate in words, and how it stands. `code` is empty when there is no page of it here."""

    standing: Standing
    name: str = ""
    description: str = ""
    criteria: str = ""
    about: str = ""
    to: str = ""
    to_note: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    code: str = ""
