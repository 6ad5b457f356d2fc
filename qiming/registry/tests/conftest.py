import pytest

from qiming.registry import testing


@pytest.fixture
def cast(db: None) -> testing.Cast:
    return testing.cast()
