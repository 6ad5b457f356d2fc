"""Contents of attachments: taken whole or not at all, what a signature says is held against its statement."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel import holdings
from qiming.kernel.throttle import buckets
from qiming.records import rights
from qiming.records.models import XapiAttachment, XapiStatement
from qiming.records.tests.xapi.test_statements import ANNA, URL, System, pupil, ref, statement
from qiming.records.verbs import OWN
from qiming.records.xapi import attachments, find
from qiming.records.xapi.signing import SIGNATURE
from qiming.records.xapi.validate import VOIDED

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BOUNDARY = "------314159"
PICTURE = bytes(range(256)) + b"\r\n--" + BOUNDARY[:-1].encode() + b"\r\n\r\n"


@pytest.fixture
def lms() -> System:
    buckets.forget()
    return System()


def digest(content: bytes, kind: str = "sha256") -> str:
    return hashlib.new(kind, content).hexdigest()


def about(content: bytes, **changes: Any) -> dict[str, Any]:
    made = {"usageType": "https://example.org/picture", "display": {"en": "P"}, "contentType": "image/png"}
    return made | {"length": len(content), "sha2": digest(content)} | changes


def headed(content: bytes, **changes: str) -> tuple[dict[str, str], bytes]:
    made = {"Content-Type": "image/png", "Content-Transfer-Encoding": "binary"}
    return made | {"X-Experience-API-Hash": digest(content)} | changes, content


def mixed(body: object, *parts: tuple[dict[str, str], bytes], first: str = "application/json") -> bytes:
    pieces = [({"Content-Type": first}, json.dumps(body).encode()), *parts]
    out = b""
    for headers, content in pieces:
        head = "".join(f"{name}:{value}\r\n" for name, value in headers.items())
        out += f"--{BOUNDARY}\r\n{head}\r\n".encode() + content + b"\r\n"
    return out + f"--{BOUNDARY}--\r\n".encode()


def send(system: System, data: bytes, kind: str = f'multipart/mixed; boundary="{BOUNDARY}"') -> Any:
    return system.client.post(URL, data, content_type=kind, headers=system.headers)


def contents_of(answer: Any) -> list[bytes]:
    """Every part of an answer, the JSON first."""
    match = re.search("boundary=(.+)", answer["Content-Type"])
    assert match
    pieces = (b"\r\n" + answer.content).split(f"\r\n--{match[1]}".encode())
    assert pieces[-1] == b"--\r\n"
    return [piece.partition(b"\r\n\r\n")[2] for piece in pieces[1:-1]]


def signed(body: dict[str, Any], alg: str = "RS256", *, payload: bytes = b"", **header: Any) -> bytes:
    def word(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    whole = json.dumps({"alg": alg} | header).encode()
    data = word(whole) + b"." + word(payload or json.dumps(body).encode())
    kind = {"RS384": hashes.SHA384(), "RS512": hashes.SHA512()}.get(alg, hashes.SHA256())
    return data + b"." + word(KEY.sign(data, padding.PKCS1v15(), kind))


def carrying(body: dict[str, Any], jws: bytes, **changes: Any) -> bytes:
    one = about(jws, usageType=SIGNATURE, contentType="application/octet-stream") | changes
    return mixed(body | {"attachments": [*body.get("attachments", []), one]}, headed(jws))


# --- contents


def test_contents_come_back_as_they_came_each_once(lms: System) -> None:
    twice = [statement(attachments=[about(PICTURE)]), statement(attachments=[about(PICTURE)])]
    assert send(lms, mixed(twice, headed(PICTURE))).status_code == 200
    answer = lms.get(attachments="true")
    first, *others = contents_of(answer)
    assert [one["id"] for one in json.loads(first)["statements"]] == [twice[1]["id"], twice[0]["id"]]
    assert others == [PICTURE] and digest(PICTURE).encode() in answer.content
    assert contents_of(lms.get(statementId=twice[0]["id"], attachments="true"))[1:] == [PICTURE]
    assert PICTURE not in lms.get().content


@pytest.mark.parametrize("kind", ["sha224", "sha256", "sha384", "sha512"])
def test_every_sha2_is_understood_in_either_case(lms: System, kind: str) -> None:
    name = digest(b"x", kind)
    sent = statement(attachments=[about(b"x", sha2=name.upper())])
    part = headed(b"x", **{"X-Experience-API-Hash": name})
    assert send(lms, mixed(sent, part)).status_code == 200
    assert contents_of(lms.get(statementId=sent["id"], attachments="true"))[1:] == [b"x"]


def test_statements_without_contents_may_come_that_way_too(lms: System) -> None:
    elsewhere = about(b"x", fileUrl="https://example.org/x")
    assert send(lms, mixed([statement(), statement(attachments=[elsewhere])])).status_code == 200


def test_the_same_again_changes_nothing(lms: System) -> None:
    sent = mixed(statement(attachments=[about(PICTURE)]), headed(PICTURE))
    assert [send(lms, sent).status_code for _ in range(2)] == [200, 200]
    assert XapiAttachment.objects.count() == 1


def test_a_put_brings_contents_too(lms: System) -> None:
    sent = statement(attachments=[about(b"x")])
    url, kind = f"{URL}?statementId={sent['id']}", f"multipart/mixed; boundary={BOUNDARY}"
    data = mixed(sent, headed(b"x"))
    assert lms.client.put(url, data, content_type=kind, headers=lms.headers).status_code == 204
    assert bytes(XapiAttachment.objects.get().body) == b"x"


GOOD = statement(attachments=[about(b"x")])
HASH = "X-Experience-API-Hash"


@pytest.mark.parametrize(
    "data",
    [
        mixed(GOOD),
        mixed(GOOD, headed(b"x"), headed(b"y")),
        mixed(GOOD, headed(b"y")),
        mixed(GOOD, headed(b"y", **{HASH: digest(b"x")})),
        mixed(GOOD, headed(b"x", **{HASH: ""})),
        mixed(GOOD, headed(b"x", **{"Content-Transfer-Encoding": "base64"})),
        mixed(GOOD, headed(b"x"), first="text/plain"),
        mixed(GOOD, headed(b"x")).replace(f"--{BOUNDARY}--".encode(), b""),
        mixed(GOOD, headed(b"x")).replace(b"Content-Type:image", b"Content-Type image"),
        mixed(GOOD, headed(b"x")).partition(b"\r\n")[2],
        mixed([GOOD, statement(verb={"id": "x"})], headed(b"x")),
        b"",
        f"--{BOUNDARY}--".encode(),
        json.dumps(GOOD).encode(),
    ],
    ids=range(14),
)
def test_what_is_not_whole_is_refused_in_words(lms: System, data: bytes) -> None:
    answer = send(lms, data)
    assert answer.status_code == 400 and answer.json()["error"]
    assert not XapiStatement.objects.exists() and not XapiAttachment.objects.exists()


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/form-data; boundary=x", "text/plain", ""])
def test_another_kind_of_request_is_refused(lms: System, kind: str) -> None:
    assert send(lms, mixed(GOOD, headed(b"x")), kind).status_code == 400


def test_twenty_megabytes_come_through_and_thirty_do_not(lms: System) -> None:
    big = b"\x00\xff" * (10 * 1024 * 1024)
    sent = statement(attachments=[about(big)])
    assert send(lms, mixed(sent, headed(big))).status_code == 200
    assert contents_of(lms.get(statementId=sent["id"], attachments="true"))[1] == big
    assert send(lms, b"x" * (30 * 1024 * 1024)).status_code == 413


def test_a_page_ends_where_the_contents_grow_too_much(lms: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qiming.records.xapi.views.MAX_BYTES", 5)
    several = [statement(attachments=[about(word)]) for word in (b"one", b"two", b"three3")]
    for one, word in zip(several, (b"one", b"two", b"three3"), strict=True):
        assert send(lms, mixed(one, headed(word))).status_code == 200
    answer, seen = lms.get(attachments="true", ascending="true"), []
    while True:
        first, *others = contents_of(answer)
        seen.append(others)
        if not (more := json.loads(first)["more"]):
            break
        answer = lms.get(more)
    assert seen == [[b"one"], [b"two"], [b"three3"]]


def test_a_media_type_cannot_write_headers() -> None:
    for kind in ("text/plain; a=\r\nX-Evil: 1", "text/plain; a=\rX-Evil: 1", "x", "文/字"):
        _, body = attachments.pack("{}", [(digest(b"x"), kind, b"x")])
        assert b"X-Evil" not in body and b"Content-Type: application/octet-stream\r\n" in body


@given(st.lists(st.binary(max_size=60), max_size=4, unique=True))
def test_whatever_is_packed_unpacks(several: list[bytes]) -> None:
    kind, body = attachments.pack("{}", [(digest(one), "image/png", one) for one in several])
    first, contents = attachments.unpack(kind, body)
    assert first == b"{}" and contents == {digest(one): one for one in several}


@given(st.binary(max_size=200))
def test_nothing_but_words_comes_out_of_rubbish(body: bytes) -> None:
    for kind in ("multipart/mixed; boundary=a", "multipart/mixed"):
        for data in (body, b"--a\r\n" + body + b"\r\n--a--"):
            try:
                attachments.unpack(kind, data)
            except attachments.Malformed as error:
                assert str(error)


# --- signatures


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signature_over_its_statement_is_accepted(lms: System, alg: str) -> None:
    body = statement(attachments=[about(b"x", fileUrl="https://example.org/x")])
    assert send(lms, carrying(body, signed(body, alg))).status_code == 200


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a school")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, KEY.public_key(), 7, now, now + timedelta(days=1))
    return base64.b64encode(made.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)).decode()


def test_a_certificate_must_fit_its_signature(lms: System) -> None:
    body = statement()
    good = signed(body, x5c=[certificate()])
    assert send(lms, carrying(body, good)).status_code == 200
    head, payload, _ = good.split(b".")
    forged = b".".join((head, payload, signed(body).rpartition(b".")[2]))
    for bad in (forged, signed(body, x5c=["AAAA"]), signed(body, x5c=[]), signed(body, x5c=7)):
        answer = send(lms, carrying(statement(id=body["id"]), bad))
        assert answer.json()["findings"][0]["rule"] == "signature.key"


def test_durations_are_compared_to_a_hundredth(lms: System) -> None:
    body = statement(result={"duration": "PT1M0.12S"})
    finer = body | {"result": {"duration": "PT1M0.1237S"}}
    assert send(lms, carrying(finer, signed(body))).status_code == 200
    again = body | {"attachments": json.loads(lms.get(statementId=body["id"]).content)["attachments"]}
    assert send(lms, mixed(again, headed(signed(body)))).status_code == 200
    other = statement(result={"duration": "PT1M0.13S"})
    answer = send(lms, carrying(other | {"result": {"duration": "PT1M0.12S"}}, signed(other)))
    assert answer.json()["findings"][0]["rule"] == "signature.payload"


@pytest.mark.parametrize(
    ("jws", "rule"),
    [
        (signed(statement()), "signature.payload"),
        (signed(GOOD, "HS256"), "signature.algorithm"),
        (signed(GOOD, "none"), "signature.algorithm"),
        (signed(GOOD, payload=b"{'id"), "signature.jws"),
        (signed(GOOD, payload=b"[1]"), "signature.jws"),
        (signed(GOOD, payload=b'{"a":' * 50_000 + b"1" + b"}" * 50_000), "signature.jws"),
        (b"a.b", "signature.jws"),
        (b"\xff.\xff.\xff", "signature.jws"),
    ],
    ids=range(8),
)
def test_a_signature_that_is_none_is_refused_by_its_rule(lms: System, jws: bytes, rule: str) -> None:
    answer = send(lms, carrying(statement(), jws))
    assert answer.status_code == 400
    assert answer.json()["findings"][0]["rule"] == rule


def test_a_signature_comes_with_its_content_and_its_type(lms: System) -> None:
    body = statement()
    jws = signed(body)
    plain = send(lms, carrying(body, jws, contentType="text/plain"))
    assert plain.json()["findings"][0]["rule"] == "signature.type"
    elsewhere = about(jws, usageType=SIGNATURE, fileUrl="https://example.org/x")
    answer = lms.post(body | {"attachments": [elsewhere]})
    assert answer.json()["findings"][0]["rule"] == "attachment.content"


# --- voiding twice, and a person's own


def test_voiding_again_is_accepted_and_changes_nothing(lms: System) -> None:
    (sent,) = lms.post(statement()).json()
    for _ in range(2):
        assert lms.post(statement(verb={"id": VOIDED}, object=ref(sent))).status_code == 200
    assert lms.get(statementId=sent).status_code == 404
    assert lms.get(voidedStatementId=sent).json()["id"] == sent


def test_contents_are_copied_and_go_with_the_person(lms: System) -> None:
    person = pupil()
    ours = {"account": {"homePage": OWN, "name": str(person)}}
    words = f"{person} 画的".encode()
    mine = statement(actor=ours, attachments=[about(words), about(b"\xff")])
    assert send(lms, mixed(mine, headed(words), headed(b"\xff"))).status_code == 200
    assert send(lms, mixed(statement(attachments=[about(b"\xff")]), headed(b"\xff"))).status_code == 200
    copied = {part.key: part.rows for part in rights.export(person)}
    assert [row["body"] for row in copied["records.xapiattachment"]] == [words.decode(), "/w=="]
    rights.erase(person, uuid4())
    assert [bytes(one.body) for one in XapiAttachment.objects.all()] == [b"\xff"]
    assert not holdings.mentions(apps.get_app_config("records").get_models(), [str(person)])


def test_a_key_is_given_contents_of_its_own_only(lms: System) -> None:
    other = System("write,read-own")
    send(lms, mixed(statement(actor=ANNA, attachments=[about(b"x")]), headed(b"x")))
    assert contents_of(other.get(attachments="true")) == [b'{"statements":[],"more":""}']
    assert System("write").get(attachments="true").status_code == 403


def test_asking_costs_few_questions(lms: System, django_assert_max_num_queries: Any) -> None:
    several = [statement(attachments=[about(b"x")]) for _ in range(30)]
    with django_assert_max_num_queries(19):
        send(lms, mixed(several, headed(b"x")))
    with django_assert_max_num_queries(7):
        assert len(contents_of(lms.get(attachments="true"))) == 2
    assert find.within([], 1) == []
