"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is right. Loaded only when one is used.

allauth keeps the challenge in the session and compares origin, challenge and signature (python-fido2). Every passkey
here is one that can open the door alone: kept by the device, unlocked by its owner's finger, face or PIN.
"""

import json
import logging
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from qiming.kernel.errors import UserError
from qiming.registry.models import Account

log = logging.getLogger(__name__)
_WRONG = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


def ask_to_make(account: Account) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    made: dict[str, Any] = auth.begin_registration(account, passwordless=True)
    return made


def made(given: str) -> dict[str, Any]:
    """The credential the browser made, checked; `UserError` when it does not fit what was asked."""
    credential = _read(given)
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except _WRONG as error:
        raise _refused(error) from error
    return credential


def ask_to_use(account: Account | None) -> dict[str, Any]:
    """What the browser needs to use a passkey: of this account, or (None) any it has for this place."""
    asked: dict[str, Any] = auth.begin_authentication(account)
    return asked


def used(given: str, account: Account | None = None) -> Authenticator:
    """The passkey that was used; its owner is named by the device unless `account` is given."""
    credential = _read(given)
    try:
        owner = account or auth.extract_user_from_response(credential)
        auth.parse_authentication_response(credential)
        return auth.complete_authentication(owner, credential)
    except _WRONG as error:
        raise _refused(error) from error


def _read(given: str) -> dict[str, Any]:
    try:
        credential = json.loads(given[:20_000])
    except ValueError as error:
        raise _refused(error) from error
    if not isinstance(credential, dict):
        raise _refused(TypeError("not an object"))
    return credential


def _refused(error: Exception) -> UserError:
    log.info("passkey refused: %s", type(error).__name__)
    return UserError(
        "这把通行密钥没有通过",
        kept="什么也没有改。",
        next="再试一次；还不行，用密码进入，再到“我的账号”里看看这把密钥。",
    )
