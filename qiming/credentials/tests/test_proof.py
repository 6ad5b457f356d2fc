"""The signature against the published figures of the standard."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qiming.credentials.rules import contexts, encoding, proof
from qiming.kernel import time

# W3C, Data Integrity EdDSA Cryptosuites v1.0 (Recommendation, 15 May 2025), appendix "Test Vectors", representation
# eddsa-rdfc-2022: the key pair, the document and every figure below are those published there.
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
DOCUMENT_SHA256 = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
OPTIONS_SHA256 = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
SIGNATURE = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
METHOD = f"did:key:{PUBLIC}#{PUBLIC}"


def document() -> proof.Document:
    return {
        "@context": [contexts.CREDENTIALS, EXAMPLES],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }


def loader(url: str, options: object = None) -> dict[str, object]:
    """The pinned contexts, and the one of the published example, which says that every term is an example."""
    if url == EXAMPLES:
        vocabulary = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
        return {"contentType": "", "contextUrl": None, "documentUrl": url, "document": vocabulary}
    return contexts.load(url)


def options() -> dict[str, str]:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }


def test_the_published_figures_come_out() -> None:
    hashed = proof.digest(document(), options(), loader=loader)
    assert hashed.hex() == OPTIONS_SHA256 + DOCUMENT_SHA256
    key = Ed25519PrivateKey.from_private_bytes(encoding.from_multikey(SECRET, encoding.ED25519_PRIVATE))
    assert encoding.multikey(key.public_key().public_bytes_raw()) == PUBLIC
    assert "z" + encoding.base58(key.sign(hashed)) == SIGNATURE


def test_the_published_document_is_verified_and_a_changed_one_is_not() -> None:
    signed = document() | {"proof": options() | {"proofValue": SIGNATURE}}
    public = encoding.from_multikey(PUBLIC)
    proof.check(signed, public, loader=loader)
    with pytest.raises(proof.NotSound):
        proof.check(signed | {"name": "Another"}, public, loader=loader)


def test_a_context_that_is_not_here_is_refused_and_never_fetched() -> None:
    with pytest.raises(proof.NotSound):
        proof.canonical(document())


def test_a_term_no_context_knows_is_refused() -> None:
    plain = document() | {"@context": [contexts.CREDENTIALS], "type": ["VerifiableCredential"]}
    plain["credentialSubject"] = {"id": "did:example:abcdefgh"}
    key = Ed25519PrivateKey.generate()
    signed = proof.sign(plain, key, method=METHOD, at=time.now())
    proof.check(signed, key.public_key().public_bytes_raw())
    with pytest.raises(proof.NotSound):
        proof.check(signed | {"grade": "A"}, key.public_key().public_bytes_raw())


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\x01", b"\xff" * 34, bytes(range(64))])
def test_base58_gives_back_what_it_took(data: bytes) -> None:
    assert encoding.from_base58(encoding.base58(data)) == data
