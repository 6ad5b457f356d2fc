"""Line items, scores and results (AGS 2.0) as JSON, both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from qiming.resources.lti.protocol.deeplinks import is_number
from qiming.resources.lti.protocol.names import Plain
from qiming.resources.lti.protocol.refusals import Code, Refused

ACTIVITY: Final = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING: Final = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
ACTIVITY_NAMES: Final = {
    "Initialized": "打开过",
    "Started": "开始了",
    "InProgress": "做到一半",
    "Submitted": "交了",
    "Completed": "做完了",
}
GRADING_NAMES: Final = {
    "FullyGraded": "评完了",
    "Pending": "等评分",
    "PendingManual": "等人评分",
    "Failed": "评分没成",
    "NotReady": "还没有评",
}
MAX_SCORE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line item as a tool writes it. `placed` is the id of the resource link it belongs to, if any."""

    label: str
    max_score: float
    placed: str = ""
    resource_id: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """`given` None: only how far the pupil is. `at` is the tool's own time of the score."""

    subject: str
    at: datetime
    given: float | None
    max_score: float | None
    activity: str
    grading: str
    comment: str


def line_of(body: Any) -> Line:
    """A line item out of a tool's JSON; `Refused` when it cannot be one."""
    if not isinstance(body, dict):
        raise Refused(Code.BAD_REQUEST, "a line item is an object")
    label, most = body.get("label"), body.get("scoreMaximum")
    if not isinstance(label, str) or not 1 <= len(label.strip()) <= 200:
        raise Refused(Code.BAD_REQUEST, "label")
    if not is_number(most) or not 0 < most <= MAX_SCORE:
        raise Refused(Code.BAD_REQUEST, "scoreMaximum")
    return Line(
        label.strip(),
        float(most),
        _word(body, "resourceLinkId"),
        _word(body, "resourceId"),
        _word(body, "tag"),
    )


def _word(body: Plain, name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        raise Refused(Code.BAD_REQUEST, name)
    return value


def line_json(line: Line, url: str) -> Plain:
    body: Plain = {"id": url, "label": line.label, "scoreMaximum": line.max_score}
    for name, value in (
        ("resourceLinkId", line.placed),
        ("resourceId", line.resource_id),
        ("tag", line.tag),
    ):
        if value:
            body[name] = value
    return body


def score_of(body: Any) -> Score:
    """A score out of a tool's JSON; `Refused` names the field that is wrong."""
    if not isinstance(body, dict):
        raise Refused(Code.BAD_SCORE, "a score is an object")
    subject, comment = body.get("userId"), body.get("comment", "")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 200:
        raise Refused(Code.BAD_SCORE, "userId")
    if not isinstance(comment, str) or len(comment) > 2000 or "\x00" in comment:
        raise Refused(Code.BAD_SCORE, "comment")
    activity, grading = body.get("activityProgress"), body.get("gradingProgress")
    if activity not in ACTIVITY or grading not in GRADING:
        raise Refused(Code.BAD_SCORE, "activityProgress or gradingProgress")
    given, most = body.get("scoreGiven"), body.get("scoreMaximum")
    if given is not None and (
        not is_number(given) or given < 0 or not is_number(most) or not 0 < most <= MAX_SCORE
    ):
        raise Refused(Code.BAD_SCORE, "scoreGiven or scoreMaximum")
    return Score(
        subject,
        _moment(body.get("timestamp")),
        None if given is None else float(given),
        None if given is None or most is None else float(most),
        activity,
        grading,
        comment,
    )


def _moment(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 2000 <= at.year <= 2200:
        raise Refused(Code.BAD_SCORE, "timestamp")
    return at


def scaled(given: float, of: float, to: float) -> float:
    """A score out of `of` on a line item whose maximum is `to`."""
    return round(given * to / of, 4)


def result_json(
    *, url: str, line_url: str, subject: str, given: float | None, most: float, comment: str
) -> Plain:
    body: Plain = {"id": url, "scoreOf": line_url, "userId": subject}
    if given is not None:
        body |= {"resultScore": given, "resultMaximum": most}
    return body | ({"comment": comment} if comment else {})
