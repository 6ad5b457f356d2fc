"""Fixtures shared by the rooms' tests: import them in a room's conftest."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests import world as worlds


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def standing_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[worlds.World]:
    """A world made once for all tests of a module and undone after the last of them."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield worlds.build()
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def world(standing_world: worlds.World, db: None) -> worlds.World:
    """The module's world; what a test changes is undone after it."""
    return standing_world
