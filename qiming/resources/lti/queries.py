"""Questions about LTI tools: for officers, for the teacher of a class, for the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.resources.access import TABLE
from qiming.resources.lti import gate
from qiming.resources.lti.access import KEEP, SEE_SCORES
from qiming.resources.lti.models import LtiLine, LtiLink, LtiNote, LtiScore, LtiTool
from qiming.resources.lti.protocol.grades import ACTIVITY_NAMES, GRADING_NAMES
from qiming.resources.lti.protocol.refusals import SAYS, Code, Refused
from qiming.resources.lti.types import ClassLink, Kept, Note, ScoreRow, ToolState

_WHY = "the class was checked against the access table"
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool on the officer's list, with what went well and what was refused lately."""

    tool: LtiTool
    place: str
    launches: int
    refused: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of the log in words."""

    at: datetime
    kind: str
    is_refusal: bool
    says: str
    detail: str
    mend: str
    tool: str


@dataclass(frozen=True, slots=True)
class HeldScore:
    """A score that was kept but not shown."""

    id: UUID
    pupil: str
    line: str
    link: str
    why: str
    at: datetime
    tries: int


def tools(actor: Actor) -> list[LtiTool]:
    rows = LtiTool.objects.for_actor(actor, KEEP)
    return list(rows.order_by("-id"))


def tool_lines(actor: Actor) -> list[ToolLine]:
    """The tools this officer keeps, newest first."""
    found = tools(actor)
    since = time.now() - LATELY
    notes = LtiNote.objects.unscoped(_WHY).filter(tool__in=found, created_at__gt=since)
    counted = (
        notes.order_by()
        .values("tool_id")
        .annotate(
            launches=Count("id", filter=Q(kind=Note.LAUNCH.value, code="")),
            refused=Count("id", filter=~Q(code="")),
            last=Max("created_at"),
        )
    )
    by_tool: dict[UUID, dict[str, Any]] = {one["tool_id"]: dict(one) for one in counted}
    names = {path: registry.org_by_path(path).name for path in {one.scope_path for one in found}}
    return [
        ToolLine(
            one,
            names[one.scope_path],
            by_tool.get(one.id, {}).get("launches", 0),
            by_tool.get(one.id, {}).get("refused", 0),
            by_tool.get(one.id, {}).get("last"),
        )
        for one in found
    ]


def notes_of(tool: LtiTool, *, refused_only: bool, limit: int = 100) -> list[NoteLine]:
    rows = LtiNote.objects.unscoped("the tool was loaded through the access table").filter(tool=tool)
    if refused_only:
        rows = rows.exclude(code="")
    return [_note_line(one, tool.name) for one in rows.order_by("-id")[:limit]]


def _note_line(row: LtiNote, tool: str) -> NoteLine:
    says = SAYS[Code(row.code)] if row.code else None
    return NoteLine(
        row.created_at,
        Note(row.kind).zh,
        bool(row.code),
        says.happened if says else "办成了",
        row.detail,
        says.mend if says else "",
        tool,
    )


def links_of(class_id: UUID) -> list[LtiLink]:
    rows = LtiLink.objects.unscoped(_WHY).filter(class_id=class_id, removed_at=None)
    return list(rows.select_related("deployment__tool").order_by("lesson_key", "id"))


def class_links(actor: Actor, class_id: UUID, lessons: dict[str, str]) -> list[ClassLink]:
    """What is placed in lessons of a class; `lessons` names them by key."""
    TABLE.require(actor, SEE_SCORES, registry.org(class_id))
    found = links_of(class_id)
    rows = LtiScore.objects.unscoped(_WHY).filter(line__link__in=found).order_by().values("line__link_id")
    counted: dict[UUID, dict[str, Any]] = {
        one["line__link_id"]: dict(one)
        for one in rows.annotate(
            pupils=Count("person_id", filter=Q(is_current=True), distinct=True),
            held=Count("id", filter=Q(state=Kept.HELD.value)),
        )
    }
    return [
        ClassLink(
            one.id,
            one.title,
            one.deployment.tool.name,
            one.lesson_key,
            lessons.get(one.lesson_key, one.lesson_key),
            one.kind,
            counted.get(one.id, {}).get("pupils", 0),
            counted.get(one.id, {}).get("held", 0),
        )
        for one in found
    ]


def tools_for_choice(actor: Actor, class_id: UUID) -> list[LtiTool]:
    """Tools in which the teacher may choose something for this class now."""
    place, found = registry.org(class_id), []
    for tool in (
        LtiTool.objects.unscoped("the gate is asked about each").exclude(deep_link_url="").order_by("name")
    ):
        try:
            gate.require(tool, place.path, "", actor=actor)
        except Refused:
            continue
        found.append(tool)
    return found


def scores_of(link: LtiLink) -> list[tuple[LtiLine, list[ScoreRow]]]:
    """Each line of a link with the pupils of today's class and their present scores."""
    lines = list(LtiLine.objects.unscoped(_WHY).filter(link=link).order_by("id"))
    rows = LtiScore.objects.unscoped(_WHY).filter(line__in=lines, is_current=True)
    current = {(one.line_id, one.person_id): one for one in rows}
    pupils = registry.pupils_of(link.class_id)
    shown = [one for one in lines if one.removed_at is None or any(key[0] == one.id for key in current)]
    return [
        (line, [_row(one.name, one.seat_no, current.get((line.id, one.id))) for one in pupils])
        for line in shown
    ]


def _row(name: str, seat_no: int | None, score: LtiScore | None) -> ScoreRow:
    if score is None:
        return ScoreRow(name, seat_no, None, None, "", "", None)
    did = f"{ACTIVITY_NAMES[score.activity]}，{GRADING_NAMES[score.grading]}"
    return ScoreRow(name, seat_no, score.given, score.max_score, did, score.comment, score.at)


def held_scores(link: LtiLink) -> list[HeldScore]:
    """Scores that came and are not in the class's view."""
    rows = LtiScore.objects.unscoped(_WHY).filter(line__link=link, state=Kept.HELD.value)
    found = list(rows.select_related("line").order_by("-id")[:200])
    named = registry.pupils_named({one.person_id for one in found}, link.scope_path)
    return [
        HeldScore(
            one.id,
            named[one.person_id].name if one.person_id in named else "已转走的学生",
            one.line.label,
            link.title,
            one.why,
            one.created_at,
            one.tries,
        )
        for one in found
    ]


def tool_of(product_id: UUID) -> LtiTool | None:
    """The tool registered for a product."""
    return LtiTool.objects.unscoped(_OWN).filter(product_id=product_id).first()


def deployments_of(tool: LtiTool) -> list[str]:
    """Under which numbers a tool is deployed."""
    return [one.deployment_id for one in tool.deployments.unscoped(_OWN).filter(ended_at=None)]


def stands_of(product_id: UUID) -> str:
    """In words, where the registration of a product stands."""
    tool = tool_of(product_id)
    if tool is None:
        return "还没有填"
    if tool.state == ToolState.PAUSED.value:
        return "停用着"
    return "核对通过" if tool.is_checked else "等市里核对"


_OWN = "the caller checked that the product is the company's own"
