"""Two schools with everything in them, and everybody in them with a name of their own."""

from dataclasses import dataclass
from typing import Any

import pytest

from qiming.registry.models import Person
from tests.access import objects
from tests.fixtures import standing_world, world
from tests.world import World

__all__ = ["standing_world", "things", "world"]


@dataclass(frozen=True, slots=True)
class Two:
    """What an address can name at the own school and at a neighbouring one, and how the pupils there are called."""

    own: objects.Objects
    foreign: objects.Objects
    foreign_path: str
    # by place: names of pupils
    names: dict[str, list[str]]


@pytest.fixture(scope="module")
def things(standing_world: World, django_db_blocker: Any) -> objects.Objects:
    with django_db_blocker.unblock():
        return objects.build(standing_world)


@pytest.fixture(scope="module")
def two(standing_world: World, things: objects.Objects, django_db_blocker: Any) -> Two:
    with django_db_blocker.unblock():
        places = standing_world.places
        neighbour = World(
            standing_world.city,
            {"here": places["near"], "near": places["here"], "far": places["far"]},
            standing_world.course,
        )
        foreign = objects.build(neighbour)
        names: dict[str, list[str]] = {}
        for key, place in places.items():
            names[key] = [f"学{key}{number}生" for number in range(len(place.pupils))]
            for pupil, name in zip(place.pupils, names[key], strict=True):
                Person.objects.filter(id=pupil.id).update(name=name)
        return Two(things, foreign, places["near"].school.path, names)
