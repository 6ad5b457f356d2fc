"""The second form: the certificate as a signed token (VC-JWT of Open Badges 3.0, ES256, which its verifiers ask for)."""

import json
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from qiming.credentials.rules.encoding import base64url, from_base64url
from qiming.credentials.rules.proof import Document, NotSound

ALGORITHM: Final = "ES256"
_HALF: Final = 32  # bytes of each number of a signature
_CLAIMS: Final = ("iss", "jti", "nbf", "exp", "sub")


def sign(
    document: Document, key: EllipticCurvePrivateKey, *, kid: str, since: datetime, until: datetime | None
) -> str:
    """The document as a token; `kid` is the address of the public key."""
    claims: dict[str, Any] = document | {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(since.timestamp()),
    }
    if until:
        claims["exp"] = int(until.timestamp())
    head = {"alg": ALGORITHM, "typ": "JWT", "kid": kid}
    said = ".".join(
        base64url(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode())
        for one in (head, claims)
    )
    r, s = decode_dss_signature(key.sign(said.encode(), ECDSA(hashes.SHA256())))
    return f"{said}.{base64url(r.to_bytes(_HALF) + s.to_bytes(_HALF))}"


def check(token: str, public: dict[str, str]) -> None:
    """Raise `NotSound` unless the token is signed by this JWK."""
    said, _, signature = token.rpartition(".")
    try:
        raw = from_base64url(signature)
        if len(raw) != 2 * _HALF:
            raise NotSound("the signature has another length")
        whole = encode_dss_signature(int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:]))
        from_jwk(public).verify(whole, said.encode(), ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise NotSound("the signature does not fit the token") from error


def without_claims(said: Document) -> Document:
    """The certificate that a token carries, its registered claims taken off."""
    return {name: value for name, value in said.items() if name not in _CLAIMS}


def public_text(key: EllipticCurvePublicKey) -> str:
    """A public key as it is kept and as it stands in its address: both coordinates in base64url."""
    numbers = key.public_numbers()
    return ".".join(base64url(one.to_bytes(_HALF)) for one in (numbers.x, numbers.y))


def jwk(public: str) -> dict[str, str]:
    """A kept public key as others read it."""
    x, _, y = public.partition(".")
    return {"kty": "EC", "crv": "P-256", "alg": ALGORITHM, "use": "sig", "x": x, "y": y}


def from_jwk(said: dict[str, str]) -> EllipticCurvePublicKey:
    """The key of a JWK of ours; `ValueError` for a point that isn't on the curve."""
    x, y = (int.from_bytes(from_base64url(said[one])) for one in ("x", "y"))
    return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()


def address(issuer_url: str, public: str) -> str:
    """Under which address a key that signs tokens is found."""
    return f"{issuer_url}keys/{public}/"


def named_by(issuer_url: str, kid: str) -> str:
    """The key an address names; "" when it is none of this issuer's addresses."""
    public = kid.removeprefix(f"{issuer_url}keys/").removesuffix("/")
    return public if kid == address(issuer_url, public) else ""
