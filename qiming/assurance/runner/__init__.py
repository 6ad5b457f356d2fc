"""The test field's runner: pure asyncio, no Django. `runner.run(suite, target, out, …)`, `runner.targets`, `runner.pages`,
the second pass `runner.asking`, `runner.rubrics`.

They are loaded when they are asked for: who only reads a record or an interval does not load an HTTP client.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiming.assurance.runner import pages, targets
    from qiming.assurance.runner.judging import asking
    from qiming.assurance.runner.judging import rubric as rubrics
    from qiming.assurance.runner.running import run

__all__ = ["asking", "pages", "rubrics", "run", "targets"]


_LATER = {"targets": "targets", "pages": "pages", "asking": "judging.asking", "rubrics": "judging.rubric"}


def __getattr__(name: str) -> Any:
    if name == "run":
        return import_module("qiming.assurance.runner.running").run
    if name in _LATER:
        return import_module(f"qiming.assurance.runner.{_LATER[name]}")
    raise AttributeError(name)
