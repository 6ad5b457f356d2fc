"""The pages of a package: send, watch, look, write; and the worker behind them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qiming.kernel import time
from qiming.registry import jobs, queries
from qiming.registry.models import Account, PackageProgress, Person, RosterPackage, StagedUser
from qiming.registry.oneroster import services, work
from qiming.registry.testing import Cast
from qiming.registry.tests.oneroster_files import Files, enrollment, group, org, role, user

pytestmark = pytest.mark.django_db
WHY = "the test looks at what was written"


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Uploads in a folder of the test's own; workers only when the test says so."""
    settings.QIMING_HOME = tmp_path
    started: list[str] = []
    monkeypatch.setattr(jobs, "start", lambda package_id: started.append(str(package_id)))
    return started


@pytest.fixture
def own(cast: Cast) -> Files:
    return Files(
        rows={
            "orgs": [org("s", "示例一中")],
            "classes": [group("k9", "s", 9, 1)],
            "users": [user("a1", "周同学"), user("a2", "郑同学"), user("b1", "吴老师")],
            "roles": [role("a1", "s", "student"), role("a2", "s", "student"), role("b1", "s", "teacher")],
            "enrollments": [
                enrollment("a1", "k9"),
                enrollment("a2", "k9"),
                enrollment("b1", "k9", "teacher"),
            ],
        }
    )


def send(cast: Cast, who: str, files: Files, folder: Path) -> RosterPackage:
    data = files.zip(folder / "sent.zip").read_bytes()
    upload = SimpleUploadedFile("名单.zip", data, content_type="application/zip")
    answer = cast.client(who).post(reverse("registry.packages"), {"file": upload})
    assert answer.status_code == 302, answer.content.decode()
    return RosterPackage.objects.unscoped(WHY).latest("created_at")


def test_from_the_file_to_the_class(cast: Cast, own: Files, tmp_path: Path, here: list[str]) -> None:
    kept = send(cast, "admin", own, tmp_path)
    client, url = cast.client("admin"), reverse("registry.package", args=[kept.id])
    assert here == [str(kept.id)] and "正在读名单" in client.get(url).content.decode()
    jobs.work_on_package(str(kept.id))
    page = client.get(url).content.decode()
    assert "没有要改的行" in page and "周同学" in page and "新增2人" in page
    client.post(reverse("registry.package_apply", args=[kept.id]))
    assert "正在写入" in client.get(url).content.decode()
    jobs.work_on_package(str(kept.id))
    assert "写好了" in client.get(url).content.decode()
    kept.refresh_from_db()
    assert kept.applied_by == cast.people["admin"] and not work.file_of(kept.id).exists()
    group_id = next(one.id for one in queries.classes_under(cast.school.path) if one.grade == 9)
    assert [pupil.name for pupil in queries.pupils_of(group_id)] == ["周同学", "郑同学"]


def test_an_officer_sees_numbers_and_no_names(cast: Cast, own: Files, tmp_path: Path) -> None:
    files = own.but(
        orgs=[org("d", cast.district.name, "district"), org("s", "示例一中", parentSourcedId="d")]
    )
    kept = send(cast, "district_officer", files, tmp_path)
    jobs.work_on_package(str(kept.id))
    page = cast.client("district_officer").get(reverse("registry.package", args=[kept.id])).content.decode()
    assert "新增2人" in page and "周同学" not in page


def test_progress_is_asked_piece_by_piece_and_comes_to_an_end(cast: Cast, own: Files, tmp_path: Path) -> None:
    kept = send(cast, "admin", own, tmp_path)
    client, url = cast.client("admin"), reverse("registry.package_progress", args=[kept.id])
    PackageProgress.objects.filter(package=kept).update(what="users.csv", done=40, total=160)
    answer = client.get(url)
    assert "users.csv" in answer.content.decode() and "40" in answer.content.decode()
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    jobs.work_on_package(str(kept.id))
    assert "看结果" in client.get(f"{url}?seen=received").content.decode()
    assert client.get(f"{url}?seen=previewed").status_code == 204


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"hello", "不是 .zip"), (b"", "这个文件是空的")],
)
def test_what_is_no_package_is_said_at_once(cast: Cast, data: bytes, says: str) -> None:
    answer = cast.client("admin").post(
        reverse("registry.packages"), {"file": SimpleUploadedFile("x.zip", data)}
    )
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not RosterPackage.objects.unscoped(WHY).exists()


def test_a_package_without_a_manifest_is_refused_on_its_page(cast: Cast, here: list[str]) -> None:
    import io
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("users.csv", "sourcedId\n")
    cast.client("admin").post(
        reverse("registry.packages"), {"file": SimpleUploadedFile("x.zip", data.getvalue())}
    )
    jobs.work_on_package(here[0])
    page = cast.client("admin").get(reverse("registry.package", args=[here[0]])).content.decode()
    assert "这个包读不了：没有找到 manifest.csv" in page and "换一个文件" in page


