"""Executed inside Kolibri's own shell: a class of the same size as ours, with lessons of invented exercises.

Uses Kolibri's models, since a school's content cannot be made through its API. Where to write what was made, and
how much of it, comes from the environment.
"""

import json
import os
import uuid
from pathlib import Path
from typing import Any

from kolibri.core.auth.models import Classroom, Facility, FacilityUser  # type: ignore[import-not-found]
from kolibri.core.content.models import (  # type: ignore[import-not-found]
    AssessmentMetaData,
    ChannelMetadata,
    ContentNode,
)
from kolibri.core.lessons.models import Lesson, LessonAssignment  # type: ignore[import-not-found]

PASSWORD = "bench-0-kolibri"
EXERCISES_A_LESSON = 5
QUESTIONS_AN_EXERCISE = 12


def make(pupils: int, lessons: int) -> dict[str, Any]:
    facility = Facility.get_default_facility()
    room = Classroom.objects.create(name="7-3", parent=facility)
    coach = _person("coach", facility)
    room.add_coach(coach)
    learners = [_person(f"pupil{number:02}", facility) for number in range(1, pupils + 1)]
    for learner in learners:
        room.add_member(learner)
    channel = uuid.uuid4().hex
    root = _node(channel, None, "Course")
    ChannelMetadata.objects.create(id=channel, name="Course", root=root, min_schema_version="5")
    return {
        "password": PASSWORD,
        "facility": facility.id,
        "class": room.id,
        "channel": channel,
        "coach": coach.username,
        "pupils": [{"username": one.username, "id": one.id} for one in learners],
        "lessons": [_lesson(number, room, coach, channel, root) for number in range(1, lessons + 1)],
    }


def _person(username: str, facility: Any) -> Any:
    person = FacilityUser(username=username, full_name=username.title(), facility=facility)
    person.set_password(PASSWORD)
    person.save()
    return person


def _lesson(number: int, room: Any, coach: Any, channel: str, root: Any) -> dict[str, Any]:
    nodes = [_exercise(channel, root, f"Exercise {number}.{one}") for one in range(EXERCISES_A_LESSON)]
    resources = [
        {"contentnode_id": one["node"], "content_id": one["content"], "channel_id": channel} for one in nodes
    ]
    lesson = Lesson.objects.create(
        title=f"Lesson {number}", collection=room, created_by=coach, is_active=True, resources=resources
    )
    LessonAssignment.objects.create(lesson=lesson, collection=room, assigned_by=coach)
    return {"id": lesson.id, "exercises": nodes}


def _exercise(channel: str, root: Any, title: str) -> dict[str, Any]:
    node = _node(channel, root, title)
    questions = [uuid.uuid4().hex for _ in range(QUESTIONS_AN_EXERCISE)]
    AssessmentMetaData.objects.create(
        id=uuid.uuid4().hex,
        contentnode=node,
        assessment_item_ids=questions,
        number_of_assessments=len(questions),
        mastery_model={"type": "m_of_n", "m": 8, "n": 10},
        randomize=True,
        is_manipulable=True,
    )
    return {"node": node.id, "content": node.content_id, "questions": questions}


def _node(channel: str, parent: Any, title: str) -> Any:
    node = ContentNode(
        id=uuid.uuid4().hex,
        content_id=uuid.uuid4().hex,
        channel_id=channel,
        title=title,
        kind="exercise" if parent else "topic",
        parent=parent,
        available=True,
    )
    node.save()
    return node


Path(os.environ["BENCH_SEED_OUT"]).write_text(
    json.dumps(make(int(os.environ["BENCH_PUPILS"]), int(os.environ["BENCH_LESSONS"])))
)
