"""A lesson, an item and a pupil for tests of talking."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from qiming.agents.folders import load
from qiming.agents.folders.types import Phrases
from qiming.agents.guard.stages import Session
from qiming.agents.talk import facts
from qiming.agents.talk.types import AttemptFacts, Context, LessonFacts, Passage
from qiming.agents.tests.conftest import CONTENT
from qiming.kernel.ids import new_id

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LESSON = LessonFacts(
    key="g7l4",
    title="背答案还是真会",
    question="学过的都认得，没见过的呢？",
    version="v1",
    position=4,
    words=(("训练集", "拿给机器学的那些例子"), ("测试集", "先收起来不让机器学，专门用来考它的那些例子")),
    step="比一比",
)
PASSAGES = (
    Passage(
        "p1",
        LESSON.name,
        "v1",
        "新词",
        "训练集是拿给机器学的那些例子。测试集先收起来不让机器学，专门用来考它。",
    ),
    Passage(
        "p2",
        LESSON.name,
        "v1",
        "看一看",
        "练习册的答案背得滚瓜烂熟，再做一遍练习册，能得多少分？这个分数说明不了考试会怎样。",
    ),
)
SPEC: dict[str, Any] = {
    "id": "g7l4-q90",
    "kind": "numeric",
    "concept": "c052",
    "stem": "没见过的12张认对9张，准确率是百分之几？",
    "answer": {"value": 75, "tolerance": 0, "unit": "%"},
    "hints": ["先分清哪一次用的是没见过的图？", "认对的张数和总张数，谁除以谁？", "9除以12，写成百分数。"],
    "solution": "9÷12=0.75，也就是75%。",
}  # fmt: skip
TRIED = (AttemptFacts("我填了100", correct=False, reply="还差一点。"),)


def phrases() -> Phrases:
    return load(CONTENT)["companion"].phrases


def session(stage: str = "junior", **known: Any) -> Session:
    told: dict[str, Any] = {
        "mode": "after",
        "at": NOON,
        "minutes_used": 3,
        "age": 14,
        "exam": False,
        "duty_roster": True,
        "guardian_agreed": True,
        "attempted": True,
        "item": True,
    }
    return Session(stage=stage, **(told | known))


def context(stage: str = "junior", *, conversation: UUID | None = None, **changes: Any) -> Context:
    """A pupil after class, at an item tried once."""
    made = Context(
        agent="companion",
        mode="after",
        stage=stage,
        place_path="b/d1/s1/c1/",
        subject="qs1-0123456789abcdef0123456789abcdef",
        conversation=conversation or new_id(),
        session=session(stage),
        lesson=LESSON,
        item=facts.facts_of(SPEC),
        attempts=TRIED,
        passages=PASSAGES,
    )
    return replace(made, **changes)
