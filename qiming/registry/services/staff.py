"""Staff: accounts, who works where, who teaches which class, passwords."""

from datetime import date
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import random_code
from qiming.registry.access import TABLE
from qiming.registry.models import (
    Account,
    AccountNotice,
    Employment,
    Organisation,
    Person,
    RoleGrant,
    Session,
)
from qiming.registry.queries.people import in_force
from qiming.registry.rules import passwords as rules
from qiming.registry.rules.roster_rows import clean_name, name_problem
from qiming.registry.rules.usernames import checked_form
from qiming.registry.services import alliances
from qiming.registry.services.common import INSTALLATION, LOCKING, load_place
from qiming.registry.types import ROLE_HELD_AT, TAUGHT_KINDS, Help, OrgKind, Role


@transaction.atomic
def create_staff(
    *,
    actor: Actor | None,
    place_id: UUID,
    name: str,
    username: str,
    password: str | None = None,
    hashed: str = "",
    is_synthetic: bool = False,
) -> tuple[UUID, str]:
    """Make an account for somebody who works at a school (or, by the installation, at a city or district
    body). Returns the person's id and the first password, which must be changed at the first sign-in.

    A `password` given by the installation is kept as it is; `hashed` is its hash, where many get the same one.
    """
    place = _place(actor, place_id)
    name = clean_name(name)
    if (reason := name_problem(name)) is not None:
        raise UserError(reason if name else "姓名还没有填", kept="没有建账号。", field="name")
    username = checked_form(username)
    first = password or _first_password()
    person = Person.objects.create(name=name, is_synthetic=is_synthetic)
    account = Account(
        kind=Account.Kind.STAFF, username=username, person=person, must_change_password=password is None
    )
    account.password = hashed or make_password(first)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise _taken(username) from error
    if place.kind == OrgKind.SCHOOL:
        Employment.objects.create(person=person, school=place, scope_path=place.scope_path)
    audit.write(
        actor, "registry.create_staff", thing="account", thing_id=account.id, scope_path=place.scope_path
    )
    return person.id, first


@transaction.atomic
def appoint(
    *, actor: Actor | None, person_id: UUID, role: Role, place_id: UUID, ends_on: date | None = None
) -> UUID:
    """Give somebody a role at a place, until `ends_on` when given. A school administrator appoints at the own
    school only; city and district officers are appointed by the installation. A role never outlasts the
    employment at its school."""
    kinds = TAUGHT_KINDS if role is Role.TEACHER else (ROLE_HELD_AT[role],)
    place = load_place(actor, "registry.manage_staff", place_id, *kinds)
    if actor is not None:
        work = _employed(person_id, place if place.kind == OrgKind.SCHOOL else _school_above(place))
        ends_on = min(filter(None, (ends_on, work.ends_on)), default=None)
    held = RoleGrant.objects.unscoped(INSTALLATION).filter(
        in_force(time.today()), person_id=person_id, role=role.value, organisation=place
    )
    grant = held.first()
    made = grant is None
    if grant is None:
        grant = RoleGrant.objects.create(
            person_id=person_id,
            role=role.value,
            organisation=place,
            scope_path=place.scope_path,
            ends_on=ends_on,
        )
    if made:
        audit.write(
            actor,
            "registry.appoint",
            thing="role_grant",
            thing_id=grant.id,
            scope_path=place.scope_path,
            detail={"role": role.value},
        )
    return grant.id


def assign_teacher(
    *, actor: Actor | None, person_id: UUID, class_id: UUID, ends_on: date | None = None
) -> UUID:
    """Let somebody of the school teach a class or a teaching group, from today on."""
    return appoint(actor=actor, person_id=person_id, role=Role.TEACHER, place_id=class_id, ends_on=ends_on)


@transaction.atomic
def end_grant(*, actor: Actor, grant_id: UUID) -> None:
    """Take a role back; it reaches nothing from this moment on."""
    grant = TABLE.load(
        actor,
        "registry.manage_staff",
        RoleGrant.objects.unscoped(INSTALLATION).filter(in_force(time.today())),
        id=grant_id,
    )
    if grant.person_id == actor.person_id and grant.role == Role.SCHOOL_ADMIN:
        raise UserError(
            "不能收回自己的管理员身份", kept="什么也没有改。", next="请另一位管理员来收回。", status=409
        )
    _end([grant], actor)


