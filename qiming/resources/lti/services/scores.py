"""Line items and scores: what a tool sends is kept whatever becomes of it, and shown to the teacher of the class."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.resources.access import TABLE
from qiming.resources.lti.access import SEE_SCORES
from qiming.resources.lti.models import LtiLine, LtiLink, LtiScore, LtiTool
from qiming.resources.lti.protocol.grades import Line, Score
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services import log, telling
from qiming.resources.lti.services.asked import line_of, link_of, person_of
from qiming.resources.lti.types import Kept, Note

_WHY = "the line was found for the tool that asks"
MOST_LINES = 50


@transaction.atomic
def add_line(tool: LtiTool, link: LtiLink, line: Line) -> LtiLine:
    if line.placed and line.placed != str(link.id):
        raise Refused(Code.BAD_REQUEST, "resourceLinkId is another link")
    if LtiLine.objects.unscoped(_WHY).filter(link=link, removed_at=None).count() >= MOST_LINES:
        raise Refused(Code.BAD_REQUEST, f"more than {MOST_LINES} line items")
    made = LtiLine.objects.create(scope_path=link.scope_path, link=link, **_columns(line))
    log.note(Note.LINE, tool, "加了一个成绩项")
    return made


@transaction.atomic
def change_line(tool: LtiTool, line: LtiLine, said: Line) -> LtiLine:
    for name, value in _columns(said).items():
        setattr(line, name, value)
    line.save(update_fields=list(_columns(said)))
    log.note(Note.LINE, tool, "改了一个成绩项")
    return line


@transaction.atomic
def remove_line(tool: LtiTool, line: LtiLine) -> None:
    """The tool needs it no longer; scores that came stay with the teacher."""
    line.removed_at = time.now()
    line.save(update_fields=["removed_at"])
    log.note(Note.LINE, tool, "去掉了一个成绩项")


def _columns(line: Line) -> dict[str, object]:
    return {
        "label": line.label,
        "max_score": line.max_score,
        "resource_id": line.resource_id,
        "tag": line.tag,
    }


def receive(tool: LtiTool, link_id: UUID, line_id: UUID, score: Score) -> LtiScore:
    """Keep a score and show it. One that is older than what is there is kept, and refused afterwards."""
    with transaction.atomic():
        link = link_of(tool, link_id)
        line = line_of(link, line_id)
        person_id = person_of(tool, link, score.subject)
        # Two scores of one line at once: one after the other.
        LtiLine.objects.unscoped(_WHY).select_for_update().get(id=line.id)
        row = LtiScore.objects.create(
            scope_path=link.scope_path,
            line=line,
            person_id=person_id,
            given=score.given,
            max_score=score.max_score,
            activity=score.activity,
            grading=score.grading,
            comment=score.comment,
            at=score.at,
            state=Kept.HELD.value,
        )
        _show(row, link)
    log.note(Note.SCORE, tool, row.why or Kept(row.state).zh)
    if row.state == Kept.OLDER:
        raise Refused(Code.OLD_SCORE)
    return row


def _show(row: LtiScore, link: LtiLink) -> None:
    """Put a kept score into the class's view, unless something speaks against it."""
    now = LtiScore.objects.unscoped(_WHY).filter(line=row.line_id, person_id=row.person_id, is_current=True)
    before = now.first()
    if before is not None and before.at > row.at:
        row.state, row.why = Kept.OLDER.value, "已有更新的成绩"
    elif link.removed_at is not None:
        row.state, row.why = Kept.HELD.value, "这项活动已经从课里拿掉"
    elif registry.pupil_in(link.class_id, row.person_id) is None:
        row.state, row.why = Kept.HELD.value, "学生现在不在这个班"
    else:
        if before is not None:
            now.update(is_current=False, state=Kept.REPLACED.value)
        row.state, row.why, row.is_current, row.shown_at = Kept.SHOWN.value, "", True, time.now()
        telling.tell(row, link)
    row.save(update_fields=["state", "why", "is_current", "shown_at", "tries"])


@transaction.atomic
def resend(*, actor: Actor, score_id: UUID) -> LtiScore:
    """Try once more to show a score that was kept but not shown."""
    rows = LtiScore.objects.unscoped("loaded through the access table").select_for_update(of=("self",))
    row = TABLE.load(actor, SEE_SCORES, rows.select_related("line__link"), id=score_id)
    if row.state != Kept.HELD:
        raise UserError(f"这条成绩不用再放：{Kept(row.state).zh}", kept="没有改动。", status=409)
    row.tries += 1
    _show(row, row.line.link)
    audit.write(
        actor,
        "resources.resend_tool_score",
        thing="lti_score",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"state": row.state, "tries": row.tries},
    )
    return row
