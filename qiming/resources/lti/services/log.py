"""The log of what tools did and were refused. A refusal is written after its transaction was undone."""

from __future__ import annotations

import logging

from qiming.resources.lti.models import LtiNote, LtiTool
from qiming.resources.lti.protocol.refusals import Refused
from qiming.resources.lti.types import Note

log = logging.getLogger(__name__)
DEEPEST = 300


def note(kind: Note, tool: LtiTool | None, detail: str = "") -> None:
    """Something went as it should."""
    _write(kind, tool, "", detail)


def refused(kind: Note, tool: LtiTool | None, refusal: Refused) -> None:
    """Something was refused. What a stranger sends goes to the server's log only: nobody can fill the table."""
    log.warning("lti %s refused: %s %s", kind.value, refusal.code.value, tool.client_id if tool else "-")
    if tool is not None:
        _write(kind, tool, refusal.code.value, refusal.detail)


def _write(kind: Note, tool: LtiTool | None, code: str, detail: str) -> None:
    LtiNote.objects.create(
        tool=tool,
        scope_path=tool.scope_path if tool else "",
        kind=kind.value,
        code=code,
        detail=detail[:DEEPEST],
    )
