"""The guard as it ships, loaded once."""

from pathlib import Path

import pytest

from qiming.agents.guard import Guard, Library, load

CONTENT = Path(__file__).parents[3] / "content"


@pytest.fixture(scope="session")
def library() -> Library:
    return load(CONTENT / "guard")


@pytest.fixture(scope="session")
def guard(library: Library) -> Guard:
    return Guard(library)
