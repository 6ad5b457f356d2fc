"""What is approved and what is served, as one hash; what is the same content offered twice."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from qiming.kernel.content import hash_data
from qiming.resources.rules.models import as_file
from qiming.resources.types import Card


def content_hash(
    card: Card, *, seal: str = "", address: str = "", model: Mapping[str, Any] | None = None
) -> str:
    """The hash of a version: its card with the seal of its course version, its address, or the bytes of its model."""
    said = {"card": card.as_json(), "pack": seal, "tool": address}
    return hash_data(said if model is None else said | {"model": file_hash(model)})


def file_hash(model: Mapping[str, Any]) -> str:
    """The hash of the file that is served."""
    return hashlib.sha256(as_file(model)).hexdigest()


def model_fingerprint(model: Mapping[str, Any]) -> str:
    """The same for a model that answers the same, whatever it is called and its card says."""
    return hash_data(["model", model["kind"], model["input"], model["labels"], model["parameters"]])


def pack_fingerprint(lesson_hashes: Iterable[str]) -> str:
    """The same for the same lessons of one's own, whatever course version they stand in."""
    return hash_data(["pack", sorted(lesson_hashes)])


def tool_fingerprint(address: str) -> str:
    """The same for addresses that differ only in letter case of the host, a last slash or a fragment."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".").lower()
    return hash_data(["tool", host, parts.port, parts.path.rstrip("/"), parts.query])


def same_bytes(*, approved: str, sent: str, now: str) -> str:
    """Why a version may not be served; empty when what is there now is what was approved."""
    if not approved:
        return "这一版还没有评审通过。"
    if approved != sent or approved != now:
        return "现在的内容和审过的不是同一份。"
    return ""
