"""Keys of other systems: made once, shown once, kept as a SHA-256, taken back for good."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import audit, time
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.throttle import Limit
from qiming.records.models import XapiKey
from qiming.records.verbs import ADL_VERB, OWN
from qiming.records.xapi.shape import Plain, digest
from qiming.records.xapi.validate_values import Found, iri

WRITE: Final = "write"
READ_OWN: Final = "read-own"  # only what came by the same key
READ: Final = "read"
SCOPES: Final = (WRITE, READ_OWN, READ)
MAX_GRACE: Final = timedelta(days=7)
# One other system; a batch of 500 counts once. What a worker lets through is bounded by its core long before this.
SOURCE: Final = Limit("xapi", burst=6000, per_minute=12000)


class Kept(StrEnum):
    """How long what came by a key is kept; the days stand in the rules of retention, one for each of these."""

    DAYS_30 = "30d"
    SCHOOL_YEAR = "year"
    AT_SCHOOL = "school"
    OUTSIDE = "outside"

    @property
    def zh(self) -> str:
        return {"30d": "30天", "year": "一学年", "school": "在校期间，最长三年", "outside": "三年"}[
            self.value
        ]


def kept_named(text: str) -> Kept:
    try:
        return Kept(text)
    except ValueError:
        raise UserError(
            f"没有这种保留期：{text}",
            kept="没有建钥匙。",
            next=f"写 {'、'.join(one.value for one in Kept)} 之一。",
        ) from None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key is for. Nothing said: no bounds but those of the store."""

    verbs: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    max_statement_bytes: int | None = None
    per_minute: int | None = None
    retention: Kept = Kept.OUTSIDE


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a key, and what it opens."""

    id: UUID
    name: str
    scopes: frozenset[str]
    limits: Limits

    def may_about(self, iri: str) -> bool:
        return not self.limits.activities or iri.startswith(self.limits.activities)

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
    limits: Limits
    old_until: datetime | None


def make(*, name: str, scope: str, limits: Limits = Limits()) -> tuple[UUID, str]:
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
    _check(limits)
    secret, key_id = secrets.token_urlsafe(32), new_id()
    scopes = ",".join(one for one in SCOPES if one in wanted)
    told = {"name": name.strip(), "scope": scopes, "retention": limits.retention.value}
    try:
        with transaction.atomic():
            XapiKey.objects.create(
                id=key_id,
                name=name.strip(),
                scope=scopes,
                secret_sha256=digest(secret),
                verbs=list(limits.verbs),
                activities=list(limits.activities),
                max_statement_bytes=limits.max_statement_bytes,
                per_minute=limits.per_minute,
                retention=limits.retention.value,
            )
            _tell("records.make_xapi_key", key_id, told)
    except IntegrityError:
        raise UserError(
            f"已经有叫“{name.strip()}”的钥匙", kept="原来的没有动。", next="换个名字，或先收回原来的。"
        ) from None
    return key_id, secret


def _check(limits: Limits) -> None:
    found: Found = []
    for one in limits.verbs:
        iri(one, "", found)
    if found or any(":" not in one or len(one) > 2000 for one in limits.activities):
        raise UserError(
            "动词要写完整的 IRI，活动要写 IRI 的开头",
            kept="没有建钥匙。",
            next=f"如 {ADL_VERB}/completed 和 https://tiku.example/。",
        )
    for given in (limits.max_statement_bytes, limits.per_minute):
        if given is not None and not 1 <= given <= 2**31 - 1:
            raise UserError("大小和每分钟条数要写正整数", kept="没有建钥匙。", next="不限就不要写。")


def rotate(key_id: UUID, *, grace: timedelta = timedelta(0)) -> str:
    """A new secret for a key; the one before opens for as long as `grace`."""
    if not timedelta(0) <= grace <= MAX_GRACE:
        raise UserError(f"旧密钥最多再用{MAX_GRACE.days}天", kept="没有换。", next="写0到168之间的小时数。")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        key = _load(key_id)
        if key.revoked_at is not None:
            raise UserError("这把钥匙已经收回", kept="没有换。", next="要用就新建一把。", status=409)
        key.old_sha256 = key.secret_sha256 if grace else None
        key.old_until = time.now() + grace if grace else None
        key.secret_sha256 = digest(secret)
        key.save(update_fields=("old_sha256", "old_until", "secret_sha256"))
        _tell("records.rotate_xapi_key", key.id, {"grace_hours": str(grace // timedelta(hours=1))})
    return secret


def revoke(key_id: UUID) -> None:
    """Take a key back; what came by it stays. Doing it twice changes nothing."""
    with transaction.atomic():
        key = _load(key_id)
        if key.revoked_at is None:
            key.revoked_at = time.now()
            key.old_sha256, key.old_until = None, None
            # The name may be given to the key that follows.
            key.name = f"{key.name[:80]}（{key.id}）"
            key.save(update_fields=("revoked_at", "name", "old_sha256", "old_until"))
            _tell("records.revoke_xapi_key", key.id, {})


def _load(key_id: UUID) -> XapiKey:
    key = XapiKey.objects.select_for_update().filter(id=key_id).first()
    if key is None:
        raise UserError("没有这把钥匙", kept="什么都没有改。", next="用 key list 看有哪些。", status=404)
    return key


def listed() -> list[KeyRow]:
    rows = XapiKey.objects.order_by("created_at", "id")
    return [
        KeyRow(row.id, row.name, row.scope, row.created_at, row.revoked_at, _limits(row), row.old_until)
        for row in rows
    ]


def _limits(row: XapiKey) -> Limits:
    return Limits(
        tuple(row.verbs), tuple(row.activities), row.max_statement_bytes, row.per_minute, Kept(row.retention)
    )


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
    if key is None or not _opens(key, digest(secret)):
        return None
    return Holder(key.id, key.name, frozenset(key.scope.split(",")), _limits(key))


def _opens(key: XapiKey, given: bytes) -> bool:
    # The digest of a random secret of 256 bits: nothing a slow hash would protect.
    if secrets.compare_digest(bytes(key.secret_sha256), given):
        return True
    if key.old_sha256 is None or key.old_until is None or key.old_until <= time.now():
        return False
    return secrets.compare_digest(bytes(key.old_sha256), given)


def _tell(verb: str, key_id: UUID, detail: dict[str, str]) -> None:
    audit.write(None, verb, thing="xapi_key", thing_id=key_id, scope_path="", detail=detail)
