"""Bringing an account back to its owner: a new password, no second factor, the lock opened, sessions ended.

Always with a reason, an audit row, and a notice that its owner reads at the next sign-in.
"""

from collections.abc import Collection
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import F, QuerySet

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import random_code
from qiming.registry import secrets
from qiming.registry.access import TABLE
from qiming.registry.models import Account, AccountNotice, Employment, RoleGrant, Session, SignInFailure
from qiming.registry.queries.people import in_force
from qiming.registry.rules.recovery import may_recover
from qiming.registry.services.common import INSTALLATION
from qiming.registry.types import Help, Role

VERB = "registry.recover_account"
MAX_REASON = 200
# Kinds of locks that hold an account (and not an address).
_LOCKS = ("second", "second-add", "change", "link", "again")


def recover(*, actor: Actor | None, person_id: UUID, what: Collection[Help], reason: str) -> str:
    """Do what was asked to the account of somebody the actor answers for (None: the operator on the server).
    Returns the new first password, once; empty when none was asked for."""
    said = _reason(reason)
    if not what:
        raise UserError("还没有选要做什么", kept="什么也没有改。", field="what")
    with transaction.atomic():
        path = find_recoverable(actor, person_id) if actor else ""
        account = Account.objects.select_for_update().get(person_id=person_id)
        fresh = _new_password(account) if Help.RESET in what else ""
        if Help.SECOND_FACTOR in what:
            Authenticator.objects.filter(user=account).delete()
        if Help.LINKS in what:
            SocialAccount.objects.filter(user=account).delete()
        if Help.UNLOCK in what or Help.RESET in what:
            _unlock(account)
        # Whoever held the account before holds it no longer; opening a lock alone signs nobody out.
        if set(what) != {Help.UNLOCK}:
            Session.objects.filter(account=account).delete()
        for one in what:
            AccountNotice.objects.create(
                account=account, what=one.value, reason=said, by_id=actor.person_id if actor else None
            )
        audit.write(
            actor,
            VERB,
            thing="account",
            thing_id=account.id,
            scope_path=path,
            detail={"what": sorted(one.value for one in what), "reason": said},
        )
    return fresh


def find_recoverable(actor: Actor, person_id: UUID) -> str:
    """Where somebody whose account the actor may bring back works: the path of that place; `Denied` else."""
    if person_id == actor.person_id:
        raise Denied(VERB)
    held = set(_grants(person_id).values_list("role", flat=True))
    for path in _places(person_id):
        helper = {grant.role for grant in actor.grants if path.startswith(grant.scope_path)}
        if may_recover(helper & set(TABLE.row(VERB).reaches), held):
            return path
    raise Denied(VERB)


@transaction.atomic
def mark_told(*, actor: Actor) -> None:
    """The owner has read what others did to the account."""
    AccountNotice.objects.filter(account_id=actor.account_id, seen_at=None).update(seen_at=time.now())


def _grants(person_id: UUID) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.unscoped(INSTALLATION).filter(in_force(time.today()), person_id=person_id)


def _places(person_id: UUID) -> list[str]:
    """The schools somebody works at, then the places at which somebody is an officer, head or administrator."""
    works = Employment.objects.unscoped(INSTALLATION).filter(in_force(time.today()), person_id=person_id)
    # Of several schools the first that is not a loan keeps the account.
    home = works.order_by(F("alliance_id").asc(nulls_first=True), "starts_on", "created_at")[:1]
    officers = _grants(person_id).exclude(role__in=[Role.TEACHER, Role.CITY_OFFICER])
    return [*home.values_list("scope_path", flat=True), *officers.values_list("scope_path", flat=True)]


def _new_password(account: Account) -> str:
    if account.kind == Account.Kind.PUPIL:
        raise Denied(VERB)
    fresh = "-".join(random_code(4).lower() for _ in range(3))
    account.set_password(fresh)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    return fresh


def _unlock(account: Account) -> None:
    keys = [secrets.failure_key(kind, str(account.id)) for kind in _LOCKS]
    if account.username:
        keys.append(secrets.failure_key("account", account.username))
    SignInFailure.objects.filter(key__in=keys).delete()


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if len(said) < 4:
        raise UserError(
            "请写一句为什么", kept="什么也没有改。", next="本人下次登录会看到这句话。", field="reason"
        )
    if len(said) > MAX_REASON:
        raise UserError(f"原因最多{MAX_REASON}个字", kept="什么也没有改。", field="reason")
    return said