@transaction.atomic
def end_employment(*, actor: Actor, person_id: UUID, school_id: UUID) -> None:
    """Somebody leaves the school: roles there end; without any other school the account is closed."""
    school = load_place(actor, "registry.manage_staff", school_id, OrgKind.SCHOOL)
    if person_id == actor.person_id:
        raise UserError("不能给自己办离校", kept="什么也没有改。", next="请另一位管理员来办。", status=409)
    _employed(person_id, school)
    now = in_force(time.today())
    Employment.objects.unscoped(LOCKING).filter(now, person_id=person_id, school=school).update(
        ends_on=time.today()
    )
    grants = RoleGrant.objects.unscoped(LOCKING).filter(
        now, person_id=person_id, scope_path__startswith=school.scope_path
    )
    _end(list(grants), actor)
    alliances.end_loans_of(person_id, school)
    elsewhere = Employment.objects.unscoped(LOCKING).filter(now, person_id=person_id).exists()
    if not elsewhere and not RoleGrant.objects.unscoped(LOCKING).filter(now, person_id=person_id).exists():
        Account.objects.filter(person_id=person_id).update(is_active=False)
        Session.objects.filter(account__person_id=person_id).delete()
    audit.write(
        actor, "registry.end_employment", thing="person", thing_id=person_id, scope_path=school.scope_path
    )


@transaction.atomic
def reset_password(*, actor: Actor, person_id: UUID) -> str:
    """Give somebody of the school a new first password; all their sessions end. Returns it, once.

    Of somebody who works at several schools only the first school does it: whoever sets the password could
    enter the other schools with it.
    """
    employed = Employment.objects.unscoped(INSTALLATION).filter(in_force(time.today()))
    employment = TABLE.load(actor, "registry.manage_staff", employed, person_id=person_id)
    if not TABLE.allows(actor, "registry.manage_staff", _home_employment(person_id)):
        raise UserError(
            "这位老师的账号由第一所任职的学校管",
            kept="密码没有改。",
            next="请老师找那所学校的管理员重设。",
            status=409,
        )
    above = (
        RoleGrant.objects.unscoped("nobody resets the password of an officer from a school")
        .filter(Q(role=Role.CITY_OFFICER) | Q(role=Role.DISTRICT_OFFICER), person_id=person_id)
        .filter(in_force(time.today()))
    )
    if above.exists():
        raise Denied("registry.manage_staff")
    account = Account.objects.select_for_update().get(person_id=person_id)
    fresh = _first_password()
    account.set_password(fresh)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    Session.objects.filter(account=account).delete()
    AccountNotice.objects.create(
        account=account, what=Help.RESET.value, reason="在“老师”那一页重设的", by_id=actor.person_id
    )
    audit.write(
        actor,
        "registry.reset_password",
        thing="account",
        thing_id=account.id,
        scope_path=employment.scope_path,
    )
    return fresh


def _home_employment(person_id: UUID) -> Employment:
    """The employment at the school that keeps this person's account: the first one that is not a loan."""
    rows = Employment.objects.unscoped(LOCKING).filter(in_force(time.today()), person_id=person_id)
    return rows.order_by(F("alliance_id").asc(nulls_first=True), "starts_on", "created_at")[0]


def checked_password(password: str, username: str) -> str:
    """`password` when it may be used; `UserError` naming everything that is wrong with it otherwise."""
    said = rules.password_problems(password, username=username, common=_common())
    if said:
        raise UserError("；".join(said), kept="密码没有改。", next="换一个再试。", field="new_password")
    return password


def checked_username(username: str) -> str:
    """A username in its kept form, when it may be used and is free."""
    username = checked_form(username)
    if Account.objects.filter(username=username).exists():
        raise _taken(username)
    return username


def _taken(username: str) -> UserError:
    return UserError(
        f"账号 {username} 已经有人用了", kept="没有建账号。", next="换一个账号名。", field="username"
    )


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _first_password() -> str:
    return "-".join(random_code(4).lower() for _ in range(3))


def _place(actor: Actor | None, place_id: UUID) -> Organisation:
    if actor is not None:
        return load_place(actor, "registry.manage_staff", place_id, OrgKind.SCHOOL)
    return Organisation.objects.unscoped(INSTALLATION).get(id=place_id)


def _school_above(place: Organisation) -> Organisation:
    return Organisation.objects.unscoped(LOCKING).get(children=place)


def _employed(person_id: UUID, school: Organisation) -> Employment:
    rows = Employment.objects.unscoped(LOCKING).filter(
        in_force(time.today()), person_id=person_id, school=school
    )
    work = rows.order_by(F("ends_on").desc(nulls_first=True)).first()
    if work is None:
        raise Denied("registry.manage_staff")
    return work


def _end(grants: list[RoleGrant], actor: Actor) -> None:
    for grant in grants:
        grant.ends_on = time.today()
        grant.save(update_fields=["ends_on"])
        audit.write(
            actor,
            "registry.end_grant",
            thing="role_grant",
            thing_id=grant.id,
            scope_path=grant.scope_path,
            detail={"role": grant.role},
        )
