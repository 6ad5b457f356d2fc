"""Boxes for what must be read again (keys of models, texts of calls) and pseudonyms. Keyed by the installation's signing
key, so that a copy of the database alone opens nothing. No Django: the gateway closes what the worker opens."""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MODEL_KEY: Final = b"qiming agents model key 1"
TEXT: Final = b"qiming agents text of a call 1"
SUBJECT: Final = b"qiming agents subject 1"
OURS: Final = "qs1-"  # a pseudonym made here, as our own applications hand it on
_NONCE: Final = 12


class Box:
    """Closes with the newest secret, opens with any of them; pseudonyms hang on the oldest and outlive a change."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """`secrets`: the signing key and the earlier ones, the latest first."""
        self._secrets = tuple(secrets)

    def __repr__(self) -> str:
        return "Box()"

    def close(self, said: bytes, purpose: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(_derived(self._secrets[0], purpose)).encrypt(nonce, said, purpose)

    def open(self, box: bytes, purpose: bytes) -> bytes | None:
        """What was put in; None when the secret it was closed with is gone, or somebody changed it."""
        for secret in self._secrets:
            try:
                return AESGCM(_derived(secret, purpose)).decrypt(box[:_NONCE], box[_NONCE:], purpose)
            except (InvalidTag, ValueError):
                continue
        return None

    def pseudonym(self, *parts: str) -> str:
        """Always the same for the same parts; who has it cannot tell for whom it stands."""
        key = _derived(self._secrets[-1], SUBJECT)
        return OURS + hashlib.blake2b("\x1f".join(parts).encode(), key=key, digest_size=16).hexdigest()


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
