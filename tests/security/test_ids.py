"""Ids of another school, put where one's own belong: in addresses, in forms, in the JSON API. Nothing is shown or changed."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.kernel.scope import ScopedModel
from qiming.kernel.throttle import buckets
from qiming.kernel.time import now
from qiming.learning.models import Attempt, Work
from qiming.records.models import Statement
from qiming.registry import services
from qiming.registry.models import Account
from qiming.registry.types import Role
from qiming.site.api import api
from tests.access.objects import Objects
from tests.security.addresses import every_page, undone
from tests.security.conftest import Two
from tests.security.crawling import UUID as LOOKS_LIKE_ID
from tests.security.crawling import Crawl, Form
from tests.sessions import sign_in
from tests.world import PASSWORD, World

OF_ONE_PUPIL = {"person_id", "pupil_id", "attempt_id", "work_id", "run_id", "submission_id"}
REFUSED = {403, 404}
# What lies on the shelf lies there for the staff of every school; an open call asks every school.
FOR_EVERY_SCHOOL = {"resources.resource", "programmes.call"}
AT_ONE_SCHOOL = (Role.TEACHER, Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD, Role.PUPIL, Role.GUARDIAN)


def client_of(account: Account) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, account)
    return client


@cache
def _counting() -> tuple[str, int]:
    """One statement that counts the rows of every kind under a path, and how many paths it takes."""
    kinds = [
        one for one in apps.get_models() if issubclass(one, ScopedModel) or one in {AuditRow, OutboxEvent}
    ]
    parts = [
        f"SELECT '{one.__name__}', count(*) FROM \"{one._meta.db_table}\" WHERE scope_path LIKE %s"
        for one in kinds
    ]
    return " UNION ALL ".join(parts), len(parts)


def trail(path: str) -> dict[str, int]:
    """How many rows of every kind lie under `path`, and what was done there."""
    statement, paths = _counting()
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"{path}%"] * paths)
        return dict(cursor.fetchall())


def foreign_ids(two: Two) -> dict[str, str]:
    """Own id → the foreign id of the same kind."""
    pairs: dict[str, str] = {}
    for own, other in ((two.own.values, two.foreign.values), *_specials(two)):
        for name, value in own.items():
            if isinstance(value, UUID) and other[name] != value:
                pairs.setdefault(str(value), str(other[name]))
    return pairs


def _specials(two: Two) -> list[tuple[dict[str, object], dict[str, object]]]:
    return [(two.own.special[name], two.foreign.special[name]) for name in two.own.special]


@pytest.mark.parametrize("role", AT_ONE_SCHOOL)
def test_no_address_with_one_foreign_id_in_it_opens(world: World, two: Two, role: Role) -> None:
    """Each id of an address by itself, so that a good school with a foreign pupil in it is tried too."""
    client = client_of(world.account(role))
    pairs, before, open_ones = foreign_ids(two), trail(two.foreign_path), []
    for page in every_page(two.own):
        if page.door is None or not page.door.verb or page.name in FOR_EVERY_SCHOOL:
            continue
        for own in set(LOOKS_LIKE_ID.findall(page.url)) & pairs.keys():
            url = page.url.replace(own, pairs[own])
            with undone():
                answers = [client.get(url), client.post(url)]
                changed = trail(two.foreign_path) != before
            for response in answers:
                shown = not response.streaming and any(
                    name in response.content.decode(errors="replace") for name in two.names["near"]
                )
                if shown or response.status_code not in {*REFUSED, 405, 302, 422}:
                    open_ones.append(
                        f"{url} ({page.name}): {response.status_code}{' names' if shown else ''}"
                    )
            if changed:
                open_ones.append(f"{url} ({page.name}): changed something")
    assert not open_ones, "\n".join(open_ones)


def test_a_classmate_reaches_nothing_that_is_anothers_own(world: World, two: Two) -> None:
    other = Account.objects.get(person_id=world.here.pupils[1].id)
    assert _reached(client_of(other), two, Role.PUPIL) == []
    assert len(_reached(client_of(world.account(Role.PUPIL)), two, Role.PUPIL)) > 3


def test_a_guardian_reaches_nothing_of_a_classmate(world: World, two: Two) -> None:
    admin = world.actor(Role.SCHOOL_ADMIN)
    code = services.give_family_code(actor=admin, person_id=world.here.pupils[1].id)
    other = services.join_family(
        code=code,
        relation="父亲",
        address="127.0.0.1",
        name="另一位家长",
        username="family.other",
        password=PASSWORD,
    )
    assert _reached(client_of(other), two, Role.GUARDIAN) == []
    assert len(_reached(client_of(world.account(Role.GUARDIAN)), two, Role.GUARDIAN)) > 1


def _reached(client: Client, two: Two, role: Role) -> list[str]:
    """Pages about the first pupil that this person opens."""
    found = []
    for page in every_page(two.own):
        about_one = any(str(two.own.values[name]) in page.url for name in OF_ONE_PUPIL)
        if about_one and page.door and page.door.verb:
            with undone():
                status = client.get(page.url).status_code
            if status not in {*REFUSED, 405, 302}:
                found.append(f"{page.url} {status}")
    return found


def mixed(form: Form, pairs: dict[str, str], foreign: list[str]) -> Iterator[dict[str, Any]]:
    """What the form sends with one of its ids changed into a foreign one."""
    sensible = {name: value or _plausible(name) for name, value in form.values.items()}
    for name, offered in form.offers.items():
        ids = [one for one in offered if LOOKS_LIKE_ID.fullmatch(one)]
        if not ids and not LOOKS_LIKE_ID.fullmatch(form.values.get(name, "")):
            continue
        known = [pairs[one] for one in ids if one in pairs]
        for other in known[:2] or foreign:
            yield {**sensible, name: other}
        yield {**sensible, name: [*ids[:1], *(known[:1] or foreign[:1])]}


def _plausible(name: str) -> str:
    if name in {"on", "starts_on", "ends_on"} or "date" in name:
        return "2026-11-20"
    return "2" if name.endswith(("no", "minutes", "count", "size")) else "写一点"


@pytest.mark.parametrize("role", AT_ONE_SCHOOL)
def test_no_form_takes_a_foreign_id(world: World, two: Two, role: Role) -> None:
    client = client_of(world.account(role))
    crawl = Crawl(client, [])
    crawl.walk("/", *(page.url for page in every_page(two.own)))
    pairs = foreign_ids(two)
    foreign = sorted(set(pairs.values()))
    before, wrong, tried, sent = trail(two.foreign_path), [], set(), 0
    for form in crawl.forms:
        if form.kind in tried:
            continue
        tried.add(form.kind)
        for values in mixed(form, pairs, foreign):
            buckets.forget()
            sent += 1
            cookies = client.cookies.copy()
            with undone():
                response = (
                    client.post(form.action, values)
                    if form.method == "post"
                    else client.get(form.action, values)
                )
                changed = trail(two.foreign_path) != before
            client.cookies = cookies
            text = "" if response.streaming else response.content.decode(errors="replace")
            if changed or response.status_code >= 500 or any(name in text for name in two.names["near"]):
                wrong.append(
                    f"{form.page} sends {form.action} {values}: {response.status_code} changed={changed}"
                )
    assert sent >= (5 if role in {Role.TEACHER, Role.SCHOOL_ADMIN} else 0)
    assert not wrong, "\n".join(wrong[:20])


def bodies(two: Two) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """For each operation of the API a body it accepts by shape, with one of its ids (or all) foreign."""
    schema = api.get_openapi_schema(path_prefix="")
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if "requestBody" not in operation:
                continue
            shape = operation["requestBody"]["content"]["application/json"]["schema"]
            own, other = (_example(shape, schema, _known(one)) for one in (two.own, two.foreign))
            for name in own:
                if own[name] != other[name]:
                    yield method, f"/api{path.removeprefix('/api')}", {**own, name: other[name]}, name
            yield method, f"/api{path.removeprefix('/api')}", other, "all"


def _known(objects: Objects) -> dict[str, object]:
    """What the members of a body may be called, and a value that is really there."""
    attempt = Attempt.objects.unscoped("named by the test").get(id=objects.values["attempt_id"])
    work = Work.objects.unscoped("named by the test").get(id=objects.values["work_id"])
    named = {"item_key": attempt.item_key, "activity_key": work.activity_key, "lesson_key": work.lesson_key}
    return objects.values | named


def _example(shape: dict[str, Any], schema: dict[str, Any], known: dict[str, object]) -> Any:
    shape = _resolved(shape, schema)
    if shape.get("type") == "object":
        return {name: _named(name, one, schema, known) for name, one in shape.get("properties", {}).items()}
    if shape.get("type") == "array":
        return [_example(shape["items"], schema, known)]
    return {"integer": 1, "number": 1, "boolean": True, "string": "x"}.get(shape.get("type", ""), {})


def _named(name: str, shape: dict[str, Any], schema: dict[str, Any], known: dict[str, object]) -> Any:
    for key in (f"{name}_key", f"{name}_version_id", f"{name}_id"):
        if key in known:
            return str(known[key])
    if {"type": "null"} in shape.get("anyOf", []):
        return None
    shape = _resolved(shape, schema)
    if "enum" in shape:
        return shape["enum"][0]
    return str(new_id()) if shape.get("format") == "uuid" else _example(shape, schema, known)


def _resolved(shape: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for one in shape.get("anyOf", []):
        if one.get("type") != "null":
            return _resolved(one, schema)
    if reference := shape.get("$ref"):
        found: dict[str, Any] = schema["components"]["schemas"][reference.rsplit("/", 1)[1]]
        return _resolved(found, schema)
    return shape


def _taken(client: Client, two: Two) -> Iterator[str]:
    for method, path, body, _ in bodies(two):
        with undone():
            status = client.generic(
                method.upper(), path, json.dumps(body), content_type="application/json"
            ).status_code
        if status < 300:
            yield path


def written_down(foreign: set[str], since: datetime) -> set[str]:
    """Which foreign ids stand in what was written since: statements, audit rows, events."""
    texts = [
        *(
            json.dumps(one.raw)
            for one in Statement.objects.unscoped("read by the test").filter(created_at__gte=since)
        ),
        *(
            f"{one.thing_id} {json.dumps(one.detail)}"
            for one in AuditRow.objects.filter(created_at__gte=since)
        ),
        *(json.dumps(one.payload) for one in OutboxEvent.objects.filter(created_at__gte=since)),
    ]
    return {one for text in texts for one in LOOKS_LIKE_ID.findall(text)} & foreign


@pytest.mark.parametrize("role", [Role.PUPIL, Role.TEACHER, Role.GUARDIAN])
def test_no_operation_of_the_api_takes_a_foreign_id(world: World, two: Two, role: Role) -> None:
    client = client_of(world.account(role))
    before, wrong, tried, since = trail(two.foreign_path), [], 0, now()
    foreign = set(foreign_ids(two).values())
    for method, path, body, what in bodies(two):
        tried += 1
        buckets.forget()
        with undone():
            response = client.generic(method.upper(), path, json.dumps(body), content_type="application/json")
            changed = trail(two.foreign_path) != before
            written = written_down(foreign, since)
        said = response.content.decode(errors="replace")
        if changed or response.status_code >= 500 or any(name in said for name in two.names["near"]):
            wrong.append(f"{method} {path} with foreign {what}: {response.status_code} changed={changed}")
        if written:
            wrong.append(f"{method} {path} writes down the foreign {written}")
    assert tried > 15
    if (
        role is Role.PUPIL
    ):  # the same bodies with one's own ids are taken: what is refused above is the foreign id
        own = Two(two.own, two.own, two.foreign_path, two.names)
        assert len(taken := set(_taken(client, own))) >= 5, taken
    assert not wrong, "\n".join(wrong)
