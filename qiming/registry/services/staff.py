"""Staff: accounts, who works where, who teaches which class, passwords."""

import re
import unicodedata
from functools import cache
from uuid import UUID

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.db import IntegrityError, transaction
from django.db.models import Q

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import random_code
from qiming.registry.access import TABLE
from qiming.registry.models import Account, Employment, Organisation, Person, RoleGrant, Session
from qiming.registry.rules import passwords as rules
from qiming.registry.rules.roster_rows import clean_name, name_problem
from qiming.registry.services.common import INSTALLATION, LOCKING, load_place
from qiming.registry.types import ROLE_HELD_AT, OrgKind, Role

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")


@transaction.atomic
def create_staff(
    *,
    actor: Actor | None,
    place_id: UUID,
    name: str,
    username: str,
    password: str | None = None,
    is_synthetic: bool = False,
) -> tuple[UUID, str]:
    """Make an account for somebody who works at a school (or, by the installation, at a city or district
    body). Returns the person's id and the first password, which must be changed at the first sign-in.

    A `password` given by the installation is kept as it is.
    """
    place = _place(actor, place_id)
    name = clean_name(name)
    if (reason := name_problem(name)) is not None:
        raise UserError(reason if name else "姓名还没有填", kept="没有建账号。", field="name")
    username = _checked_username(username)
    first = password or _first_password()
    person = Person.objects.create(name=name, is_synthetic=is_synthetic)
    account = Account(
        kind=Account.Kind.STAFF, username=username, person=person, must_change_password=password is None
    )
    account.set_password(first)
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
def appoint(*, actor: Actor | None, person_id: UUID, role: Role, place_id: UUID) -> UUID:
    """Give somebody a role at a place. A school administrator appoints at the own school only; city and
    district officers are appointed by the installation."""
    kinds = ROLE_HELD_AT[role]
    place = load_place(actor, "registry.manage_staff", place_id, *kinds)
    if actor is not None:
        _employed(person_id, place if place.kind == OrgKind.SCHOOL else _school_above(place))
    grant, made = RoleGrant.objects.unscoped(INSTALLATION).get_or_create(
        person_id=person_id,
        role=role.value,
        organisation=place,
        ends_on=None,
        defaults={"scope_path": place.scope_path},
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


def assign_teacher(*, actor: Actor | None, person_id: UUID, class_id: UUID) -> UUID:
    """Let somebody of the school teach a class or a teaching group, from today on."""
    return appoint(actor=actor, person_id=person_id, role=Role.TEACHER, place_id=class_id)


@transaction.atomic
def end_grant(*, actor: Actor, grant_id: UUID) -> None:
    """Take a role back; it reaches nothing from this moment on."""
    grant = TABLE.load(
        actor,
        "registry.manage_staff",
        RoleGrant.objects.unscoped(INSTALLATION).filter(ends_on=None),
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
    Employment.objects.unscoped(LOCKING).filter(person_id=person_id, school=school, ends_on=None).update(
        ends_on=time.today()
    )
    grants = RoleGrant.objects.unscoped(LOCKING).filter(
        person_id=person_id, scope_path__startswith=school.scope_path, ends_on=None
    )
    _end(list(grants), actor)
    elsewhere = Employment.objects.unscoped(LOCKING).filter(person_id=person_id, ends_on=None).exists()
    if not elsewhere and not RoleGrant.objects.unscoped(LOCKING).filter(person_id=person_id, ends_on=None):
        Account.objects.filter(person_id=person_id).update(is_active=False)
        Session.objects.filter(account__person_id=person_id).delete()
    audit.write(
        actor, "registry.end_employment", thing="person", thing_id=person_id, scope_path=school.scope_path
    )


@transaction.atomic
def reset_password(*, actor: Actor, person_id: UUID) -> str:
    """Give somebody of the school a new first password; all their sessions end. Returns it, once."""
    employed = Employment.objects.unscoped(INSTALLATION).filter(ends_on=None)
    employment = TABLE.load(actor, "registry.manage_staff", employed, person_id=person_id)
    above = RoleGrant.objects.unscoped("nobody resets the password of an officer from a school").filter(
        Q(role=Role.CITY_OFFICER) | Q(role=Role.DISTRICT_OFFICER), person_id=person_id, ends_on=None
    )
    if above.exists():
        raise Denied("registry.manage_staff")
    account = Account.objects.select_for_update().get(person_id=person_id)
    fresh = _first_password()
    account.set_password(fresh)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    Session.objects.filter(account=account).delete()
    audit.write(
        actor,
        "registry.reset_password",
        thing="account",
        thing_id=account.id,
        scope_path=employment.scope_path,
    )
    return fresh


def checked_password(password: str, username: str) -> str:
    """`password` when it may be used; `UserError` naming everything that is wrong with it otherwise."""
    said = rules.password_problems(password, username=username, common=_common())
    if said:
        raise UserError("；".join(said), kept="密码没有改。", next="换一个再试。", field="new_password")
    return password


def checked_username(username: str) -> str:
    """A username in its kept form, when it may be used and is free."""
    username = _checked_username(username)
    if Account.objects.filter(username=username).exists():
        raise _taken(username)
    return username


def folded_username(username: str) -> str:
    """What somebody typed, as usernames are kept."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def _checked_username(username: str) -> str:
    folded = folded_username(username)
    if not _USERNAME.fullmatch(folded):
        raise UserError(
            "账号要用小写字母开头，3到32个字母、数字、点、横线", kept="没有建账号。", field="username"
        )
    return folded


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


def _employed(person_id: UUID, school: Organisation) -> None:
    rows = Employment.objects.unscoped(LOCKING).filter(person_id=person_id, school=school, ends_on=None)
    if not rows.exists():
        raise Denied("registry.manage_staff")


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
