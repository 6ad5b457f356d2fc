"""How casework knows dated tasks: what follows a move, in the move's transaction, and where the task is shown."""

from datetime import date
from uuid import UUID

from django.urls import reverse

from qiming.casework import rooms
from qiming.casework.types import Moved
from qiming.governance.tasks.models import DatedTask
from qiming.kernel import time
from qiming.kernel.errors import UserError

KEY = "dated_task"
_WHY = "follows a move that casework allowed"


def follow(case_id: UUID, task_id: UUID, event: Moved) -> None:
    """Write on the task what its case says now; nothing else writes these columns."""
    task = DatedTask.objects.unscoped(_WHY).select_for_update().get(id=task_id)
    task.state = event.target
    day = time.local(event.at).date()
    if event.transition in {"note", "report"}:
        task.progress, task.progress_on = event.reason, day
    if event.transition == "report":
        task.said_on = day
    elif event.transition == "send_back":
        task.said_on = None
    elif event.transition == "accept":
        task.done_on = task.said_on or day
    elif event.transition == "bring_in":
        task.said_on = task.done_on = date.fromisoformat(event.data["on"])
    elif event.transition == "move_day":
        if "due_on" not in event.data:
            raise UserError("没有选日子", kept="时限没有动。", next="请到任务那一页改时限。", status=409)
        task.due_on, task.told = date.fromisoformat(event.data["due_on"]), 0
    elif event.transition == "tell_late":
        task.told = event.data["level"]
    task.save()


def page_of(task_id: UUID) -> str:
    return reverse("governance.task", args=[task_id])


TASK = rooms.register(rooms.Kind(KEY, follow=follow, page=page_of))
