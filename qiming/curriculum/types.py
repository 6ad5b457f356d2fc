"""What crosses the curriculum's door."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

PROPOSAL = "original proposal"
UNVERIFIED = "unverified"
STATUS_WORDS = {
    "official": "正式文本",
    "press digest": "公开报道摘要",
    PROPOSAL: "原创建议稿",
    UNVERIFIED: "未核对的文本",
}
STAGE_WORDS = {"primary": "小学", "junior": "初中", "senior": "高中", "all": "各学段"}
GENAI_ORDER = ("none", "teacher_demo", "guided", "open")
GENAI_WORDS = {
    "none": "不用生成式工具",
    "teacher_demo": "只由教师演示",
    "guided": "教师指导下使用",
    "open": "可开放探究",
}
KIND_WORDS = {
    "single": "单选",
    "multiple": "多选",
    "order": "排序",
    "match": "连线",
    "classify": "分类",
    "hotspot": "点图",
    "numeric": "填数",
    "short": "简答",
}
# Kinds whose answer is keys of `options`; those of a hotspot lie on its picture.
CHOOSING = ("single", "multiple", "hotspot")
ACTIVITY_WORDS = {
    "read": "读",
    "predict": "猜",
    "poll": "表决",
    "lab": "实验",
    "unplugged": "不插电",
    "quiz": "答题",
    "reflect": "反思",
    "discuss": "讨论",
}

ItemSpec = dict[str, Any]
# The subject of a course that names none; hours, modules and the ethics thread are asked of it alone.
AI = "ai"


@dataclass(frozen=True, slots=True)
class LessonRef:
    id: UUID
    key: str
    position: int
    title: str
    minutes: int
    concepts: tuple[str, ...]
    question: str
    ethics: str = ""
    genai_use: str = "none"


@dataclass(frozen=True, slots=True)
class CourseRef:
    """A version of a course; `lessons` are in teaching order."""

    id: UUID
    key: str
    title: str
    stage: str
    grades: tuple[int, ...]
    status: str
    lessons: tuple[LessonRef, ...]
    summary: str = ""
    purpose: str = ""
    is_current: bool = True
    licence: str = ""
    authors: tuple[str, ...] = ()
    sources: tuple[dict[str, str], ...] = ()
    subject: str = AI
    scope_path: str = ""  # of the school whose version this is; the city's have none

    @property
    def status_words(self) -> str:
        return STATUS_WORDS.get(self.status, STATUS_WORDS[PROPOSAL])

    @property
    def stage_words(self) -> str:
        return STAGE_WORDS.get(self.stage, self.stage)

    @property
    def about_ai(self) -> bool:
        return self.subject == AI


@dataclass(frozen=True, slots=True)
class Activity:
    """A step of a lesson; `data` holds what its kind adds (choices, record, lab, items, prompt, starters, roles)."""

    key: str
    title: str
    kind: str
    minutes: int
    text_html: str
    teacher: str = ""
    extra: bool = False
    remedy_for: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def kind_words(self) -> str:
        return ACTIVITY_WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Host:
    """A subject into which a lesson can be integrated, and the part of that subject it serves."""

    subject: str
    module: str = ""

    def __str__(self) -> str:
        return f"{self.subject}（{self.module}）" if self.module else self.subject


@dataclass(frozen=True, slots=True)
class Lesson:
    """A whole lesson as pupils may see it, plus what a teacher's summary needs; guide and answers come apart."""

    id: UUID
    course_version_id: UUID
    course_key: str
    key: str
    position: int
    title: str
    minutes: int
    question: str
    situation: str
    summary: str
    goals: tuple[str, ...]
    concepts: tuple[str, ...]
    revisits: tuple[str, ...]
    modules: tuple[str, ...]
    literacy: tuple[str, ...]
    frameworks: dict[str, list[str]]
    hosts: tuple["Host", ...]
    ethics: str
    genai_use: str
    devices: str
    without_devices: str
    new_words: tuple[dict[str, str], ...]
    sources: tuple[dict[str, str], ...]
    activities: tuple[Activity, ...]

    @property
    def main_activities(self) -> tuple[Activity, ...]:
        """The steps that make up the period, without the spare ones."""
        return tuple(activity for activity in self.activities if not activity.extra)

    def activity(self, key: str) -> Activity | None:
        return next((activity for activity in self.activities if activity.key == key), None)


