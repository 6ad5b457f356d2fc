"""The data a lesson's page carries: activities, items without answers, and what the pupil did so far."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from qiming.curriculum import queries as curriculum
from qiming.curriculum.rules import public_item
from qiming.curriculum.types import Activity, Item, Lesson
from qiming.learning import pictures, rules
from qiming.learning.models import Attempt, HintUse, Progress, Work
from qiming.learning.services.common import WHY_OWN, said_html
from qiming.learning.types import LATE_SAYS, Late

PASSED_ON = ("choices", "why", "items", "record", "prompt", "starters", "roles", "lab")
PICKED = "picked"
API = "/api/learning/"
LAST_GRADE_READ_TO = 2


@dataclass(frozen=True, slots=True)
class Seat:
    """For whom a page is made and what it is about."""

    pupil_id: UUID | None
    mode: str  # learn | try | practice | test | free
    offering_id: UUID | None = None
    lesson_key: str = ""
    period_id: UUID | None = None
    homework_id: UUID | None = None
    practice_id: UUID | None = None
    test_id: UUID | None = None
    live: dict[str, Any] | None = None
    seq: int = 0
    done_url: str = "/learn/"
    reasons: dict[str, str] = field(default_factory=dict)
    camera: bool = False  # whether a lab may offer it
    microphone: bool = False  # the same
    aloud: bool = False  # whether questions offer to read themselves out
    draft_id: UUID | None = None  # the draft that is tried, when it is one
    server: str = ""  # what programs find on the school's server, where pupils may run them there


def page_data(seat: Seat, activities: Sequence[Activity], items: Sequence[Item]) -> dict[str, Any]:
    """Everything the player needs, small enough to come with the page."""
    mine: dict[str, Any] = {"past": {}, "progress": {}, "works": {}}
    if seat.pupil_id and seat.offering_id and seat.test_id is None:
        mine = _mine(seat, {"pupil_id": seat.pupil_id, "offering_id": seat.offering_id}, items)
    return {
        "who": device_name(seat.pupil_id),
        "mode": seat.mode,
        "offering": str(seat.offering_id or ""),
        "lesson": seat.lesson_key,
        "period": str(seat.period_id) if seat.period_id else None,
        "homework": str(seat.homework_id) if seat.homework_id else None,
        "practice": str(seat.practice_id) if seat.practice_id else None,
        "test": str(seat.test_id) if seat.test_id else None,
        "activities": [_step(step) for step in activities],
        "items": {item.key: public_item(item, seed=device_name(seat.pupil_id)) for item in items},
        "reasons": seat.reasons,
        "draft": str(seat.draft_id) if seat.draft_id else None,
        "live": seat.live,
        "seq": seat.seq,
        "camera": seat.camera,
        "microphone": seat.microphone,
        "aloud": seat.aloud,
        "server": seat.server,
        "urls": _urls(seat, activities),
        **mine,
    }


def device_name(pupil_id: UUID | None) -> str:
    """A name for the device's store that says nothing outside this installation."""
    text = f"{pupil_id or 'try'}:{settings.SECRET_KEY}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _urls(seat: Seat, activities: Iterable[Activity]) -> dict[str, Any]:
    sync = ""
    if seat.mode == "learn" and seat.homework_id is None:
        sync = f"{API}sync?offering={seat.offering_id}&lesson={seat.lesson_key}"
        sync += f"&period={seat.period_id}" if seat.period_id else ""
    return {
        "api": API,
        "sync": sync,
        "sign_in": settings.LOGIN_URL,
        "home": reverse("learning.home"),
        "done": seat.done_url,
        "datasets": _datasets(activities),
    }


def _datasets(activities: Iterable[Activity]) -> dict[str, str]:
    names = {str(step.data["lab"]["dataset"]) for step in activities if step.kind == "lab"}
    found = ((name, curriculum.dataset(name)) for name in sorted(names))
    return {name: dataset.base_url for name, dataset in found if dataset is not None}


def _step(step: Activity) -> dict[str, Any]:
    return {
        "key": step.key,
        "title": step.title,
        "kind": step.kind,
        "minutes": step.minutes,
        "extra": step.extra,
        **{name: step.data[name] for name in PASSED_ON if name in step.data},
    }


def numbered(activities: Iterable[Activity]) -> dict[str, str]:
    """How each step is called: 1, 2, and 2b for a spare one after the second."""
    labels: dict[str, str] = {}
    number, letter = 0, 0
    for step in activities:
        if step.extra and number:
            letter += 1
            labels[step.key] = f"{number}{'abcdefgh'[min(letter, 7)]}"
        else:
            number, letter = number + 1, 0
            labels[step.key] = str(number)
    return labels


