"""Issuers and their keys. A key is made when it is first needed; its secret half is kept sealed and never leaves."""

from base64 import urlsafe_b64encode
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from qiming.credentials.addresses import absolute
from qiming.credentials.models import Issuer, SigningKey
from qiming.credentials.rules import encoding, token
from qiming.credentials.types import KeyKind
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import PATH_STEP, random_code
from qiming.registry import queries as registry
from qiming.registry import secrets

CODE_LENGTH = 26  # of 31 letters: 128 bits, nobody guesses one
_LOST = UserError(
    "这台服务器打不开颁发证书的密钥",
    kept="没有颁发，别的都没有动；以前的证书照常能核验。",
    next="请运维核对签名密钥（QIMING_SECRET 和它的旧值），或用 qiming certificates rotate 换一把。",
    status=503,
)
_WHY = "an issuer is public"


def issuer_of(place_id: UUID) -> Issuer:
    """The place as an issuer; made, with its keys, when it issues for the first time."""
    found = Issuer.objects.unscoped(_WHY).filter(place_id=place_id).first()
    if found is not None:
        return found
    place = registry.org(place_id)
    code = random_code(12, PATH_STEP)
    with transaction.atomic():
        made, is_new = Issuer.objects.unscoped(_WHY).get_or_create(
            place_id=place_id,
            defaults={
                "code": code,
                "url": absolute("credentials.issuer", code),
                "name": f"{place.name}（合成示例）" if place.is_synthetic else place.name,
                "scope_path": place.path,
            },
        )
        if is_new:
            _make_keys(made)
    return made


def proof_key(issuer: Issuer) -> tuple[Ed25519PrivateKey, str]:
    """The key that signs embedded proofs now, and the address of its public half."""
    row = _current(issuer, KeyKind.PROOF)
    return Ed25519PrivateKey.from_private_bytes(_opened(row)), f"{issuer.url}#{row.public}"


def token_key(issuer: Issuer) -> tuple[EllipticCurvePrivateKey, str]:
    """The key that signs tokens now, and the address of its public half."""
    row = _current(issuer, KeyKind.TOKEN)
    key = serialization.load_der_private_key(_opened(row), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key, token.address(issuer.url, row.public)


@transaction.atomic
def rotate(*, actor: Actor | None, place_id: UUID) -> None:
    """New keys for an issuer. The old ones sign nothing more and stay published: what they signed goes on holding."""
    issuer = Issuer.objects.unscoped(_WHY).select_for_update().get(id=issuer_of(place_id).id)
    SigningKey.objects.filter(issuer=issuer, retired_at=None).update(retired_at=time.now())
    _make_keys(issuer)
    audit.write(actor, "credentials.rotate", thing="issuer", thing_id=issuer.id, scope_path=issuer.scope_path)


def _make_keys(issuer: Issuer) -> None:
    proof = Ed25519PrivateKey.generate()
    SigningKey.objects.create(
        issuer=issuer,
        kind=KeyKind.PROOF,
        public=encoding.multikey(proof.public_key().public_bytes_raw()),
        sealed=_box().encrypt(proof.private_bytes_raw()),
    )
    whole = generate_private_key(SECP256R1())
    plain = whole.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    SigningKey.objects.create(
        issuer=issuer,
        kind=KeyKind.TOKEN,
        public=token.public_text(whole.public_key()),
        sealed=_box().encrypt(plain),
    )


def _current(issuer: Issuer, kind: KeyKind) -> SigningKey:
    return SigningKey.objects.get(issuer=issuer, kind=kind, retired_at=None)


def _opened(row: SigningKey) -> bytes:
    try:
        return _box().decrypt(bytes(row.sealed))
    except InvalidToken as error:
        raise _LOST from error


def _box() -> Fernet:
    return Fernet(urlsafe_b64encode(secrets.certificate_key()))
