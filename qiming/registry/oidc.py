"""Signing in with an outside account (OpenID Connect): the city's provider, or one per school.

Authorization code with PKCE, state and nonce; the identity token's signature, issuer, audience, times and nonce are all
checked. allauth knows the protocol; here is what is stricter than its own pages: which servers may be asked (only those
the operator's file names, through `kernel.fetch`), that only the subject is taken over, and plain words for whatever
goes wrong. Nothing calls outside unless QIMING_OIDC names a file.

    providers:
      - key: city                                # stands in addresses: a-z, 0-9, -
        name: 北京教育统一身份认证                 # on the button
        issuer: https://id.example.edu.cn
        client_id: qiming
        client_secret_env: QIMING_OIDC_CITY      # or client_secret_file: /run/secrets/oidc-city
        for: [staff, pupil, guardian]
        school: "3111000001"                     # only for people of this school (its code); leave out for all
        second_factor: false                     # true: the provider asks for one itself
        ask_again: true                          # devices are shared: the provider asks who it is every time
        also: [https://keys.example.edu.cn]      # further servers the provider's description names
"""

import logging
import os
import re
import secrets as random
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import yaml
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache as memory
from django.http import HttpRequest
from django.urls import reverse

from qiming.kernel import fetch
from qiming.kernel.errors import UserError
from qiming.registry import secrets
from qiming.registry.models import Account

log = logging.getLogger(__name__)

