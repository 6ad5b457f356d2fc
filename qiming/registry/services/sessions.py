"""Sessions: how long one lasts, who sees where an account is signed in, who ends it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.registry import joining
from qiming.registry.actors import build_actor, session_mark
from qiming.registry.defaults import sign_in_rules
from qiming.registry.models import Account, ClassMembership, Session
from qiming.registry.queries.calendar import slot_times
from qiming.registry.queries.people import in_force
from qiming.registry.rules import sign_in as rules
from qiming.registry.rules.devices import describe
from qiming.registry.services.common import load_membership

SEEN_EVERY = timedelta(minutes=10)
_OWN = "an account's own class says how long its school day is"


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody came in."""

    way: Session.Way
    user_agent: str = ""
    has_second_factor: bool = False


def begin(*, session_key: str, account: Account, entry: Entry) -> None:
    """Write into the session just opened how it began and when it ends. No address is kept."""
    now = time.now()
    today = sign_in_rules(time.local(now).date())
    is_pupil = account.kind == Account.Kind.PUPIL
    roles = [] if is_pupil else sorted(build_actor(account).roles)
    Session.objects.filter(session_key=session_key).update(
        way=entry.way,
        device=describe(entry.user_agent),
        started_at=now,
        seen_at=now,
        proven_at=now,
        has_second_factor=entry.has_second_factor,
        idle_minutes=rules.idle_minutes(today, roles),
        expire_date=rules.ends_at(today, account.kind, now, _school_day(account) if is_pupil else None),
        period_id=joining.live_period(account.person_id) if is_pupil else None,
    )


def note_seen(session_key: str) -> None:
    """The session is in use. Called for acts, not for what a page asks by itself; writes once in ten minutes."""
    now = time.now()
    Session.objects.filter(session_key=session_key, seen_at__lt=now - SEEN_EVERY).update(seen_at=now)


def note_proof(session_key: str, *, second_factor: bool) -> None:
    """Its owner has just proven again who they are."""
    changes: dict[str, object] = {"proven_at": time.now()}
    if second_factor:
        changes["has_second_factor"] = True
    Session.objects.filter(session_key=session_key).update(**changes)


@transaction.atomic
def end_own(*, actor: Actor, mark: str) -> bool:
    """End one of the own sessions; True when it was the one this is asked from."""
    for session in Session.objects.select_for_update().filter(account_id=actor.account_id):
        if session_mark(session.session_key) == mark:
            session.delete()
            _audit(actor, actor.account_id, "", {"ended": 1})
            return mark == actor.session_id
    raise Denied("registry.end_session")


@transaction.atomic
def end_others(*, actor: Actor) -> int:
    """End all own sessions but this one; returns how many."""
    keys = [
        key
        for key in Session.objects.filter(account_id=actor.account_id).values_list("session_key", flat=True)
        if session_mark(key) != actor.session_id
    ]
    ended: int = Session.objects.filter(session_key__in=keys).delete()[0]
    if ended:
        _audit(actor, actor.account_id, "", {"ended": ended})
    return ended


@transaction.atomic
def end_pupils(*, actor: Actor, person_id: UUID) -> int:
    """Sign a pupil out everywhere, for whoever may also give new pictures."""
    membership = load_membership(actor, "registry.reset_pin", person_id)
    account = Account.objects.get(person_id=person_id)
    ended: int = Session.objects.filter(account=account).delete()[0]
    _audit(actor, account.id, membership.scope_path, {"ended": ended})
    return ended


def end_with_period(period_id: UUID) -> int:
    """A live period is over: pupils who came in during it on devices of the class are signed out after the
    grace in which their tablets send what is left. In the caller's transaction; returns how many."""
    now = time.now()
    grace = timedelta(minutes=sign_in_rules(time.local(now).date()).after_period)
    rows = Session.objects.filter(Q(expire_date__gt=now + grace), period_id=period_id)
    return int(rows.update(expire_date=now + grace))


def _school_day(account: Account) -> rules.SchoolDay | None:
    """Today's lessons of the pupil's class; None at weekends and in no class."""
    today = time.today()
    rows = ClassMembership.objects.unscoped(_OWN).filter(in_force(today), person_id=account.person_id)
    class_id = rows.values_list("class_group_id", flat=True).first()
    if class_id is None or today.isoweekday() > 5:
        return None
    times = slot_times(class_id)
    if not times:
        return None
    first, last = times[0].starts, times[-1].ends
    return rules.SchoolDay(
        time.at_local(today, first.hour, first.minute), time.at_local(today, last.hour, last.minute)
    )


def _audit(actor: Actor, account_id: UUID, scope_path: str, detail: dict[str, int]) -> None:
    audit.write(
        actor,
        "registry.end_session",
        thing="account",
        thing_id=account_id,
        scope_path=scope_path,
        detail=detail,
    )
