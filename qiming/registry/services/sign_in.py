"""Signing in: by password, by class card and pictures, by seat and pictures during a period."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from qiming.kernel import audit, time
from qiming.kernel.addresses import neighbourhood
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import joining, secrets
from qiming.registry.models import Account, ClassCard, Session, SignInFailure
from qiming.registry.queries.people import in_force, pupils_of
from qiming.registry.queries.places import org, school_of
from qiming.registry.rules import passwords as rules
from qiming.registry.rules.usernames import folded_username
from qiming.registry.services.staff import checked_password
from qiming.registry.types import JoinTarget

_NOBODY_YET = "nobody is signed in yet: the card itself is the right"


@dataclass(frozen=True, slots=True)
class CardFace:
    """What a card that was shown says about its holder, and whether it is locked."""

    card_id: UUID
    name: str
    seat_no: int
    class_name: str
    school_name: str
    is_locked: bool


def by_password(*, username: str, password: str, address: str) -> Account:
    """The account of somebody who knows its password; `UserError` in the same words for a wrong password
    and for an account that does not exist. Tries are counted before the password is looked at."""
    folded = folded_username(username)
    keys = (secrets.failure_key("account", folded), address_key("address", address))
    failures = note_try(keys[0], rules.TRIES_PER_ACCOUNT)
    note_try(keys[1], rules.TRIES_PER_ADDRESS)
    account = Account.objects.select_related("person").filter(username=folded).first()
    if account is None or not account.is_active:
        make_password(password)  # takes as long as a real check
        right = False
    else:
        right = account.check_password(password)
    if not right or account is None:
        left = rules.tries_left(failures, rules.TRIES_PER_ACCOUNT)
        if not left:
            raise _locked(rules.LOCK.seconds // 60)
        raise UserError(
            f"账号或密码不对，还可以试{left}次。", kept="账号替你留着。", field="password", status=422
        )
    forget_try(*keys)
    audit.write(None, "registry.sign_in", thing="account", thing_id=account.id, scope_path="")
    return account


def change_password(*, account_id: UUID, old: str, new: str, keep_session: str) -> Account:
    """Change the own password; every other session of the account ends."""
    key = secrets.failure_key("change", str(account_id))
    failures = note_try(key, rules.TRIES_PER_ACCOUNT)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account_id)
        if not account.check_password(old):
            left = rules.tries_left(failures, rules.TRIES_PER_ACCOUNT)
            raise UserError(f"原来的密码不对，还可以试{left}次。", kept="密码没有改。", field="old_password")
        if old == new:
            raise UserError("新密码和原来的一样", kept="密码没有改。", field="new_password")
        account.set_password(checked_password(new, account.username or ""))
        account.must_change_password = False
        account.save(update_fields=["password", "must_change_password"])
        Session.objects.filter(account=account).exclude(session_key=keep_session).delete()
        audit.write(None, "registry.change_password", thing="account", thing_id=account.id, scope_path="")
    forget_try(key)
    return account


def prove_again(*, account_id: UUID, password: str) -> None:
    """The password once more, of somebody signed in; counted like a try at the door."""
    key = secrets.failure_key("again", str(account_id))
    left = rules.tries_left(note_try(key, rules.TRIES_PER_ACCOUNT), rules.TRIES_PER_ACCOUNT)
    account = Account.objects.get(id=account_id)
    if not account.has_usable_password() or not account.check_password(password):
        raise UserError(f"密码不对，还可以试{left}次。", field="password")
    forget_try(key)


def by_token(token: str) -> CardFace:
    """Whose card carries this token."""
    cards = ClassCard.objects.unscoped(_NOBODY_YET)
    card = cards.filter(token_hash=secrets.token_hash(token)).first() if len(token) <= 64 else None
    if card is None:
        raise UserError("这张班级卡用不了了", next="可能换过新卡。请老师看一看，重新打一张。", status=404)
    return face(card.id)


def face(card_id: UUID) -> CardFace:
    """What the card says; refused when its holder is in no class any more."""
    card = ClassCard.objects.unscoped(_NOBODY_YET).filter(id=card_id).first()
    pupil = _pupil_of(card) if card else None
    if card is None or pupil is None:
        raise UserError("这张班级卡用不了了", next="名单里没有这位同学了。请老师看一看。", status=404)
    seat_no, name, class_id, path = pupil
    return CardFace(
        card.id, name, seat_no, org(class_id).name, school_of(path).name, card.locked_at is not None
    )


def join_target(code: str, address: str) -> JoinTarget | None:
    """Where a join code leads. Wrong codes are counted per address, right ones are not: a whole school comes
    in at the same minute, but four digits must not be guessed."""
    key = address_key("code", address)
    refuse_locked(key)
    target = joining.resolve(code)
    if target is None:
        note_try(key, rules.WRONG_CODES_PER_ADDRESS)
    return target


def card_of_seat(class_id: UUID, seat_no: int) -> UUID:
    """The card of whoever sits on this seat: for pupils who typed the code on the board."""
    pupil = next((p for p in pupils_of(class_id) if p.seat_no == seat_no), None)
    cards = ClassCard.objects.unscoped(_NOBODY_YET)
    card = cards.filter(person_id=pupil.id).first() if pupil else None
    if card is None:
        raise UserError("没有这个座号", next="看看自己的座号，或请老师帮忙。", status=404)
    return card.id


def by_pictures(*, card_id: UUID, pictures: list[str], address: str) -> Account:
    """The account of the card's holder when the three pictures are right. After five wrong ones the card is
    locked until the teacher gives new pictures; wrong ones are counted per address too, so that nobody goes
    through a whole class seat by seat."""
    key = address_key("pictures", address)
    refuse_locked(key)
    left = 0
    account: Account | None = None
    with transaction.atomic():
        card = ClassCard.objects.unscoped(_NOBODY_YET).select_for_update().get(id=card_id)
        if card.locked_at is None:
            wanted = secrets.pin_pictures(card.id, card.pin_serial)
            if secrets.same_pictures(pictures, wanted):
                account = _enter(card)
            else:
                left = _wrong_pictures(card)
    if account is not None:
        return account
    note_try(key, rules.WRONG_PICTURES_PER_ADDRESS)
    if left:
        raise UserError(f"不是这三个小图，还可以试{left}次", next="想一想，再点一次。", field="pictures")
    raise UserError(
        "错了五次，先锁上了",
        kept="你的作业和作品都在。",
        next="请老师重发三个小图。",
        field="pictures",
        status=423,
    )


def _enter(card: ClassCard) -> Account:
    if card.wrong_tries:
        card.wrong_tries = 0
        card.save(update_fields=["wrong_tries"])
    return Account.objects.get(person_id=card.person_id, is_active=True)


def _wrong_pictures(card: ClassCard) -> int:
    card.wrong_tries += 1
    left = rules.tries_left(card.wrong_tries, rules.CARD_TRIES)
    if not left:
        card.locked_at = time.now()
        audit.write(
            None, "registry.lock_card", thing="class_card", thing_id=card.id, scope_path=card.scope_path
        )
    card.save(update_fields=["wrong_tries", "locked_at"])
    return left


def _pupil_of(card: ClassCard) -> tuple[int, str, UUID, str] | None:
    row = (
        card.person.memberships.unscoped(_NOBODY_YET)
        .filter(in_force(time.today()))
        .values_list("seat_no", "person__name", "class_group_id", "scope_path")
        .first()
    )
    return row or None


_COUNT_TRY = """
    INSERT INTO registry_signinfailure AS f (id, created_at, key, failures, window_started_at, locked_until)
    VALUES (%(id)s, %(now)s, %(key)s, 1, %(now)s, NULL)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN f.window_started_at <= %(old)s AND coalesce(f.locked_until <= %(now)s, true)
                        THEN 1 ELSE f.failures + 1 END,
        window_started_at = CASE WHEN f.window_started_at <= %(old)s AND coalesce(f.locked_until <= %(now)s, true)
                                 THEN %(now)s ELSE f.window_started_at END,
        locked_until = CASE WHEN f.window_started_at <= %(old)s AND coalesce(f.locked_until <= %(now)s, true)
                            THEN NULL
                            WHEN f.failures + 1 >= %(allowed)s THEN coalesce(f.locked_until, %(until)s) END
    RETURNING f.failures, f.locked_until
