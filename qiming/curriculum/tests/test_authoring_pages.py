"""The editor's pages over HTTP: what is typed arrives, what clashes is told, what is hostile stays words."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiming.curriculum import queries
from qiming.curriculum.authoring import services
from qiming.curriculum.authoring.fields import all_fields, groups_of
from qiming.curriculum.authoring.forms import shape_of
from qiming.curriculum.authoring.models import LessonFork, Proposal
from qiming.curriculum.authoring.queries import around
from qiming.curriculum.services import sync_content
from qiming.kernel.tests import samples
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db

Q1 = "item/t7l1-q01"
FRAGMENT = {"HTTP_X_FRAGMENT": "1"}


@pytest.fixture
def cast() -> Cast:
    return testing.cast(2)


@pytest.fixture
def fork(cast: Cast, tiny: Path, labs: Path) -> LessonFork:
    assert sync_content(tiny, labs=labs).ok
    course = queries.current_course("g7-tiny")
    assert course
    lesson = course.lessons[0]
    client = cast.client("teacher")
    assert "改成本校版" in client.get(f"/lessons/{lesson.id}/").content.decode()
    answer = client.post("/authoring/start", {"lesson": str(lesson.id)})
    fork = LessonFork.objects.unscoped("test").get()
    assert answer["Location"] == f"/authoring/{fork.id}/"
    assert "改本校版" in client.get(f"/lessons/{lesson.id}/").content.decode()
    return fork


def again(fork: LessonFork) -> LessonFork:
    return LessonFork.objects.unscoped("test").get(id=fork.id)


def form(fork: LessonFork, place: str) -> dict[str, Any]:
    """What a browser would send of the form of a place, untouched."""
    block = again(fork).parts[place]
    sent: dict[str, Any] = {"place": place, "base": json.dumps(block), "act": ""}
    fields = all_fields(groups_of(place, block, around(again(fork))))
    sent["shape"] = shape_of(fields)
    for field in fields:
        if field.kind == "check":
            sent |= {field.name: "on"} if field.value else {}
        else:
            sent[field.name] = list(field.value) if field.kind == "several" else field.text
    return sent


def test_every_place_opens_and_saving_it_untouched_changes_nothing(cast: Cast, fork: LessonFork) -> None:
    client = cast.client("teacher")
    for place, block in fork.parts.items():
        if isinstance(block, dict):
            page = client.get(f"/authoring/{fork.id}/", {"at": place})
            assert page.status_code == 200
            answer = client.post(f"/authoring/{fork.id}/save", form(fork, place), **FRAGMENT)  # type: ignore[arg-type]
            assert answer.status_code == 200, place
    assert again(fork).parts == fork.parts and again(fork).revision == 1


def test_what_is_typed_is_kept_and_shown(cast: Cast, fork: LessonFork) -> None:
    client = cast.client("teacher")
    sent = form(fork, Q1) | {
        "stem": "哪次更$老实^2$？\r\n",
        "options.A.reply": "再<b>想</b>想。",
        "difficulty": "9",
    }
    answer = client.post(f"/authoring/{fork.id}/save", sent, **FRAGMENT)  # type: ignore[arg-type]
    html = answer.content.decode()
    assert 'class=\\"math\\"' in html
    assert "请从列表里选" in html
    block = again(fork).parts[Q1]
    assert (block["stem"], block["difficulty"]) == ("哪次更$老实^2$？", 2)
    assert block["options"][0]["reply"] == "再<b>想</b>想。"


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("kind", "multiple", "single"),
        ("id", "t7l1-q99", "t7l1-q01"),
        ("options.Z.text", "没有这个", None),
        ("hidden", "1", None),
        ("__class__", "x", None),
        ("options.A.key", "B", "A"),
    ],
)
def test_only_fields_of_the_form_are_read(
    cast: Cast, fork: LessonFork, name: str, value: str, kept: Any
) -> None:
    sent = form(fork, Q1) | {name: value}
    cast.client("teacher").post(f"/authoring/{fork.id}/save", sent)
    assert again(fork).parts == fork.parts


@pytest.mark.parametrize(
    "base",
    [
        "[]",
        "x",
        '{"id": "t7l1-q01"}',
        '{"id": "t7l1-q01", "kind": "single"}',
        '{"id":1,"kind":[]}',
        "9" * 200_000,
    ],
)
def test_a_page_that_does_not_fit_is_told_so(cast: Cast, fork: LessonFork, base: str) -> None:
    sent = form(fork, Q1) | {"base": base}
    answer = cast.client("teacher").post(f"/authoring/{fork.id}/save", sent, **FRAGMENT)  # type: ignore[arg-type]
    assert answer.status_code == 409
    assert again(fork).parts == fork.parts


def test_a_clash_shows_both_and_mine_can_be_sent_over_it(cast: Cast, fork: LessonFork) -> None:
    loaded = form(fork, Q1)
    cast.client("admin").post(f"/authoring/{fork.id}/save", loaded | {"stem": "管理员写的"})
    client = cast.client("teacher")
    answer = client.post(f"/authoring/{fork.id}/save", loaded | {"stem": "老师写的"}, **FRAGMENT)  # type: ignore[arg-type]
    html = answer.content.decode()
    assert answer.status_code == 409 and "管理员写的" in html and "老师写的" in html
    whole = client.post(f"/authoring/{fork.id}/save", loaded | {"stem": "老师写的"})
    assert whole.status_code == 409 and "老师写的" in whole.content.decode()
    theirs = json.dumps(again(fork).parts[Q1])
    client.post(f"/authoring/{fork.id}/save", loaded | {"stem": "老师写的", "base": theirs})
    assert again(fork).parts[Q1]["stem"] == "老师写的"


def test_buttons_of_lists(cast: Cast, fork: LessonFork) -> None:
    client = cast.client("teacher")

    def press(act: str, place: str = Q1) -> int:
        sent = form(fork, place) | {"act": act}
        return client.post(f"/authoring/{fork.id}/save", sent, **FRAGMENT).status_code  # type: ignore[arg-type]

    assert press("add:options") == 200
    assert [one["key"] for one in again(fork).parts[Q1]["options"]] == ["A", "B", "C"]
    assert press("up:options.C") == 200
    assert press("drop:options.A") == 200
    assert [one["key"] for one in again(fork).parts[Q1]["options"]] == ["C", "B"]
    assert press("add:hints") == press("drop:hints.0") == 200
    assert again(fork).parts[Q1]["hints"] == ["哪一次用的是这种图？", ""]
    for wrong in ("drop:options.Z", "add:id", "up:nothing.1", "burn:options.A", ":"):
        assert press(wrong) == 409
    match = "item/t7l1-q04"
    assert press("add:left", match) == press("drop:right.p1", match) == 200
    assert client.get(f"/authoring/{fork.id}/", {"at": match}).status_code == 200


def test_structure(cast: Cast, fork: LessonFork) -> None:
    client = cast.client("teacher")

    def act(name: str, place: str, **more: str) -> int:
        return client.post(f"/authoring/{fork.id}/change", {"act": name, "place": place, **more}).status_code

    assert act("down", "activity/look") == 302
    assert again(fork).parts["activities"][:2] == ["guess", "look"]
    assert act("hide", "activity/look") == 302
    assert again(fork).parts["activity/look"]["hidden"] is True
    assert act("drop", "activity/look") == 422
    for kind in ("read", "predict", "poll", "unplugged", "quiz", "reflect", "discuss"):
        assert act("add-step", "activity/look", kind=kind) == 302
    for kind in ("single", "multiple", "hotspot", "order", "match", "classify", "numeric", "short"):
        assert act("add-item", Q1, kind=kind) == 302
    assert act("add-item", Q1, kind="essay") == 422
    assert act("explode", Q1) == 409
    for place, block in again(fork).parts.items():
        if isinstance(block, dict):
            assert client.get(f"/authoring/{fork.id}/", {"at": place}).status_code == 200, place
    for _ in range(17):
        assert act("undo", "lesson") == 302
    assert again(fork).parts == fork.parts
    assert act("undo", "lesson") == 422


def test_publishing_sharing_and_answering(cast: Cast, fork: LessonFork) -> None:
    client, officer = cast.client("teacher"), cast.client("district_officer")
    client.post(f"/authoring/{fork.id}/save", form(fork, Q1) | {"stem": "哪次更老实？"})
    share = f"/authoring/{fork.id}/share/"
    assert "可以发布了" in client.get(share).content.decode()
    assert client.post(share, {"act": "publish", "revision": "1"}).status_code == 409
    assert client.post(share, {"act": "publish", "revision": "2"}).status_code == 302
    lesson = fork.versions.unscoped("test").get().lesson_version_id
    for who, seen in (("teacher", 200), ("head", 200), ("district_officer", 200), ("other_teacher", 404)):
        for url in (f"/lessons/{lesson}/", f"/lessons/{lesson}/items/"):
            assert cast.client(who).get(url).status_code == seen, (who, url)
    assert client.post(share, {"act": "propose", "why": "学生更明白"}).status_code == 302
    listed = officer.get("/authoring/proposals/").content.decode()
    assert "学生更明白" in listed and "1条建议等答复" in listed
    proposal = Proposal.objects.unscoped("test").get()
    page = officer.get(f"/authoring/proposals/{proposal.id}/").content.decode()
    assert "哪次更老实？" in page
    assert officer.post(f"/authoring/proposals/{proposal.id}/", {"act": "accept"}).status_code == 422
    done = officer.post(f"/authoring/proposals/{proposal.id}/", {"act": "accept", "reason": "下一版写进去"})
    assert done.status_code == 302
    assert "下一版写进去" in client.get(share).content.decode()
    assert "已采纳" in officer.get(f"/authoring/proposals/{proposal.id}/").content.decode()
    for url in (
        f"/authoring/{fork.id}/differences/",
        f"/authoring/{fork.id}/history/",
        f"/authoring/{fork.id}/update/",
    ):
        assert client.get(url).status_code == 200


def test_history_restores(cast: Cast, fork: LessonFork) -> None:
    client = cast.client("teacher")
    client.post(f"/authoring/{fork.id}/save", form(fork, Q1) | {"stem": "甲？"})
    client.post(f"/authoring/{fork.id}/change", {"act": "hide", "place": "activity/look"})
    for said in ("", "x", "99999999999"):
        assert client.post(f"/authoring/{fork.id}/history/", {"revision": said}).status_code == 422
    assert client.post(f"/authoring/{fork.id}/history/", {"revision": "1"}).status_code == 302
    assert again(fork).parts == fork.parts


def test_pictures_go_in_and_only_the_school_sees_them(cast: Cast, fork: LessonFork) -> None:
    client: Client = cast.client("teacher")
    url = f"/authoring/{fork.id}/pictures"
    json_too = {"HTTP_ACCEPT": "application/json"}
    assert client.post(url, {"alt": "一张图"}, **json_too).status_code == 422  # type: ignore[arg-type]
    file = SimpleUploadedFile("x.png", samples.png())
    assert client.post(url, {"file": file, "alt": ""}, **json_too).status_code == 422  # type: ignore[arg-type]
    file.seek(0)
    said = client.post(url, {"file": file, "alt": "一张图"}, **json_too).json()  # type: ignore[arg-type]
    picture = f"/authoring/{fork.id}/{said['name']}"
    assert client.get(picture)["Content-Type"] == "image/png"
    assert cast.client("other_teacher").get(picture).status_code == 404
    assert client.get(f"/authoring/{fork.id}/media/none.png").status_code == 404


def test_nobody_else_gets_in(cast: Cast, fork: LessonFork) -> None:
    pages = ["", "differences/", "history/", "update/", "share/"]
    for who in ("other_teacher", "other_admin", "guardian"):
        client = cast.client(who)
        for page in pages:
            assert client.get(f"/authoring/{fork.id}/{page}").status_code in (403, 404), (who, page)
    assert cast.client("teacher").get(f"/authoring/{uuid4()}/").status_code == 404
    assert cast.client("head").get(f"/authoring/{fork.id}/differences/").status_code == 200
    assert cast.client("head").get(f"/authoring/{fork.id}/").status_code in (403, 404)


def test_schools_of_several(cast: Cast, fork: LessonFork) -> None:
    assert [one.id for one in services.schools_of(cast.teacher)] == [cast.school.id]
