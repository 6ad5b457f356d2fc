"""Access tokens: a tool shows a signed assertion and gets one for an hour; every call of its server brings it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction

from qiming.kernel import time
from qiming.resources.lti import gate, sealing
from qiming.resources.lti.models import LtiToken, LtiTool
from qiming.resources.lti.protocol import tokens
from qiming.resources.lti.protocol.names import ASSERTION_TYPE, Plain
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services import log
from qiming.resources.lti.services.deep_linking import see_once
from qiming.resources.lti.services.launches import tool_named
from qiming.resources.lti.services.tool_keys import claims_of
from qiming.resources.lti.types import Note

LIFE: Final = timedelta(hours=1)


def sender_of(assertion: str) -> LtiTool:
    """Which tool says it asks; believed only after its signature was checked."""
    return tool_named(str(tokens.unverified(assertion).get("iss", "")))


@transaction.atomic
def grant(tool: LtiTool, asked: Mapping[str, str], audiences: tuple[str, ...]) -> Plain:
    """A token for the scopes asked for, as far as the tool has them."""
    if asked.get("grant_type") != "client_credentials":
        raise Refused(Code.BAD_REQUEST, "grant_type must be client_credentials")
    if asked.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refused(Code.BAD_REQUEST, f"client_assertion_type must be {ASSERTION_TYPE}")
    gate.usable(tool)
    claims = claims_of(tool, asked.get("client_assertion", ""), audiences)
    if claims.get("sub") != tool.client_id:
        raise Refused(Code.WRONG_ISSUER, "sub")
    number = claims.get("jti")
    if not isinstance(number, str) or not 1 <= len(number) <= 300:
        raise Refused(Code.MALFORMED, "jti is missing")
    see_once(tool, number)
    wanted = asked.get("scope", "").split()
    given = [one for one in tool.scopes if one in wanted]
    if not given:
        raise Refused(Code.WRONG_SCOPE, " ".join(wanted)[:200])
    secret = secrets.token_urlsafe(32)
    LtiToken.objects.create(
        tool=tool, secret_sha256=sealing.digest(secret), scopes=given, expires_at=time.now() + LIFE
    )
    log.note(Note.TOKEN, tool)
    return {
        "access_token": secret,
        "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()),
        "scope": " ".join(given),
    }


def holder_of(authorization: str) -> LtiToken:
    """The token a request brings; `Refused` when it is none of ours, or old."""
    kind, _, secret = authorization.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Refused(Code.NO_TOKEN)
    rows = LtiToken.objects.select_related("tool").filter(secret_sha256=sealing.digest(secret.strip()))
    found = rows.filter(expires_at__gt=time.now()).first()
    if found is None:
        raise Refused(Code.NO_TOKEN)
    return found


def need(token: LtiToken, *scopes: str) -> LtiTool:
    """The tool, when its token holds one of these scopes."""
    if not set(scopes) & set(token.scopes):
        raise Refused(Code.WRONG_SCOPE, scopes[0].rpartition("/")[2])
    return token.tool
