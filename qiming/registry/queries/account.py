"""What an account's own pages show: ways in, sessions, notices, links, powers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import oidc
from qiming.registry.access import TABLE
from qiming.registry.actors import session_mark
from qiming.registry.models import (
    Account,
    AccountNotice,
    EmergencyPower,
    Guardianship,
    RoleGrant,
    Session,
)
from qiming.registry.queries.people import in_force, pupils_named
from qiming.registry.queries.places import workplace_of
from qiming.registry.types import HELP_NAMES, POWER_NAMES, ROLE_NAMES, Help, Power, PupilRef, Role

_OWN = "the actor's own rows"
_LISTED = "the caller loaded them through the access table"
Type = Authenticator.Type


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One second factor: what it is, since when, when it was last used."""

    id: int
    kind: str
    name: str
    since: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """An account's second factors."""

    lines: list[FactorLine]
    has_app: bool
    codes_left: int


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One place where an account is signed in; no address is kept or shown."""

    mark: str
    device: str
    way: str
    since: datetime | None
    seen: str
    is_this: bool
    with_second_factor: bool


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of the own, and until when."""

    role: str
    place: str
    since: date
    last_day: date | None
    is_over_soon: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Something others did to the account."""

    at: datetime
    what: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One outside sign-in that this account may use, and since when it is linked."""

    provider: oidc.Provider
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PowerLine:
    """One emergency power, as others look back on it."""

    id: UUID
    holder: str
    role: str
    power: str
    over: str
    reason: str
    starts: datetime
    ends: datetime
    is_open: bool
    is_own: bool
    reviewed: str
    reviewed_at: datetime | None
    may_review: bool
    may_end: bool


def factors(account_id: UUID) -> Factors:
    """The second factors of an account, oldest first."""
    rows = list(Authenticator.objects.filter(user_id=account_id).order_by("id"))
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    kinds = {Type.TOTP: "手机动态码", Type.WEBAUTHN: "通行密钥"}
    lines = [
        FactorLine(row.id, kinds[row.type], row.data.get("name", ""), row.created_at, row.last_used_at)
        for row in rows
        if row is not codes
    ]
    return Factors(
        lines=lines,
        has_app=any(row.type == Type.TOTP for row in rows),
        codes_left=len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
    )


def sessions(actor: Actor) -> list[SessionLine]:
    """Where the actor is signed in, this browser first, then by when they were used."""
    return _session_lines(actor.account_id, actor.session_id)


def session_count(person_id: UUID) -> int:
    """On how many browsers somebody is signed in."""
    return _alive().filter(account__person_id=person_id).count()


def roles(person_id: UUID) -> list[RoleLine]:
    """The roles somebody holds today, and their last days."""
    today = time.today()
    rows = RoleGrant.objects.unscoped(_OWN).filter(in_force(today), person_id=person_id)
    lines = []
    for row in rows.select_related("organisation").order_by("scope_path", "role"):
        last = row.ends_on - timedelta(days=1) if row.ends_on else None
        lines.append(
            RoleLine(
                role=ROLE_NAMES[Role(row.role)],
                place=row.organisation.name if row.role != Role.TEACHER else _with_school(row),
                since=row.starts_on,
                last_day=last,
                is_over_soon=last is not None and last - today <= timedelta(days=14),
            )
        )
    return lines


def unseen_notices(account_id: UUID) -> list[NoticeLine]:
    """What others did to an account since its owner last looked, oldest first."""
    rows = AccountNotice.objects.filter(account_id=account_id, seen_at=None).select_related("by")
    return [
        NoticeLine(
            row.created_at,
            HELP_NAMES[Help(row.what)],
            row.reason,
            row.by.name if row.by else "运维人员（在服务器上）",
        )
        for row in rows.order_by("created_at")
    ]


