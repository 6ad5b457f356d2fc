"""Keys for test addresses, kept so that a copy of the database alone does not open them."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"qiming assurance endpoint key 1"
_NONCE = 12


def close(said: str) -> bytes:
    """A key in its box; nothing for an empty one."""
    if not said:
        return b""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, said.encode(), _PURPOSE)


def open_box(box: bytes) -> str:
    """What was put in; empty when the box is, or when the signing key it was closed with is gone."""
    if not box:
        return ""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_key(secret)).decrypt(box[:_NONCE], box[_NONCE:], _PURPOSE).decode()
        except InvalidTag:
            continue
    return ""


def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret.encode())
