"""What personal data a model holds: said on every model, checked when the tests run."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["none", "low", "personal", "sensitive"]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`level` of the most sensitive field and, in Chinese, what is held and why."""

    level: Level
    holds: str


NO_PERSONAL_DATA = PersonalData("none", "没有个人信息")
