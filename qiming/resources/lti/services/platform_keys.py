"""The platform's own keys: which one signs, which are public, and the change from one to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.resources.access import TABLE
from qiming.resources.lti.access import KEEP
from qiming.resources.lti.models import LtiKey
from qiming.resources.lti.protocol import keys, tokens
from qiming.resources.lti.protocol.names import Plain
from qiming.resources.lti.sealing import seal, unseal

# Tools keep our key set for a while: the next key is public a day before it signs, the last one two days after.
AHEAD: Final = timedelta(days=1)
BEHIND: Final = timedelta(days=2)
FIRST: Final = 7_310_301  # advisory lock: who makes the first key


def public_set() -> Plain:
    """The key set tools check us by."""
    _some_key()
    return {"keys": [one.public for one in shown()]}


def shown() -> QuerySet[LtiKey]:
    """Keys that are public now, oldest first."""
    return LtiKey.objects.filter(Q(gone_after=None) | Q(gone_after__gt=time.now())).order_by(
        "signs_from", "id"
    )


def sign(claims: Plain) -> str:
    key = _some_key()
    return tokens.sign(claims, unseal(bytes(key.sealed)))


def _some_key() -> LtiKey:
    found = shown().filter(signs_from__lte=time.now()).last()
    if found is not None:
        return found
    with transaction.atomic():
        # Two first launches at once: the second waits here and finds the first one's key.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST])
        return shown().filter(signs_from__lte=time.now()).last() or _made(at_once=True)


def _made(*, at_once: bool) -> LtiKey:
    kid = new_id().hex
    private = keys.make(kid)
    starts = time.now() if at_once else time.now() + AHEAD
    return LtiKey.objects.create(
        kid=kid, sealed=seal(private), public=keys.public(private), signs_from=starts
    )


@transaction.atomic
def rotate(*, actor: Actor, at_once: bool = False) -> LtiKey:
    """A new key that signs from tomorrow; `at_once` when the old one may be known to somebody: it is gone now."""
    TABLE.require(actor, KEEP)
    _some_key()
    rows = LtiKey.objects.select_for_update()
    # In an emergency everything that is public goes, what waits to sign or is on its way out as well.
    still = Q(gone_after=None) | Q(gone_after__gt=time.now()) if at_once else Q(gone_after=None)
    old = list(rows.filter(still))
    if not at_once and any(one.signs_from > time.now() for one in old):
        raise UserError(
            "已经有一把新密钥等着接替",
            kept="没有再做一把。",
            next="它明天开始签名；等不及就选“马上换”。",
            status=409,
        )
    made = _made(at_once=at_once)
    for one in old:
        one.gone_after = time.now() if at_once else made.signs_from + BEHIND
        one.save(update_fields=["gone_after"])
    audit.write(
        actor,
        "resources.rotate_lti_key",
        thing="lti_key",
        thing_id=made.id,
        scope_path="",
        detail={"at_once": at_once},
    )
    return made
