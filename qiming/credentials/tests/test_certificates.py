"""Certificates from giving to taking back, against the database."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from qiming.credentials import rights, services
from qiming.credentials.models import Certificate, SigningKey, StatusList
from qiming.credentials.queries import certificates_about, checking
from qiming.credentials.rules import contexts, encoding, pictures, proof, reading, status, token
from qiming.credentials.types import (
    About,
    AchievementSaid,
    Evidence,
    Issued,
    KeyKind,
    Standing,
    organisation,
    person,
)
from qiming.kernel import holdings, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry import secrets, testing
from qiming.registry.testing import Cast

KEY = "resource-inclusion"
WHY = "the test looks at what was stored"


@pytest.fixture
def cast(db: None) -> Cast:
    services.load_achievements(Path(settings.CONTENT_ROOT))
    return testing.cast(pupils=1)


def give(cast: Cast, *, about: UUID | None = None, to: Any = None, key: str = KEY) -> Issued:
    return services.issue(
        actor=cast.actor("city_officer"),
        achievement=key,
        by=cast.city.id,
        to=to or organisation(cast.school.id),
        about=About("test.thing", about or uuid4(), "认识数据 第2版"),
        evidence=[Evidence("评审结论", "两位评审都同意")],
    )


def row_of(given: Issued) -> Certificate:
    return checking.by_code(given.code)


def file_of(given: Issued) -> bytes:
    return json.dumps(row_of(given).document, ensure_ascii=False).encode()


def test_a_given_certificate_holds_in_every_form(cast: Cast) -> None:
    given = give(cast)
    row = row_of(given)
    assert len(row.code) == 26
    forms = [file_of(given), row.token.encode(), pictures.bake(_png(), json.dumps(row.document))]
    for form in forms:
        found = checking.check_brought(form)
        assert found.standing is Standing.VALID and found.code == given.code
        assert (found.to, found.by, found.about) == (cast.school.name, cast.city.name, "认识数据 第2版")
        assert found.evidence[0].name == "评审结论"
    assert checking.check_one(row).standing is Standing.VALID
    assert AuditRow.objects.filter(verb="credentials.issue", thing_id=given.id).count() == 1


def test_the_document_is_an_open_badge(cast: Cast) -> None:
    said = row_of(give(cast)).document
    assert said["@context"] == [contexts.CREDENTIALS, contexts.BADGES]
    assert said["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert said["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    assert said["proof"]["verificationMethod"].startswith(said["issuer"]["id"] + "#z6Mk")
    assert said["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert said["credentialStatus"]["type"] == "BitstringStatusListEntry"
    assert said["validUntil"] > said["validFrom"]


def test_given_again_it_is_the_same_one(cast: Cast) -> None:
    thing = uuid4()
    first, second = give(cast, about=thing), give(cast, about=thing)
    assert first == second and Certificate.objects.unscoped(WHY).count() == 1
    assert certificates_about("test.thing", [thing, uuid4()]) == {thing: first}


def test_what_nobody_defined_is_not_given(cast: Cast) -> None:
    with pytest.raises(UserError, match="没有这种证书"):
        give(cast, key="no-such")
    assert not Certificate.objects.unscoped(WHY).exists()


def test_a_person_is_named_to_nobody_until_the_holder_says_so(cast: Cast) -> None:
    teacher = cast.people["teacher"]
    given = give(cast, to=person(teacher))
    row = row_of(given)
    said = json.dumps(row.document, ensure_ascii=False) + row.token
    identity = row.document["credentialSubject"]["identifier"][0]
    assert "teacher" not in said and str(teacher) not in said
    assert identity["hashed"] is True and len(identity["salt"]) == 32
    assert checking.check_one(row).to == "一名个人"
    for who in ("admin", "city_officer", "colleague"):
        with pytest.raises(Denied):
            services.show_name(actor=cast.actor(who), certificate_id=given.id, yes=True)
    services.show_name(actor=cast.teacher, certificate_id=given.id, yes=True)
    assert checking.check_one(row_of(given)).to == "teacher老师"
    services.show_name(actor=cast.teacher, certificate_id=given.id, yes=False)
    assert checking.check_one(row_of(given)).to == "一名个人"


def test_taken_back_it_says_why_and_the_list_shows_it(cast: Cast) -> None:
    given, other = give(cast), give(cast)
    for who in ("teacher", "admin", "head", "district_officer", "other_admin"):
        with pytest.raises(Denied):
            services.revoke(actor=cast.actor(who), certificate_id=given.id, reason="不该")
    officer = cast.actor("city_officer")
    with pytest.raises(UserError, match="原因"):
        services.revoke(actor=officer, certificate_id=given.id, reason="  ")
    with pytest.raises(Denied):
        services.revoke(actor=officer, certificate_id=uuid4(), reason="没有这张")
    services.revoke(actor=officer, certificate_id=given.id, reason="内容有错")
    services.revoke(actor=officer, certificate_id=given.id, reason="再来一次")
    found = checking.check_brought(file_of(given))
    assert found.standing is Standing.REVOKED and found.reason == "内容有错"
    assert checking.check_brought(file_of(other)).standing is Standing.VALID
    row = row_of(given)
    listed = row.status_list.document
    encoded = listed["credentialSubject"]["encodedList"]
    assert status.is_set(encoded, row.status_index)
    assert not status.is_set(encoded, row_of(other).status_index)
    proof.check(listed, _key_of(listed))


def test_everything_about_a_thing_is_taken_back_at_once(cast: Cast) -> None:
    thing = uuid4()
    given = give(cast, about=thing)
    assert services.revoke_about(actor=None, kind="other", about_id=thing, reason="x") == 0
    assert services.revoke_about(actor=None, kind="test.thing", about_id=thing, reason="停用") == 1
    assert services.revoke_about(actor=None, kind="test.thing", about_id=thing, reason="再") == 0
    assert row_of(given).reason == "停用"
    again = give(cast, about=thing)
    assert again.id != given.id and certificates_about("test.thing", [thing])[thing].id == again.id


def test_time_runs_out(cast: Cast) -> None:
    given = give(cast)
    row = row_of(given)
    assert row.valid_until is not None
    with time.frozen(row.valid_until + timedelta(seconds=5)):
        assert checking.check_brought(file_of(given)).standing is Standing.EXPIRED
    with time.frozen(row.valid_from - timedelta(minutes=10)):
        assert checking.check_one(row).standing is Standing.NOT_YET


def test_a_changed_text_leaves_what_was_given_alone(cast: Cast) -> None:
    before = give(cast)
    services.define(AchievementSaid(KEY, "收录证书（新）", "新的说法", "新的标准"))
    after = give(cast)
    assert checking.check_one(row_of(before)).name == "教学资源收录证书"
    assert checking.check_one(row_of(after)).name == "收录证书（新）"
    assert row_of(after).valid_until is None
    services.load_achievements(Path(settings.CONTENT_ROOT))  # as it was: the earlier version is current again
    assert row_of(give(cast)).achievement_id == row_of(before).achievement_id


def test_new_keys_leave_old_certificates_standing(cast: Cast) -> None:
    before = give(cast)
    services.rotate(actor=None, place_id=cast.city.id)
    after = give(cast)
    old, new = (row_of(one).document["proof"]["verificationMethod"] for one in (before, after))
    assert old != new
    for one in (before, after):
        assert checking.check_brought(file_of(one)).standing is Standing.VALID
        assert checking.check_brought(row_of(one).token.encode()).standing is Standing.VALID
    services.revoke(actor=cast.actor("city_officer"), certificate_id=before.id, reason="换了以后撤销")
    assert StatusList.objects.get().document["proof"]["verificationMethod"] == new
    assert SigningKey.objects.filter(kind=KeyKind.PROOF).count() == 2


def test_the_secret_half_is_sealed_and_another_installation_cannot_open_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = give(cast)
    row = SigningKey.objects.get(kind=KeyKind.PROOF)
    assert bytes(row.sealed).startswith(b"gAAAA")
    monkeypatch.setattr(secrets, "certificate_key", lambda: b"\0" * 32)
    with pytest.raises(UserError, match="打不开颁发证书的密钥") as refused:
        give(cast)
    assert refused.value.status == 503 and Certificate.objects.unscoped(WHY).count() == 1
    assert checking.check_brought(file_of(given)).standing is Standing.VALID


def test_erased_nothing_of_the_holder_is_left(cast: Cast) -> None:
    teacher = cast.people["teacher"]
    given = give(cast, to=person(teacher))
    file = file_of(given)
    (part,) = rights.export(teacher)
    assert len(part.rows) == 1 and part.rows[0]["document"]["id"].endswith(f"/{given.code}/")
    (fate,) = rights.erase(teacher, uuid4())
    assert fate.count == 1
    assert not holdings.mentions([Certificate, StatusList], [str(teacher), "teacher"])
    found = checking.check_one(row_of(given))
    assert found.standing is Standing.REVOKED and "依法删除" in found.to_note
    assert checking.check_brought(file).standing is Standing.REVOKED
    assert Client().get(f"/certificates/{given.code}/certificate.json").status_code == 410
    assert rights.erase(teacher, uuid4())[0].count == 0


# -- what somebody brings ----------------------------------------------------------------------------------------


def _changed(given: Issued, **parts: object) -> bytes:
    return json.dumps(row_of(given).document | parts, ensure_ascii=False).encode()


def test_tampered_with_it_is_told_apart(cast: Cast) -> None:
    given = give(cast)
    document = row_of(given).document
    subject = document["credentialSubject"]
    other_key = document["proof"] | {"verificationMethod": document["issuer"]["id"] + "#z6Mkother"}
    for form in (
        _changed(given, name="特等奖"),
        _changed(given, description="别的资源"),
        _changed(given, validUntil="2099-01-01T00:00:00Z"),
        _changed(given, credentialSubject=subject | {"role": "Head"}),
        _changed(given, grade="A"),
        _changed(
            given, evidence=[*document["evidence"], {"id": "urn:x", "type": ["Evidence"], "name": "加的"}]
        ),
        _changed(given, image=[]),
        _changed(given, type=[*document["type"], "Doctor"]),
        _changed(given, proof=other_key),
        _changed(given, proof=document["proof"] | {"proofValue": "z"}),
        _changed(given, proof=[document["proof"], document["proof"]]),
        _changed(given, proof=document["proof"] | {"created": "2020-01-01T00:00:00Z"}),
    ):
        found = checking.check_brought(form)
        assert found.standing is Standing.BROKEN and not found.code, form
    head, body, signature = row_of(given).token.split(".")
    claims = json.loads(encoding.from_base64url(body)) | {"name": "特等奖"}
    forged = f"{head}.{encoding.base64url(json.dumps(claims).encode())}.{signature}"
    assert checking.check_brought(forged.encode()).standing is Standing.BROKEN


def test_another_issuer_is_told_apart(cast: Cast) -> None:
    given = give(cast)
    elsewhere = {"id": "https://elsewhere.example/issuers/1", "type": ["Profile"], "name": "别处"}
    found = checking.check_brought(_changed(given, issuer=elsewhere))
    assert found.standing is Standing.OTHER_ISSUER and found.by == "别处"
    assert checking.check_brought(_changed(given, issuer=7)).standing is Standing.OTHER_ISSUER


def test_a_good_signature_without_a_record_is_not_valid(cast: Cast) -> None:
    given = give(cast)
    file = file_of(given)
    Certificate.objects.unscoped(WHY).delete()
    assert checking.check_brought(file).standing is Standing.GONE


def _png(size: int = 1) -> bytes:
    from qiming.kernel.tests import samples

    return samples.png()


WRONG = reading.Wrong


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", WRONG.EMPTY),
        (b" \n ", WRONG.EMPTY),
        (b"x" * (reading.MAX_TEXT + 1), WRONG.TOO_BIG),
        (b"{" + b" " * reading.MAX_BYTES, WRONG.TOO_BIG),
        (b"hello", WRONG.NOT_READABLE),
        (b"%PDF-1.7", WRONG.NOT_READABLE),
        ("证书".encode("gb18030"), WRONG.NOT_READABLE),
        (b"{" * 3000, WRONG.NOT_READABLE),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, WRONG.NOT_READABLE),
        (b'{"a":1,"a":2}', WRONG.NOT_READABLE),
        (b'{"a":NaN}', WRONG.NOT_READABLE),
        (b'{"a":1.5}', WRONG.NOT_READABLE),
        (b"a.b.c", WRONG.NOT_READABLE),
        (b"e30.e30.e30", WRONG.NOT_A_BADGE),
        (b"{}", WRONG.NOT_A_BADGE),
        (b'{"type":["VerifiableCredential","DriverLicence"]}', WRONG.NOT_A_BADGE),
        (b'{"type":["VerifiableCredential","OpenBadgeCredential"]}', WRONG.OTHER_CONTEXT),
        (b"\x89PNG\r\n\x1a\n", WRONG.DAMAGED_PICTURE),
        (_png(), WRONG.NO_BADGE_IN_PICTURE),
        (_png()[:-20], WRONG.DAMAGED_PICTURE),
        (_png().replace(b"IEND", b"IENX"), WRONG.DAMAGED_PICTURE),
        (
            pictures.bake(_png(), "x").replace(b"openbadgecredential", b"openbadgecredentiaL"),
            WRONG.DAMAGED_PICTURE,
        ),
    ],
)
def test_what_is_no_certificate_is_told_why(data: bytes, wrong: reading.Wrong) -> None:
    with pytest.raises(reading.Unfit) as refused:
        reading.read(data)
    assert refused.value.wrong is wrong and wrong.zh and wrong.next


def test_a_badge_without_proof_in_other_words_or_of_an_older_kind(cast: Cast) -> None:
    given = give(cast)
    document = row_of(given).document
    unsigned = {name: said for name, said in document.items() if name != "proof"}
    own_words = document | {"@context": [contexts.CREDENTIALS, {"name": "https://elsewhere.example/#x"}]}
    crowd = document | {"evidence": [{"type": ["Evidence"], "name": "甲"} for _ in range(10)]}
    nested = document | {"credentialSubject": {"a": {"_": {"id": "_:b0"}}}}
    deep: Any = {}
    for _ in range(40):
        deep = {"id": "urn:x", "a": deep}
    for said, wrong in (
        (unsigned, WRONG.NO_PROOF),
        (own_words, WRONG.OTHER_CONTEXT),
        (crowd, WRONG.NOT_A_BADGE),
        (nested, WRONG.NOT_A_BADGE),
        (document | {"evidence": deep}, WRONG.NOT_A_BADGE),
        (document | {"evidence": [{"@id": "x"}]}, WRONG.NOT_A_BADGE),
        (document | {"evidence": [{"@context": {"name": None}, "id": "urn:x"}]}, WRONG.NOT_A_BADGE),
    ):
        with pytest.raises(reading.Unfit) as refused:
            reading.read(json.dumps(said).encode())
        assert refused.value.wrong is wrong
    old = pictures.bake(_png(), "{}").replace(b"openbadgecredential", b"openbadges\0\0\0\0\0\0\0\0\0")
    with pytest.raises(reading.Unfit):
        reading.read(old)


def test_a_token_of_another_algorithm_is_refused(cast: Cast) -> None:
    head, body, _ = row_of(give(cast)).token.split(".")
    for said in ({"alg": "none", "typ": "JWT", "kid": "x"}, {"alg": "HS256", "typ": "JWT", "kid": "x"}, {}):
        forged = f"{encoding.base64url(json.dumps(said).encode())}.{body}."
        with pytest.raises(reading.Unfit) as refused:
            reading.read(forged.encode())
        assert refused.value.wrong is WRONG.NO_PROOF
    elsewhere = json.loads(encoding.from_base64url(head)) | {"kid": "https://elsewhere.example/keys/1/"}
    forged = f"{encoding.base64url(json.dumps(elsewhere).encode())}.{body}.AAAA"
    assert checking.check_brought(forged.encode()).standing is Standing.BROKEN


# -- what others' programs read ------------------------------------------------------------------------------------


def _key_of(signed: dict[str, Any]) -> bytes:
    return encoding.from_multikey(signed["proof"]["verificationMethod"].partition("#")[2])


def test_another_verifier_finds_all_it_needs_at_the_addresses_in_the_document(cast: Cast) -> None:
    given = give(cast)
    client = Client()

    def ask(address: str) -> dict[str, Any]:
        assert address.startswith(settings.PUBLIC_ADDRESS + "/")
        answer = client.get(address.removeprefix(settings.PUBLIC_ADDRESS), HTTP_ACCEPT="application/vc")
        assert answer.status_code == 200 and "public" in answer["Cache-Control"]
        said: dict[str, Any] = json.loads(answer.content)
        return said

    document = row_of(given).document
    assert ask(document["id"]) == document
    issuer = ask(document["issuer"]["id"])
    assert issuer["id"] == document["issuer"]["id"] and issuer["name"] == cast.city.name
    method = next(
        one for one in issuer["verificationMethod"] if one["id"] == document["proof"]["verificationMethod"]
    )
    proof.check(document, encoding.from_multikey(method["publicKeyMultibase"]))
    assert method["id"] in issuer["assertionMethod"]
    listed = ask(document["credentialStatus"]["statusListCredential"])
    proof.check(listed, encoding.from_multikey(method["publicKeyMultibase"]))
    assert not status.is_set(
        listed["credentialSubject"]["encodedList"], int(document["credentialStatus"]["statusListIndex"])
    )
    assert ask(document["credentialSubject"]["achievement"]["id"])["name"] == "教学资源收录证书"
    whole = row_of(given).token
    kid = json.loads(encoding.from_base64url(whole.split(".")[0]))["kid"]
    token.check(whole, ask(kid))


@pytest.mark.parametrize(
    "part", ["", "certificate.json", "certificate.jwt", "certificate.png", "certificate.pdf"]
)
def test_what_is_not_there_is_not_there(db: None, part: str) -> None:
    assert Client().get(f"/certificates/{'x' * 26}/{part}").status_code == 404
    assert Client().get("/certificates/issuers/x/").status_code == 404


def test_the_page_says_how_it_stands(cast: Cast) -> None:
    given = give(cast)
    where = f"/certificates/{given.code}/"
    page = Client().get(where).content.decode()
    assert "有效：教学资源收录证书" in page and cast.school.name in page and "撤销这张证书" not in page
    officer = cast.client("city_officer")
    assert "撤销这张证书" in officer.get(where).content.decode()
    assert officer.post(f"{where}revoke/", {"reason": ""}).status_code == 422
    assert cast.client("head").post(f"{where}revoke/", {"reason": "x"}).status_code == 403
    assert cast.client("district_officer").post(f"{where}revoke/", {"reason": "x"}).status_code == 404
    assert officer.post(f"{where}revoke/", {"reason": "内容有错"}).status_code == 302
    page = Client().get(where).content.decode()
    assert "已撤销：教学资源收录证书" in page and "内容有错" in page
    listing = cast.client("head").get("/certificates/").content.decode()
    assert "单位有1张证书" in listing and "已撤销" in listing
    assert "还没有证书" in cast.client("other_admin").get("/certificates/").content.decode()


def test_the_holder_decides_on_the_page(cast: Cast) -> None:
    given = give(cast, to=person(cast.people["teacher"]))
    where, client = f"/certificates/{given.code}/", cast.client("teacher")
    assert "teacher老师" not in Client().get(where).content.decode()
    assert "teacher老师（这是你的证书" in client.get(where).content.decode()
    assert client.post(f"{where}name/", {"yes": "1"}).status_code == 302
    assert "teacher老师" in Client().get(where).content.decode()
    assert cast.client("admin").post(f"{where}name/", {"yes": "0"}).status_code == 404
    assert "你有1张证书" in client.get("/certificates/").content.decode()


def test_checking_on_the_page(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    given = give(cast)
    client = Client()
    assert client.get("/certificates/check/").status_code == 200
    good = client.post("/certificates/check/", {"file": SimpleUploadedFile("c.json", file_of(given))})
    assert good.status_code == 200 and "有效：教学资源收录证书" in good.content.decode()
    pasted = client.post("/certificates/check/", {"text": row_of(given).token})
    assert "有效：教学资源收录证书" in pasted.content.decode()
    for sent, words in (
        ({}, "没有收到内容"),
        ({"text": "你好"}, "这不是证书文件"),
        ({"text": "x" * 70_000}, "太大"),
        ({"file": SimpleUploadedFile("c.png", b"\x89PNG\r\n\x1a\n<script>")}, "不完整或被改过"),
    ):
        answer = client.post("/certificates/check/", sent)
        assert answer.status_code == 422 and words in answer.content.decode()
    claim = client.post(
        "/certificates/check/", {"text": _changed(given, name="<script>alert(1)</script>").decode()}
    )
    assert "签名对不上" in claim.content.decode() and "<script>alert" not in claim.content.decode()


def test_downloads(cast: Cast) -> None:
    given = give(cast)
    where, client = f"/certificates/{given.code}", Client()
    for name in ("certificate.json", "certificate.jwt", "certificate.png"):
        answer = client.get(f"{where}/{name}")
        assert checking.check_brought(answer.content).standing is Standing.VALID, name


# -- several at once -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_given_twice_at_once_there_is_one_and_two_taken_back_at_once_are_both_listed(
    transactional_db: None,
) -> None:
    services.load_achievements(Path(settings.CONTENT_ROOT))
    cast, thing = testing.cast(pupils=1), uuid4()
    officer, found = cast.actor("city_officer"), list[UUID]()
    _at_once(
        lambda: found.append(give(cast, about=thing).id), lambda: found.append(give(cast, about=thing).id)
    )
    assert len(found) == 2 and len(set(found)) == 1
    assert SigningKey.objects.count() == 2
    ids = [found[0], give(cast).id]
    _at_once(*(partial(services.revoke, actor=officer, certificate_id=one, reason="同时撤销") for one in ids))
    rows = Certificate.objects.unscoped(WHY).filter(id__in=ids).select_related("status_list")
    for row in rows:
        assert status.is_set(row.status_list.document["credentialSubject"]["encodedList"], row.status_index)


def _at_once(*acts: Callable[[], object]) -> None:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
