"""Every address as every role at three places of the organisation tree, held against the access tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from qiming.kernel.access import TABLES, Reach
from qiming.kernel.http import Door
from qiming.kernel.throttle import buckets
from qiming.registry.types import Role
from qiming.site.access_doc import operations, pages
from tests.access import objects
from tests.sessions import sign_in
from tests.world import World

REFUSED = {403, 404}
METHOD_NOT_MEANT = 405
# At which places a role of the one place reaches the objects of "here".
REACHES_HERE = {
    Role.CITY_OFFICER: {"here", "near", "far"},
    Role.DISTRICT_OFFICER: {"here", "near"},
}
# From another district only those are tried whose role could reach across schools: for everybody else the school next
# door is the harder case.
PLACES = [
    *((role, "here") for role in Role),
    *((role, "near") for role in Role),
    *((role, "far") for role in (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.ALLIANCE_HEAD, Role.TEACHER)),
]


@dataclass(frozen=True, slots=True)
class Visit:
    """An address with its demand."""

    url: str
    name: str
    door: Door
    names_an_object: bool


class _Undo(Exception):
    pass


@pytest.fixture(scope="module")
def things(standing_world: World, django_db_blocker: Any) -> objects.Objects:
    with django_db_blocker.unblock():
        return objects.build(standing_world)


def visits(things: objects.Objects) -> Iterator[Visit]:
    """Every page with a door, filled in with the objects of the first class."""
    for path, name, door in pages():
        if door is None or not door.verb or not name:
            continue
        parameters = re.findall(r"<(?:\w+:)?(\w+)>", path)
        url = reverse(name, kwargs=things.of(name, parameters))
        buckets.forget()  # nobody visits them all within a minute
        yield Visit(url, name, door, bool(parameters))


def may(door: Door, role: Role, place: str, *, names_an_object: bool) -> bool:
    """What the table says, read independently of the code that applies it."""
    reaches = TABLES[door.room].row(door.verb).reaches
    # The head of a lead school heads that school too: pages that name nothing there open by either role.
    also = reaches.get(Role.SCHOOL_HEAD.value) if role is Role.ALLIANCE_HEAD else None
    if also is not None and (also is Reach.ANY or not names_an_object):
        return True
    reach = reaches.get(role.value)
    if reach is None:
        return False
    if not names_an_object or reach is Reach.ANY:
        return True
    return place in REACHES_HERE.get(role, {"here"})


def statuses(client: Client, url: str) -> set[int]:
    """What GET and an empty POST answer; whatever the POST did is undone."""
    found = {client.get(url).status_code}
    try:
        with transaction.atomic():
            found.add(client.post(url).status_code)
            raise _Undo
    except _Undo:
        pass
    return found - {METHOD_NOT_MEANT}


@pytest.mark.parametrize(("role", "place"), PLACES)
def test_every_page(world: World, things: objects.Objects, role: Role, place: str) -> None:
    client = Client(raise_request_exception=False)
    sign_in(client, world.account(role, place))
    wrong = []
    for visit in visits(things):
        if place != "here" and not visit.names_an_object:
            continue  # the same page, wherever one is
        with transaction.atomic():
            point = transaction.savepoint()
            found = statuses(client, visit.url)
            transaction.savepoint_rollback(point)
        allowed = may(visit.door, role, place, names_an_object=visit.names_an_object)
        if any(status >= 500 for status in found):
            wrong.append(f"{visit.url} {visit.name}: broke ({found})")
        elif allowed and found <= REFUSED:
            wrong.append(f"{visit.url} {visit.name} ({visit.door.verb}): refused ({found})")
        elif not allowed and not found <= REFUSED:
            wrong.append(f"{visit.url} {visit.name} ({visit.door.verb}): open ({found})")
    assert not wrong, "\n".join(wrong)


def test_every_page_asks_a_stranger_to_sign_in(world: World, things: objects.Objects) -> None:
    client = Client()
    wrong = []
    for visit in visits(things):
        for response in (client.get(visit.url), client.post(visit.url)):
            to_door = response.status_code == 302 and response["Location"].startswith("/sign-in/")
            if not to_door and response.status_code not in {401, METHOD_NOT_MEANT, *REFUSED}:
                wrong.append(f"{visit.url}: {response.status_code}")
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_every_operation_of_the_api(world: World, role: Role) -> None:
    client = Client(raise_request_exception=False)
    sign_in(client, world.account(role))
    wrong = []
    for method, path, door in operations():
        if door is None:
            wrong.append(f"{method} {path}: demands nothing")
            continue
        response = client.generic(method, path, b"{}", content_type="application/json")
        allowed = may(door, role, "here", names_an_object=False)
        if response.status_code >= 500 or (not allowed and response.status_code < 400):
            wrong.append(f"{method} {path} ({door.verb}): {response.status_code}")
    assert not wrong


def test_the_api_asks_a_stranger_to_sign_in(db: None) -> None:
    client = Client()
    answers = {
        (method, path): client.generic(method, path, b"{}", content_type="application/json").status_code
        for method, path, _ in operations()
    }
    assert answers and set(answers.values()) <= {401, 403}


def test_the_document_is_up_to_date() -> None:
    from qiming.site import access_doc

    assert access_doc.run(check=True) == 0
