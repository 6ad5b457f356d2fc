"""What the rooms above ask about products in lessons."""

from typing import Any
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.resources.access import TABLE
from qiming.resources.access_tools import PLACE
from qiming.resources.launching.deciding import decide
from qiming.resources.launching.seen import etag_of, schools_using, tools_at

__all__ = ["decide", "may_place", "schools_using", "tools_at", "tools_of_lesson"]


def may_place(actor: Actor, class_path: str) -> bool:
    """Whether this person puts products into lessons of the class."""
    return any(class_path.startswith(path) for path in TABLE.paths(actor, PLACE))


def tools_of_lesson(class_id: UUID, class_path: str, lesson_key: str) -> dict[str, Any]:
    """What `resources/launching/_lesson_tools.html` shows on a page of the lesson, and keeps fresh."""
    tools = tools_at(class_path, lesson_key)
    return {"tools": tools, "class_id": class_id, "lesson_key": lesson_key, "etag": etag_of(tools)}
