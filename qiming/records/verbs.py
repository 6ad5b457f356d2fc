"""The verbs and kinds of objects our statements use, each with its IRI. Nothing else may be recorded.

Verbs of the ADL vocabulary and ActivityStreams are taken where they say what we mean; the rest are our own,
under our own name, so that no two meanings ever share an IRI.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

OWN = "https://qiming.invalid/xapi"  # a name, not an address: .invalid never resolves
ADL_VERB = "http://adlnet.gov/expapi/verbs"
ADL_TYPE = "http://adlnet.gov/expapi/activities"
STREAMS = "http://activitystrea.ms/schema/1.0"


class Verb(StrEnum):
    ATTENDED = "attended"
    INITIALIZED = "initialized"
    EXPERIENCED = "experienced"
    INTERACTED = "interacted"
    PROGRESSED = "progressed"
    COMPLETED = "completed"
    ANSWERED = "answered"
    RESPONDED = "responded"
    ASKED = "asked"
    COMMENTED = "commented"
    CREATED = "created"
    SUBMITTED = "submitted"
    HINTED = "hinted"
    SHOWN_SOLUTION = "shown-solution"
    DECLINED = "declined"
    SCORED = "scored"
    RETURNED = "returned"
    SHARED = "shared"
    ASSIGNED = "assigned"
    STARTED = "started"
    ENDED = "ended"
    CONFIRMED = "confirmed"
    AMENDED = "amended"
    WITHDREW = "withdrew"


@dataclass(frozen=True, slots=True)
class Word:
    iri: str
    zh: str
    en: str


WORDS: dict[Verb, Word] = {
    Verb.ATTENDED: Word(f"{ADL_VERB}/attended", "到了课", "attended"),
    Verb.INITIALIZED: Word(f"{ADL_VERB}/initialized", "打开了", "initialized"),
    Verb.EXPERIENCED: Word(f"{ADL_VERB}/experienced", "看了", "experienced"),
    Verb.INTERACTED: Word(f"{ADL_VERB}/interacted", "动手做了", "interacted"),
    Verb.PROGRESSED: Word(f"{ADL_VERB}/progressed", "做到了", "progressed"),
    Verb.COMPLETED: Word(f"{ADL_VERB}/completed", "做完了", "completed"),
    Verb.ANSWERED: Word(f"{ADL_VERB}/answered", "作答了", "answered"),
    Verb.RESPONDED: Word(f"{ADL_VERB}/responded", "投了票", "responded"),
    Verb.ASKED: Word(f"{ADL_VERB}/asked", "举了手", "asked"),
    Verb.COMMENTED: Word(f"{ADL_VERB}/commented", "写了感想", "commented"),
    Verb.CREATED: Word(f"{STREAMS}/create", "做出了", "created"),
    Verb.SUBMITTED: Word(f"{STREAMS}/submit", "交了", "submitted"),
    Verb.HINTED: Word(f"{OWN}/verbs/hinted", "看了提示", "took a hint"),
    Verb.SHOWN_SOLUTION: Word(f"{OWN}/verbs/shown-solution", "看了解答", "was shown the solution"),
    Verb.DECLINED: Word(f"{OWN}/verbs/declined", "这次不练", "declined"),
    Verb.SCORED: Word(f"{ADL_VERB}/scored", "得到评分", "scored"),
    Verb.RETURNED: Word(f"{OWN}/verbs/returned", "拿回来改", "was handed back"),
    Verb.SHARED: Word(f"{ADL_VERB}/shared", "展示了", "shared"),
    Verb.ASSIGNED: Word(f"{STREAMS}/assign", "布置了", "assigned"),
    Verb.STARTED: Word(f"{STREAMS}/start", "开始上", "started"),
    Verb.ENDED: Word(f"{ADL_VERB}/terminated", "下课", "ended"),
    Verb.CONFIRMED: Word(f"{STREAMS}/confirm", "确认了", "confirmed"),
    Verb.AMENDED: Word(f"{STREAMS}/update", "更正了", "amended"),
    Verb.WITHDREW: Word(f"{OWN}/verbs/withdrew", "撤回了确认", "withdrew the confirmation of"),
}


class ObjectKind(StrEnum):
    COURSE = "course"
    LESSON = "lesson"
    ACTIVITY = "activity"
    ITEM = "item"
    LAB = "lab"
    POLL = "poll"
    PERIOD = "period"
    WORK = "work"
    REFLECTION = "reflection"
    HOMEWORK = "homework"
    PRACTICE = "practice"
    TEST = "test"


KIND_TYPES: dict[ObjectKind, str] = {
    ObjectKind.COURSE: f"{ADL_TYPE}/course",
    ObjectKind.LESSON: f"{ADL_TYPE}/lesson",
    ObjectKind.ACTIVITY: f"{ADL_TYPE}/module",
    ObjectKind.ITEM: f"{ADL_TYPE}/question",
    ObjectKind.LAB: f"{ADL_TYPE}/simulation",
    ObjectKind.POLL: f"{OWN}/types/poll",
    ObjectKind.PERIOD: f"{ADL_TYPE}/meeting",
    ObjectKind.WORK: f"{OWN}/types/work",
    ObjectKind.REFLECTION: f"{OWN}/types/reflection",
    ObjectKind.HOMEWORK: f"{ADL_TYPE}/assessment",
    ObjectKind.PRACTICE: f"{OWN}/types/practice",
    ObjectKind.TEST: f"{OWN}/types/test",
}