@dataclass(frozen=True, slots=True)
class Item:
    """An item with everything in it: for the server and the teacher. A pupil's browser gets `rules.public_item`."""

    id: UUID
    lesson_version_id: UUID
    key: str
    position: int
    version: str
    kind: str
    concept: str
    difficulty: int
    use: tuple[str, ...]
    stem_html: str
    data: ItemSpec
    hints: tuple[str, ...]
    solution_html: str
    html: dict[str, dict[str, str]]
    picture_url: str = ""
    picture_alt: str = ""

    @property
    def kind_words(self) -> str:
        return KIND_WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class ConceptRef:
    key: str
    title: str
    stage: str
    grade: int
    prerequisites: tuple[str, ...]
    strand: str = ""
    note: str = ""
    subject: str = "ai"
    frameworks: dict[str, str] = field(default_factory=dict)
    pupil: str = ""
    teacher: str = ""
    abilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ability:
    """What concepts and works give evidence for; `levels` from low to high, each something one can see."""

    id: str
    title: str
    says: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Misconception:
    """`id` is empty, and `why` said, for those of the graph, which no item names."""

    id: str
    concept: str
    text: str
    remedy: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`correct` None: a person must read it. `per_part` says of each thing placed whether it was right."""

    correct: bool | None
    score: float
    misconceptions: list[str]
    reply: str
    per_part: dict[str, bool]


@dataclass(frozen=True, slots=True)
class RuleRef:
    key: str
    kind: str
    stage: str
    value: Any
    requires: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    text: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class StageRules:
    """The rules in force for one stage on one day; `rules` are the rows they were read from."""

    on: date
    stage: str
    periods_per_year: int
    period_minutes: int
    genai_use: str
    genai_requires: tuple[str, ...]
    ethics_required: bool
    rules: tuple[RuleRef, ...] = ()

    def row(self, kind: str) -> RuleRef | None:
        return next((rule for rule in self.rules if rule.kind == kind), None)


@dataclass(frozen=True, slots=True)
class PlanReason:
    """One line of the check: which rule, whether it holds, in words, and where the rule comes from."""

    rule: str
    ok: bool
    text: str
    source: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class PlanVerdict:
    ok: bool
    reasons: tuple[PlanReason, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRef:
    key: str
    syllabus_key: str
    syllabus_title: str
    status: str
    theme: str
    theme_title: str
    stage: str
    grade: int | None
    text: str
    source: str
    verified: bool
    note: str = ""
    lesson: str = ""
    concepts: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    also_lessons: tuple[str, ...] = ()

    @property
    def is_proposal(self) -> bool:
        return self.status == PROPOSAL


@dataclass(frozen=True, slots=True)
class SyllabusRef:
    key: str
    title: str
    published: str
    status: str
    full_text_found: bool
    note: str
    outcomes: tuple[OutcomeRef, ...]
    scope_path: str = ""  # of the place that brought it; the platform's have none
    subject: str = AI
    version: int = 1
    is_current: bool = True

    @property
    def status_words(self) -> str:
        return STATUS_WORDS.get(self.status, STATUS_WORDS[PROPOSAL])


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """A data set for labs; `base_url` ends in a slash and never changes what it serves."""

    key: str
    title: str
    kind: str
    base_url: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SchoolText:
    """A piece of what a school wrote: where it stands, in words, and the text or HTML as stored."""

    where: str
    body: str
