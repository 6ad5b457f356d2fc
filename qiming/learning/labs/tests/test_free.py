"""Free play: a lab on its own, its work kept on every device, versions, going back, what does not fit."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import frozen, now
from qiming.learning import rules
from qiming.learning.labs import free
from qiming.learning.labs.models import LabRun
from qiming.learning.models import Work, WorkVersion
from qiming.learning.slots import lab_asking
from qiming.learning.tests.conftest import LESSON, NOW, Class
from qiming.learning.tests.test_consent import state as with_pictures
from qiming.learning.types import LabAct
from qiming.records import queries as records
from qiming.registry import queries as registry
from qiming.trust import testing
from qiming.trust.types import Purpose


def send(client: Client, path: str, body: dict[str, Any], method: str = "put") -> tuple[int, Any]:
    answer = getattr(client, method)(f"/api/learning/labs/{path}", json.dumps(body), "application/json")
    return answer.status_code, answer.json()


def work(state: Any, *, lab: str = "points", **more: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "activity": lab,
        "state": state,
        "page": "tab-a",
        "at": now().isoformat(),
        **more,
    }


def own(cls: Class, seat: int = 1) -> Work:
    return Work.objects.unscoped("test").get(pupil_id=cls.world.pupils[seat - 1].id, offering=None)


def opened(client: Client, lab: str = "points") -> dict[str, Any]:
    html = client.get(f"/learn/labs/{lab}/").content.decode()
    data = html.split('<script id="page-data" type="application/json">')[1].split("</script>")[0]
    return dict(json.loads(data))


def test_a_lab_is_played_outside_lessons_and_resumed_elsewhere(cls: Class) -> None:
    tablet, desktop = cls.client(1), cls.client(1)
    shelf = tablet.get("/learn/labs/").content.decode()
    assert "近邻和分组" in shelf and "做到一半" not in shelf
    page = opened(tablet)
    assert page["mode"] == "free" and page["works"] == {} and page["activities"][0]["lab"]["id"] == "points"
    assert send(tablet, "works", work({"dots": [1]})) == (
        200,
        {"activity": "points", "version": 1, "handed_in": None, "other_page": False},
    )
    assert opened(desktop)["works"]["points"]["state"] == {"dots": [1]}
    assert "做到一半，接着做" in desktop.get("/learn/labs/").content.decode()
    assert "自由探索" in desktop.get("/learn/works/").content.decode()
    assert own(cls).title == "近邻和分组"
    # another pupil has nothing of it
    assert opened(cls.client(2))["works"] == {}
    assert cls.client(2).get(f"/learn/works/{own(cls).id}/").status_code == 404


def test_replay_changes_nothing_and_two_devices_lose_nothing(cls: Class) -> None:
    client = cls.client(1)
    first = work({"n": 1})
    assert send(client, "works", first) == send(client, "works", first)
    other = work({"n": 2}, page="tab-b", base=0)
    status, kept = send(client, "works", other)
    assert (status, kept["other_page"], kept["version"]) == (200, True, 2)
    assert own(cls).state == {"n": 2}
    aside = WorkVersion.objects.unscoped("test").get(work=own(cls))
    assert (aside.why, aside.state) == ("other_page", {"n": 1})
    late = work({"n": 0}, page="tab-b", base=2, at=(now() - timedelta(minutes=3)).isoformat())
    assert send(client, "works", late)[1]["other_page"] is True
    assert own(cls).state == {"n": 2}


WRONG: list[tuple[Any, int, str]] = [
    ("text", 422, "读不懂"),
    ([1], 422, "读不懂"),
    ({"a": "x" * rules.MAX_DRAFT_BYTES}, 413, "太大"),
    ({"local": {"p": "data:image/png;base64,AA"}}, 422, "只在交作品时"),
]


@pytest.mark.parametrize(("state", "status", "says"), WRONG)
def test_what_does_not_fit_is_told_and_nothing_is_lost(
    cls: Class, state: Any, status: int, says: str
) -> None:
    client = cls.client(1)
    send(client, "works", work({"n": 1}))
    code, problem = send(client, "works", work(state, base=1))
    assert code == status and says in problem["title"] and problem["kept"] and problem["next"]
    assert own(cls).state == {"n": 1}


def test_a_state_up_to_the_limit_is_kept(cls: Class) -> None:
    big = {"a": "x" * (rules.MAX_DRAFT_BYTES - 20)}
    assert send(cls.client(1), "works", work(big))[0] == 200 and own(cls).state == big


def test_another_lab_keeps_a_work_of_its_own(cls: Class) -> None:
    client = cls.client(1)
    send(client, "works", work({"dots": [1]}))
    send(client, "works", work({"walls": "##"}, lab="maze"))
    assert opened(client)["works"]["points"]["state"] == {"dots": [1]}
    assert opened(client, "maze")["works"]["maze"]["state"] == {"walls": "##"}


@pytest.mark.parametrize("lab", ["nothing-here", "..", "POINTS"])
def test_a_lab_that_is_not_there_is_refused(cls: Class, lab: str) -> None:
    status, _ = send(cls.client(1), "works", work({"n": 1}, lab=lab))
    assert status == 404 and not Work.objects.unscoped("test").exists()
    assert cls.client(1).get(f"/learn/labs/{lab}/").status_code in (404, 301)


def test_nobody_but_a_pupil_has_free_play(cls: Class) -> None:
    teacher = cls.teacher_client()
    assert send(teacher, "works", work({"n": 1}))[0] == 403
    assert teacher.get("/learn/labs/").status_code == 403
    with pytest.raises(Denied):
        free.keep_free_acts(actor=cls.teacher, lab_id="points", acts=[])


def test_evidence_of_free_play_is_a_statement_once(cls: Class) -> None:
    acts = [
        {"id": str(new_id()), "what": "reached", "detail": {"index": 0, "goal": "placed"}},
        {
            "id": str(new_id()),
            "what": "trained",
            "detail": {"method": "knn", "settings": {"k": 3}, "scores": {}},
        },
    ]
    body = {"activity": "points", "acts": acts}
    assert send(cls.client(1), "acts", body, "post") == (200, {"kept": 2})
    assert send(cls.client(1), "acts", body, "post") == (200, {"kept": 0})
    rows = records.of_person(cls.world.pupils[0].id)
    assert sorted((row.verb, row.object_id) for row in rows) == [
        ("interacted", "free/points"),
        ("progressed", "free/points"),
    ]
    run = LabRun.objects.unscoped("test").get()
    assert run.offering_id is None and run.tally["goals"] == [0] and run.tally["trained"] == 1
    with pytest.raises(UserError, match="一次最多"):
        free.keep_free_acts(actor=cls.pupil(1), lab_id="points", acts=[LabAct(new_id(), "x")] * 51)


def test_handing_in_counts_what_was_trained_before_and_asks_consent_for_the_camera(cls: Class) -> None:
    client, child = cls.client(1), registry.pupil(cls.world.pupils[0].id)
    refused = send(client, "works", work(with_pictures("camera"), lab="image-classifier", hand_in=True))
    assert refused[0] == 403 and "家里没有同意" in refused[1]["title"]
    testing.agree(child, Purpose.CAMERA)
    status, kept = send(client, "works", work(with_pictures("camera"), lab="image-classifier", hand_in=True))
    assert status == 200 and kept["handed_in"]
    assert LabRun.objects.unscoped("test").get().tally == {"before_hand_in": 0}
    assert opened(client, "image-classifier")["works"]["image-classifier"]["state"]["local"]["pictures"]
    testing.take_back(child, Purpose.CAMERA)
    page = opened(client, "image-classifier")
    assert page["camera"] is False
    assert page["works"]["image-classifier"]["state"]["local"]["pictures"] == {}
    shown = cls.teacher_client().get(f"/learn/works/{own(cls).id}/").content.decode()
    assert "data:image/" not in shown and "看这名学生" not in shown


def test_versions_are_listed_looked_at_and_gone_back_to(cls: Class) -> None:
    client = cls.client(1)
    send(client, "works", work({"n": 1}, hand_in=True))
    with frozen(NOW + timedelta(minutes=30)):
        send(client, "works", work({"n": 2}, base=1))
        row = own(cls)
        page = client.get(f"/learn/works/{row.id}/").content.decode()
        assert "交上来" in page and "上一次做到这里" in page
        old = client.get(f"/learn/works/{row.id}/versions/1/")
        assert "换回这个样子" in old.content.decode() and '"state": {"n": 1}' in old.content.decode()
        back = client.post(f"/learn/works/{row.id}/versions/1/back/")
        assert back.status_code == 302 and back["Location"] == "/learn/labs/points/"
        assert own(cls).state == {"n": 1} and own(cls).version == 3
        aside = WorkVersion.objects.unscoped("test").filter(work=row).latest("no")
        assert (aside.why, aside.state) == ("before", {"n": 2})
        # done twice it is done once
        free.go_back(actor=cls.pupil(1), work_id=row.id, no=1)
        assert WorkVersion.objects.unscoped("test").filter(work=row).count() == aside.no
        assert client.get(f"/learn/works/{row.id}/versions/99/").status_code == 404
        assert client.post(f"/learn/works/{row.id}/versions/99/back/").status_code in (404, 422)
        # classmates see none of it; the teacher looks, and cannot go back
        assert cls.client(2).get(f"/learn/works/{row.id}/versions/1/").status_code == 404
        assert cls.client(2).post(f"/learn/works/{row.id}/versions/1/back/").status_code == 404
        seen = cls.teacher_client().get(f"/learn/works/{row.id}/versions/1/").content.decode()
        assert '"state": {"n": 1}' in seen and "换回" not in seen
        assert cls.teacher_client().post(f"/learn/works/{row.id}/versions/1/back/").status_code in (403, 404)


def test_a_lessons_work_goes_back_too(cls: Class) -> None:
    from qiming.learning import services
    from qiming.learning.types import WorkKind

    def keep(state: dict[str, Any], minutes: int) -> UUID:
        with frozen(NOW + timedelta(minutes=minutes)):
            kept = services.keep_work(
                actor=cls.pupil(1),
                save_id=new_id(),
                offering_id=cls.offering.id,
                lesson_key=LESSON,
                activity_key="try",
                kind=WorkKind.LAB,
                state=state,
                client_at=now(),
                page="a",
            )
            return kept.id

    keep({"n": 1}, 0)
    work_id = keep({"n": 2}, 30)
    with frozen(NOW + timedelta(minutes=40)):
        answer = cls.client(1).post(f"/learn/works/{work_id}/versions/1/back/")
        assert answer["Location"] == f"/learn/{cls.offering.id}/{LESSON}/#try"
        with pytest.raises(UserError, match="读不懂"):
            services.keep_work(
                actor=cls.pupil(1), save_id=new_id(), offering_id=cls.offering.id, lesson_key=LESSON,
                activity_key="try", kind=WorkKind.REFLECTION, state={"text": "x"},
            )  # fmt: skip


def test_teachers_try_every_lab_and_read_its_card(cls: Class) -> None:
    from qiming.learning.labs import catalogue

    teacher = cls.teacher_client()
    html = teacher.get("/labs/").content.decode()
    for card in catalogue.labs_for(None):
        assert card.title in html
        page = teacher.get(f"/labs/{card.id}/").content.decode()
        assert card.teaches[:20] in page and card.break_title in page
        tried = teacher.get(f"/labs/{card.id}/try/").content.decode()
        assert '"mode": "try"' in tried and "试做，什么都不记" in tried
    assert teacher.get("/labs/nothing/").status_code == 404
    assert cls.client(1).get("/labs/points/try/").status_code == 403


@pytest.mark.parametrize(
    ("of", "labels", "data", "lab"),
    [
        ("text", ["a"], None, "blocks"),
        ("table", ["a"], {"set": "campus-leaves", "only": {}}, "blocks"),
        ("table", ["a"], None, "python"),
        ("text", [], None, "python"),
    ],
)
def test_a_model_of_the_shelf_opens_where_there_are_things_to_ask_it_with(
    of: str, labels: list[str], data: object, lab: str
) -> None:
    made = {"lab": "text", "data": data} if data else {"lab": "text"}
    assert lab_asking({"input": {"of": of}, "labels": labels, "made": made}) == lab
