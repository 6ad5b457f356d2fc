"""The second factor of a sign-in: codes of an app, recovery codes, passkeys.

allauth does the arithmetic and keeps the tables (`allauth.mfa`); limits, audit and the guard against a code used twice
are here. A TOTP code counts for the half minute after the last one that was taken, never for an earlier one: the row
remembers it, so that two web workers agree.
"""

import unicodedata
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import secrets
from qiming.registry.defaults import sign_in_rules
from qiming.registry.models import Account
from qiming.registry.rules import passwords as limits
from qiming.registry.rules.sign_in import Demand, demand
from qiming.registry.services.sign_in import address_key, forget_try, note_address, note_try

Type = Authenticator.Type
KINDS = {Type.TOTP: "动态码", Type.RECOVERY_CODES: "备用码", Type.WEBAUTHN: "通行密钥"}
MAX_PASSKEYS = 10


def new_secret() -> str:
    """A secret for an app, not kept yet."""
    secret: str = generate_totp_secret()
    return secret


def add_app(*, actor: Actor, secret: str, code: str) -> bool:
    """Take an app into use once it shows a right code. Returns whether recovery codes were made with it."""
    key = secrets.failure_key("second-add", str(actor.account_id))
    left = limits.tries_left(note_try(key, limits.TRIES_PER_ACCOUNT), limits.TRIES_PER_ACCOUNT)
    counter = _counter_of(secret, unicodedata.normalize("NFKC", code)[:40], after=0)
    if counter is None:
        raise UserError(
            f"这个码不对，还可以试{left}次",
            kept="上面的图没有变，不用重新扫。",
            next="等手机上换一个新的码，再输一次；手机的时间要准。",
            field="code",
        )
    with transaction.atomic():
        account = _locked_account(actor.account_id)
        if Authenticator.objects.filter(user=account, type=Type.TOTP).exists():
            raise UserError(
                "已经有一个动态码了", kept="什么也没有改。", next="要换一个，先删掉原来的。", status=409
            )
        row = TOTP.activate(account, secret).instance
        row.data["last_counter"] = counter
        row.save(update_fields=["data"])
        _audit(actor, account, "registry.add_second_factor", Type.TOTP)
        fresh = _codes_if_new(account)
    forget_try(key)
    return fresh


@transaction.atomic
def new_codes(*, actor: Actor) -> None:
    """Ten new recovery codes; the old ones stop working."""
    account = _locked_account(actor.account_id)
    if not factors(account.id):
        raise UserError(
            "还没有开两步登录", kept="什么也没有改。", next="先加一个动态码或通行密钥。", status=409
        )
    Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).delete()
    _audit(actor, account, "registry.new_recovery_codes", Type.RECOVERY_CODES)
    RecoveryCodes.activate(account)


def codes_of(actor: Actor) -> list[str]:
    """The recovery codes that were not used yet: shown once, right after they were made."""
    row = Authenticator.objects.filter(user_id=actor.account_id, type=Type.RECOVERY_CODES).first()
    return list(RecoveryCodes(row).get_unused_codes()) if row else []


@transaction.atomic
def remove(*, actor: Actor, factor_id: int) -> None:
    """Take one of the own factors away; the last one only where none is demanded."""
    account = _locked_account(actor.account_id)
    row = Authenticator.objects.filter(user=account, id=factor_id).exclude(type=Type.RECOVERY_CODES).first()
    if row is None:
        raise Denied("registry.remove_second_factor")
    left = factors(account.id).exclude(id=row.id)
    if not left.exists():
        if demanded(actor) is Demand.REQUIRED:
            raise UserError(
                "你的身份必须两步登录，这是最后一种",
                kept="什么也没有改。",
                next="先加另一种，再删这一种。",
                status=409,
            )
        Authenticator.objects.filter(user=account).delete()
    else:
        row.delete()
    _audit(actor, account, "registry.remove_second_factor", row.type)


