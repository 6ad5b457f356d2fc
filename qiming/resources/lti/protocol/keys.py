"""Keys: ours are made here; a tool's set is taken as far as it can be used to check RS256."""

from __future__ import annotations

import json
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from qiming.resources.lti.protocol.names import ALGORITHM, Plain
from qiming.resources.lti.protocol.refusals import Code, Refused

BITS: Final = 2048
MAX_KEYS: Final = 20
_PUBLIC: Final = ("kty", "n", "e", "kid", "use", "alg")


def make(kid: str) -> str:
    """A new private key as JSON."""
    key = RSAKey.generate_key(BITS, {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)
    return json.dumps(key.as_dict(private=True))


def private(text: str) -> RSAKey:
    return RSAKey.import_key(json.loads(text))


def public(text: str) -> Plain:
    """What everybody may know of a private key."""
    return {name: value for name, value in private(text).as_dict(private=False).items() if name in _PUBLIC}


def tools_set(document: Any) -> Plain:
    """The RSA keys of a tool's key set that may sign, public parts only; `Refused` when there is none.

    Takes a set, a single key, and a public key in PEM.
    """
    if isinstance(document, str) and "-----BEGIN" in document:
        return {"keys": [_from_pem(document)]}
    found = document.get("keys", [document]) if isinstance(document, dict) else None
    if not isinstance(found, list) or not 1 <= len(found) <= MAX_KEYS:
        raise Refused(Code.BAD_KEYS, "no key set")
    good = [_checked(one) for one in found if isinstance(one, dict) and _may_sign(one)]
    if not good:
        raise Refused(Code.BAD_KEYS, "no RSA key for signatures")
    return {"keys": good}


def _may_sign(key: Plain) -> bool:
    return (
        key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("alg", ALGORITHM) == ALGORITHM
    )


def _checked(key: Plain) -> Plain:
    if "d" in key:
        raise Refused(Code.BAD_KEYS, "the set holds a private key")
    try:
        kept: Plain = {name: str(key[name]) for name in _PUBLIC if name in key}
        size = RSAKey.import_key(kept).raw_value.key_size
    except (JoseError, ValueError, KeyError, TypeError):
        raise Refused(Code.BAD_KEYS, "a key cannot be read") from None
    if size < BITS:
        raise Refused(Code.BAD_KEYS, f"a key of {size} bits")
    return kept


def _from_pem(text: str) -> Plain:
    if "PRIVATE KEY" in text:
        raise Refused(Code.BAD_KEYS, "a private key was pasted")
    try:
        key = RSAKey.import_key(text.strip())
    except (JoseError, ValueError, TypeError):
        raise Refused(Code.BAD_KEYS, "the PEM cannot be read") from None
    return _checked({**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM})


def key_ids(document: Plain) -> frozenset[str]:
    return frozenset(str(one.get("kid", "")) for one in document.get("keys", []))


def as_set(document: Plain) -> KeySet:
    return KeySet.import_key_set(document)  # type: ignore[arg-type]  # checked by tools_set
