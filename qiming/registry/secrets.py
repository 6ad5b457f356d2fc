"""Keyed derivations: class cards, small pictures, family codes, digests of outside numbers.

Everything hangs on the installation's oldest signing key (`DERIVATION_KEY`) and never on the database alone: who reads the tables can
neither make a card nor a picture code, and who holds the key can print a lost sheet again.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

# The twelve small pictures of the pad, in the order in which they lie on it (kernel/pictures.json draws them).
PICTURES = (
    "apple",
    "fish",
    "kite",
    "umbrella",
    "boat",
    "house",
    "bell",
    "mushroom",
    "moon",
    "cup",
    "maple",
    "box",
)
PIN_LENGTH = 3


def _keyed(purpose: str, *parts: object, size: int = 32) -> bytes:
    key = hashlib.sha256(settings.DERIVATION_KEY.encode()).digest()
    message = "\x1f".join(str(part) for part in parts).encode()
    return hashlib.blake2b(message, key=key, person=purpose.encode()[:16], digest_size=size).digest()


def card_token(card_id: UUID, serial: int) -> str:
    """The secret in a card's QR code: 128 bits, derived, never stored."""
    raw = _keyed("card", card_id, serial, size=16)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token_hash(token: str) -> str:
    """By what a card is found: the token has 128 bits, so a plain hash tells nothing."""
    return hashlib.blake2b(token.encode(), digest_size=32).hexdigest()


def pin_pictures(card_id: UUID, serial: int) -> tuple[str, ...]:
    """The three different pictures of a card, in order."""
    number = int.from_bytes(_keyed("pictures", card_id, serial, size=16), "big")
    left = list(PICTURES)
    chosen: list[str] = []
    for _ in range(PIN_LENGTH):
        number, place = divmod(number, len(left))
        chosen.append(left.pop(place))
    return tuple(chosen)


def same_pictures(given: list[str], wanted: tuple[str, ...]) -> bool:
    """Compare without telling by the time it takes how far they agree."""
    return hmac.compare_digest("\x1f".join(given).encode(), "\x1f".join(wanted).encode())


def family_code_hash(code: str) -> str:
    """By what a family code is found; spaces and case don't matter."""
    return _keyed("family", "".join(code.split()).replace("-", "").upper()).hex()


def number_digest(pupil_number: str) -> str:
    """An outside pupil number as it is kept: enough to know the same number again, not to read it."""
    return _keyed("pupil-number", pupil_number.upper()).hex()


def failure_key(kind: str, value: str) -> str:
    """The key under which failed attempts are counted; neither account nor address can be read from it."""
    return _keyed("failure", kind, value).hex()


def sealing_key() -> bytes:
    """The key with which second-factor secrets are sealed: they must be read again, so no digest will do."""
    return _keyed("second-factor")


def certificate_key() -> bytes:
    """The key with which the secret halves of the keys that sign certificates are sealed."""
    return _keyed("certificates")


def outside_digest(provider: str, issuer: str, subject: str) -> str:
    """An outside account as it is kept: enough to know it again, not to read it. The issuer is part of it, so
    that a provider entry pointed at another server finds nobody."""
    return _keyed("outside", provider, issuer, subject).hex()
