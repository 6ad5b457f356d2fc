"""Dynamic registration (LTI Dynamic Registration 1.0): what we say about ourselves, what a tool says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.claims import VARIABLES
from qiming.resources.lti.protocol.facts import ToolFacts, belongs, troubles
from qiming.resources.lti.protocol.names import (
    ALGORITHM,
    DEEP_REQUEST,
    LAUNCH,
    SCOPES,
    Plain,
)
from qiming.resources.lti.protocol.refusals import Code, Refused

PLATFORM: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AUTH_METHOD: Final = "private_key_jwt"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a tool finds what."""

    issuer: str
    authorization: str
    token: str
    key_set: str
    registration: str


def configuration(at: Addresses) -> Plain:
    """Our OpenID configuration."""
    return {
        "issuer": at.issuer,
        "authorization_endpoint": at.authorization,
        "token_endpoint": at.token,
        "token_endpoint_auth_methods_supported": [AUTH_METHOD],
        "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
        "jwks_uri": at.key_set,
        "registration_endpoint": at.registration,
        "scopes_supported": ["openid", *SCOPES],
        "response_types_supported": ["id_token"],
        "response_modes_supported": ["form_post"],
        "grant_types_supported": ["implicit", "client_credentials"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "claims_supported": ["sub", "iss"],
        PLATFORM: {
            "product_family_code": "qiming",
            "version": "1",
            "messages_supported": [{"type": LAUNCH}, {"type": DEEP_REQUEST}],
            "variables": list(VARIABLES),
        },
    }


def read(body: Any) -> ToolFacts:
    """What a tool says about itself; `Refused` says what is missing."""
    if not isinstance(body, dict) or not isinstance(body.get(TOOL), dict):
        raise Refused(Code.BAD_REGISTRATION, "the LTI part is missing")
    own: Plain = body[TOOL]
    if body.get("token_endpoint_auth_method", AUTH_METHOD) != AUTH_METHOD:
        raise Refused(Code.BAD_REGISTRATION, f"token_endpoint_auth_method must be {AUTH_METHOD}")
    if body.get("id_token_signed_response_alg", ALGORITHM) != ALGORITHM:
        raise Refused(Code.BAD_REGISTRATION, f"id_token_signed_response_alg must be {ALGORITHM}")
    facts = ToolFacts(
        name=_text(body.get("client_name"))[:60],
        login_url=_text(body.get("initiate_login_uri")),
        launch_url=_text(own.get("target_link_uri")),
        redirect_urls=tuple(_text(one) for one in _list(body.get("redirect_uris"))),
        key_set_url=_text(body.get("jwks_uri")),
        key_set=None if body.get("jwks_uri") else keys.tools_set(body.get("jwks")),
        deep_link_url=_deep_link(own),
        scopes=tuple(one for one in SCOPES if one in _text(body.get("scope")).split()),
        custom=_custom(own.get("custom_parameters")),
        description=_text(own.get("description"))[:1000],
    )
    if wrong := troubles(facts):
        raise Refused(Code.BAD_REGISTRATION, "、".join(sorted(wrong)))
    if any(not belongs(one, facts.origins) for one in facts.redirect_urls):
        raise Refused(Code.BAD_REGISTRATION, "redirect_uris")
    return facts


def _deep_link(own: Plain) -> str:
    for message in _list(own.get("messages")):
        if isinstance(message, dict) and message.get("type") == DEEP_REQUEST:
            return _text(message.get("target_link_uri")) or _text(own.get("target_link_uri"))
    return ""


def _custom(value: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(said)) for name, said in value.items()) if isinstance(value, dict) else ()


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value[:50] if isinstance(value, list) else []


def answer(facts: ToolFacts, *, client_id: str, deployment_id: str) -> Plain:
    """What the tool is told after it was registered."""
    body: Plain = {
        "client_id": client_id,
        "client_name": facts.name,
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": facts.login_url,
        "redirect_uris": list(facts.redirect_urls),
        "token_endpoint_auth_method": AUTH_METHOD,
        "id_token_signed_response_alg": ALGORITHM,
        "scope": " ".join(facts.scopes),
        TOOL: {
            "deployment_id": deployment_id,
            "target_link_uri": facts.launch_url,
            "domain": facts.launch_url.split("/")[2],
            "claims": ["sub", "iss"],
            "messages": [{"type": LAUNCH}]
            + (
                [{"type": DEEP_REQUEST, "target_link_uri": facts.deep_link_url}]
                if facts.deep_link_url
                else []
            ),
            "custom_parameters": dict(facts.custom),
        },
    }
    key_part = {"jwks_uri": facts.key_set_url} if facts.key_set_url else {"jwks": facts.key_set}
    return body | key_part