def items_in(lesson: Lesson, activities: Iterable[Activity]) -> list[Item]:
    """The items of the quiz steps among these, each once."""
    wanted = [key for step in activities for key in step.data.get("items", ())]
    by_key = {item.key: item for item in curriculum.items_of(lesson.id)}
    return [by_key[key] for key in dict.fromkeys(wanted) if key in by_key]


def as_pupils_see(step: Activity) -> Activity:
    """A lab the teacher shows on the class screen is something to watch: pupils get its words only."""
    if step.kind != "lab" or step.data["lab"].get("by") != "teacher":
        return step
    return replace(step, kind="read", data={name: said for name, said in step.data.items() if name != "lab"})


def reads_aloud(course_version_id: UUID) -> bool:
    """Whether a course is for children who hardly read: its pages are large and read themselves out."""
    return max(curriculum.grades_of(course_version_id)) <= LAST_GRADE_READ_TO


def picked_step(keys: Sequence[str], title: str = "做题") -> Activity:
    """A step made of items picked one by one: a homework's, a practice's."""
    return Activity(PICKED, title, "quiz", max(2 * len(keys), 1), "", data={"items": list(keys)})


Whose = dict[str, UUID]


def _mine(seat: Seat, whose: Whose, items: Sequence[Item]) -> dict[str, Any]:
    return {
        "past": _past(seat, whose, items),
        "progress": _progress(seat, whose),
        "works": _works(seat, whose),
    }


def _past(seat: Seat, whose: Whose, items: Sequence[Item]) -> dict[str, Any]:
    keys = [item.key for item in items]
    answers = Attempt.objects.unscoped(WHY_OWN).filter(**whose, item_key__in=keys)
    tries: dict[str, list[Attempt]] = {}
    for row in answers.order_by("received_at", "id"):
        tries.setdefault(row.item_key, []).append(row)
    used = HintUse.objects.unscoped(WHY_OWN).filter(**whose, item_key__in=keys)
    rungs: dict[str, set[int]] = {}
    for key, rung in used.values_list("item_key", "rung"):
        rungs.setdefault(key, set()).add(rung)
    return {
        item.key: _item_past(seat, item, tries.get(item.key, []), rungs.get(item.key, set()))
        for item in items
    }


def _item_past(seat: Seat, item: Item, tries: Sequence[Attempt], used: set[int]) -> dict[str, Any]:
    taken = len(used - {0})
    is_open = rules.solution_open(
        tries=rules.real_tries(row.response for row in tries), rungs_taken=taken, rungs=len(item.hints)
    )
    here = [row for row in tries if _belongs(seat, row)]
    return {
        "tries": [try_seen(row) for row in here[-6:]],
        "hints": list(item.hints[:taken]),
        "solution": item.solution_html if 0 in used else None,
        "solution_open": is_open,
    }


def _belongs(seat: Seat, row: Attempt) -> bool:
    """A homework and a practice begin afresh; the lesson shows what was answered in it."""
    return row.homework_id == seat.homework_id and row.practice_id == seat.practice_id


def try_seen(row: Attempt) -> dict[str, Any]:
    reply = said_html(row.reply)
    late = LATE_SAYS[Late(row.late)]
    if row.marked_at is not None and row.needs_person:
        full = row.score_scaled is not None and row.score_scaled >= 1
        reply = said_html("老师看过了，说得完整。" if full else "老师看过了，还可以再补充。")
        late = f"老师说：{row.comment}" if row.comment else late
    return {
        "id": str(row.id),
        "response": row.response,
        "correct": row.correct,
        "reply": reply,
        "waits": row.needs_person and row.marked_at is None,
        "late": late,
    }


def _progress(seat: Seat, whose: Whose) -> dict[str, Any]:
    rows = Progress.objects.unscoped(WHY_OWN).filter(**whose, lesson_key=seat.lesson_key)
    return {row.activity_key: {"fields": row.state, "done": row.done_at is not None} for row in rows}


def _works(seat: Seat, whose: Whose) -> dict[str, Any]:
    rows = Work.objects.unscoped(WHY_OWN).filter(**whose, lesson_key=seat.lesson_key)
    return {
        row.activity_key: {
            "state": row.state if seat.camera else pictures.without_camera(row.state),
            "version": row.version,
            "at": row.client_at.isoformat(),
            "handed_in": row.handed_in_at.isoformat() if row.handed_in_at else None,
        }
        for row in rows
    }
