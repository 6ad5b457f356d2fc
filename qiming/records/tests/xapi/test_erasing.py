"""A child's data can really be deleted: wherever the numbers stood, afterwards no column holds them, and it is proven."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from qiming.kernel import chain
from qiming.records import rights
from qiming.records.cli_erasures import app
from qiming.records.models import (
    XapiCompletion,
    XapiDocument,
    XapiErasure,
    XapiPerson,
    XapiReference,
    XapiStatement,
)
from qiming.records.tests.xapi.test_feed import COMPLETIONS, did, pages
from qiming.records.tests.xapi.test_statements import ANNA, System, pupil, ref, statement
from qiming.records.verbs import OWN
from qiming.records.xapi import erasing
from qiming.registry.models import Person

pytestmark = pytest.mark.django_db


def account(person: UUID) -> dict[str, Any]:
    return {"account": {"homePage": OWN, "name": str(person)}}


def columns_with(words: list[str]) -> list[str]:
    """Every column of every table of the room, whatever its type, in which one of the words stands, in any letters."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("records").get_models():
            for field in model._meta.concrete_fields:
                name, table = connection.ops.quote_name(str(field.column)), model._meta.db_table
                text = (
                    f"encode({name}, 'escape')" if field.db_type(connection) == "bytea" else f"{name}::text"
                )
                for word in words:
                    cursor.execute(
                        f"SELECT count(*) FROM {table} WHERE strpos(lower({text}), %s) > 0",
                        [word.lower()],
                    )
                    if cursor.fetchone()[0]:
                        found.append(f"{table}.{name} {word}")
    return found


def spelt(person: UUID) -> list[str]:
    return [str(person), person.hex]


def statements_with(child: UUID, other: UUID) -> list[Any]:
    """Ways in which a child's number can stand in a statement, some by account and some in places of their own."""
    me, them = account(child), account(other)
    number = str(child)
    group = {"objectType": "Group", "member": [them, me]}
    inner = {
        "objectType": "SubStatement",
        "actor": me,
        "verb": statement()["verb"],
        "object": statement()["object"],
    }
    return [
        statement(actor=me, result={"response": f"我是 {number.upper()}"}),
        statement(actor=them, object=me | {"objectType": "Agent"}),
        statement(actor=group),
        statement(actor=them, context={"instructor": me}),
        statement(actor=them, context={"team": group}),
        statement(actor=them, object=inner),
        statement(actor=them, context={"contextAgents": [{"objectType": "contextAgent", "agent": me}]}),
        statement(
            actor=ANNA, context={"registration": str(uuid4()), "extensions": {f"https://e.org/{number}": 1}}
        ),
        statement(actor=me, context={"registration": number}),
        statement(actor=ANNA, result={"response": child.hex}),
        statement(actor={"mbox": f"mailto:{number}@school.example"}),
        statement(
            actor=them, object={"id": f"https://e.org/u/{number}", "definition": {"name": {"zh-CN": number}}}
        ),
        statement(actor=them, verb={"id": f"https://e.org/v/{child.hex}", "display": {"en": "x"}}),
        statement(actor=them, object=ref(number)),
        statement(actor=them, id=str(uuid4()), context={"statement": ref(str(child))}),
    ]


# uuid4: a number that also fits where the standard wants one of its own.
WAYS = len(statements_with(uuid4(), uuid4()))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ways=st.lists(st.integers(0, WAYS - 1), min_size=1, max_size=6, unique=True),
    documents=st.lists(st.sampled_from(["state", "profile", "body", "name"]), max_size=2, unique=True),
    counted=st.booleans(),
)
def test_afterwards_no_byte_of_the_number_is_in_any_column(
    db: None, ways: list[int], documents: list[str], counted: bool
) -> None:
    with transaction.atomic():
        lms, child, other = System(), pupil(), pupil()
        answer = lms.post([statements_with(child, other)[way] for way in ways])
        assert answer.status_code == 200, answer.content
        for one in documents:
            write_document(lms, child, other, one)
        if counted:
            pages(lms, COMPLETIONS)
        alias = XapiPerson.objects.filter(person_id=child).values_list("alias", flat=True).first()
        words = spelt(child) + (spelt(alias) if alias else [])
        assert columns_with(words), "it stood somewhere"
        untouched = XapiStatement.objects.count()
        rights.erase(child, uuid4())
        assert columns_with(words) == []
        proof = XapiErasure.objects.get()
        assert not any(one["count"] for one in proof.after.values()) and any(
            one["count"] for one in proof.before.values()
        )
        assert XapiStatement.objects.count() == untouched - proof.before["statements"]["count"]
        assert erasing.verify([child]).holds
        transaction.set_rollback(True)


