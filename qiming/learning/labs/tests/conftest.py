"""The learning room's small class, for the labs."""

from qiming.learning.tests.conftest import at, cls, world

__all__ = ["at", "cls", "world"]
