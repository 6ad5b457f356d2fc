"""The signing key under a passphrase, and a seal by which a changed manifest is known.

Cards, small pictures and kept pupil numbers hang on the signing key: without it every printed card is void. It is
never written into a backup openly.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qiming.site.backup.manifest import BackupTrouble, Manifest, SealedKey

_WORK = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
_PURPOSE = b"qiming backup key 1"
MIN_PASSPHRASE = 12


def check_passphrase(passphrase: str) -> None:
    if len(passphrase) < MIN_PASSPHRASE:
        raise BackupTrouble(f"口令至少 {MIN_PASSPHRASE} 个字：备份落到别人手里时，只有它挡着。")


def mark_of(secret: str) -> str:
    """By what a signing key is known again without telling it: slow to guess even for a weak one."""
    return hashlib.scrypt(secret.encode(), salt=b"qiming key mark", dklen=8, **_WORK).hex()


def seal(manifest: Manifest, secret: str, passphrase: str) -> Manifest:
    """`manifest` with the key in its box and the seal on it."""
    check_passphrase(passphrase)
    salt, nonce = secrets.token_bytes(16), os.urandom(12)
    closing, marking = _keys(passphrase, salt)
    box = AESGCM(closing).encrypt(nonce, secret.encode(), _PURPOSE)
    whole = replace(manifest, key=SealedKey(salt.hex(), nonce.hex(), box.hex()), seal="")
    return replace(whole, seal=hmac.new(marking, whole.sealed_part(), hashlib.sha256).hexdigest())


def unseal(manifest: Manifest, passphrase: str) -> str:
    """The signing key; raises `BackupTrouble` for a wrong passphrase or a changed manifest."""
    if manifest.key is None:
        raise BackupTrouble("这份备份没有用口令封存签名密钥，用不上口令。")
    try:
        closing, marking = _keys(passphrase, bytes.fromhex(manifest.key.salt))
        nonce, box = bytes.fromhex(manifest.key.nonce), bytes.fromhex(manifest.key.box)
        secret = AESGCM(closing).decrypt(nonce, box, _PURPOSE).decode()
    except (InvalidTag, ValueError) as trouble:
        raise BackupTrouble("口令不对，或者备份里的密钥被改过。什么都没有动。") from trouble
    right = hmac.new(marking, manifest.sealed_part(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, manifest.seal):
        raise BackupTrouble("清单和它的封条对不上：有人改过这份备份。什么都没有动，请用别的备份并报告。")
    return secret


def _keys(passphrase: str, salt: bytes) -> tuple[bytes, bytes]:
    both = hashlib.scrypt(passphrase.encode(), salt=salt, dklen=64, **_WORK)
    return both[:32], both[32:]