"""


def note_try(key: str, allowed: int) -> int:
    """Count a try before it is judged, so that tries at the same time count too; refuse when there were
    too many. Returns how many there were in this window."""
    now = time.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT_TRY,
            {
                "id": new_id(),
                "now": now,
                "key": key,
                "old": now - rules.WINDOW,
                "allowed": allowed,
                "until": now + rules.LOCK,
            },
        )
        failures, locked_until = cursor.fetchone()
    if failures > allowed:
        raise _locked(rules.minutes_until(locked_until or now, now))
    return int(failures)


def note_address(address: str, allowed: int) -> None:
    """Count a try of this neighbourhood (in IPv6 a household or school has a /64)."""
    note_try(address_key("address", address), allowed)


def address_key(kind: str, address: str) -> str:
    """The key under which tries from an address are counted."""
    return secrets.failure_key(kind, neighbourhood(address))


def refuse_locked(key: str) -> None:
    """Refuse when there were too many tries, without counting this one."""
    now = time.now()
    until = SignInFailure.objects.filter(key=key, locked_until__gt=now).values_list("locked_until", flat=True)
    if locked_until := until.first():
        raise _locked(rules.minutes_until(locked_until, now))


def forget_try(*keys: str) -> None:
    SignInFailure.objects.filter(key=keys[0]).delete()
    for key in keys[1:]:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE registry_signinfailure SET failures = greatest(failures - 1, 0), locked_until = NULL "
                "WHERE key = %s",
                [key],
            )


def _locked(minutes: int) -> UserError:
    return UserError(f"试得太多了，请过{minutes}分钟再试。", field="password", status=429)