_KEY = re.compile(r"[a-z][a-z0-9-]{0,29}")
_SIGNED_WITH = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
_CLOCKS_DIFFER_S = 60
_REMEMBER_S = 600
# What the guarded session raises is an OSError, as everything that goes wrong on a line is.
_BROKEN = (OAuth2Error, OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Provider:
    """One outside sign-in, as the operator wrote it down."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    kinds: frozenset[str]
    school: str
    second_factor: bool
    ask_again: bool
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came back from a provider: the outside account's digest, and what was stashed on the way out."""

    provider: Provider
    digest: str
    wanted: dict[str, Any]


class ConfigurationTrouble(ValueError):
    """The providers' file is wrong; the text says where."""


def providers() -> dict[str, Provider]:
    """The configured providers by key; none when the file is wrong (`qiming doctor` says how)."""
    try:
        return read(settings.OIDC_FILE) if settings.OIDC_FILE else {}
    except ConfigurationTrouble as trouble:
        log.error("QIMING_OIDC: %s", trouble)
        return {}


def provider(key: str) -> Provider:
    """One provider; a refusal in words when there is none (any more)."""
    found = providers().get(key)
    if found is None:
        raise UserError(
            "没有这种登录方式", kept="什么也没有改。", next="回到登录页，换一种办法进来。", status=404
        )
    return found


@cache
def read(path: str) -> dict[str, Provider]:
    """The file's providers by key; `ConfigurationTrouble` names the entry and what is wrong with it."""
    try:
        written = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
        entries = written["providers"]
        found = {str(entry["key"]): _provider(entry) for entry in entries}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationTrouble(f"{Path(path).name}: {type(error).__name__} {error}") from error
    if len(found) != len(entries):
        raise ConfigurationTrouble(f"{Path(path).name}: two providers with one key")
    _outward(tuple(found.values()))
    return found


def session() -> Any:
    """A session that reaches the configured providers and nothing else."""
    return fetch.session(outward=_outward(tuple(providers().values())))


def begin(request: HttpRequest, provider: Provider, *, wanted: dict[str, Any]) -> str:
    """The provider's address to which the browser goes; what comes back is held against the stashed state."""
    nonce = random.token_urlsafe(24)
    params = {"nonce": nonce} | ({"prompt": "login"} if provider.ask_again else {})
    try:
        answer = (
            _Adapter(request, provider.key)
            .get_provider()
            .redirect(request, "login", data={"nonce": nonce, **wanted}, scope=["openid"], auth_params=params)
        )
    except _BROKEN as error:
        raise _unreachable(provider, error) from error
    return str(answer["Location"])


def finish(request: HttpRequest, provider: Provider) -> Arrival:
    """Whoever came back, proven; `UserError` in plain words otherwise."""
    state = statekit.unstash_state(
        request, provider_id=provider.key, state_id=request.GET.get("state", "")[:64]
    )
    if state is None:
        raise UserError(
            "这次登录已经失效", kept="什么也没有改。", next="可能停得太久，或者点了两次。回到登录页再来一次。"
        )
    if request.GET.get("iss", provider.issuer) != provider.issuer:  # RFC 9207: another provider's answer
        raise _not_trusted(provider, OAuth2Error("answered by another issuer"))
    if "code" not in request.GET:
        raise _turned_away(provider, request.GET.get("error", ""))
    adapter = _Adapter(request, provider.key)
    try:
        client = adapter.get_client(request, adapter.get_provider().app)
        tokens = client.get_access_token(
            request.GET["code"][:2000], pkce_code_verifier=state["pkce_code_verifier"]
        )
    except _BROKEN as error:
        raise _unreachable(provider, error) from error
    wanted = dict(state["data"])
    try:
        subject = adapter.subject(provider, tokens["id_token"], nonce=wanted.pop("nonce"))
    except (jwt.PyJWTError, *_BROKEN) as error:
        raise _not_trusted(provider, error) from error
    return Arrival(provider, secrets.outside_digest(provider.key, provider.issuer, subject), wanted)


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    pkce_enabled_default = True

    def get_oauth2_adapter(self, request: HttpRequest) -> "_Adapter":
        return _Adapter(request, self.app.provider_id)


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's adapter for one of our providers."""

    def get_provider(self) -> _Provider:
        ours = provider(self.provider_id)
        app = SocialApp(
            provider="openid_connect",
            provider_id=ours.key,
            name=ours.name[:40],
            client_id=ours.client_id,
            secret=ours.client_secret,
            settings={"server_url": ours.issuer},
        )
        return _Provider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("registry.outside_back", args=[app.provider_id]))

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's own description, ten minutes old at most. It must be of the issuer that was asked."""
        ours = provider(self.provider_id)
        key = f"oidc:{ours.key}:{ours.issuer}"
        found: dict[str, Any] | None = memory.get(key)
        if found is None:
            found = dict(super().openid_config)
            if found.get("issuer") != ours.issuer:
                raise OAuth2Error("described by another issuer")
            # The browser is sent there: the same servers that we ourselves would ask.
            _outward((ours,)).origin_of(found["authorization_endpoint"])
            memory.set(key, found, _REMEMBER_S)
        return found

    def subject(self, ours: Provider, id_token: str, *, nonce: str) -> str:
        """Whom an identity token names, when every part of it holds."""
        if jwt.get_unverified_header(id_token).get("alg") not in _SIGNED_WITH:
            raise OAuth2Error("signed in a way that is not accepted")
        alg, key = jwtkit.fetch_key(id_token, self.openid_config["jwks_uri"], jwtkit.lookup_kid_jwk)
        claims = jwt.decode(
            id_token,
            key,
            algorithms=[alg],
            issuer=ours.issuer,
            audience=ours.client_id,
            leeway=_CLOCKS_DIFFER_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        if not random.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise OAuth2Error("another nonce")
        if claims.get("azp", ours.client_id) != ours.client_id:
            raise OAuth2Error("made for somebody else")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise OAuth2Error("no proper subject")
        return str(claims["sub"])


def _provider(entry: dict[str, Any]) -> Provider:
    key = str(entry["key"])
    if not _KEY.fullmatch(key):
        raise ConfigurationTrouble(f"{key!r}: a key is a-z, 0-9 and -")
    kinds = frozenset(entry.get("for", ["staff"]))
    if not kinds or kinds - set(Account.Kind.values):
        raise ConfigurationTrouble(f"{key}: for is some of {', '.join(Account.Kind.values)}")
    return Provider(
        key=key,
        name=str(entry["name"]),
        issuer=str(entry["issuer"]),
        client_id=str(entry["client_id"]),
        client_secret=_secret(key, entry),
        kinds=kinds,
        school=str(entry.get("school", "")),
        second_factor=entry.get("second_factor", False) is True,
        ask_again=entry.get("ask_again", "pupil" in kinds) is True,
        also=tuple(str(one) for one in entry.get("also", ())),
    )


def _secret(key: str, entry: dict[str, Any]) -> str:
    """From the environment or a file of its own; empty for a public client (PKCE alone)."""
    if "client_secret" in entry:
        raise ConfigurationTrouble(f"{key}: name client_secret_env or client_secret_file, not the secret")
    if name := entry.get("client_secret_env"):
        if not os.environ.get(name):
            raise ConfigurationTrouble(f"{key}: {name} is not set")
        return os.environ[name]
    path = entry.get("client_secret_file")
    return Path(path).read_text(encoding="utf-8").strip() if path else ""


def _outward(known: tuple[Provider, ...]) -> fetch.Outward:
    """The servers named in the file, with the networks and certificates the operator allows for all."""
    given = dict(os.environ)
    try:
        base = fetch.Outward.from_environment(given)
        named = ",".join(_origin(url) for one in known for url in (one.issuer, *one.also))
        ours = fetch.Outward.from_environment({"QIMING_OUTWARD": named})
    except ValueError as error:
        raise ConfigurationTrouble(str(error)) from error
    return fetch.Outward(ours.origins, base.networks, base.ca_file)


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _unreachable(provider: Provider, error: Exception) -> UserError:
    log.warning("outside sign-in %s: %s %s", provider.key, type(error).__name__, _plain(error))
    return UserError(
        f"现在连不上{provider.name}",
        kept="什么也没有改。",
        next="过几分钟再试；着急就用原来的办法进来。",
        status=503,
    )


def _not_trusted(provider: Provider, error: Exception) -> UserError:
    log.warning("outside sign-in %s: not trusted, %s %s", provider.key, type(error).__name__, _plain(error))
    return UserError(
        f"{provider.name}送来的证明不对，没有让你进来",
        kept="什么也没有改。",
        next="回到登录页再试一次；还不行，请把时间告诉学校管理员。",
        status=403,
    )


def _turned_away(provider: Provider, said: str) -> UserError:
    if said == "access_denied":
        return UserError(f"你在{provider.name}那边取消了", kept="什么也没有改。", next="要进来，再点一次。")
    log.warning("outside sign-in %s: turned away, %s", provider.key, said[:40])
    return UserError(
        f"{provider.name}没有让你进来", kept="什么也没有改。", next="再试一次，或者用原来的办法进来。"
    )


def _plain(error: Exception) -> str:
    """Our own words only: what a provider sends may hold tokens."""
    return str(error) if isinstance(error, fetch.OutwardRefused | fetch.OutwardFailed) else ""
