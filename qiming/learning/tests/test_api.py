"""The JSON door: what devices send, hostile or merely unlucky."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from qiming.learning.models import Attempt, Work
from qiming.learning.tests.conftest import LESSON, Class
from qiming.teaching import services as teaching
from qiming.teaching.models import Presence


def send(client: Client, path: str, body: Any, method: str = "post") -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return getattr(client, method)(f"/api/learning/{path}", text, content_type="application/json")


def attempt(cls: Class, **more: Any) -> dict[str, Any]:
    one = {"id": str(uuid4()), "item": "g7l1-q02", "activity": "quiz", "response": {"choice": "B"}} | more
    return {"offering": str(cls.offering.id), "lesson": LESSON, "attempts": [one]}


def test_an_answer_is_taken_and_told(cls: Class) -> None:
    told = send(cls.client(1), "attempts", attempt(cls))
    (result,) = told.json()["results"]
    assert told.status_code == 200 and result["correct"] is False and "原题说明什么" in result["reply"]
    assert set(result) == {
        "id", "status", "item", "correct", "reply", "waits", "solution_open", "late", "message",
    }  # fmt: skip
    assert "m-train" not in told.content.decode()


BAD: list[Any] = ["", "{", "[]", "null", {}, {"attempts": []}, {"offering": "x", "attempts": []}]


@pytest.mark.parametrize("body", BAD)
def test_malformed_requests_get_words_and_change_nothing(cls: Class, body: Any) -> None:
    told = send(cls.client(1), "attempts", body)
    assert 400 <= told.status_code < 500 and told.json()["kept"]
    assert not Attempt.objects.unscoped("test").exists()


@pytest.mark.parametrize(
    "more",
    [{"id": "1"}, {"response": "B"}, {"response": None}, {"item": "x" * 99}, {"at": "yesterday"}],
)
def test_malformed_answers_are_refused_in_words(cls: Class, more: dict[str, Any]) -> None:
    told = send(cls.client(1), "attempts", attempt(cls, **more))
    assert told.status_code == 422 and told.json()["title"]


def test_a_batch_too_long_and_a_body_too_big_are_refused(cls: Class) -> None:
    body = attempt(cls)
    body["attempts"] = body["attempts"] * 51
    assert send(cls.client(1), "attempts", body).status_code == 422
    huge = attempt(cls, response={"choice": "A" * (5 * 1024 * 1024)})
    assert 400 <= send(cls.client(1), "attempts", huge).status_code < 500
    assert not Attempt.objects.unscoped("test").exists()


def test_nobody_signed_in_is_told_so(cls: Class) -> None:
    told = send(Client(), "attempts", attempt(cls))
    assert told.status_code == 401 and "设备" in told.json()["kept"]


def test_a_teacher_cannot_answer_and_a_pupil_of_another_class_finds_nothing(cls: Class) -> None:
    from qiming.learning.tests.conftest import sign_in
    from qiming.teaching.tests.conftest import enrol

    assert send(cls.teacher_client(), "attempts", attempt(cls)).status_code == 403
    (other,) = enrol(cls.world.class_2, 1, first_seat=9)
    for path, body, method in (
        ("attempts", attempt(cls), "post"),
        ("hints", {"offering": str(cls.offering.id), "item": "g7l1-q02", "rung": 1}, "post"),
        ("solution", {"offering": str(cls.offering.id), "item": "g7l1-q02"}, "post"),
        (
            "progress",
            {"offering": str(cls.offering.id), "lesson": LESSON, "activity": "guess", "fields": {}},
            "put",
        ),
        ("acts", {"offering": str(cls.offering.id), "lesson": LESSON, "activity": "try", "acts": []}, "post"),
    ):
        assert send(sign_in(other), path, body, method).status_code == 404, path


def test_a_pupil_who_left_the_class_may_no_longer_answer(cls: Class) -> None:
    from datetime import timedelta

    from qiming.kernel.time import today
    from qiming.registry.models import ClassMembership

    client = cls.client(1)
    memberships = ClassMembership.objects.unscoped("test").filter(person=cls.world.pupils[0])
    memberships.update(ends_on=today() - timedelta(days=1))
    told = send(client, "attempts", attempt(cls))
    assert told.status_code in (403, 404) and told.json()["kept"]


def test_without_the_cross_site_token_nothing_is_taken(cls: Class) -> None:
    client = cls.client(1)
    client.handler.enforce_csrf_checks = True
    assert send(client, "attempts", attempt(cls)).status_code == 403
    assert not Attempt.objects.unscoped("test").exists()


def test_hints_solution_and_progress_over_http(cls: Class) -> None:
    client, offering = cls.client(1), str(cls.offering.id)
    hint = send(client, "hints", {"offering": offering, "item": "g7l1-q02", "rung": 1}).json()
    assert hint["rung"] == 1 and hint["of"] == 2 and not hint["solution_open"]
    refused = send(client, "solution", {"offering": offering, "item": "g7l1-q02"})
    assert refused.status_code == 409 and refused.json()["next"]
    body = {
        "offering": offering,
        "lesson": LESSON,
        "activity": "guess",
        "fields": {"choice": {"v": "B", "at": "2026-11-24T01:00:00+00:00"}},
        "done": True,
    }
    assert send(client, "progress", body, "put").json()["done"] is True


def test_a_work_over_http(cls: Class) -> None:
    body = {
        "id": str(uuid4()),
        "offering": str(cls.offering.id),
        "lesson": LESSON,
        "activity": "say",
        "kind": "reflection",
        "state": {"text": "改了"},
        "hand_in": True,
    }
    told = send(cls.client(1), "works", body, "put").json()
    assert told["version"] == 1 and told["handed_in"] and not told["other_page"]
    assert Work.objects.unscoped("test").get().handed_in_at
    assert send(cls.client(1), "works", body | {"kind": "virus"}, "put").status_code == 422


def test_a_lab_act_with_a_name_that_is_none_is_refused(cls: Class) -> None:
    nil = {"id": "00000000-0000-0000-0000-000000000000", "what": "trained"}
    body = {"offering": str(cls.offering.id), "lesson": LESSON, "activity": "try", "acts": [nil]}
    assert send(cls.client(1), "acts", body).status_code == 422


def sync(client: Client, cls: Class, period: str = "", **headers: str) -> Any:
    tail = f"&period={period}" if period else ""
    return client.get(f"/api/learning/sync?offering={cls.offering.id}&lesson={LESSON}{tail}", **headers)  # type: ignore[arg-type]


def test_sync_tells_what_is_released_and_then_only_that_nothing_changed(cls: Class) -> None:
    client, period = cls.client(1), cls.runs(1)
    first = sync(client, cls)
    assert first.json()["live"]["released"] == [] and first.json()["live"]["period"] == str(period.id)
    again = sync(client, cls, str(period.id), HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304 and not again.content
    teaching.release(actor=cls.teacher, period_id=period.id, activity_key="look")
    changed = sync(client, cls, str(period.id), HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.json()["live"]["released"] == ["look"]


def test_sync_shows_nothing_to_who_has_not_joined_or_asks_for_another_lesson(cls: Class) -> None:
    cls.runs(1)
    assert sync(cls.client(2), cls).json() == {"live": None}
    other = cls.client(1).get(f"/api/learning/sync?offering={cls.offering.id}&lesson=g7l2")
    assert other.json() == {"live": None}


def test_heartbeat_hand_and_vote_reach_the_class(cls: Class) -> None:
    client, period = cls.client(1), cls.runs(1)
    teaching.release(actor=cls.teacher, period_id=period.id, activity_key="guess")
    beat = {
        "period": str(period.id),
        "activity": "guess",
        "steps_done": 1,
        "steps_total": 1,
        "tries": 0,
        "seq": 1,
    }
    assert send(client, "heartbeat", beat).json()["seq"] == 1
    assert send(client, "hand", {"period": str(period.id), "up": True}).status_code == 200
    row = Presence.objects.unscoped("test").get()
    assert row.activity == "guess" and row.hand_up_at is not None
    outsider = send(cls.client(2), "heartbeat", beat)
    assert outsider.status_code == 409 and "入课码" in outsider.json()["next"]
    poll = send(client, "vote", {"period": str(period.id), "poll": str(uuid4()), "choice": "A"})
    assert poll.status_code == 404


def test_homework_is_handed_in_over_http(cls: Class) -> None:
    homework = cls.sets_homework()
    nothing = send(cls.client(1), "homework", {"homework": str(homework)})
    assert nothing.status_code == 409 and nothing.json()["next"]
    cls.sends(1, cls.answer(homework_id=homework))
    assert send(cls.client(1), "homework", {"homework": str(homework)}).json()["state"] == "marked"
    assert send(cls.client(1), "homework", {"homework": str(uuid4())}).status_code == 404
