"""What crosses the room's door: the chain as plain data. No Django: the gateway's process knows it too."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class Kind(StrEnum):
    """What a model or a route does."""

    CHAT = "chat"
    EMBEDDINGS = "embeddings"


class Audience(StrEnum):
    """Who reads what an application shows."""

    PUPIL = "pupil"
    STAFF = "staff"


class Per(StrEnum):
    """For whom a quota counts: the place it stands at as a whole, each place of a kind below it, or each person."""

    PLACE = "place"
    DISTRICT = "district"
    SCHOOL = "school"
    CLASS = "class"
    PUPIL = "pupil"


class HitState(StrEnum):
    """What became of a teacher's word that the lists held back the wrong thing."""

    OPEN = "open"
    CHANGE = "change"
    STAYS = "stays"

    @property
    def zh(self) -> str:
        return {"open": "等市里答复", "change": "词表要改", "stays": "应该拦，不改"}[self.value]


class Target(StrEnum):
    """What a kill switch stops at its place."""

    ALL = "all"
    MODEL = "model"
    ROUTE = "route"
    APPLICATION = "application"


class Outcome(StrEnum):
    """How a call ended. Each call has exactly one."""

    OPEN = "open"
    OK = "ok"
    STOPPED = "stopped"  # the guard ended the reply
    REFUSED = "refused"  # the guard let nothing leave
    CRISIS = "crisis"  # a child in need: fixed text, nothing generated
    QUOTA = "quota"
    KILLED = "killed"
    FAILED = "failed"  # no model answered, or the answer broke off
    GONE = "gone"  # the client left
    LOST = "lost"  # the gateway ended in the middle; closed by the worker


STAGES: Final = ("primary", "junior", "senior", "staff")
DATA_GRADES: Final = ("L1", "L2", "L3")


@dataclass(frozen=True, slots=True)
class Model:
    """A base model. Prices in fen for a million tokens; `grades`: classes of data that may be sent to it."""

    key: str
    kind: Kind
    address: str
    upstream_name: str
    sealed_key: bytes = field(repr=False, default=b"")
    context_tokens: int = 8192
    most_output_tokens: int = 2048
    grades: frozenset[str] = frozenset({"L1"})
    is_filed: bool = False
    concurrency: int = 16
    tells_usage: bool = True
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """An education model: base models in the order in which they are tried, within a frame. `grade`: the class of
    data that goes through it once personal data are covered. `held`: stages for which the test field stopped the product
    that it stands on."""

    key: str
    title: str
    kind: Kind
    models: tuple[str, ...]
    stages: frozenset[str]
    frame: str = ""
    quota_class: str = ""
    grade: str = "L2"
    most_output_tokens: int = 1024
    most_seconds: int = 120
    is_active: bool = True
    held: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Enabled:
    """What one place decided about one route."""

    path: str
    route: str
    yes: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """A kill switch that is on: `path` "" holds everywhere."""

    path: str
    target: Target
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Application:
    """The holder of a key. `supervised`: a named adult opens the sessions of primary pupils and is there."""

    id: UUID
    name: str
    path: str
    kinds: frozenset[str]
    routes: frozenset[str]
    stage: str
    audience: Audience
    expires_at: datetime
    revoked: bool = False
    supervised: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be used in a day at or below `path`; None: not limited. `quota_class` "" counts every route."""

    id: UUID
    path: str
    per: Per
    quota_class: str = ""
    requests: int | None = None
    tokens: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """One thing that is counted in a day, and how far."""

    key: str
    requests: int | None
    tokens: int | None
    seconds: int | None
    zh: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `counted`: the model said so; otherwise estimated here."""

    prompt: int = 0
    completion: int = 0
    counted: bool = False

    @property
    def total(self) -> int:
        return self.prompt + self.completion
