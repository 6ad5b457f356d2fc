"""Giving a certificate: signed in both forms, entered in the list, told in the audit trail, in one transaction."""

import calendar
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from qiming.credentials.addresses import absolute
from qiming.credentials.models import Achievement, Certificate, Issuer
from qiming.credentials.queries.given import issued
from qiming.credentials.rules import documents, proof, token
from qiming.credentials.services import keys, lists
from qiming.credentials.types import About, AchievementSaid, Evidence, Issued, Recipient, RecipientKind
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import PATH_STEP, random_code
from qiming.registry import queries as registry

_WHY = "whoever gives a certificate may see whether it was given"


def issue(
    *,
    actor: Actor | None,
    achievement: str,
    by: UUID,
    to: Recipient,
    about: About,
    evidence: Sequence[Evidence] = (),
    decided_by: UUID | None = None,
) -> Issued:
    """Give the current version of an achievement to a recipient in the name of the place `by`.

    The caller decides who may (a workflow, a guard of its own room); this room signs. Given again for the same thing,
    the certificate that holds is returned. `decided_by` is the person who decided, where a move of a case gives it. Raises `UserError` for an achievement nobody defined.
    """
    kind = Achievement.objects.filter(key=achievement, is_current=True).first()
    if kind is None:
        raise UserError("没有这种证书", kept="什么也没有颁发。", next="请运维核对 content/achievements。")
    wish = (to, about, evidence)
    try:
        with transaction.atomic():
            return issued(
                _existing(achievement, to, about) or _make(actor, kind, keys.issuer_of(by), wish, decided_by)
            )
    except IntegrityError:  # somebody else gave the same one in this moment
        found = _existing(achievement, to, about)
        if found is None:
            raise
        return issued(found)


def _existing(achievement: str, to: Recipient, about: About) -> Certificate | None:
    rows = Certificate.objects.unscoped(_WHY).select_related("achievement")
    return rows.filter(
        achievement__key=achievement, recipient_id=to.id, about_id=about.id, revoked_at=None
    ).first()


def _make(
    actor: Actor | None,
    kind: Achievement,
    issuer: Issuer,
    wish: tuple[Recipient, About, Sequence[Evidence]],
    decided_by: UUID | None,
) -> Certificate:
    (to, about, evidence), said = wish, AchievementSaid(**kind.body)
    listed, index = lists.take_place(issuer)
    since = time.now().replace(microsecond=0)
    made = Certificate(
        code=random_code(keys.CODE_LENGTH, PATH_STEP),
        issuer=issuer,
        achievement=kind,
        scope_path=_path_of(to),
        recipient_kind=to.kind,
        recipient_id=to.id,
        about_kind=about.kind,
        about_id=about.id,
        about_title=about.title[:120],
        status_list=listed,
        status_index=index,
        issued_by=actor.person_id if actor else decided_by,
        valid_from=since,
        valid_until=_months_later(since, said.valid_months) if said.valid_months else None,
    )
    _sign(made, said, to, evidence)
    made.save()
    audit.write(
        actor,
        "credentials.issue",
        thing="certificate",
        thing_id=made.id,
        scope_path=made.scope_path,
        detail={"achievement": kind.key, "about": about.kind, "digest": kind.digest},
    )
    return made


def _sign(made: Certificate, said: AchievementSaid, to: Recipient, evidence: Sequence[Evidence]) -> None:
    """Fill in the document and the token."""
    parts = documents.Parts(
        url=absolute("credentials.certificate", made.code),
        issuer_url=made.issuer.url,
        issuer_name=made.issuer.name,
        achievement_url=absolute("credentials.achievement", made.achievement.digest),
        achievement=said,
        about=made.about_title,
        subject=uuid4().urn,
        identity=_identity(to),
        list_url=absolute("credentials.status", made.status_list.code),
        index=made.status_index,
        since=made.valid_from,
        until=made.valid_until,
        evidence=[(uuid4().urn, one) for one in evidence],
    )
    document = documents.credential(parts)
    key, method = keys.proof_key(made.issuer)
    made.document = proof.sign(document, key, method=method, at=made.valid_from)
    whole, kid = keys.token_key(made.issuer)
    made.token = token.sign(document, whole, kid=kid, since=made.valid_from, until=made.valid_until)


def _identity(to: Recipient) -> dict[str, object]:
    if to.kind is RecipientKind.ORGANISATION:
        return documents.of_organisation(registry.org(to.id).name)
    return documents.of_person(str(to.id), secrets.token_hex(16))


def _path_of(to: Recipient) -> str:
    return registry.org(to.id).path if to.kind is RecipientKind.ORGANISATION else registry.last_path_of(to.id)


def _months_later(since: datetime, months: int) -> datetime:
    """The same moment some months on; the last day of a shorter month."""
    count = since.month - 1 + months
    year, month = since.year + count // 12, count % 12 + 1
    return since.replace(year=year, month=month, day=min(since.day, calendar.monthrange(year, month)[1]))
