"""Keys of applications: made once, shown once, kept as a SHA-256, with an end, taken back for good."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.agents import access
from qiming.agents.access import TABLE
from qiming.agents.models import ApplicationKey, EducationModel
from qiming.agents.services.places import place_for, tell
from qiming.agents.types import STAGES, Audience, Kind
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

PREFIX: Final = "qk-"
LONGEST_DAYS: Final = 400  # a school year and the summer after it
_NONE = "没有建钥匙。"
_WHY = "the place was checked by the access table"


def create_key(
    *,
    actor: Actor | None,
    place_id: UUID,
    name: str,
    routes: tuple[str, ...],
    stage: str,
    audience: Audience,
    kinds: tuple[Kind, ...] = (Kind.CHAT,),
    days: int = 180,
    supervised_by: UUID | None = None,
    is_ours: bool = False,
) -> tuple[UUID, str]:
    """A key's id and its secret, which nobody can ask for again. `supervised_by`: the adult who opens and accompanies the
    sessions of primary pupils (the school's decision)."""
    place = place_for(actor, access.KEYS, place_id)
    _check(name, routes, stage, audience, days)
    if supervised_by is not None and registry.last_path_of(supervised_by):
        raise UserError("陪同的人要是大人", kept=_NONE, next="写老师或学校工作人员。")
    secret = PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            row = ApplicationKey.objects.create(
                scope_path=place.path,
                name=name.strip(),
                secret_sha256=digest(secret),
                kinds=[kind.value for kind in kinds],
                routes=list(routes),
                stage=stage,
                audience=audience.value,
                supervised_by=supervised_by,
                is_ours=is_ours,
                expires_at=time.now() + timedelta(days=days),
                created_by=actor.person_id if actor else None,
            )
            tell(
                actor,
                "agents.create_key",
                row.id,
                place.path,
                {"name": name.strip(), "routes": routes, "stage": stage},
            )
    except IntegrityError:
        raise UserError(
            f"这里已经有叫“{name.strip()}”的钥匙", kept="原来的没有动。", next="换个名字，或先收回原来的。"
        ) from None
    return row.id, secret


def _check(name: str, routes: tuple[str, ...], stage: str, audience: Audience, days: int) -> None:
    if not 1 <= len(name.strip()) <= 120:
        raise UserError("钥匙要有名字，不超过120个字", kept=_NONE, next="用应用的名字。")
    if stage not in STAGES or (stage == "staff") != (audience is Audience.STAFF):
        raise UserError(
            "学段和使用的人对不上",
            kept=_NONE,
            next="学生用写 primary、junior 或 senior，工作人员用写 staff。",
        )
    known = set(EducationModel.objects.filter(key__in=routes, is_active=True).values_list("key", flat=True))
    if not routes or set(routes) - known:
        raise UserError("要写能用哪些已登记的教育模型", kept=_NONE, next="用 qiming agents list 看有哪些。")
    if not 1 <= days <= LONGEST_DAYS:
        raise UserError(f"钥匙最长{LONGEST_DAYS}天", kept=_NONE, next="到期再建一把。")


def revoke_key(*, actor: Actor | None, key_id: UUID) -> None:
    """Take a key back at once. Doing it twice changes nothing."""
    with transaction.atomic():
        rows = ApplicationKey.objects.unscoped(_WHY).select_for_update()
        row = TABLE.load(actor, access.KEYS, rows, id=key_id) if actor else rows.filter(id=key_id).first()
        if row is None:
            raise Denied(access.KEYS)
        if row.revoked_at is None:
            row.revoked_at = time.now()
            row.save(update_fields=["revoked_at"])
            tell(actor, "agents.revoke_key", row.id, row.scope_path, {})


def digest(secret: str) -> bytes:
    """By what a key is found: the secret has 256 bits, nothing a slow hash would protect."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
