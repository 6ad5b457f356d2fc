"""Contents of attachments: taken from a `multipart/mixed` request, checked against the statements, given back the same way.

Pure: bytes in, bytes out. Rules: RFC 2046, xAPI 1.0.3 part three 1.5.2, IEEE 9274.1.1 4.1.3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import uuid4

from qiming.records.xapi.shape import Plain
from qiming.records.xapi.signing import SIGNATURE, check_signature
from qiming.records.xapi.validate_values import Found, note

MOST_PARTS: Final = 2000
_BOUNDARY: Final = re.compile(
    r'boundary=(?:"([^"\r\n]{1,70})"|([0-9A-Za-z\'()+_,\-./:=?]{1,70}))', re.ASCII | re.I
)
_PLAIN_MEDIA: Final = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?: *;[\x20-\x7e]*)?")
_DIGESTS: Final = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


class Malformed(Exception):
    """The request is not what `multipart/mixed` means here; the words say why."""


Part = tuple[dict[str, str], bytes]


def unpack(content_type: str, body: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The statements (first part) and the contents by their SHA-2 digests in small letters. Raises `Malformed`."""
    (headers, first), *others = _parts(content_type, body)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Malformed("the first part holds the statements (Content-Type: application/json)")
    contents: dict[str, bytes] = {}
    for headers, content in others:
        if headers.get("content-transfer-encoding", "").lower() != "binary":
            raise Malformed("every attachment says Content-Transfer-Encoding: binary")
        digest = headers.get("x-experience-api-hash", "").lower()
        if len(digest) not in _DIGESTS or hashlib.new(_DIGESTS[len(digest)], content).hexdigest() != digest:
            raise Malformed("every attachment says its SHA-2 digest in X-Experience-API-Hash")
        contents[digest] = content
    return first, contents


def _parts(content_type: str, body: bytes) -> list[Part]:
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise Malformed("multipart/mixed names its boundary")
    line = b"\r\n--" + (match[1] or match[2]).encode()
    _, *pieces = (b"\r\n" + body).split(line, MOST_PARTS + 1)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Malformed("the last part is followed by the boundary and two dashes, and there is a first part")
    return [_part(piece) for piece in pieces[:-1]]


def _part(piece: bytes) -> Part:
    padding, _, rest = piece.partition(b"\r\n")
    if padding.strip(b" \t"):
        raise Malformed("a boundary stands alone on its line")
    # Without any header the empty line follows at once.
    head, gap, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if not gap or len(head) > 8192:
        raise Malformed("an empty line parts the headers from the content")
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if line and not colon:
            raise Malformed("a header is a name, a colon and a value")
        headers[name.strip().lower()] = value.strip()
    return headers, content


def check(statement: Plain, contents: Mapping[str, bytes], found: Found) -> set[str]:
    """Every attachment has a content or a `fileUrl`, every signature signs its statement; returns the digests used."""
    used: set[str] = set()
    thing = statement["object"]
    inner = thing if thing.get("objectType") == "SubStatement" else {}
    for pointer, holder in (("", statement), ("/object", inner)):
        for index, one in enumerate(holder.get("attachments", ())):
            where, digest = f"{pointer}/attachments/{index}", one["sha2"].lower()
            used.add(digest)
            if digest not in contents and ("fileUrl" not in one or one["usageType"] == SIGNATURE):
                says = "the content comes as a part of multipart/mixed (a signature always), or fileUrl says where it is"
                note(found, f"{where}/sha2", "attachment.content", says)
            elif one["usageType"] == SIGNATURE:
                check_signature(holder, one, contents[digest], where, found)
    return used


def of(statement: Plain) -> dict[str, str]:
    """Digest → media type of every attachment of a statement and its sub-statement."""
    inner = statement["object"] if statement["object"].get("objectType") == "SubStatement" else {}
    several = [*statement.get("attachments", ()), *inner.get("attachments", ())]
    return {one["sha2"].lower(): one["contentType"] for one in several}


def pack(text: str, contents: Iterable[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    """Content-Type and body of an answer: the JSON, then each content (digest, media type, bytes) once."""
    boundary = f"xapi-{uuid4().hex}"
    pieces: list[Sequence[str] | bytes] = [("Content-Type: application/json",), text.encode()]
    for digest, media_type, content in {one[0]: one for one in contents}.values():
        plain = media_type if _PLAIN_MEDIA.fullmatch(media_type) else "application/octet-stream"
        head = (
            f"Content-Type: {plain}",
            "Content-Transfer-Encoding: binary",
            f"X-Experience-API-Hash: {digest}",
        )
        pieces += [head, content]
    out = bytearray()
    for piece in pieces:
        if isinstance(piece, bytes):
            out += piece + b"\r\n"
        else:
            out += "\r\n".join((f"--{boundary}", *piece, "", "")).encode()
    return f"multipart/mixed; boundary={boundary}", bytes(out + f"--{boundary}--\r\n".encode())
