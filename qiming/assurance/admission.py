"""What crosses the gate's door: what a vendor files, where a product stands, under which conditions it may be used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

ANY = "*"
"""In a set of conditions: every one of them."""


class ProductKind(StrEnum):
    """What kind of product it is; suites are chosen by it."""

    ASSISTANT = "assistant"
    TUTOR = "tutor"
    TOOL = "tool"
    GRADER = "grader"
    AGENT = "agent"

    @property
    def zh(self) -> str:
        return {
            "assistant": "备课助手",
            "tutor": "学习辅导",
            "tool": "创作工具",
            "grader": "批改与反馈",
            "agent": "智能体",
        }[self.value]


class Function(StrEnum):
    """What a product does for its users; any of them can be switched off by a condition."""

    CHAT = "chat"
    OPEN_GENERATION = "open_generation"
    IMAGE = "image"
    VOICE = "voice"
    GRADING = "grading"
    ADVICE = "advice"
    PLANNING = "planning"

    @property
    def zh(self) -> str:
        return _FUNCTIONS[self]


_FUNCTIONS = {
    Function.CHAT: "限定范围的对话",
    Function.OPEN_GENERATION: "开放式内容生成",
    Function.IMAGE: "图像生成",
    Function.VOICE: "语音",
    Function.GRADING: "作业批改",
    Function.ADVICE: "学情建议",
    Function.PLANNING: "备课",
}


class Scope(StrEnum):
    """What a launch hands over. The first three are what every launch may carry; the rest touch children's data."""

    PSEUDONYM = "pseudonym"
    GRADE = "grade"
    CLASS = "class"
    ANSWERS = "answers"
    WORKS = "works"
    VOICE = "voice"
    IMAGE = "image"
    HEALTH = "health"

    @property
    def zh(self) -> str:
        return _SCOPES[self]


_SCOPES = {
    Scope.PSEUDONYM: "每个产品各不相同的代号",
    Scope.GRADE: "年级",
    Scope.CLASS: "班号",
    Scope.ANSWERS: "学生写下的回答",
    Scope.WORKS: "学生作品",
    Scope.VOICE: "学生的声音",
    Scope.IMAGE: "学生的照片或影像",
    Scope.HEALTH: "健康或心理状况",
}
LEAST_SCOPES = frozenset({Scope.PSEUDONYM.value, Scope.GRADE.value, Scope.CLASS.value})


class Verdict(StrEnum):
    """Where a product stands, as everybody may read it."""

    DRAFT = "draft"
    FILED = "filed"
    TESTING = "testing"
    TRIAL = "trial"
    ADMITTED = "admitted"
    WATCH = "watch"
    SUSPENDED = "suspended"
    RETEST = "retest"
    REVOKED = "revoked"
    EXPIRED = "expired"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return _STANDING[self]


_STANDING = {
    Verdict.DRAFT: "准备中",
    Verdict.FILED: "受理审查中",
    Verdict.TESTING: "测试评审中",
    Verdict.TRIAL: "指定学校试用",
    Verdict.ADMITTED: "准入",
    Verdict.WATCH: "准入，重点观察",
    Verdict.SUSPENDED: "暂停使用",
    Verdict.RETEST: "已变更，待复测",
    Verdict.REVOKED: "撤销准入",
    Verdict.EXPIRED: "准入到期",
    Verdict.REFUSED: "不予准入",
    Verdict.WITHDRAWN: "企业已撤回",
}
OF_STATE: Mapping[str, Verdict] = {
    "draft": Verdict.DRAFT,
    "filed": Verdict.FILED,
    "returned": Verdict.FILED,
    "checked": Verdict.FILED,
    "lab_testing": Verdict.TESTING,
    "third_party": Verdict.TESTING,
    "expert_review": Verdict.TESTING,
    "noticed": Verdict.TESTING,
    "joint_check": Verdict.TESTING,
    "trial": Verdict.TRIAL,
    "admitted": Verdict.ADMITTED,
    "watch": Verdict.WATCH,
    "suspended": Verdict.SUSPENDED,
    "retest": Verdict.RETEST,
    "revoked": Verdict.REVOKED,
    "expired": Verdict.EXPIRED,
    "refused": Verdict.REFUSED,
    "withdrawn": Verdict.WITHDRAWN,
    "replaced": Verdict.EXPIRED,
}
"""From the state of the case about a version."""


ON_THE_WAY = (
    "draft",
    "filed",
    "returned",
    "checked",
    "lab_testing",
    "third_party",
    "expert_review",
    "trial",
    "noticed",
    "joint_check",
)
"""States in which a version is being worked on: of a product only one at a time."""


