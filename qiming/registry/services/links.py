"""Links between an account here and an outside account: made once by its owner, never by comparing names."""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import secrets
from qiming.registry.models import Account, ClassMembership, Organisation
from qiming.registry.oidc import Arrival, Provider
from qiming.registry.queries.places import school_of
from qiming.registry.services.common import INSTALLATION
from qiming.registry.services.sign_in import note_try

_TRIES = 10


def account_of(arrival: Arrival) -> Account | None:
    """Whose account an outside account is linked to; None when to nobody's (any more)."""
    link = (
        SocialAccount.objects.filter(provider=arrival.provider.key, uid=arrival.digest)
        .select_related("user__person")
        .first()
    )
    if link is None:
        return None
    if not link.user.is_active or link.user.kind not in arrival.provider.kinds:
        raise UserError("这个账号停用了", kept="你做过的都还在。", next="请学校管理员看一看。", status=403)
    SocialAccount.objects.filter(id=link.id).update(last_login=time.now())
    audit.write(None, "registry.sign_in", thing="account", thing_id=link.user_id, scope_path="")
    owner: Account = link.user
    return owner


def link(*, actor: Actor, provider: Provider, digest: str) -> None:
    """Link the actor's account. One outside account belongs to one person, one person has one per provider."""
    note_try(secrets.failure_key("link", str(actor.account_id)), _TRIES)
    account = Account.objects.get(id=actor.account_id)
    _check_fits(actor, account, provider)
    known = SocialAccount.objects.filter(provider=provider.key)
    if known.filter(uid=digest).exclude(user=account).exists():
        raise UserError(
            f"这个{provider.name}账号已经连到别人了",
            kept="什么也没有改。",
            next="是你的账号，就请学校管理员解开原来的；不是，请在那边退出，换成自己的再来。",
            status=409,
        )
    if known.filter(user=account).exclude(uid=digest).exists():
        raise UserError(
            f"你已经连了另一个{provider.name}账号",
            kept="原来的还能用。",
            next="要换，先在“我的账号”里解开原来的。",
            status=409,
        )
    try:
        with transaction.atomic():
            _, made = SocialAccount.objects.get_or_create(
                provider=provider.key, uid=digest, defaults={"user": account}
            )
            if made:
                _audit(actor, account, "registry.link_outside", provider.key)
    except IntegrityError as error:  # two browsers at the same moment
        raise UserError("正在连，请再点一次", kept="什么也没有改。", status=409) from error


@transaction.atomic
def unlink(*, actor: Actor, key: str) -> None:
    """Take one of the own links away; the way the account had before stays."""
    account = Account.objects.get(id=actor.account_id)
    gone, _ = SocialAccount.objects.filter(user=account, provider=key).delete()
    if not gone:
        raise Denied("registry.unlink_outside")
    _audit(actor, account, "registry.unlink_outside", key)


def _check_fits(actor: Actor, account: Account, provider: Provider) -> None:
    if account.kind not in provider.kinds:
        raise UserError(
            f"{provider.name}不给{Account.Kind(account.kind).label}用", kept="什么也没有改。", status=409
        )
    if provider.school and provider.school not in _schools(actor):
        raise UserError(
            f"{provider.name}只给那所学校的人用", kept="什么也没有改。", next="换一种登录方式。", status=409
        )


def _schools(actor: Actor) -> set[str]:
    """The codes of the schools at which the actor (or a ward) is."""
    paths = [grant.scope_path for grant in actor.grants]
    rows = ClassMembership.objects.unscoped(INSTALLATION).filter(person_id__in=actor.wards, ends_on=None)
    paths += list(rows.values_list("scope_path", flat=True))
    ids = {school_of(path).id for path in paths if path.count("/") > 2}
    codes = Organisation.objects.unscoped(INSTALLATION).filter(id__in=ids)
    return {code for code in codes.values_list("official_code", flat=True) if code}


def _audit(actor: Actor, account: Account, verb: str, key: str) -> None:
    audit.write(actor, verb, thing="account", thing_id=account.id, scope_path="", detail={"provider": key})
