"""What the learning room holds about one pupil: copied out on request, erased on request."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.learning.models import (
    Attempt,
    BandChange,
    HintUse,
    Judgement,
    JudgeRun,
    KeptModel,
    LabRun,
    LearnerState,
    MasteryCorrection,
    MasteryState,
    PracticeRun,
    Progress,
    ProjectMember,
    ResearchShare,
    Submission,
    TestAnswer,
    Work,
    WorkVersion,
)
from qiming.mastery import Learner, Skill

_WHY = "the request was checked in the trust room"
# A pupil's own rows, those that hang on others first: what, which columns people read, where.
OWN: Sequence[tuple[str, dict[str, str], Any]] = (
    ("提示和解答的查看", {"题": "item_key", "第几步": "rung", "时间": "used_at"}, HintUse),
    (
        "作答",
        {
            "时间": "received_at",
            "题": "item_key",
            "第几次": "try_no",
            "我的回答": "response",
            "对错": "correct",
            "得分": "score_scaled",
            "老师的话": "comment",
        },
        Attempt,
    ),
    (
        "课前测和课后测的作答",
        {"时间": "received_at", "题": "item_key", "我的回答": "response", "对错": "correct"},
        TestAnswer,
    ),
    (
        "结课作品的评价",
        {
            "谁评的": "by",
            "每一条的水平": "levels",
            "理由": "reasons",
            "老师的话": "comment",
            "时间": "judged_at",
        },
        Judgement,
    ),
    ("一起做的结课作品", {"时间": "created_at", "作品": "work"}, ProjectMember),
    ("进了哪些研究抽取（不含编号）", {"时间": "created_at", "几次作答": "attempts"}, ResearchShare),
    ("练习", {"日期": "day", "到哪一步": "state", "为什么练这些": "choices"}, PracticeRun),
    (
        "交的作业",
        {"交的时间": "handed_in_at", "到哪一步": "state", "得分": "score_scaled", "老师的话": "comment"},
        Submission,
    ),
    (
        "学校服务器运行过的程序",
        {
            "时间": "asked_at",
            "程序": "source",
            "印出的": "output",
            "做到几项": "passed",
            "共几项": "of",
            "结果": "outcome",
        },
        JudgeRun,
    ),
    ("作品交上去时的样子", {"时间": "at", "第几版": "no", "内容": "state"}, WorkVersion),
    ("作品", {"名称": "title", "改动时间": "updated_at", "内容": "state", "老师的话": "comment"}, Work),
    (
        "留下的模型（参数和模型卡）",
        {"名字": "name", "哪个实验": "lab", "改动时间": "updated_at", "内容": "body"},
        KeptModel,
    ),
    (
        "实验里做了什么（目标、提示、猜和训练的次数）",
        {"课": "lesson_key", "环节": "activity_key", "实验": "lab", "做了什么": "tally", "最近": "last_at"},
        LabRun,
    ),
    (
        "每个环节做到哪里",
        {"课": "lesson_key", "环节": "activity_key", "填的内容": "state", "做完": "done_at"},
        Progress,
    ),
    (
        "被研究抽取用过的作答数（抽取里没有编号，认不出是谁）",
        {"时间": "created_at", "几次作答": "attempts"},
        ResearchShare,
    ),
    (
        "对知识点的掌握估计",
        {"知识点": "concept", "怎么说": "band", "估计（0到1）": "p", "依据几次作答": "n", "最近": "last_day"},
        MasteryState,
    ),
    (
        "老师对知识点的判断",
        {"知识点": "concept", "判断": "band", "理由": "reason", "时间": "made_at", "收回": "ended_at"},
        MasteryCorrection,
    ),
    (
        "没有作答而变了的判断",
        {"知识点": "concept", "原来": "before", "后来": "after", "为什么": "why", "时间": "at"},
        BandChange,
    ),
    ("总体表现的估计", {"时间": "created_at", "几个数": "state"}, LearnerState),
)


def _of(model: Any, person_id: UUID) -> Any:
    return model.objects.unscoped(_WHY).filter(pupil_id=person_id)


def export(person_id: UUID) -> list[Part]:
    """Everything the pupil tried, answered and made."""
    return [
        _unpacked(
            holdings.part(f"learning.{model.__name__.lower()}", what, _of(model, person_id), columns), model
        )
        for what, columns, model in OWN
    ]


def _unpacked(part: Part, model: Any) -> Part:
    """A packed state as the numbers it is made of."""
    packed: dict[Any, Any] = {LearnerState: Learner, MasteryState: Skill}
    form = packed.get(model)
    if form is not None:
        for row in part.rows:
            row["state"] = asdict(form.unpack(bytes(row["state"])))
    return part


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """All of it: no law asks for a child's answers to be kept."""
    return [holdings.erased(what, _of(model, person_id)) for what, _, model in OWN]


holdings.register("learning", 8, export=export, erase=erase)
