"""The test field's runner: pure asyncio, no Django. `runner.run(suite, target, out, …)`, `runner.targets`.

Both are loaded when they are asked for: who only reads a record or an interval does not load an HTTP client.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiming.assurance.runner import targets
    from qiming.assurance.runner.running import run

__all__ = ["run", "targets"]


def __getattr__(name: str) -> Any:
    if name == "run":
        return import_module("qiming.assurance.runner.running").run
    if name == "targets":
        return import_module("qiming.assurance.runner.targets")
    raise AttributeError(name)
