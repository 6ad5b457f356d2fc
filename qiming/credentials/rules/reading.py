"""What somebody brings to be checked: JSON, a token or a picture, taken apart without trusting a byte of it.

Whatever it is, it is small, flat, and says only what our own certificates say: a document that would take long to put
in order (many nameless parts that look alike) never reaches the signature.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from qiming.credentials.rules import pictures, token
from qiming.credentials.rules.documents import CONTEXT, TYPES
from qiming.credentials.rules.encoding import from_base64url
from qiming.credentials.rules.proof import Document

MAX_BYTES: Final = 900 * 1024  # of a picture; strangers may send 1 MB at most
MAX_TEXT: Final = 64 * 1024
MAX_DEPTH: Final = 12
MAX_PARTS: Final = 40
MAX_NAMELESS: Final = 6  # parts without an id: ours have three
MAX_LIST: Final = 12


class Wrong(StrEnum):
    """Why something brought is no certificate that could be checked."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_READABLE = "not_readable"
    DAMAGED_PICTURE = "damaged_picture"
    NO_BADGE_IN_PICTURE = "no_badge_in_picture"
    OLD_BADGE = "old_badge"
    NOT_A_BADGE = "not_a_badge"
    OTHER_CONTEXT = "other_context"
    NO_PROOF = "no_proof"

    @property
    def zh(self) -> str:
        return _WORDS[self][0]

    @property
    def next(self) -> str:
        return _WORDS[self][1]


_WORDS: Final = {
    Wrong.EMPTY: ("没有收到内容", "选一个证书文件，或者把证书的文字粘贴进来。"),
    Wrong.TOO_BIG: ("这个文件太大，不会是证书", "证书图片不超过900 KB，证书文件不超过64 KB，请换一个文件。"),
    Wrong.NOT_READABLE: ("这不是证书文件", "要核验的是下载时得到的 .json、.jwt 或 .png 文件；截图、PDF 和照片里没有签名。"),
    Wrong.DAMAGED_PICTURE: ("这张图片不完整或被改过", "请用下载时的原图；聊天软件转发过的图片往往被重新压缩，里面的证书就丢了。"),
    Wrong.NO_BADGE_IN_PICTURE: ("这张图片里没有证书", "请用下载时的原图；截图、转发过的图片里没有签名。也可以改用 .json 文件。"),
    Wrong.OLD_BADGE: ("这是旧版的开放徽章（3.0 以前）", "本平台颁发的是 3.0 版。旧版徽章请到它的颁发单位核验。"),
    Wrong.NOT_A_BADGE: ("内容读得懂，但不是一张证书", "证书的类型应当是 OpenBadgeCredential。请向持证人要原来的文件。"),
    Wrong.OTHER_CONTEXT: ("它用的词汇表和本平台的证书不一样", "它写的词是什么意思没有依据，不能当作证书。请向持证人要原来的文件。"),
    Wrong.NO_PROOF: ("这张证书没有签名", "没有签名的内容谁都写得出来，不能当作凭据。请向持证人要原来的文件。"),
}  # fmt: skip


class Unfit(ValueError):
    """What was brought cannot be checked; `wrong` says why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Brought:
    """A certificate as it was brought: the document, and the token (with the address of its key) when it came as one."""

    document: Document
    token: str = ""
    kid: str = ""


def read(data: bytes) -> Brought:
    """What was brought; raises `Unfit`."""
    if not data.strip():
        raise Unfit(Wrong.EMPTY)
    if len(data) > MAX_BYTES:
        raise Unfit(Wrong.TOO_BIG)
    if data.startswith(pictures.SIGNATURE):
        data = _baked(data)
    if len(data) > MAX_TEXT:
        raise Unfit(Wrong.TOO_BIG)
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Unfit(Wrong.NOT_READABLE) from error
    return _json(text) if text.startswith("{") else _token(text)


def _baked(data: bytes) -> bytes:
    try:
        text = pictures.unbake(data)
    except pictures.OldBadge as error:
        raise Unfit(Wrong.OLD_BADGE) from error
    except pictures.Damaged as error:
        raise Unfit(Wrong.DAMAGED_PICTURE) from error
    if not text:
        raise Unfit(Wrong.NO_BADGE_IN_PICTURE)
    return text.encode()


def _json(text: str) -> Brought:
    document = _parse(text)
    _check(document)
    if not isinstance(document.get("proof"), dict | list):
        raise Unfit(Wrong.NO_PROOF)
    return Brought(document)


def _token(text: str) -> Brought:
    parts = text.split(".")
    if len(parts) != 3:
        raise Unfit(Wrong.NOT_READABLE)
    try:
        head, body = (_parse(from_base64url(one).decode()) for one in parts[:2])
    except ValueError as error:
        raise Unfit(Wrong.NOT_READABLE) from error
    document = token.without_claims(body)
    _check(document)
    if (
        head.get("alg") != token.ALGORITHM
        or set(head) != {"alg", "typ", "kid"}
        or not isinstance(head["kid"], str)
    ):
        raise Unfit(Wrong.NO_PROOF)
    return Brought(document, text, head["kid"])


def _parse(text: str) -> Document:
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unfit(Wrong.NOT_READABLE) from error
    if not isinstance(said, dict):
        raise Unfit(Wrong.NOT_A_BADGE)
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name twice in one object")
    return made


def _refuse(said: str) -> Any:
    raise ValueError(f"not a number of ours: {said}")


def _check(document: Document) -> None:
    types = document.get("type")
    if not isinstance(types, list) or not {"VerifiableCredential"} <= set(_texts(types)):
        raise Unfit(Wrong.NOT_A_BADGE)
    if not set(_texts(types)) & {TYPES[1], "AchievementCredential"}:
        raise Unfit(Wrong.NOT_A_BADGE)
    if document.get("@context") != CONTEXT:
        raise Unfit(Wrong.OTHER_CONTEXT)
    parts = list(_parts(document))
    nameless = [one for one in parts if not isinstance(one.get("id"), str)]
    strange = any(name.startswith("@") for one in parts for name in one if name != "@context")
    strange = strange or any("@context" in one for one in parts[1:])
    if len(parts) > MAX_PARTS or len(nameless) > MAX_NAMELESS or strange:
        raise Unfit(Wrong.NOT_A_BADGE)
    if any(str(one.get("id", "")).startswith("_:") for one in parts):
        raise Unfit(Wrong.NOT_A_BADGE)


def _texts(said: list[Any]) -> list[str]:
    return [one for one in said if isinstance(one, str)]


def _parts(said: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object in a document, the outermost first."""
    if depth > MAX_DEPTH or (isinstance(said, list) and len(said) > MAX_LIST):
        raise Unfit(Wrong.NOT_A_BADGE)
    if isinstance(said, dict):
        yield said
    for one in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        if isinstance(one, dict | list):
            yield from _parts(one, depth + 1)
