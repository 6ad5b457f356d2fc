from tests.fixtures import standing_world, world

__all__ = ["standing_world", "world"]
