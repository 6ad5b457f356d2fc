"""What personal data a model holds, and the class of every single field: checked when the tests run.

Each room's `privacy.py` registers the classes of its fields, and (when it holds something about persons) how
one person's data are exported and erased. The kernel keeps the register and knows none of the rooms.

Levels are in the manner of JY/T 0661-2025 (教育数据分类分级指南): L1–L3 general data, L4 important, L5 core.
Of the standard the ministry's notice and an excerpt have been seen, not the full text (`SOURCE_STATUS`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from django.db.models import Model

Level = Literal["none", "low", "personal", "sensitive"]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """`level` of the most sensitive field and, in Chinese, what is held and why."""

    level: Level
    holds: str


NO_PERSONAL_DATA = PersonalData("none", "没有个人信息")


class Grade(IntEnum):
    """How far a field must be protected; L4 and L5 are not stored."""

    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4
    L5 = 5

    @property
    def zh(self) -> str:
        return _MEANS[self]


_MEANS = {
    Grade.L1: "一般数据：可以公开，或只与运行有关",
    Grade.L2: "一般数据：机构内部使用，不指向个人",
    Grade.L3: "一般数据：指向个人，按最小必要使用",
    Grade.L4: "重要数据：本平台不存",
    Grade.L5: "核心数据：本平台不存",
}
HIGHEST_STORED = Grade.L3
SOURCE = "JY/T 0661-2025 教育数据分类分级指南"
SOURCE_STATUS = "只见到教育部通知和节选，未读到全文；分级是本平台按节选所作，正式使用前请对照全文"


@dataclass(frozen=True, slots=True)
class FieldClass:
    """The category of a field (one of the words in trust's catalogue) and its level."""

    category: str
    grade: Grade


def l1(category: str) -> FieldClass:
    return FieldClass(category, Grade.L1)


def l2(category: str) -> FieldClass:
    return FieldClass(category, Grade.L2)


def l3(category: str) -> FieldClass:
    return FieldClass(category, Grade.L3)


RUNNING = l1("运行")
# What every table has and what says nothing about anybody by itself.
TECHNICAL = frozenset({"id", "created_at", "scope_path", "version", "seal", "seal_no"})

_classes: dict[str, dict[str, dict[str, FieldClass]]] = {}


def classify(app_label: str, models: Mapping[str, Mapping[FieldClass, str]]) -> None:
    """Register a room's fields: for each model its classes, and for each class the fields, spaces between.

    >>> classify("registry", {"Person": {l3("人员身份"): "name", RUNNING: "is_synthetic"}})
    """
    register = _classes.setdefault(app_label, {})
    for model, groups in models.items():
        named = [(field, kind) for kind, fields in groups.items() for field in fields.split()]
        if len(named) != len(dict(named)):
            raise ValueError(f"{app_label}.{model} classes a field twice")
        register.setdefault(model, {}).update(named)


def class_of(model: type[Model], field: str) -> FieldClass | None:
    """The class of one field, or None when nobody gave it one."""
    given = _classes.get(model._meta.app_label, {}).get(model.__name__, {})
    return given.get(field) or (RUNNING if field in TECHNICAL else None)


def classes_of(model: type[Model]) -> dict[str, FieldClass | None]:
    """Field name → class, for every column of the model."""
    return {field.name: class_of(model, field.name) for field in model._meta.concrete_fields}


def registered() -> dict[str, dict[str, frozenset[str]]]:
    """App label → model → fields that were classed: to find entries whose model or field is gone."""
    return {
        app: {model: frozenset(fields) for model, fields in models.items()}
        for app, models in _classes.items()
    }


def grade_of(model: type[Model]) -> Grade:
    """The level of the model's most sensitive field."""
    return highest(kind.grade for kind in classes_of(model).values() if kind)


def highest(grades: Iterable[Grade]) -> Grade:
    """The highest of some levels; L1 when there are none."""
    return max(grades, default=Grade.L1)


# The kernel's own tables.
_TRACE = l3("操作记录")
classify(
    "kernel",
    {
        "AuditRow": {_TRACE: "account_id thing_id detail", RUNNING: "verb thing"},
        "KeptKey": {l3("登录凭证"): "key", RUNNING: "name"},
        "ChainCut": {RUNNING: "log upto_no last_seal"},
        "OutboxEvent": {l3("操作记录"): "payload", RUNNING: "name delivered_at failures last_error"},
        "PolicyReport": {RUNNING: "day page directive blocked count"},
        "StoredFile": {l3("上传文件"): "sha256 name uploaded_by", RUNNING: "size_bytes media_type"},
    },
)
