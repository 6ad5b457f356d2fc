"""The pages: a package is sent, read in the background, shown with what came and what didn't; a course is taken out."""

import io
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.authoring.checking import findings
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.exchange import services, views
from qiming.curriculum.exchange.formats import read_package
from qiming.curriculum.exchange.models import ImportedPackage
from qiming.curriculum.models import CourseVersion, ItemVersion
from qiming.curriculum.services import sync_content
from qiming.curriculum.tests.exchange_world import SVG, item_xml, manifest, zipped
from qiming.kernel.access import Denied
from qiming.kernel.models import AuditRow
from tests.fixtures import standing_world, world
from tests.sessions import sign_in
from tests.world import World

__all__ = ["standing_world", "world"]
WHY = "the test made it"
GRAPHIC = '<qti-drawing-interaction response-identifier="RESPONSE"><img src="p.svg" alt=""/></qti-drawing-interaction>'


def package(tmp_path: Path) -> bytes:
    first = item_xml().replace("哪个对？", '<img src="p.svg" alt="一张图"/>哪个对？')
    second = item_xml(GRAPHIC, "two")
    files = {"imsmanifest.xml": manifest("i.xml", "j.xml"), "i.xml": first, "j.xml": second, "p.svg": SVG}
    return zipped(tmp_path / "p.zip", files).read_bytes()


def client_of(world: World, who: str) -> Client:
    client = Client()
    sign_in(client, world.account(who))
    return client


def send(client: Client, body: bytes, name: str = "题.zip") -> ImportedPackage:
    answer = client.post(reverse("curriculum.brought"), {"file": SimpleUploadedFile(name, body)})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    kept = ImportedPackage.objects.unscoped(WHY).latest("created_at")
    assert answer["Location"] == reverse("curriculum.brought_one", args=[kept.id])
    return kept


def test_a_package_is_read_in_the_background_and_shown_with_its_report(world: World, tmp_path: Path) -> None:
    client = client_of(world, "teacher")
    kept = send(client, package(tmp_path))
    page = reverse("curriculum.brought_one", args=[kept.id])
    assert "正在读" in client.get(page).content.decode()
    waiting = ProcrastinateJob.objects.filter(task_name="curriculum.read_package")
    assert waiting.filter(args__package_id=str(kept.id)).exists()
    services.read(kept.id)
    services.read(kept.id)  # a worker that comes twice finds nothing to do
    shown = client.get(page).content.decode()
    assert "收了1道题" in shown and "包里有2道" in shown
    assert "画图" in shown and "没有提示" in shown and 'alt="一张图"' in shown
    assert not services.file_of(kept.id).exists()
    picture = client.get(reverse("curriculum.brought_media", args=[kept.id, 0, "p.svg"]))
    assert picture.status_code == 200 and picture["Content-Type"] == "image/svg+xml"
    assert "sandbox" in picture["Content-Security-Policy"]


