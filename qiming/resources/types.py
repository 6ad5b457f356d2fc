"""What crosses the door of the resources room."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What lies on the shelf."""

    PACK = "pack"
    TOOL = "tool"
    MODEL = "model"
    AGENT = "agent"

    @property
    def zh(self) -> str:
        return {"pack": "课程包", "tool": "网页工具", "model": "模型", "agent": "智能体"}[self.value]


class Area(StrEnum):
    """What it helps with: the six ways named by the rules on generative AI in schools."""

    TEACH = "teach"
    LEARN = "learn"
    ASSESS = "assess"
    RAISE = "raise"
    RESEARCH = "research"
    MANAGE = "manage"

    @property
    def zh(self) -> str:
        return _AREA_ZH[self]


_AREA_ZH = {
    Area.TEACH: "以智助教",
    Area.LEARN: "以智助学",
    Area.ASSESS: "以智助评",
    Area.RAISE: "以智助育",
    Area.RESEARCH: "以智助研",
    Area.MANAGE: "以智助管",
}


class Licence(StrEnum):
    """On what terms others may use it."""

    BY = "cc-by-4.0"
    BY_SA = "cc-by-sa-4.0"
    BY_NC = "cc-by-nc-4.0"
    SCHOOLS = "schools"

    @property
    def zh(self) -> str:
        return _LICENCE_ZH[self]


_LICENCE_ZH = {
    Licence.BY: "署名就可以用和改（CC BY 4.0）",
    Licence.BY_SA: "署名，改了也同样开放（CC BY-SA 4.0）",
    Licence.BY_NC: "署名，不用来营利（CC BY-NC 4.0）",
    Licence.SCHOOLS: "只给本市学校教学用",
}
STAGES = {"primary": "小学", "junior": "初中", "senior": "高中"}


# What asks for more care: such a resource goes to the committee as well.
CAREFUL = {
    "health": "未成年人身心健康",
    "ideology": "思想政治",
    "history": "历史",
    "maps": "地图和疆域",
    "religion": "民族和宗教",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on the shelf about a version; it is reviewed with it. `ai_share` is the part made by generative AI
    in per cent, `cost` what a school pays, in words; `careful` are keys of `CAREFUL`; the words about a model say what
    it was made of and how well it does. Of what generates content, `product` is the id of the product that was admitted;
    `filing` are the numbers under which a model is filed or registered. `scenario` is a key of the classes of scenarios;
    `teaches` are concepts that a person confirmed, beside those of the lessons."""

    title: str
    says: str
    stage: str
    subject: str
    area: str
    licence: str
    ai_share: int
    ai_says: str
    accessibility: str
    data_needs: str
    cost: str
    careful: tuple[str, ...] = ()
    made_of: str = ""
    does_well: str = ""
    filing: str = ""
    generates: bool = False
    product: str = ""
    scenario: str = ""
    teaches: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is stored and hashed. What was added to cards later is left out where nothing was said: the hash of
        an older card stays what it was."""
        said = asdict(self) | {"careful": list(self.careful), "teaches": list(self.teaches)}
        return {name: value for name, value in said.items() if value or name not in LATER}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Card":
        """The card out of what was stored."""
        said = {name: data[name] for name in cls.__dataclass_fields__ if name in data or name not in LATER}
        several = {name: tuple(said.get(name, ())) for name in ("careful", "teaches")}
        return cls(**{**said, **several})

    @property
    def is_important(self) -> bool:
        """Whether the committee has to look as well."""
        return bool(self.careful)


LATER = frozenset(
    {"careful", "made_of", "does_well", "filing", "generates", "product", "scenario", "teaches"}
)


class Level(StrEnum):
    """How a finding of the screening weighs: STOP sends the version back, LOOK is shown to the reviewers."""

    STOP = "stop"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the screening found: by which rule, where, what to do about it."""

    rule: str
    level: Level
    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the screening looked at and found; `unchecked` says what nobody here could look at."""

    checked: tuple[tuple[str, int], ...]  # (what was looked at, in words; how many of it)
    findings: tuple[Finding, ...]
    content_hash: str
    unchecked: tuple[str, ...] = ()

    @property
    def stops(self) -> list[Finding]:
        return [one for one in self.findings if one.level is Level.STOP]

    def as_json(self) -> dict[str, Any]:
        return {
            "checked": [list(one) for one in self.checked],
            "findings": [asdict(one) for one in self.findings],
            "content_hash": self.content_hash,
            "unchecked": list(self.unchecked),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Report":
        return cls(
            tuple((what, count) for what, count in data["checked"]),
            tuple(
                Finding(one["rule"], Level(one["level"]), one["where"], one["says"])
                for one in data["findings"]
            ),
            data["content_hash"],
            tuple(data.get("unchecked", ())),
        )


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """One resource on the shelf."""

    id: UUID
    kind: Kind
    title: str
    says: str
    stage: str
    subject: str
    area: str
    owner: str
    published_at: datetime | None
    schools: int
    stars: float | None = None  # from as many ratings as may be shown
    rated: int = 0
    grade: str = ""
    is_shared: bool = False  # only within an alliance
