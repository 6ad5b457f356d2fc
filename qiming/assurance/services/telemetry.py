"""What companies report about products that run at theirs: taken once, by a key of the product."""

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.assurance.access import FILE
from qiming.assurance.admission import SignalKind, Source
from qiming.assurance.models import Product, Signal, TelemetryKey
from qiming.assurance.rules import telemetry as rules
from qiming.assurance.services.common import WHY, note, own_product
from qiming.kernel import derived, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

MAX_BODY = 64 * 1024
REFUSED = "这份监测数据没有收下"


@transaction.atomic
def give_key(*, actor: Actor, product_id: UUID) -> tuple[str, str]:
    """A new key for a product: (its number, its secret). The one before ends at once."""
    product = own_product(actor, FILE, product_id)
    TelemetryKey.objects.unscoped(WHY).filter(product=product, ended_at=None).update(ended_at=time.now())
    key = TelemetryKey.objects.create(scope_path=product.scope_path, product=product, made_by=actor.person_id)
    note(actor, "assurance.give_key", product, key=str(key.id))
    return str(key.id), secret_of(key).hex()


def secret_of(key: TelemetryKey) -> bytes:
    """What a key signs with: it follows from the installation's oldest key, so nothing is stored."""
    return derived.made(_said(key))


@transaction.atomic
def take_report(*, key_id: str, sent: str, signed: str, body: bytes) -> int:
    """Take one report; returns how many hours. A wrong signature, a clock far off and a replay are refused alike loudly:
    whoever holds the key learns which, anybody else only that it was refused."""
    key = _key(key_id)
    if key is None or not sent.isascii() or not sent.isdigit() or len(sent) > 15:
        raise _refused("密钥或签名不对", 401)
    sent_ms = int(sent)
    secrets = derived.read(
        _said(key)
    )  # a company keeps its secret: one made with a later signing key still signs
    if not any(rules.is_signed(one, sent_ms, body, signed) for one in secrets):
        raise _refused("密钥或签名不对", 401)
    now_ms = int(time.now().timestamp() * 1000)
    if abs(now_ms - sent_ms) > rules.CLOCK_MS:
        raise _refused("发送时刻和这里的时钟相差超过五分钟", 400)
    if sent_ms <= key.last_sent_ms:
        raise _refused("这份已经收过，或者比收过的早", 409)
    try:
        hours = rules.parse(json.loads(body), time.now())
    except rules.BadReport as trouble:
        raise _refused(str(trouble), 400) from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _refused("正文不是 UTF-8 编码的 JSON", 400) from None
    key.last_sent_ms, key.last_taken_at = sent_ms, time.now()
    key.save(update_fields=["last_sent_ms", "last_taken_at"])
    for one in hours:
        for kind, count in one.counts.items():
            _set(key.product, SignalKind(kind), one.hour, count)
    return len(hours)


def _said(key: TelemetryKey) -> str:
    return f"assurance-telemetry:{key.id}:{key.product_id}"


def _key(key_id: str) -> TelemetryKey | None:
    try:
        wanted = UUID(key_id)
    except ValueError:
        return None
    rows = TelemetryKey.objects.unscoped(WHY).select_for_update(of=("self",)).select_related("product")
    return rows.filter(id=wanted, ended_at=None).first()


def _set(product: Product, kind: SignalKind, hour: datetime, count: int) -> None:
    Signal.objects.unscoped(WHY).update_or_create(
        product=product,
        hour=hour,
        kind=kind.value,
        source=Source.VENDOR.value,
        defaults={"count": count, "scope_path": product.scope_path},
    )


def _refused(why: str, status: int) -> UserError:
    return UserError(REFUSED, kept="什么也没有记。", next=f"{why}。", status=status)
