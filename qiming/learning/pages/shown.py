"""Answers and works as people read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel.time import local
from qiming.learning import pictures
from qiming.learning.consent import CAMERA
from qiming.learning.labs import catalogue
from qiming.learning.models import Attempt, KeptModel, Work
from qiming.learning.services.common import said_html
from qiming.learning.types import LATE_SAYS, Late


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer with its question, what was chosen in words, and what was said to it."""

    attempt: Attempt
    item: Item
    said: SafeString
    reply: SafeString
    late: str

    @property
    def words(self) -> str:
        if self.attempt.needs_person and self.attempt.marked_at is None:
            return "等老师看"
        if self.attempt.needs_person:
            return "老师看过了"
        return "做对了" if self.attempt.correct else "还没对"


def answer_lines(rows: Sequence[Attempt]) -> list[tuple[date, list[AnswerLine]]]:
    """Answers by day, the latest day first."""
    days: dict[date, list[AnswerLine]] = {}
    for row in rows:
        days.setdefault(local(row.received_at).date(), []).append(answer_line(row))
    return sorted(days.items(), reverse=True)


def answer_line(row: Attempt) -> AnswerLine:
    item = curriculum.item(row.item_version_id)
    return AnswerLine(
        row, item, said_by(item, row.response), mark_safe(said_html(row.reply)), LATE_SAYS[Late(row.late)]
    )


def said_by(item: Item, response: dict[str, Any]) -> SafeString:
    """A response in words. What the pupil typed is escaped; what the author wrote is HTML already."""
    if item.kind == "single":
        return _joined([_piece(item, "options", response.get("choice"))])
    if item.kind in ("multiple", "hotspot"):
        return _joined(_piece(item, "options", key) for key in response.get("choices", ()))
    if item.kind == "order":
        return _joined((_piece(item, "entries", key) for key in response.get("order", ())), " → ")
    if item.kind == "match":
        return _pairs(item, response.get("pairs", {}), "left", "right")
    if item.kind == "classify":
        return _pairs(item, response.get("bins", {}), "entries", "bins")
    return escape(response.get("value") if item.kind == "numeric" else response.get("text", ""))


def _piece(item: Item, part: str, key: object) -> SafeString:
    html = item.html.get(part, {}).get(str(key), "")
    return mark_safe(html) if html else escape(key)


def _joined(pieces: Any, between: str = "、") -> SafeString:
    return format_html_join(between, "{}", ((piece,) for piece in pieces))


def _pairs(item: Item, pairs: dict[str, str], left: str, right: str) -> SafeString:
    lines = ((_piece(item, left, a), _piece(item, right, b)) for a, b in pairs.items())
    return format_html_join("；", "{}：{}", lines)


@dataclass(frozen=True, slots=True)
class NamedWork:
    """A work with the lesson it belongs to."""

    work: Work
    lesson: str


def named(rows: Iterable[Work]) -> list[NamedWork]:
    """Works as a list shows them; ask for the rows with their offering."""
    return [NamedWork(row, lesson_name(row)) for row in rows]


def lesson_name(row: Work) -> str:
    """Where a work was made, in words."""
    if row.offering is None:
        return "自由探索"
    if not row.lesson_key:
        return "课程最后"
    lesson = curriculum.lesson_of_course(row.offering.course_version_id, row.lesson_key)
    return f"第{lesson.position}课 {lesson.title}" if lesson else ""


@dataclass(frozen=True, slots=True)
class ShownWork:
    """A work ready to be shown: words, or a lab with the state it was left in."""

    text: str
    lab: dict[str, Any] | None


def shown_work(row: Work) -> ShownWork:
    return shown_state(row, row.state)


def shown_state(row: Work, state: Any) -> ShownWork:
    """A work in this state (its present one, or a version's), ready to be shown."""
    if row.kind != "lab":
        return ShownWork(str(state.get("text", "")) if isinstance(state, dict) else "", None)
    lab = _lab_of(row)
    if lab is None:
        return ShownWork("", None)
    dataset = curriculum.dataset(str(lab.get("dataset", "")))
    base = {dataset.key: dataset.base_url} if dataset else {}
    return ShownWork(
        "", {"spec": {**lab, "hints": []}, "state": permitted(row.pupil_id, state), "datasets": base}
    )


MODEL_KINDS = {
    "tree": "决策树",
    "neighbours": "近邻",
    "centroid": "离哪个中心近",
    "softmax": "一层权重",
    "naive-bayes": "朴素贝叶斯",
    "dense": "小神经网络",
    "line": "直线",
}
CARD_WORDS = {
    "what_for": "用来做什么",
    "data": "用什么数据学的",
    "missing": "数据里缺什么",
    "how_well": "认得怎么样",
    "not_for": "不能用在哪里",
    "made_by": "谁做的",
}


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A kept model as people read it: how it did, and its card. What a pupil typed is plain text."""

    model: KeptModel
    kind: str
    scores: list[str]
    card: list[tuple[str, str]]


def model_lines(rows: Iterable[KeptModel]) -> list[ModelLine]:
    return [_model_line(row) for row in rows]


def _model_line(row: KeptModel) -> ModelLine:
    scores, card = row.body.get("scores"), row.body.get("card")
    told = [
        f"{words} {one['all']} 个对 {one['right']} 个"
        for name, words in (("train", "学过的"), ("test", "没见过的"))
        if isinstance(scores, dict) and (one := scores.get(name)) and _is_score(one)
    ]
    filled = [
        (words, str(card[name])[:400])
        for name, words in CARD_WORDS.items()
        if isinstance(card, dict) and isinstance(card.get(name), str) and card[name].strip()
    ]
    return ModelLine(row, MODEL_KINDS.get(row.kind, row.kind), told, filled)


def _is_score(one: object) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(name), int) for name in ("right", "all"))


def _lab_of(row: Work) -> dict[str, Any] | None:
    """How the lab of a work was set up: by its lesson, or as it runs on its own."""
    if row.offering is None:
        return catalogue.spec_of(row.activity_key)
    lesson = curriculum.lesson_of_course(row.offering.course_version_id, row.lesson_key)
    step = lesson.activity(row.activity_key) if lesson else None
    return dict(step.data["lab"]) if step is not None and "lab" in step.data else None


def permitted(pupil_id: UUID, state: Any) -> Any:
    """A state as it may be given out now: without the camera's pictures unless consent holds."""
    if not pictures.of_camera(state) or CAMERA.allows(pupil_id):
        return state
    return pictures.without_camera(state)
