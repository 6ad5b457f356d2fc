"""What is derived from the installation's own key: seals of private keys, and ids that mean nothing elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from qiming.kernel.errors import UserError


def _derived(purpose: str) -> bytes:
    return hmac.new(settings.DERIVATION_KEY.encode(), f"lti:{purpose}".encode(), hashlib.sha256).digest()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived("keys")))


def seal(text: str) -> bytes:
    return _box().encrypt(text.encode())


def unseal(data: bytes) -> str:
    try:
        return _box().decrypt(data).decode()
    except InvalidToken:
        raise UserError(
            "平台的签名密钥打不开",
            kept="登记和成绩都在。",
            next="请运维恢复原来的 QIMING_SECRET，或在“平台密钥”里换一把新的。",
            status=500,
        ) from None


def context_id(tool_id: UUID, class_id: UUID) -> str:
    """Under which name a tool knows a class: one of its own, so that two tools cannot compare."""
    said = b"context:" + tool_id.bytes + class_id.bytes
    return hmac.new(_derived("ids"), said, hashlib.sha256).hexdigest()[:32]


def platform_id() -> str:
    """What tools may keep this installation apart by."""
    return hashlib.sha256(_derived("platform")).hexdigest()[:32]


def digest(secret: str) -> bytes:
    """How a random secret is kept: it has 256 bits, nothing a slow hash would protect."""
    return hashlib.sha256(secret.encode()).digest()
