"""Data Integrity proofs of the suite `eddsa-rdfc-2022` (W3C, Data Integrity EdDSA Cryptosuites 1.0).

The document and the options of its proof are each turned into canonical N-Quads (RDFC-1.0, PyLD) and hashed; the
signature is over both hashes. A term that no context knows would be left out of the quads and could be added to a
signed document unseen: here it is refused.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyld import jsonld
from pyld.context_resolver import ContextResolver

from qiming.credentials.rules import contexts
from qiming.credentials.rules.encoding import base58, from_base58

SUITE: Final = "eddsa-rdfc-2022"
Document = dict[str, Any]
Loader = Callable[..., dict[str, Any]]
_FIELDS: Final = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
# Contexts worked out once; only pinned ones come in, so it stays small.
_worked_out: dict[str, Any] = {}


class NotSound(ValueError):
    """A document whose proof does not hold, or that cannot be read as one."""


def stamp(at: datetime) -> str:
    """A moment as credentials write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def sign(document: Document, key: Ed25519PrivateKey, *, method: str, at: datetime) -> Document:
    """`document` with a proof by `key`; `method` is the address under which the public key is found."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": stamp(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    return document | {"proof": options | {"proofValue": "z" + base58(key.sign(digest(document, options)))}}


def method_of(signed: Document) -> str:
    """The verification method a document's one proof names; `NotSound` when it has no such proof."""
    return str(_proof(signed)["verificationMethod"])


def check(signed: Document, public: bytes, *, loader: Loader = contexts.load) -> None:
    """Raise `NotSound` unless the document's proof is by the key `public` (32 bytes)."""
    proof = _proof(signed)
    value = proof["proofValue"]
    try:
        signature = from_base58(value[1:]) if value.startswith("z") else b""
    except ValueError as error:
        raise NotSound("the signature cannot be read") from error
    document = {name: said for name, said in signed.items() if name != "proof"}
    options = {name: said for name, said in proof.items() if name != "proofValue"}
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, digest(document, options, loader=loader))
    except (InvalidSignature, ValueError) as error:
        raise NotSound("the signature does not fit the document") from error


def digest(document: Document, options: Mapping[str, Any], *, loader: Loader = contexts.load) -> bytes:
    """What is signed: 32 bytes for the options of the proof, 32 for the document."""
    told = {**options, "@context": document.get("@context")}
    return b"".join(
        hashlib.sha256(canonical(one, loader=loader).encode()).digest() for one in (told, document)
    )


def canonical(document: Document, *, loader: Loader = contexts.load) -> str:
    """The document's statements as canonical N-Quads; `NotSound` when it says something no context knows."""
    settings = {
        "algorithm": "URDNA2015",  # what became RDFC-1.0
        "format": "application/n-quads",
        "documentLoader": loader,
    }
    if loader is contexts.load:
        settings["contextResolver"] = ContextResolver(_worked_out, loader)
    try:
        return str(jsonld.JsonLdProcessor(on_property_dropped=_refuse).normalize(document, settings))
    except NotSound:
        raise
    except (
        jsonld.JsonLdError,
        contexts.UnknownContext,
        RecursionError,
        TypeError,
        AttributeError,
        ValueError,
        KeyError,
    ) as error:
        raise NotSound("the document cannot be read as linked data") from error


def _refuse(term: object) -> None:
    raise NotSound(f"no context knows {str(term)[:80]}")


def _proof(signed: Document) -> Mapping[str, str]:
    proof = signed.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if (
        not isinstance(proof, dict)
        or set(proof) != _FIELDS
        or not all(isinstance(one, str) for one in proof.values())
    ):
        raise NotSound("there is not exactly one proof of the known form")
    if (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) != (
        "DataIntegrityProof",
        SUITE,
        "assertionMethod",
    ):
        raise NotSound("the proof is of another kind")
    return proof
