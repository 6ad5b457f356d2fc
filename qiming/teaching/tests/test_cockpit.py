"""The cockpit and the wall through HTTP: what they cost, what they say, who is kept out."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.registry.models import RoleGrant
from qiming.teaching import queries, services
from qiming.teaching.models import LivePeriod, Presence
from qiming.teaching.tests.conftest import NOW, World, enrol

FRAGMENT = {"X-Fragment": "1"}


def url(name: str, *args: object) -> str:
    return reverse(f"teaching.{name}", args=args)


def text(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


# --- the cockpit costs next to nothing -----------------------------------------------------------------------


@pytest.fixture
def full_class(world: World) -> tuple[World, UUID]:
    """45 pupils, all of them in."""
    world.pupils += enrol(world.class_1, 40, first_seat=6)
    period = world.live()
    Presence.objects.bulk_create(
        Presence(
            period_id=period.id,
            pupil_id=person.id,
            scope_path=world.class_1.scope_path,
            activity="look",
            last_seen=time.now(),
            moved_at=time.now(),
            changed_at=time.now(),
        )
        for person in world.pupils[:43]
    )
    services.release(actor=world.actor("teacher"), period_id=period.id, activity_key="guess")
    return world, period.id


def asked(client: Client, where: str, **headers: str) -> tuple[object, int]:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = client.get(where, headers=headers)
    return response, len([one for one in seen.captured_queries if "SAVEPOINT" not in one["sql"]])


@pytest.mark.parametrize(("page", "piece"), [("cockpit", "board"), ("wall", "wall_state")])
def test_nothing_new_costs_two_questions_and_news_at_most_six(
    full_class: tuple[World, UUID], page: str, piece: str
) -> None:
    world, period_id = full_class
    client = world.client("teacher")
    first = client.get(url(page, period_id))
    etag = re.search(r'data-poll-etag-value="(&quot;[^"]+&quot;)"', first.content.decode())
    assert etag
    response, cost = asked(client, url(piece, period_id), **{"If-None-Match": etag[1].replace("&quot;", '"')})
    assert response.status_code == 304  # type: ignore[attr-defined]
    assert cost <= 2
    response, cost = asked(client, url(piece, period_id))
    assert response.status_code == 200  # type: ignore[attr-defined]
    assert cost <= 1 + 5  # the session, then five


def test_a_compressed_answer_is_known_again(full_class: tuple[World, UUID]) -> None:
    world, period_id = full_class
    client = world.client("teacher")
    first = client.get(url("board", period_id), headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get(url("board", period_id), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_grid_shows_45_pupils_by_step_and_by_seat(full_class: tuple[World, UUID]) -> None:
    world, period_id = full_class
    client = world.client("teacher")
    body = text(client.get(url("board", period_id)))
    assert len(re.findall(r'class="seat[ "]', body)) == 45
    assert "进来43，应到45" in body
    assert "没进来" in body
    by_seat = text(client.get(url("board", period_id) + "?by=seat"))
    assert len(re.findall(r'class="seat[ "]', by_seat)) == 45
    assert "1 看一看</h3>" not in by_seat


def test_every_touch_and_every_pupil_makes_news(world: World) -> None:
    period = world.live(1)
    client = world.client("teacher")
    tags = [client.get(url("board", period.id)).headers["ETag"]]

    def fresh() -> bool:
        tags.append(client.get(url("board", period.id)).headers["ETag"])
        return tags[-1] != tags[-2]

    assert not fresh()
    client.post(url("live_act", period.id), {"act": "release", "activity": "guess"})
    assert fresh()
    services.join(actor=world.pupil(2), code=world.code(period.id))
    assert fresh()
    poll = queries.live_state(period.id).poll
    assert poll
    services.vote(actor=world.pupil(2), period_id=period.id, poll_id=poll.id, choice="A")
    assert fresh()
    services.raise_hand(actor=world.pupil(1), period_id=period.id, up=True)
    assert fresh()
    services.heartbeat(
        actor=world.pupil(2), period_id=period.id, activity="guess", steps_done=1, steps_total=2
    )
    assert fresh()
    with time.frozen(NOW + timedelta(minutes=1)):
        assert fresh()  # everybody has gone quiet
        assert "断网" in text(client.get(url("board", period.id)))


def test_stuck_for_three_minutes_is_seen(world: World) -> None:
    period = world.live(1)
    services.release(actor=world.actor("teacher"), period_id=period.id, activity_key="look")
    services.heartbeat(actor=world.pupil(1), period_id=period.id, activity="look", tries=7)
    Presence.objects.unscoped("test").update(moved_at=time.now() - timedelta(minutes=5), last_seen=time.now())
    body = text(world.client("teacher").get(url("board", period.id)))
    assert "卡5分" in body
    assert "5分钟没有动，试了7次" in body


# --- acting on the cockpit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "proof"),
    [
        ({"act": "release", "activity": "look"}, "「看一看」还剩"),
        ({"act": "pause"}, "全班停着"),
        ({"act": "free"}, "改回一步一步发"),
        ({"act": "poll", "question": "你猜对了吗？", "choice": ["对了", "没对"]}, "投票：你猜对了吗？"),
        ({"act": "poll", "activity": "guess"}, "全对，学过的都对"),
    ],
)
def test_touches_in_place_and_without_script(world: World, fields: dict[str, object], proof: str) -> None:
    period = world.live(1)
    client = world.client("teacher")
    answer = client.post(url("live_act", period.id), fields, headers=FRAGMENT)
    assert answer.status_code == 204
    assert proof in text(client.get(url("board", period.id)))
    plain = client.post(url("live_act", period.id), {"act": "resume"})
    assert plain.headers["Location"] == url("cockpit", period.id)


def test_refusals_come_as_a_piece_with_words(world: World) -> None:
    period = world.live()
    client = world.client("teacher")
    for fields in (
        {"act": "release", "activity": "dance"},
        {"act": "sing"},
        {"act": "hand", "pupil": "nobody"},
        {"act": "more", "minutes": "99999"},
        {"act": "poll", "question": ""},
    ):
        answer = client.post(url("live_act", period.id), fields, headers=FRAGMENT)
        assert answer.status_code == 422
        assert "note need" in text(answer) and "<html" not in text(answer)


def test_a_teacher_who_lost_the_class_gets_a_message_in_the_page(world: World) -> None:
    period = world.live(1)
    client = world.client("teacher")
    assert client.get(url("board", period.id)).status_code == 200
    RoleGrant.objects.unscoped("test").filter(person=world.people["teacher"]).update(ends_on=NOW.date())
    for answer in (
        client.get(url("board", period.id), headers=FRAGMENT),
        client.post(url("live_act", period.id), {"act": "pause"}, headers=FRAGMENT),
    ):
        assert answer.status_code in (403, 404)
        assert "note need" in text(answer) and "<html" not in text(answer)
    assert not LivePeriod.objects.unscoped("test").get().is_paused


def test_ending_leads_to_confirming_and_the_cockpit_is_over(world: World) -> None:
    period = world.live(1)
    client = world.client("teacher")
    answer = client.post(url("live_act", period.id), {"act": "end"}, headers=FRAGMENT)
    assert answer.headers["X-Go"] == url("confirm", period.id)
    assert client.get(url("board", period.id)).status_code == 410
    assert client.get(url("cockpit", period.id)).headers["Location"] == url("confirm", period.id)
    assert client.get(url("wall", period.id)).status_code == 302


def test_one_pupils_screen(world: World) -> None:
    period = world.live(1)
    services.heartbeat(
        actor=world.pupil(1),
        period_id=period.id,
        activity="guess",
        steps_done=1,
        steps_total=2,
        done=["look"],
    )
    client = world.client("teacher")
    piece = text(client.get(url("live_pupil", period.id, world.pupils[0].id), headers=FRAGMENT))
    assert "学生1" in piece and "2 猜一猜" in piece and "看一看" in piece
    assert client.get(url("live_pupil", period.id, new_id())).status_code == 404


def test_the_wall_shows_code_slides_and_poll(world: World) -> None:
    period = world.live(1)
    client = world.client("teacher")
    code = world.code(period.id)
    body = text(client.get(url("wall", period.id)))
    assert code in body and "/join/" in body and 'aria-label="扫一扫进入课堂"' in body
    client.post(url("live_act", period.id), {"act": "release", "activity": "guess"})
    assert "<h1>一</h1>" in text(client.get(url("wall_state", period.id)))
    client.post(url("live_act", period.id), {"act": "wall", "wall": "slides", "slide": "1"})
    assert "<h1>二</h1>" in text(client.get(url("wall_state", period.id)))
    client.post(url("live_act", period.id), {"act": "wall", "wall": "poll"})
    assert "说不准，要拿新的考它" in text(client.get(url("wall_state", period.id)))


def test_the_second_vote_stands_beside_the_first(world: World) -> None:
    period = world.live(1)
    client = world.client("teacher")
    where = url("live_act", period.id)
    client.post(where, {"act": "poll", "activity": "guess"})
    first = queries.live_state(period.id).poll
    assert first
    services.vote(actor=world.pupil(1), period_id=period.id, poll_id=first.id, choice="A")
    client.post(where, {"act": "poll_again"})
    client.post(where, {"act": "wall", "wall": "poll"})
    assert "上次1 → " in text(client.get(url("wall_state", period.id)))
    record = text(client.get(url("period", period.id)))
    assert "课上投过的票" in record and "讨论后第2次" in record


@pytest.mark.parametrize("page", ["wall", "wall_state", "cockpit", "board"])
def test_pupils_and_others_are_kept_from_cockpit_and_wall(world: World, page: str) -> None:
    period = world.live(1)
    where = url(page, period.id)
    assert world.pupil_client(1).get(where).status_code == 403
    assert world.client("stranger").get(where).status_code == 404
    assert world.client("head").get(where).status_code == 403
    assert Client().get(where).status_code in (302, 401)