class Tier(StrEnum):
    """How dangerous it could be; whatever touches children's data or health is high."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def zh(self) -> str:
        return {"low": "低", "medium": "中", "high": "高"}[self.value]

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class FilingKind(StrEnum):
    """Numbers a company has to have, each from a public list of somebody else."""

    ICP = "icp"
    MLPS = "mlps"
    EDU_APP = "edu_app"
    ALGORITHM = "algorithm"
    GENERATIVE = "generative"

    @property
    def zh(self) -> str:
        return _FILINGS[self]


_FILINGS = {
    FilingKind.ICP: "ICP备案",
    FilingKind.MLPS: "网络安全等级保护备案",
    FilingKind.EDU_APP: "教育移动应用提供者备案",
    FilingKind.ALGORITHM: "算法备案",
    FilingKind.GENERATIVE: "生成式人工智能服务备案或登记",
}


class Authority(StrEnum):
    """Who signs a verdict together. The platform only runs the procedure."""

    EDUCATION = "education"
    CYBERSPACE = "cyberspace"
    POLICE = "police"

    @property
    def zh(self) -> str:
        return {"education": "教育行政部门", "cyberspace": "网信部门", "police": "公安机关"}[self.value]

    @property
    def duty(self) -> str:
        """The duty at the city office whose holder signs."""
        return f"{self.value}_signer"


class SignalKind(StrEnum):
    """The four signals by which a product in use is watched."""

    USE = "use"
    DATA = "data"
    MODEL = "model"
    SENSITIVE = "sensitive"

    @property
    def zh(self) -> str:
        return {"use": "应用流量", "data": "数据保护", "model": "大模型计算", "sensitive": "敏感内容"}[
            self.value
        ]


class Source(StrEnum):
    """Who counted: our own launches, the vendor's reports, or our door to models for what goes through it."""

    OURS = "ours"
    VENDOR = "vendor"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which conditions a product may be used; what is not opened here is closed.

    `stages`, `subjects` and `data_scopes` may hold `ANY`. `daily_launches` None: no limit. `until` None: no term yet.
    """

    stages: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    functions_off: frozenset[str] = frozenset()
    data_scopes: frozenset[str] = frozenset()
    daily_launches: int | None = None
    until: date | None = None
    supervised_only: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "stages": sorted(self.stages),
            "subjects": sorted(self.subjects),
            "functions_off": sorted(self.functions_off),
            "data_scopes": sorted(self.data_scopes),
            "daily_launches": self.daily_launches,
            "until": self.until.isoformat() if self.until else None,
            "supervised_only": self.supervised_only,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Out of stored JSON; what is missing is closed."""
        until = said.get("until")
        return cls(
            stages=frozenset(said.get("stages", ())),
            subjects=frozenset(said.get("subjects", ())),
            functions_off=frozenset(said.get("functions_off", ())),
            data_scopes=frozenset(said.get("data_scopes", ())),
            daily_launches=said.get("daily_launches"),
            until=date.fromisoformat(until) if until else None,
            supervised_only=bool(said.get("supervised_only", False)),
        )

    def with_until(self, until: date) -> Self:
        return replace(self, until=until)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a product stands today. `version_hash` is that of the version the verdict is about."""

    verdict: str
    version_id: UUID | None = None
    version_hash: str = ""
    conditions: Conditions = field(default_factory=Conditions)
    since: datetime | None = None
    until: date | None = None
    reason: str = ""

    @property
    def zh(self) -> str:
        return Verdict(self.verdict).zh


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a product may be served now, to whom it was asked; if not, why, for the person in front of the page."""

    yes: bool
    reason: str = ""
    conditions: Conditions = field(default_factory=Conditions)

    def __bool__(self) -> bool:
        return self.yes


@dataclass(frozen=True, slots=True)
class DataUse:
    """One kind of data a product takes: what, why, where it lies, for how long."""

    scope: str
    why: str
    where: str
    keep_days: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a version is judged by. Another value anywhere is another version.

    `launch`: how it is opened, {"kind": "lti"|"link"|"inside", "url", …keys}. `endpoint`: where it is tested, {"kind":
    "openai"|"mapped", "url", "model", "mapping"}; the key for it is kept apart and never part of this.
    """

    title: str
    kind: str
    says: str
    stages: tuple[str, ...]
    subjects: tuple[str, ...]
    functions: tuple[str, ...]
    launch: Mapping[str, Any]
    endpoint: Mapping[str, Any]
    hosting: str
    model_name: str
    model_version: str
    subprocessors: tuple[str, ...]
    data_map: tuple[DataUse, ...]
    minor_audit: str
    label_method: str
    price: str

    def as_json(self) -> dict[str, Any]:
        """Plain data in a fixed order of keys."""
        return {
            "title": self.title,
            "kind": self.kind,
            "says": self.says,
            "stages": sorted(self.stages),
            "subjects": sorted(self.subjects),
            "functions": sorted(self.functions),
            "launch": dict(self.launch),
            "endpoint": dict(self.endpoint),
            "hosting": self.hosting,
            "model_name": self.model_name,
            "model_version": self.model_version,
            "subprocessors": sorted(self.subprocessors),
            "data_map": [
                {"scope": one.scope, "why": one.why, "where": one.where, "keep_days": one.keep_days}
                for one in sorted(self.data_map, key=lambda one: (one.scope, one.why))
            ],
            "minor_audit": self.minor_audit,
            "label_method": self.label_method,
            "price": self.price,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Out of stored JSON."""
        return cls(
            title=said["title"],
            kind=said["kind"],
            says=said["says"],
            stages=tuple(said["stages"]),
            subjects=tuple(said["subjects"]),
            functions=tuple(said["functions"]),
            launch=dict(said["launch"]),
            endpoint=dict(said["endpoint"]),
            hosting=said["hosting"],
            model_name=said["model_name"],
            model_version=said["model_version"],
            subprocessors=tuple(said["subprocessors"]),
            data_map=tuple(DataUse(**one) for one in said["data_map"]),
            minor_audit=said["minor_audit"],
            label_method=said["label_method"],
            price=said["price"],
        )

    @property
    def scopes(self) -> frozenset[str]:
        """What personal data it takes, by its own word."""
        return frozenset(one.scope for one in self.data_map)


def zh_of(words: Iterable[str], kind: type[Function] | type[Scope]) -> str:
    """Several functions or scopes in Chinese; a word nobody knows stays as it is."""
    known = {one.value: one.zh for one in kind}
    return "、".join(known.get(one, one) for one in sorted(words))
