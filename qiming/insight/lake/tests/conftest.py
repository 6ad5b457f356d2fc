from qiming.insight.tests.conftest import at, cls

__all__ = ["at", "cls"]
