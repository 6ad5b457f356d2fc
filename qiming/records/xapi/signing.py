"""Signed statements (xAPI 2.6): the signature is a JWS (RFC 7515) over the statement before it was signed. Pure.

Whether the signer is who it says to be is not decided here: a certificate in the header (`x5c`) must fit the signature,
but nobody vouches for it.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from qiming.records.xapi.shape import Plain, comparable
from qiming.records.xapi.validate_values import Found, note

SIGNATURE: Final = "http://adlnet.gov/expapi/attachments/signature"
_HASHES: Final[dict[str, type[SHA256 | SHA384 | SHA512]]] = {
    "RS256": SHA256,
    "RS384": SHA384,
    "RS512": SHA512,
}
_BY_STORE: Final = ("id", "timestamp", "stored", "authority", "version")


def check_signature(statement: Plain, attachment: Plain, content: bytes, pointer: str, found: Found) -> None:
    """Note what is wrong with a signature and the statement (or sub-statement) that carries it."""
    if attachment["contentType"].partition(";")[0].strip().lower() != "application/octet-stream":
        note(found, f"{pointer}/contentType", "signature.type", "a signature is application/octet-stream")
        return
    try:
        header, payload, signature = _read(content)
    except (ValueError, RecursionError):
        note(
            found, pointer, "signature.jws", "is not a JWS in compact form with a JSON object as its payload"
        )
        return
    if header.get("alg") not in _HASHES:
        note(found, pointer, "signature.algorithm", f"alg must be {', '.join(_HASHES)}")
    elif "x5c" in header and not _fits(header, content.strip(), signature):
        note(found, pointer, "signature.key", "was not made with the key of the certificate in its header")
    elif not _same(payload, statement):
        note(found, pointer, "signature.payload", "signs another statement than the one it came with")


def _read(content: bytes) -> tuple[Plain, Plain, bytes]:
    header, payload, signature = content.decode("ascii").strip().split(".")
    made = json.loads(_decoded(header)), json.loads(_decoded(payload))
    if not all(isinstance(one, dict) for one in made) or not signature:
        raise ValueError("no objects")
    return made[0], made[1], _decoded(signature)


def _decoded(word: str) -> bytes:
    try:
        return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error


def _fits(header: Plain, content: bytes, signature: bytes) -> bool:
    chain = header["x5c"]
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        return False
    try:
        key = x509.load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        key.verify(signature, content.rpartition(b".")[0], PKCS1v15(), _HASHES[header["alg"]]())
    except (ValueError, InvalidSignature):
        return False
    return True


def _same(payload: Plain, statement: Plain) -> bool:
    """Whether two statements say the same, but for signatures and what one side leaves to the store."""
    left, right = _unsigned(payload), _unsigned(statement)
    for name in _BY_STORE:
        if name not in left or name not in right:
            left.pop(name, None)
            right.pop(name, None)
    return bool(comparable(left) == comparable(right))


def _unsigned(statement: Plain) -> Plain:
    kept = {name: value for name, value in statement.items() if name != "attachments"}
    several: Any = statement.get("attachments", [])
    others = [
        one
        for one in (several if isinstance(several, list) else [several])
        if not (isinstance(one, dict) and one.get("usageType") == SIGNATURE)
    ]
    return kept | ({"attachments": others} if others else {})