def test_the_draft_leaves_as_a_folder_in_our_format(world: World, tmp_path: Path) -> None:
    client = client_of(world, "teacher")
    kept = send(client, package(tmp_path))
    services.read(kept.id)
    answer = client.get(reverse("curriculum.brought_folder", args=[kept.id]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = [name.split("/", 1)[1] for name in archive.namelist()]
    assert {"course.yaml", "import-report.md"} <= set(names)
    assert any(name.endswith("items.yaml") for name in names)
    assert any(name.endswith("media/p.svg") for name in names)


@pytest.mark.parametrize("who", ["teacher", "school_head", "pupil", "guardian"])
def test_nobody_else_sees_it(world: World, tmp_path: Path, who: str) -> None:
    kept = send(client_of(world, "school_admin"), package(tmp_path))
    services.read(kept.id)
    client = client_of(world, who)
    # A colleague who may bring packages of his own learns nothing of this one; others have no such page at all.
    refused = 404 if who == "teacher" else 403
    for name in ("brought_one", "brought_progress", "brought_folder"):
        assert client.get(reverse(f"curriculum.{name}", args=[kept.id])).status_code == refused
    assert client.post(reverse("curriculum.brought_drop", args=[kept.id])).status_code == refused
    assert client.get(reverse("curriculum.brought_one", args=[uuid4()])).status_code == refused
    with pytest.raises(Denied):
        services.drop(actor=world.actor(who), package_id=kept.id)
    assert ImportedPackage.objects.unscoped(WHY).filter(id=kept.id).exists()


def test_what_cannot_be_read_says_why_and_what_next(world: World, tmp_path: Path) -> None:
    client = client_of(world, "teacher")
    kept = send(client, zipped(tmp_path / "p.zip", {"../x": "y"}).read_bytes())
    services.read(kept.id)
    shown = client.get(reverse("curriculum.brought_one", args=[kept.id])).content.decode()
    assert "可疑的路径" in shown and "重新导出" in shown and "什么也没有写进去" in shown


def test_nothing_and_too_much_are_refused_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(world, "teacher")
    assert client.post(reverse("curriculum.brought"), {}).status_code == 422
    monkeypatch.setattr(services, "MAX_PACKAGE_BYTES", 3)
    answer = client.post(reverse("curriculum.brought"), {"file": SimpleUploadedFile("x.zip", b"PK..")})
    assert answer.status_code == 422 and "超过" in answer.content.decode()
    assert not ImportedPackage.objects.unscoped(WHY).exists()


def test_throwing_it_away_leaves_a_trace_and_nothing_else(world: World, tmp_path: Path) -> None:
    client = client_of(world, "teacher")
    kept = send(client, package(tmp_path))
    assert services.file_of(kept.id).exists()
    assert client.post(reverse("curriculum.brought_drop", args=[kept.id])).status_code == 302
    assert not services.file_of(kept.id).exists()
    assert AuditRow.objects.filter(verb="curriculum.drop_package", thing_id=kept.id).exists()
    services.read(kept.id)  # the worker comes too late


def test_no_more_than_so_many_are_kept(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_KEPT", 1)
    client = client_of(world, "teacher")
    send(client, package(tmp_path))
    second = {"file": SimpleUploadedFile("x.zip", package(tmp_path))}
    answer = client.post(reverse("curriculum.brought"), second)
    assert answer.status_code == 422 and "先删去" in answer.content.decode()


@pytest.mark.parametrize(("key", "ending"), [("qti3", "zip"), ("cc", "imscc")])
def test_a_stored_course_is_taken_out_and_reads_again(
    tiny: Path, labs: Path, world: World, tmp_path: Path, key: str, ending: str
) -> None:
    assert sync_content(tiny, labs=labs).ok
    version = CourseVersion.objects.get(key="g7-tiny", is_current=True)
    client = client_of(world, "teacher")
    shown = client.get(reverse("curriculum.taking", args=[version.id])).content.decode()
    assert "提示" in shown and f".{ending}" in shown
    answer = client.get(reverse("curriculum.take", args=[version.id, key]))
    path = tmp_path / f"x.{ending}"
    path.write_bytes(answer.content)
    course = read_package(path, path.name, lambda *_: None)
    stored = ItemVersion.objects.filter(lesson_version__course_version=version)
    if key == "qti3":
        assert {item.spec["id"] for item in course.items} >= set(stored.values_list("key", flat=True))
    assert course.items and not [one for one in course.report.findings if one.level.name == "OUT"]
    assert client.get(reverse("curriculum.take", args=[version.id, "scorm"])).status_code == 404
    assert (
        client_of(world, "pupil").get(reverse("curriculum.take", args=[version.id, key])).status_code == 403
    )
    views._reports.cache_clear()


def _own_version(world: World) -> LessonFork:
    lesson = curriculum.lessons_of(world.course.id)[0]
    return authoring.start_fork(actor=world.actor("teacher"), lesson_version_id=lesson.id)


def test_items_go_into_the_schools_own_version_with_their_pictures(world: World, tmp_path: Path) -> None:
    fork = _own_version(world)
    client = client_of(world, "teacher")
    kept = send(client, package(tmp_path))
    services.read(kept.id)
    kept.refresh_from_db()
    spec = kept.draft["lessons"][0]["items"][0]["spec"]
    place = reverse("curriculum.brought_place", args=[kept.id])
    before = list(fork.parts["items"])
    assert (
        client.post(place, {"fork": fork.id}).status_code == 422 and client.post(place, {}).status_code == 422
    )
    answer = client.post(place, {"fork": fork.id, "item": [spec["id"]]})
    assert answer.status_code == 302 and answer["Location"] == reverse("curriculum.editor", args=[fork.id])
    fork.refresh_from_db()
    assert fork.parts["items"][:-1] == before
    item = fork.parts[f"item/{fork.parts['items'][-1]}"]
    picture = next(iter(fork.media))
    assert f"media/{picture}" in item["stem"] and "media/p.svg" not in item["stem"]
    assert item["concept"] in fork.parts["lesson"]["concepts"]
    editor = client.get(f"{answer['Location']}?place=item/{item['id']}")
    assert editor.status_code == 200
    said = [one for one in findings(fork) if one.place == f"item/{item['id']}"]
    assert any("hints" in one.where for one in said)
    shown = client.get(f"/authoring/{fork.id}/media/{picture}")
    assert shown.status_code == 200 and shown["Content-Type"] == "image/svg+xml"


def test_items_of_a_colleague_or_into_another_schools_lesson_are_refused(
    world: World, tmp_path: Path
) -> None:
    fork = _own_version(world)
    far = client_of_place(world, "teacher", "far")
    kept = send(far, package(tmp_path))
    services.read(kept.id)
    kept.refresh_from_db()
    wanted = [kept.draft["lessons"][0]["items"][0]["spec"]["id"]]
    place = reverse("curriculum.brought_place", args=[kept.id])
    assert far.post(place, {"fork": fork.id, "item": wanted}).status_code == 404
    assert client_of(world, "teacher").post(place, {"fork": fork.id, "item": wanted}).status_code == 404
    fork.refresh_from_db()
    assert fork.media == {} and fork.revision == 1


def client_of_place(world: World, who: str, place: str) -> Client:
    client = Client()
    sign_in(client, world.account(who, place))
    return client