def links(account: Account) -> list[LinkLine]:
    """The outside sign-ins meant for people like this one."""
    known = oidc.providers()
    since = dict(
        SocialAccount.objects.filter(user=account, provider__in=known).values_list("provider", "date_joined")
    )
    return [
        LinkLine(one, since.get(one.key))
        for one in known.values()
        if account.kind in one.kinds or one.key in since
    ]


def children(actor: Actor) -> list[tuple[UUID, PupilRef, str]]:
    """(guardianship, child, relation) of the actor's own wards."""
    rows = list(
        Guardianship.objects.unscoped(_OWN).filter(in_force(time.today()), guardian_id=actor.person_id)
    )
    pupils = pupils_named([row.ward_id for row in rows])
    return [(row.id, pupils[row.ward_id], row.relation) for row in rows if row.ward_id in pupils]


def powers(actor: Actor, limit: int = 200) -> list[PowerLine]:
    """The emergency powers the actor may look back on, own ones included, latest first."""
    seen = EmergencyPower.objects.for_actor(actor, "registry.see_powers")
    return _power_lines(actor, seen.order_by("-starts_at")[:limit])


def own_open_powers(actor: Actor) -> list[PowerLine]:
    """What the actor holds right now, for the banner on every page."""
    rows = EmergencyPower.objects.unscoped(_OWN).filter(id__in=[one.id for one in actor.raised])
    return _power_lines(actor, rows.order_by("ends_at"))


def _power_lines(actor: Actor, rows: QuerySet[EmergencyPower]) -> list[PowerLine]:
    now = time.now()
    lines = []
    for row in rows.select_related("holder", "place", "subject", "reviewed_by"):
        own = row.holder_id == actor.person_id
        lines.append(
            PowerLine(
                id=row.id,
                holder=row.holder.name,
                role=ROLE_NAMES[Role(row.role)],
                power=POWER_NAMES[Power(row.power)],
                over=f"{row.place.name} {row.subject.name}" if row.subject else row.place.name,
                reason=row.reason,
                starts=row.starts_at,
                ends=row.ended_at or row.ends_at,
                is_open=row.ended_at is None and row.ends_at > now,
                is_own=own,
                reviewed=row.reviewed_by.name if row.reviewed_by else "",
                reviewed_at=row.reviewed_at,
                may_review=not own and TABLE.allows(actor, "registry.review_power", row),
                may_end=TABLE.allows(actor, "registry.end_power", row),
            )
        )
    return lines


def _with_school(row: RoleGrant) -> str:
    return f"{workplace_of(row.scope_path).name} {row.organisation.name}"


def _alive() -> QuerySet[Session]:
    rows: QuerySet[Session] = Session.objects.filter(expire_date__gt=time.now())
    return rows


def _session_lines(account_id: UUID, this: str) -> list[SessionLine]:
    now = time.now()
    lines = [
        SessionLine(
            mark=session_mark(row.session_key),
            device=row.device or "一台设备",
            way=Session.Way(row.way).label if row.way else "",
            since=row.started_at,
            seen=_coarse(row.seen_at, now),
            is_this=session_mark(row.session_key) == this,
            with_second_factor=row.has_second_factor,
        )
        for row in _awake(_alive().filter(account_id=account_id), now)
    ]
    return sorted(lines, key=lambda line: not line.is_this)


def _awake(rows: QuerySet[Session], now: datetime) -> Sequence[Session]:
    """Without those that have been idle for too long: they open nothing any more."""
    return [
        row
        for row in rows.order_by("-seen_at")
        if row.idle_minutes is None
        or row.seen_at is None
        or row.seen_at > now - timedelta(minutes=row.idle_minutes)
    ]


def _coarse(seen: datetime | None, now: datetime) -> str:
    """Roughly when: enough to know a session again, not enough to follow somebody."""
    if seen is None:
        return ""
    minutes = int((now - seen).total_seconds()) // 60
    if minutes < 15:
        return "刚刚"
    if minutes < 60:
        return "一小时内"
    return "几小时前" if time.local(seen).date() == time.local(now).date() else "昨天或更早"
