"""Keys of other systems: made once, shown once, kept as a SHA-256, taken back for good."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import audit, time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.throttle import Limit
from qiming.records.models import XapiKey
from qiming.records.verbs import OWN
from qiming.records.xapi.shape import Plain, digest

WRITE: Final = "write"
READ_OWN: Final = "read-own"  # only what came by the same key
READ: Final = "read"
SCOPES: Final = (WRITE, READ_OWN, READ)
# One other system; a batch of 500 counts once. What a worker lets through is bounded by its core long before this.
SOURCE: Final = Limit("xapi", burst=6000, per_minute=12000)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a key, and what it opens."""

    id: UUID
    name: str
    scopes: frozenset[str]
    verbs: frozenset[str] = frozenset()  # which it may bring; none named: all
    activities: tuple[str, ...] = ()  # how the activities begin that it may write about; none named: all
    max_statement_bytes: int | None = None
    per_minute: int | None = None  # statements

    def may_about(self, iri: str) -> bool:
        return not self.activities or iri.startswith(self.activities)

    @property
    def authority(self) -> Plain:
        return {"objectType": "Agent", "account": {"homePage": OWN, "name": f"key:{self.id}"}}

    @property
    def reads_all(self) -> bool:
        return READ in self.scopes

    def may(self, scope: str) -> bool:
        return scope in self.scopes or (scope == READ_OWN and self.reads_all)


@dataclass(frozen=True, slots=True)
class KeyRow:
    id: UUID
    name: str
    scope: str
    created_at: datetime
    revoked_at: datetime | None


def make(*, name: str, scope: str) -> tuple[UUID, str]:
    """A new key's id (the user name) and its secret, which nobody can ask for again."""
    wanted = [one.strip() for one in scope.split(",") if one.strip()]
    if not wanted or not set(wanted) <= set(SCOPES):
        raise UserError(
            f"没有这种权限：{scope}",
            kept="没有建钥匙。",
            next=f"写 {'、'.join(SCOPES)}，可用逗号连着写几个。",
        )
    if not 1 <= len(name.strip()) <= 120:
        raise UserError("钥匙要有名字，不超过120个字", kept="没有建钥匙。", next="用来访系统的名字。")
    secret, key_id = secrets.token_urlsafe(32), new_id()
    try:
        with transaction.atomic():
            scopes = ",".join(one for one in SCOPES if one in wanted)
            XapiKey.objects.create(id=key_id, name=name.strip(), scope=scopes, secret_sha256=digest(secret))
            _tell("records.make_xapi_key", key_id, {"name": name.strip(), "scope": scopes})
    except IntegrityError:
        raise UserError(
            f"已经有叫“{name.strip()}”的钥匙", kept="原来的没有动。", next="换个名字，或先收回原来的。"
        ) from None
    return key_id, secret


def revoke(key_id: UUID) -> None:
    """Take a key back; what came by it stays. Doing it twice changes nothing."""
    with transaction.atomic():
        key = XapiKey.objects.select_for_update().filter(id=key_id).first()
        if key is None:
            raise UserError("没有这把钥匙", kept="什么都没有改。", next="用 key list 看有哪些。", status=404)
        if key.revoked_at is None:
            key.revoked_at = time.now()
            # The name may be given to the key that follows.
            key.name = f"{key.name[:80]}（{key.id}）"
            key.save(update_fields=("revoked_at", "name"))
            _tell("records.revoke_xapi_key", key.id, {})


def listed() -> list[KeyRow]:
    rows = XapiKey.objects.order_by("created_at", "id")
    return [KeyRow(row.id, row.name, row.scope, row.created_at, row.revoked_at) for row in rows]


def holder_of(authorization: str) -> Holder | None:
    """Who sends this `Authorization: Basic …`; None when it is nobody we know."""
    kind, _, rest = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, _, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
        key_id = UUID(user)
    except (binascii.Error, ValueError):
        return None
    key = XapiKey.objects.filter(id=key_id, revoked_at=None).first()
    # The digest of a random secret of 256 bits: nothing a slow hash would protect.
    if key is None or not secrets.compare_digest(bytes(key.secret_sha256), digest(secret)):
        return None
    return Holder(key.id, key.name, frozenset(key.scope.split(",")))


def _tell(verb: str, key_id: UUID, detail: dict[str, str]) -> None:
    audit.write(None, verb, thing="xapi_key", thing_id=key_id, scope_path="", detail=detail)