def test_wrong_rows_are_listed_fetched_and_hold_the_writing(cast: Cast, own: Files, tmp_path: Path) -> None:
    files = own.but(users=[user("a1", "周同学"), user("a2", "?"), user("b1", "吴老师")])
    kept = send(cast, "admin", files, tmp_path)
    jobs.work_on_package(str(kept.id))
    client = cast.client("admin")
    page = client.get(reverse("registry.package", args=[kept.id])).content.decode()
    assert "1行要改" in page and "givenName" in page
    refused = client.post(reverse("registry.package_apply", args=[kept.id]))
    assert refused.status_code == 422 and "还有1行有问题" in refused.content.decode()
    assert b"".join(client.get(reverse("registry.package_wrong", args=[kept.id]))).startswith(b"PK")
    client.post(reverse("registry.package_apply", args=[kept.id]), {"good_rows_only": "on"})
    jobs.work_on_package(str(kept.id))
    assert Person.objects.filter(name="周同学").exists()
    assert (
        "没有写入，改好再导入一次" in client.get(reverse("registry.package", args=[kept.id])).content.decode()
    )


def test_after_somebody_changed_the_roster_one_compares_again(cast: Cast, own: Files, tmp_path: Path) -> None:
    from qiming.registry import services as registry

    kept = send(cast, "admin", own, tmp_path)
    jobs.work_on_package(str(kept.id))
    registry.add_pupil(actor=None, class_id=cast.klass.id, name="新来的", seat_no=40)
    client, url = cast.client("admin"), reverse("registry.package", args=[kept.id])
    client.post(reverse("registry.package_apply", args=[kept.id]))
    jobs.work_on_package(str(kept.id))
    assert "名单又有人改过" in client.get(url).content.decode()
    client.post(reverse("registry.package_compare", args=[kept.id]))
    jobs.work_on_package(str(kept.id))
    assert "名单又有人改过" not in client.get(url).content.decode()
    client.post(reverse("registry.package_apply", args=[kept.id]))
    jobs.work_on_package(str(kept.id))
    kept.refresh_from_db()
    assert kept.state == "applied"


def test_a_package_can_be_left(cast: Cast, own: Files, tmp_path: Path) -> None:
    kept = send(cast, "admin", own, tmp_path)
    jobs.work_on_package(str(kept.id))
    client = cast.client("admin")
    client.post(reverse("registry.package_drop", args=[kept.id]))
    assert "这次导入放弃了" in client.get(reverse("registry.package", args=[kept.id])).content.decode()
    assert not StagedUser.objects.filter(package=kept).exists() and not work.file_of(kept.id).exists()


def test_a_right_that_ended_meanwhile_writes_nothing(cast: Cast, own: Files, tmp_path: Path) -> None:
    from qiming.kernel.access import Denied
    from qiming.registry.models import RoleGrant

    kept = send(cast, "admin", own, tmp_path)
    RoleGrant.objects.unscoped(WHY).filter(person_id=cast.people["admin"]).update(ends_on=time.today())
    with pytest.raises(Denied):
        jobs.work_on_package(str(kept.id))
    Account.objects.filter(person_id=cast.people["admin"]).update(is_active=False)
    jobs.work_on_package(str(kept.id))
    kept.refresh_from_db()
    assert kept.state == "received"


def test_a_package_whose_worker_died_is_taken_up_again(
    cast: Cast, own: Files, tmp_path: Path, here: list[str]
) -> None:
    from datetime import timedelta

    kept = send(cast, "admin", own, tmp_path)
    here.clear()
    jobs.resume_packages(0)
    assert here == [], "it may only be waiting for its turn"
    PackageProgress.objects.filter(package=kept).update(at=time.now() - timedelta(minutes=5))
    jobs.resume_packages(0)
    assert here == [str(kept.id)]


def test_others_find_no_such_page(cast: Cast, own: Files, tmp_path: Path) -> None:
    kept = send(cast, "admin", own, tmp_path)
    url = reverse("registry.package", args=[kept.id])
    assert cast.client("other_admin").get(url).status_code == 404
    assert cast.client("teacher").get(url).status_code == 403
    assert (
        cast.client("admin").get(f"{reverse('registry.packages')}?place={cast.other_school.id}").status_code
        == 404
    )
    assert services.load_package(None, kept.id).id == kept.id


def test_the_night_forgets_what_packages_brought(cast: Cast, own: Files, tmp_path: Path) -> None:
    from datetime import timedelta

    from qiming.kernel.keeping import Holds
    from qiming.registry import sweepers

    kept = send(cast, "admin", own.but(users=[user("a1", "?"), *own.rows["users"][1:]]), tmp_path)
    jobs.work_on_package(str(kept.id))
    assert sweepers.packages(time.now() - timedelta(days=30), Holds()).ids == []
    assert sweepers.packages(time.now() + timedelta(days=1), Holds()).ids == [str(kept.id)]
    kept.refresh_from_db()
    assert (kept.state, kept.samples, kept.file_name, kept.findings.count()) == ("dropped", {}, "", 0)
    assert not work.wrong_file_of(kept.id).exists() and not StagedUser.objects.exists()
    assert sweepers.packages(time.now() + timedelta(days=1), Holds()).ids == []
