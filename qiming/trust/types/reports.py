"""Complaints, reports and incidents, as they cross trust's door."""

from enum import StrEnum


class ReportState(StrEnum):
    """How far a report is."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        return _STATE[self]


_STATE = {ReportState.OPEN: "等答复", ReportState.ANSWERED: "已答复", ReportState.CLOSED: "已办结"}


class StepKind(StrEnum):
    """What happened to a report."""

    ASKED = "asked"
    MORE = "more"
    ANSWERED = "answered"
    PASSED_UP = "passed_up"
    APPEALED = "appealed"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        return _STEP[self]


_STEP = {
    StepKind.ASKED: "提出",
    StepKind.MORE: "补充",
    StepKind.ANSWERED: "答复",
    StepKind.PASSED_UP: "过期未答，转上一级",
    StepKind.APPEALED: "不满意，请上一级看",
    StepKind.CLOSED: "办结",
}


class IncidentState(StrEnum):
    """How far an incident is."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def zh(self) -> str:
        return "处理中" if self is IncidentState.OPEN else "已结案"
