"""Codes and keys that follow from the installation instead of being stored, and that people keep: they outlive a change of the
signing key.

They are made with `DERIVATION_KEY`, the oldest key there is. What was made with a later one, before this rule, is still read
while that key is `QIMING_SECRET` or among `QIMING_SECRET_FALLBACKS`.
"""

import hashlib
import hmac

from django.conf import settings


def made(said: str) -> bytes:
    """What follows from these words here: 32 bytes. The words begin with a purpose of their own."""
    return _mac(settings.DERIVATION_KEY, said)


def read(said: str) -> list[bytes]:
    """Everything that may have followed from these words: what does now first, then what later keys made."""
    keys = dict.fromkeys([settings.DERIVATION_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    return [_mac(key, said) for key in keys]


def _mac(key: str, said: str) -> bytes:
    return hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()