def write_document(lms: System, child: UUID, other: UUID, kind: str) -> None:
    about = child if kind in {"state", "profile"} else other
    params = {"agent": json.dumps(account(about))}
    params |= {"profileId": f"p {child}" if kind == "name" else "p"}
    body = f'{{"who": "{child}"}}'.upper() if kind == "body" else '{"a": 1}'
    url = "/xapi/agents/profile"
    if kind == "state":
        url = "/xapi/activities/state"
        params = {"agent": params["agent"], "stateId": "s", "activityId": "https://example.org/q/1"}
    headers = lms.headers | {"If-None-Match": "*"}
    answer = lms.client.put(
        f"{url}?{urlencode(params)}", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 204, answer.content


def test_what_others_did_stays_and_keeps_its_sense() -> None:
    lms, child, other = System(), pupil(), pupil()
    (kept,) = lms.post(statement(actor=account(other), context={"instructor": account(child)})).json()
    (gone,) = lms.post(statement(actor=account(child))).json()
    pages(lms, COMPLETIONS)
    instead = uuid4()
    fates = rights.erase(child, instead)
    assert lms.found() == [kept]
    told = lms.get(statementId=kept).json()
    assert told["actor"]["account"] == account(other)["account"]
    assert told["context"]["instructor"]["account"]["name"] == str(instead)
    assert {(one.what, one.count, one.fate) for one in fates} >= {
        ("别的系统送来的记录", 1, "erased"), ("别人的记录里提到的编号", 1, "pseudonym"), ("代号对照", 1, "erased"),
    }  # fmt: skip
    assert all(one.why for one in fates if one.fate != "erased")
    assert lms.get(statementId=gone).status_code == 404
    assert XapiCompletion.objects.count() == 1 and not XapiReference.objects.exists()
    assert lms.post(statement(actor=account(other))).status_code == 200


def test_the_copy_has_everything_as_it_was_sent() -> None:
    lms, child = System(), pupil()
    lms.post(did("completed", actor=account(child)))
    write_document(lms, child, child, "state")
    pages(lms, COMPLETIONS)
    parts = {part.key: part.rows for part in rights.export(child)}
    assert parts["records.xapistatement"][0]["raw"]["actor"]["account"]["name"] == str(child)
    assert parts["records.xapicompletion"][0]["completed"] is True
    assert len(parts["records.xapidocument"]) == len(parts["records.xapiperson"]) == 1


def test_the_proof_is_verified_by_a_command_that_finds_what_comes_back() -> None:
    lms, child = System(), pupil()
    lms.post(statement(actor=account(child)))
    held = run("--person", str(child))
    assert held["found"]["statements"] == 1 and held["never_erased"] == 1 and not held["holds"]
    rights.erase(child, uuid4())
    rights.erase(child, uuid4())
    assert XapiErasure.objects.count() == 1, "nothing is proven twice"
    assert run("--person", str(child)) == {
        "holds": True, "proofs": 1, "chain_holds": True, "left_over": 0, "looked_for": 1, "never_erased": 0, "found": {},
    }  # fmt: skip
    XapiPerson.objects.create(person_id=child, alias=uuid4())
    assert run()["found"] == {"mapping": 1}, "found by its hash alone"


def run(*options: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["verify", "--json", *options])
    told: dict[str, Any] = json.loads(done.output)
    assert done.exit_code == (0 if told["holds"] else 1)
    return told


def test_a_proof_changed_afterwards_breaks_the_chain() -> None:
    lms = System()
    for child in (pupil(), pupil()):
        lms.post(statement(actor=account(child)))
        rights.erase(child, uuid4())
    assert chain.verify(erasing.PROOFS).checked == 2
    first = XapiErasure.objects.order_by("seal_no").first()
    assert first is not None
    XapiErasure.objects.filter(id=first.id).update(
        before=first.before | {"mapping": {"count": 9, "sha256": ""}}
    )
    assert not run()["chain_holds"]
    assert "断了" in CliRunner().invoke(app, ["verify"]).output


def test_nobody_who_is_gone_comes_back_by_a_statement() -> None:
    lms, child = System(), pupil()
    lms.post(statement(actor=account(child)))
    rights.erase(child, uuid4())
    Person.objects.filter(id=child).delete()
    assert lms.post(statement(actor=account(child))).json()["findings"][0]["rule"] == "agent.unknown_person"
    params = {"agent": json.dumps(account(child)), "profileId": "p"}
    headers = lms.headers | {"If-None-Match": "*"}
    url = f"/xapi/agents/profile?{urlencode(params)}"
    assert lms.client.put(url, "{}", content_type="application/json", headers=headers).status_code == 400
    assert not XapiPerson.objects.exists() and not XapiDocument.objects.exists()