def prove(*, account_id: UUID, code: str, address: str) -> None:
    """Take a code of the app, or a recovery code. Tries are counted per account and per address before the
    code is looked at; a code that was used already answers as a wrong one."""
    key = secrets.failure_key("second", str(account_id))
    left = limits.tries_left(note_try(key, limits.TRIES_PER_ACCOUNT), limits.TRIES_PER_ACCOUNT)
    note_address(address, limits.TRIES_PER_ADDRESS)
    given = unicodedata.normalize("NFKC", code)[:40]
    with transaction.atomic():
        used = _app_code(account_id, given) or _recovery_code(account_id, given)
        if used is not None:
            account = Account.objects.get(id=account_id)
            _audit(None, account, "registry.prove_second_factor", used.type)
    if used is None:
        raise UserError(
            f"这个码不对，或者已经用过了，还可以试{left}次。" if left else "试得太多了，请过15分钟再试。",
            field="code",
            status=422 if left else 429,
        )
    forget_try(key, address_key("address", address))


def factors(account_id: UUID) -> QuerySet[Authenticator]:
    """What opens a door by itself: an app or passkeys; recovery codes only replace one."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=account_id)
    return rows.exclude(type=Type.RECOVERY_CODES)


def demanded(actor: Actor) -> Demand:
    """Whether the actor's roles need a second factor today."""
    today = time.today()
    return demand(sign_in_rules(today), settings.SECOND_FACTOR, actor.roles, today)


def keep_passkey(*, actor: Actor, name: str, credential: dict[str, object]) -> bool:
    """Keep a passkey whose making was checked already (`passkeys.made`). Returns whether recovery codes were
    made with it."""
    with transaction.atomic():
        account = _locked_account(actor.account_id)
        rows = Authenticator.objects.filter(user=account, type=Type.WEBAUTHN)
        if rows.count() >= MAX_PASSKEYS:
            raise UserError(
                f"最多{MAX_PASSKEYS}把通行密钥", kept="原来的都还能用。", next="先删掉不用的。", status=409
            )
        Authenticator.objects.create(
            user=account, type=Type.WEBAUTHN, data={"name": name[:40], "credential": credential}
        )
        _audit(actor, account, "registry.add_second_factor", Type.WEBAUTHN)
        return _codes_if_new(account)


def note_passkey_used(factor: Authenticator) -> None:
    """A passkey opened the door or proved its owner."""
    with transaction.atomic():
        factor.last_used_at = time.now()
        factor.save(update_fields=["last_used_at"])
        _audit(None, factor.user, "registry.prove_second_factor", factor.type)


def _app_code(account_id: UUID, code: str) -> Authenticator | None:
    row = Authenticator.objects.select_for_update().filter(user_id=account_id, type=Type.TOTP).first()
    if row is None:
        return None
    counter = _counter_of(decrypt(row.data["secret"]), code, after=row.data.get("last_counter", 0))
    if counter is None:
        return None
    row.data["last_counter"] = counter
    row.last_used_at = time.now()
    row.save(update_fields=["data", "last_used_at"])
    return row


def _recovery_code(account_id: UUID, code: str) -> Authenticator | None:
    row = Authenticator.objects.filter(user_id=account_id, type=Type.RECOVERY_CODES).first()
    if row is None or not RecoveryCodes(row).validate_code(code):
        return None
    Authenticator.objects.filter(id=row.id).update(last_used_at=time.now())
    return row


def _counter_of(secret: str, code: str, *, after: int) -> int | None:
    """The half minute whose code this is; None for a wrong code and for one not later than `after`."""
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_user_code(actual=code, expected=expected):
            return int(counter)
    return None


def _codes_if_new(account: Account) -> bool:
    if Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).exists():
        return False
    RecoveryCodes.activate(account)
    return True


def _locked_account(account_id: UUID) -> Account:
    return Account.objects.select_for_update().get(id=account_id)


def _audit(actor: Actor | None, account: Account, verb: str, kind: str) -> None:
    audit.write(actor, verb, thing="account", thing_id=account.id, scope_path="", detail={"kind": kind})
