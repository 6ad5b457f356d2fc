"""Signed messages: ours are made here, a tool's are read here, and nothing but RS256 is believed."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Final, TypeGuard

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.names import ALGORITHM, Plain
from qiming.resources.lti.protocol.refusals import Code, Refused

MAX_CHARS: Final = 256 * 1024
LEEWAY_S: Final = 60
MAX_LIFE_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Expected:
    """Who must have signed, and for whom (one of these names)."""

    issuer: str
    audiences: tuple[str, ...]


def sign(claims: Plain, private_key: str) -> str:
    key = keys.private(private_key)
    return jwt.encode({"alg": ALGORITHM, "kid": str(key.kid)}, claims, key, algorithms=[ALGORITHM])


def read(token: str, key_set: Plain, expected: Expected, *, now_s: int) -> Plain:
    """The claims of a tool's message; `Refused` names the first thing that is wrong."""
    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise Refused(Code.WRONG_ALGORITHM, f"alg is {str(header.get('alg'))[:20]}")
    claims = _verified(token, header, key_set)
    _check_names(claims, expected)
    _check_time(claims, now_s)
    return claims


def unverified(token: str) -> Plain:
    """The claims as they stand, to find out whose keys to ask; believed only after `read`."""
    _header(token)
    try:
        claims = json.loads(_decoded(token.split(".")[1]))
    except (ValueError, RecursionError):
        raise Refused(Code.MALFORMED, "the payload is no JSON") from None
    if not isinstance(claims, dict):
        raise Refused(Code.MALFORMED, "the payload is no object")
    return claims


def _header(token: str) -> Plain:
    if len(token) > MAX_CHARS or token.count(".") != 2:
        raise Refused(Code.MALFORMED, "no compact JWS")
    try:
        header = json.loads(_decoded(token.partition(".")[0]))
    except (ValueError, RecursionError):
        raise Refused(Code.MALFORMED, "the header is no JSON") from None
    if not isinstance(header, dict):
        raise Refused(Code.MALFORMED, "the header is no object")
    return header


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise ValueError("no base64url") from None


def _verified(token: str, header: Plain, key_set: Plain) -> Plain:
    known = keys.key_ids(key_set)
    # Without a kid only a set of one key is unambiguous; a key without one serves any message.
    if "kid" in header and str(header["kid"]) not in known and known != {""}:
        raise Refused(Code.UNKNOWN_KEY, "the kid is not in the tool's set")
    if "kid" not in header and len(key_set["keys"]) > 1:
        raise Refused(Code.UNKNOWN_KEY, "no kid, and several keys")
    try:
        found = keys.as_set(key_set)
        key = found.keys[0] if len(found.keys) == 1 else found
        return dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
    except InvalidKeyIdError:
        raise Refused(Code.UNKNOWN_KEY, "the kid is not in the tool's set") from None
    except BadSignatureError:
        raise Refused(Code.BAD_SIGNATURE) from None
    except (JoseError, ValueError, RecursionError) as error:
        raise Refused(Code.MALFORMED, type(error).__name__) from None


def _check_names(claims: Plain, expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise Refused(Code.WRONG_ISSUER)
    aud = claims.get("aud")
    named = aud if isinstance(aud, list) else [aud]
    if not any(one in expected.audiences for one in named):
        raise Refused(Code.WRONG_AUDIENCE)
    # Several are named: then the one meant is said apart.
    if len(named) > 1 and claims.get("azp", expected.issuer) not in (*expected.audiences, expected.issuer):
        raise Refused(Code.WRONG_AUDIENCE, "azp is somebody else")


def _check_time(claims: Plain, now_s: int) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not _is_moment(issued) or not _is_moment(expires):
        raise Refused(Code.MALFORMED, "iat or exp is missing")
    if expires + LEEWAY_S < now_s:
        raise Refused(Code.EXPIRED, f"{int(now_s - expires)} s ago")
    if issued - LEEWAY_S > now_s:
        raise Refused(Code.CLOCK, f"{int(issued - now_s)} s ahead")
    if expires - issued > MAX_LIFE_S + LEEWAY_S:
        raise Refused(Code.TOO_LONG, f"{int(expires - issued)} s")


def _is_moment(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40
