"""How allauth meets our accounts: no mail addresses, secrets sealed, no site names, no way outside but the guarded.

allauth keeps the tables and knows the protocols (TOTP, recovery codes, WebAuthn, OpenID Connect). Its pages, mails
and messages are not used: pages, words, audit and limits are ours (`services.second_factor`, `oidc`).
"""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest

from qiming.registry import secrets
from qiming.registry.models import Account

_ISSUER = "启明"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up by themselves and nothing is mailed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("this installation sends no mail")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed with the installation's key: the tables alone open no door."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValueError("sealed with another key") from error

    def get_totp_label(self, user: Account) -> str:
        return user.username or ""

    def get_totp_issuer(self) -> str:
        return _ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": _host(), "name": _ISSUER}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        return {
            "id": str(user.id).encode(),
            "display_name": user.person.name,
            "name": user.username or "",
        }


class OutsideAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Requests to outside providers go through the one guarded way out (`oidc.session`)."""

    def get_requests_session(self) -> Any:
        from qiming.registry import oidc  # noqa: PLC0415 - it needs this module's settings first

        return oidc.session()


def _seal() -> Fernet:
    return Fernet(urlsafe_b64encode(secrets.sealing_key()))


def _host() -> str:
    host: str = context.request.get_host()
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
