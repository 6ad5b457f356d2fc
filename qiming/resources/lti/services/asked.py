"""What a tool's server may ask about a link: found, and the gate asked, each time anew."""

from __future__ import annotations

from uuid import UUID

from qiming.registry import queries as registry
from qiming.resources.launching.types import Decision
from qiming.resources.lti import gate
from qiming.resources.lti.models import LtiLaunch, LtiLine, LtiLink, LtiTool
from qiming.resources.lti.protocol.refusals import Code, Refused

_WHY = "a tool asks about its own link; the gate says whether it may"


def link_of(tool: LtiTool, link_id: UUID) -> LtiLink:
    """The link, when it is this tool's, still in the lesson, and the class may use the tool."""
    return link_and_decision(tool, link_id)[0]


def link_and_decision(tool: LtiTool, link_id: UUID) -> tuple[LtiLink, Decision]:
    """The same, with what the gate lets the tool know about the class."""
    rows = LtiLink.objects.unscoped(_WHY).select_related("deployment")
    link = rows.filter(id=link_id, deployment__tool=tool, removed_at=None).first()
    if link is None:
        raise Refused(Code.MISSING)
    return link, gate.require(tool, link.scope_path, link.lesson_key)


def line_of(link: LtiLink, line_id: UUID) -> LtiLine:
    line = LtiLine.objects.unscoped(_WHY).filter(id=line_id, link=link, removed_at=None).first()
    if line is None:
        raise Refused(Code.MISSING)
    return line


def person_of(tool: LtiTool, link: LtiLink, subject: str) -> UUID:
    """Whom a pseudonym means: a pupil of the class, or somebody who opened this link from it."""
    pupils = {one.id for one in registry.pupils_of(link.class_id)}
    openers = LtiLaunch.objects.unscoped(_WHY).filter(link=link, is_teacher=False).exclude(used_at=None)
    for person_id in pupils | set(openers.values_list("person_id", flat=True)):
        if gate.pseudonym(tool, person_id) == subject:
            return person_id
    raise Refused(Code.UNKNOWN_PERSON)
