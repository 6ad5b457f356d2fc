"""Every address of the house, filled in with objects of the first school."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from qiming.kernel.http import Door
from qiming.kernel.throttle import buckets
from qiming.site.access_doc import operations, pages
from tests.access.objects import Objects

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    name: str
    door: Door | None


def every_page(things: Objects) -> Iterator[Address]:
    """Pages with a name, the public ones too. Before each the buckets are full: no person visits them all at once."""
    for path, name, door in pages():
        if not name or path.startswith("/api/"):
            continue
        parameters = re.findall(r"<(?:\w+:)?(\w+)>", path)
        known = things.values | things.special.get(name, {}) | PUBLIC
        buckets.forget()
        yield Address(reverse(name, kwargs={one: known[one] for one in parameters}), name, door)


# Parameters of public pages, which the access test does not visit.
PUBLIC: dict[str, object] = {"code": "ABC234", "token": "x" * 22}


def every_operation() -> Iterator[tuple[str, str]]:
    for method, path, _ in operations():
        yield method, re.sub(r"\{[^}]*\}", "01900000-0000-7000-8000-000000000000", path)


class _Undo(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace in the database."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass
