"""Whichever byte of a certificate is changed, and into whatever: it is another file with the same meaning, or it isn't
verified. Pure: the signature and what reads the file, no database."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiming.credentials.rules import documents, pictures, proof, reading, status, token
from qiming.credentials.types import AchievementSaid, Evidence
from qiming.kernel import time
from qiming.kernel.tests import samples

ISSUER = "https://ai.example.cn/certificates/issuers/k7/"
KEY, WHOLE = Ed25519PrivateKey.generate(), generate_private_key(SECP256R1())
PUBLIC = KEY.public_key().public_bytes_raw()
JWK = token.jwk(token.public_text(WHOLE.public_key()))
NOW = time.now().replace(microsecond=0)
PARTS = documents.Parts(
    url="https://ai.example.cn/certificates/7h2k/",
    issuer_url=ISSUER,
    issuer_name="示例市教委",
    achievement_url="https://ai.example.cn/certificates/achievements/ab/",
    achievement=AchievementSaid("included", "收录证书", "收录到货架", "评审都同意"),
    about="认识数据 第2版",
    subject="urn:uuid:5f0b6f86-6c1f-4f6e-9e39-0a6a3a3f2c11",
    identity=documents.of_person("0192", "00ff"),
    list_url="https://ai.example.cn/certificates/status/q1/",
    index=4711,
    since=NOW,
    until=NOW + timedelta(days=365),
    evidence=[("urn:uuid:0d5a2f0c-0d5b-4dd0-9d1e-5d3f5b0e7a55", Evidence("评审结论", "都同意"))],
)
DOCUMENT = documents.credential(PARTS)
SIGNED = proof.sign(DOCUMENT, KEY, method=f"{ISSUER}#z6Mk", at=NOW)
FILE = json.dumps(SIGNED, ensure_ascii=False).encode()
TOKEN = token.sign(DOCUMENT, WHOLE, kid=token.address(ISSUER, "x.y"), since=NOW, until=None)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def holds(data: bytes) -> dict[str, Any] | None:
    """What the file says, when it is read and its signature holds."""
    try:
        brought = reading.read(data)
        if brought.token:
            token.check(brought.token, JWK)
        else:
            proof.check(brought.document, PUBLIC)
    except (reading.Unfit, proof.NotSound):
        return None
    return brought.document


def changed(data: bytes, at: int, into: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([into if into != data[at] else (into + 1) % 256]) + data[at + 1 :]


def test_untouched_it_holds_in_every_form() -> None:
    assert holds(FILE) == SIGNED
    assert holds(TOKEN.encode()) == DOCUMENT
    assert holds(pictures.bake(samples.png(), FILE.decode())) == SIGNED


@FEW
@given(at=st.integers(0, len(FILE) - 1), into=st.integers(0, 255))
def test_no_byte_of_the_file_can_be_changed(at: int, into: int) -> None:
    assert holds(changed(FILE, at, into)) in (None, SIGNED)  # between the words blanks may differ


@settings(FEW, max_examples=200)
@given(at=st.integers(0, len(TOKEN) - 1), into=st.integers(0, 255))
def test_no_byte_of_the_token_can_be_changed(at: int, into: int) -> None:
    assert holds(changed(TOKEN.encode(), at, into)) is None


@FEW
@given(at=st.integers(0, 4000), into=st.integers(0, 255))
def test_no_byte_of_the_picture_can_be_changed(at: int, into: int) -> None:
    baked = pictures.bake(samples.png(), FILE.decode())
    assert holds(changed(baked, at, into)) in (None, SIGNED)


@FEW
@given(
    where=st.sampled_from(
        [(), ("credentialSubject",), ("issuer",), ("credentialSubject", "achievement"), ("credentialStatus",)]
    ),
    name=st.text(min_size=1, max_size=12),
    said=st.one_of(
        st.text(max_size=12), st.integers(), st.lists(st.text(max_size=4), max_size=2), st.booleans()
    ),
)
def test_nothing_can_be_written_into_it(where: tuple[str, ...], name: str, said: object) -> None:
    copy = json.loads(FILE)
    part = copy
    for step in where:
        part = part[step]
    if part.get(name) == said or name == "proof":
        return
    part[name] = said
    assert holds(json.dumps(copy).encode()) is None


@pytest.mark.parametrize("taken", [set(), {0}, {7, 8}, {131_071}, set(range(0, 131_072, 1000))])
def test_the_list_says_what_was_put_in(taken: set[int]) -> None:
    encoded = status.encode(taken)
    for index in (0, 1, 7, 8, 1000, 131_071):
        assert status.is_set(encoded, index) == (index in taken)


@pytest.mark.parametrize("encoded", ["", "x", "uAAAA", "u!!!", status.encode([])[:40]])
def test_a_list_that_cannot_be_read_is_refused(encoded: str) -> None:
    with pytest.raises(ValueError):
        status.is_set(encoded, 5)
