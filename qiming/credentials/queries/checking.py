"""How a certificate stands: one of ours by its code, or whatever somebody brings. Nothing is fetched from anywhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from qiming.credentials.models import Certificate, Issuer, SigningKey
from qiming.credentials.rules import encoding, proof, reading, token
from qiming.credentials.types import AchievementSaid, Checked, Evidence, KeyKind, RecipientKind, Standing
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

_WHY = "whether a certificate holds is public"
CLOCKS_APART = timedelta(minutes=5)  # by how much the clocks of two machines of an installation may differ
NONE = UserError(
    "没有这张证书",
    kept="什么也没有改。",
    next="请核对网址有没有抄漏；网址没有错，就不是本平台颁发的证书。",
    status=404,
)


def by_code(code: str) -> Certificate:
    """The certificate of a public address; `UserError` (404) when there is none."""
    row = (
        Certificate.objects.unscoped(_WHY)
        .select_related("achievement", "issuer", "status_list")
        .filter(code=code)
        .first()
    )
    if row is None:
        raise NONE
    return row


def check_one(row: Certificate) -> Checked:
    """One of ours, its signature looked at again."""
    if not row.document:  # the holder's data were erased: what was signed isn't kept
        return _told(row, Standing.REVOKED)
    try:
        _check_proof(row.issuer, row.document)
    except proof.NotSound:
        return _told(row, Standing.BROKEN)
    return _told(row, _standing(row, time.now()))


def check_brought(data: bytes) -> Checked:
    """What somebody brings. Raises `reading.Unfit` when it is no certificate at all."""
    brought = reading.read(data)
    said = brought.document.get("issuer")
    url = said.get("id") if isinstance(said, dict) else said
    issuer = (
        Issuer.objects.unscoped("an issuer is public").filter(url=url).first()
        if isinstance(url, str)
        else None
    )
    if issuer is None:
        return _as_written(brought.document, Standing.OTHER_ISSUER)
    try:
        if brought.token:
            _check_token(issuer, brought)
        else:
            _check_proof(issuer, brought.document)
    except proof.NotSound:
        return _as_written(brought.document, Standing.BROKEN)
    return _ours(issuer, brought)


def _ours(issuer: Issuer, brought: reading.Brought) -> Checked:
    """A certificate whose signature holds: how the one in our records stands."""
    code = str(brought.document.get("id", "")).rstrip("/").rpartition("/")[2]
    row = (
        Certificate.objects.unscoped(_WHY)
        .select_related("achievement", "issuer", "status_list")
        .filter(code=code, issuer=issuer)
        .first()
    )
    if row is None:
        return _as_written(brought.document, Standing.GONE)
    # What means nothing (an empty list, a type no context knows) is not signed; here it is still not what was given.
    if row.document and _said(brought.document) != _said(row.document):
        return _as_written(brought.document, Standing.BROKEN)
    return _told(row, _standing(row, time.now()))


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


def _standing(row: Certificate, now: datetime) -> Standing:
    if row.revoked_at is not None:
        return Standing.REVOKED
    if row.valid_from > now + CLOCKS_APART:
        return Standing.NOT_YET
    if row.valid_until is not None and row.valid_until <= now:
        return Standing.EXPIRED
    return Standing.VALID


def _check_proof(issuer: Issuer, document: Mapping[str, Any]) -> None:
    """Raise `NotSound` unless one of the issuer's keys, retired or not, signed this."""
    address, _, public = proof.method_of(dict(document)).partition("#")
    key = SigningKey.objects.filter(issuer=issuer, kind=KeyKind.PROOF, public=public).first()
    if address != issuer.url or key is None:
        raise proof.NotSound("the key is none of the issuer's")
    proof.check(dict(document), encoding.from_multikey(key.public))


def _check_token(issuer: Issuer, brought: reading.Brought) -> None:
    public = token.named_by(issuer.url, brought.kid)
    key = SigningKey.objects.filter(issuer=issuer, kind=KeyKind.TOKEN, public=public).first()
    if key is None:
        raise proof.NotSound("the key is none of the issuer's")
    token.check(brought.token, token.jwk(key.public))


def _told(row: Certificate, standing: Standing) -> Checked:
    said = AchievementSaid(**row.achievement.body)
    to, note = _whom(row)
    return Checked(
        standing=standing,
        name=said.name,
        description=said.description,
        criteria=said.criteria,
        about=row.about_title,
        to=to,
        to_note=note,
        by=row.issuer.name,
        since=row.valid_from,
        until=row.valid_until,
        revoked_at=row.revoked_at,
        reason=row.reason,
        evidence=tuple(
            Evidence(one["name"], one.get("narrative", "")) for one in row.document.get("evidence", ())
        ),
        code=row.code,
    )


def _whom(row: Certificate) -> tuple[str, str]:
    """Whom it was given to, as everybody may read it, and why no more than that."""
    if row.recipient_id is None:
        return "", "持证人的信息已经依法删除。"
    if row.recipient_kind == RecipientKind.ORGANISATION:
        return str(row.document["credentialSubject"]["identifier"][0]["identityHash"]), ""
    if row.shows_name:
        return registry.persons_named([row.recipient_id]).get(row.recipient_id, ""), "姓名由本人决定公开。"
    return "一名个人", "姓名不公开；持证人可以自己登录，当面打开这一页给你看。"


def _as_written(document: Mapping[str, Any], standing: Standing) -> Checked:
    """What a document says of itself, for a certificate we cannot vouch for: shown as its claim, cut short."""
    said = document.get("issuer")
    named = said.get("name") if isinstance(said, dict) else said
    return Checked(standing=standing, name=_text(document.get("name")), by=_text(named))


def _text(said: object) -> str:
    return said[:120] if isinstance(said, str) else ""
