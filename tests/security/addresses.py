"""Every address of the house, filled in with objects of the first school."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

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
        parameters = re.findall(r"<(?:(\w+):)?(\w+)>", path)
        known = things.values | things.special.get(name, {})
        buckets.forget()
        yield Address(
            reverse(
                name, kwargs={one: known.get(one, OTHERWISE.get(kind, "x" * 22)) for kind, one in parameters}
            ),
            name,
            door,
        )


# For parameters nobody has an object for (public pages, which the access test does not visit).
OTHERWISE: dict[str, object] = {
    "uuid": UUID("01900000-0000-7000-8000-000000000000"),
    "int": 1,
    "slug": "x",
    "path": "x",
}


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
