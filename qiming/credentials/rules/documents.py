"""What is signed, as plain documents: Open Badges 3.0 on the Verifiable Credentials Data Model 2.0."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from qiming.credentials.rules import contexts
from qiming.credentials.rules.proof import Document, stamp
from qiming.credentials.types import AchievementSaid, Evidence

CONTEXT: Final = [contexts.CREDENTIALS, contexts.BADGES]
TYPES: Final = ["VerifiableCredential", "OpenBadgeCredential"]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything a certificate says. `url` is its public page, `subject` a random URN that means nothing elsewhere,
    `identity` what `of_person` or `of_organisation` made."""

    url: str
    issuer_url: str
    issuer_name: str
    achievement_url: str
    achievement: AchievementSaid
    about: str
    subject: str
    identity: dict[str, Any]
    list_url: str
    index: int
    since: datetime
    until: datetime | None = None
    evidence: Sequence[tuple[str, Evidence]] = ()


def credential(parts: Parts) -> Document:
    """The certificate, not signed yet."""
    made: Document = {
        "@context": CONTEXT,
        "id": parts.url,
        "type": TYPES,
        "name": parts.achievement.name,
        "description": parts.about,
        "issuer": {"id": parts.issuer_url, "type": ["Profile"], "name": parts.issuer_name},
        "validFrom": stamp(parts.since),
        "awardedDate": stamp(parts.since),
        "credentialSubject": {
            "id": parts.subject,
            "type": ["AchievementSubject"],
            "identifier": [parts.identity],
            "achievement": _achievement(parts.achievement_url, parts.achievement),
        },
        "credentialStatus": {
            "id": f"{parts.list_url}#{parts.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(parts.index),
            "statusListCredential": parts.list_url,
        },
    }
    if parts.until:
        made["validUntil"] = stamp(parts.until)
    if parts.evidence:
        made["evidence"] = [_evidence(url, one) for url, one in parts.evidence]
    return made


def _achievement(url: str, said: AchievementSaid) -> dict[str, Any]:
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": said.kind,
        "name": said.name,
        "description": said.description,
        "criteria": {"narrative": said.criteria},
    }


def _evidence(url: str, said: Evidence) -> dict[str, Any]:
    told = {"id": url, "type": ["Evidence"], "name": said.name}
    return told | ({"narrative": said.narrative} if said.narrative else {})


def of_person(number: str, salt: str) -> dict[str, Any]:
    """A person as a digest: who knows the internal number can tell that it is this person, nobody else can.

    The number is random enough (74 bits of chance) that it can't be tried out, as a name or an e-mail address could."""
    digest = hashlib.sha256((number + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "systemId",
        "salt": salt,
    }


def of_organisation(name: str) -> dict[str, Any]:
    """A school or office by its name, which is public."""
    return {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}


def status_list(*, url: str, issuer_url: str, encoded: str, at: datetime) -> Document:
    """The list of those taken back, not signed yet."""
    return {
        "@context": [contexts.CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_url,
        "validFrom": stamp(at),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def profile(
    *, url: str, name: str, keys: Sequence[str], tokens: Sequence[tuple[str, dict[str, str]]]
) -> Document:
    """The issuer: its profile, and every key that ever signed (`keys` Multikeys, `tokens` addresses and JWKs). Retired keys
    stay, so that what they signed goes on holding."""
    multikeys: list[dict[str, Any]] = [
        {"id": f"{url}#{one}", "type": "Multikey", "controller": url, "publicKeyMultibase": one}
        for one in keys
    ]
    jwks = [{"id": at, "type": "JsonWebKey", "controller": url, "publicKeyJwk": one} for at, one in tokens]
    methods = multikeys + jwks
    return {
        "@context": ["https://www.w3.org/ns/cid/v1", contexts.BADGES],
        "id": url,
        "type": ["Profile"],
        "name": name,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }


def achievement_document(url: str, said: AchievementSaid) -> Document:
    """What the address of an achievement answers."""
    return {"@context": CONTEXT, **_achievement(url, said)}
