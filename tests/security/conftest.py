"""The world of the access tests, with an object for every address parameter."""

from typing import Any

import pytest

from tests.access import objects
from tests.fixtures import standing_world, world
from tests.world import World

__all__ = ["standing_world", "things", "world"]


@pytest.fixture(scope="module")
def things(standing_world: World, django_db_blocker: Any) -> objects.Objects:
    with django_db_blocker.unblock():
        return objects.build(standing_world)
