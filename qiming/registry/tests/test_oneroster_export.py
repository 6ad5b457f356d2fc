"""What goes out comes back unchanged; from the shell, and after a kill at any moment."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from typer.testing import CliRunner

from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.registry import queries, testing
from qiming.registry import services as registry
from qiming.registry.cli import app
from qiming.registry.models import Person, RosterPackage, StagedUser
from qiming.registry.oneroster import compare, services, staging, work
from qiming.registry.oneroster.export import Wish, export
from qiming.registry.services.groups import open_group
from qiming.registry.testing import Cast
from qiming.registry.tests.oneroster_files import Files, city_files, enrollment
from qiming.registry.tests.oneroster_world import Bring, changes, names, target

WHY = "the test looks at what was written"


def rows(path: Path, file: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as packed:
        return list(csv.DictReader(io.StringIO(packed.read(f"{file}.csv").decode())))


def back(cast: Cast, path: Path, place: Any = None) -> RosterPackage:
    kept = services.receive_package(actor=None, place_id=(place or cast.city).id, name=path.name)
    return services.read_package(actor=None, package_id=kept.id, path=path)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast under names that people have (no underscores)."""
    for person in Person.objects.filter(name__contains="_"):
        Person.objects.filter(id=person.id).update(name=person.name.replace("_", ""))
    return cast


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_an_export_is_read_back_without_a_change(
    cast: Cast, bring: Bring, files: Files, tmp_path: Path, version: str
) -> None:
    scheduled = {"sourcedId": "x1", "title": "物理A班", "classType": "scheduled", "schoolSourcedId": "s1"}
    bring(
        files.but(
            classes=[*files.rows["classes"], scheduled],
            enrollments=[*files.rows["enrollments"], enrollment("p1", "x1")],
        )
    )
    path = tmp_path / "out.zip"
    written = export(path, Wish(cast.city, version))
    assert ("roles" in written) is (version == "1.2") and written["users"] > 10
    kept = back(cast, path)
    assert kept.findings.filter(level="w").count() == 0, list(kept.findings.values())
    assert changes(kept) == {} and compare.changes(kept.counts) == 0
    sids = {row["sourcedId"] for row in rows(path, "users")}
    assert {"p1", "t1", "g1"} <= sids and str(cast.pupils[0].id) in sids


@pytest.mark.django_db
def test_an_installation_that_never_imported_is_read_back_too(cast: Cast, tmp_path: Path) -> None:
    export(tmp_path / "out", Wish(cast.city))
    assert changes(back(cast, tmp_path / "out")) == {}


@pytest.mark.django_db
def test_a_school_alone_and_its_own_administrator(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "school.zip"
    export(path, Wish(cast.school))
    assert {row["name"] for row in rows(path, "orgs")} == {
        cast.city.name,
        cast.district.name,
        cast.school.name,
    }
    assert len(rows(path, "enrollments")) == len(cast.pupils) + 1
    kept = services.receive_package(actor=cast.admin, place_id=cast.school.id, name="school.zip")
    kept = services.read_package(actor=cast.admin, package_id=kept.id, path=path)
    assert changes(kept) == {} and kept.counts["rows"]["wrong"] == 0


@pytest.mark.django_db
def test_a_delta_tells_who_came_left_and_was_renamed(cast: Cast, tmp_path: Path) -> None:
    tomorrow = time.at_local(time.today() + timedelta(days=1), 1)  # still the day before in UTC
    path = tmp_path / "delta.zip"
    with time.frozen(tomorrow):
        registry.add_pupil(actor=None, class_id=cast.klass.id, name="新来的", seat_no=40)
        registry.end_membership(actor=cast.admin, person_id=cast.pupils[0].id)
        registry.rename_pupil(actor=cast.admin, person_id=cast.pupils[1].id, name="改名的")
        Person.objects.filter(id=cast.pupils[1].id).update(renamed_at=tomorrow)
        export(path, Wish(cast.city, "1.2", time.today()))
    users = {row["givenName"]: row["status"] for row in rows(path, "users")}
    assert users == {cast.pupils[0].name: "tobedeleted", "新来的": "active", "改名的": "active"}
    assert sorted(row["status"] for row in rows(path, "enrollments")) == ["active", "tobedeleted"]


@pytest.mark.django_db
def test_nothing_in_an_export_runs_as_a_formula(cast: Cast, tmp_path: Path) -> None:
    group = open_group(actor=cast.admin, school_id=cast.school.id, name="=HYPERLINK(1)", grade=7)
    path = tmp_path / "out.zip"
    export(path, Wish(cast.city))
    assert "'=HYPERLINK(1)" in {row["title"] for row in rows(path, "classes")}
    assert changes(back(cast, path)) == {} and group


@pytest.mark.django_db
def test_the_shell_imports_and_exports(cast: Cast, files: Files, tmp_path: Path) -> None:
    path = files.zip(tmp_path / "a.zip")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(words))
        return result.exit_code, result.stdout

    code, said = run("package", str(path), "--dry-run", "--json")
    assert code == 0 and not json.loads(said)["written"] and json.loads(said)["counts"]["pupils"]["new"] == 3
    assert run("package", str(path), "--resume")[0] == 1
    code, said = run("package", str(path))
    assert code == 0 and "已写入" in said and "学生：新增3" in said
    assert "没变3" in run("package", str(path))[1]
    wrong = files.but(users=[{**files.rows["users"][0], "givenName": "?"}, *files.rows["users"][1:]])
    code, said = run("package", str(wrong.zip(tmp_path / "b.zip")), "--wrong-rows", str(tmp_path / "w.zip"))
    assert code == 1 and "users.csv 第2行 givenName" in said and (tmp_path / "w.zip").exists()
    code, said = run("export", str(tmp_path / "out.zip"), "--school", "3111000001")
    assert code == 0 and "users.csv 6行" in said
    assert run("export", str(tmp_path / "out.zip"))[0] == 1
    assert run("export", str(tmp_path / "x.zip"), "--version", "3")[0] == 1
    assert run("package", str(tmp_path / "out.zip"), "--school", "没有这所")[0] == 1
    code, said = run("package", str(tmp_path / "out.zip"), "--school", "新建一中", "--json")
    assert code == 0 and compare.changes(json.loads(said)["counts"]) == 0


class Killed(BaseException):
    """Stands in for the end of the process."""


@pytest.mark.django_db
@pytest.mark.parametrize("moment", range(9))
def test_cut_off_at_any_moment_the_next_run_goes_on(
    cast: Cast, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    monkeypatch.setattr(staging, "CHUNK_ROWS", 2)
    path = files.zip(tmp_path / "a.zip")
    kept = services.receive_package(actor=None, place_id=cast.city.id, name="a.zip")
    told: list[str] = []

    def tell(what: str, done: int, total: int) -> None:
        told.append(what)
        if len(told) == moment * 4 + 1:
            raise Killed

    try:
        services.read_package(actor=None, package_id=kept.id, path=path, tell=tell)
        services.apply_package(actor=None, package_id=kept.id, tell=tell)
    except Killed:
        pass
    before = Person.objects.filter(name="王小雨").count()
    kept = services.load_package(None, kept.id)
    assert before == (1 if kept.state == "applied" else 0), "all of it or nothing"
    services.read_package(actor=None, package_id=kept.id, path=path)
    services.apply_package(actor=None, package_id=kept.id)
    assert names("c1") == ["王小雨", "李雷", "古丽米热·阿卜杜热西提"]
    assert Person.objects.filter(name__in=names("c1")).count() == 3
    assert not StagedUser.objects.exists()


@pytest.mark.django_db
def test_when_the_database_lost_what_was_staged_it_is_read_again(
    cast: Cast, files: Files, tmp_path: Path
) -> None:
    path = files.zip(tmp_path / "a.zip")
    kept = services.receive_package(actor=None, place_id=cast.city.id, name="a.zip")
    services.read_package(actor=None, package_id=kept.id, path=path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_empty_stage()")  # what a crash of the server does to unlogged tables
    with pytest.raises(UserError, match="要重新读"):
        services.apply_package(actor=None, package_id=kept.id)
    services.read_package(actor=None, package_id=kept.id, path=path)
    assert services.apply_package(actor=None, package_id=kept.id)["pupils"]["new"] == 3


@pytest.mark.django_db
def test_a_file_that_changed_meanwhile_is_not_gone_on_with(cast: Cast, files: Files, tmp_path: Path) -> None:
    path = files.zip(tmp_path / "a.zip")
    kept = services.receive_package(actor=None, place_id=cast.city.id, name="a.zip")
    with pytest.raises(Killed):
        services.read_package(actor=None, package_id=kept.id, path=path, tell=_kill_at_once)
    files.but(enrollments=[]).zip(path)
    with pytest.raises(UserError, match="不一样了"):
        services.read_package(actor=None, package_id=kept.id, path=path)


def _kill_at_once(what: str, done: int, total: int) -> None:
    raise Killed


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_it_imports_is_gone_on_with_by_another(tmp_path: Path) -> None:
    """kill -9 of the command while it holds the package; a second run of the command finishes it."""
    city = registry.load_units_and_calendar()
    path = city_files(queries.districts()[0].name).zip(tmp_path / "a.zip")
    command = [sys.executable, "-c", _COMMAND, "package", str(path), "--json"]
    database = connection.settings_dict
    address = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        f"/{database['NAME']}"
    )
    environment = {**os.environ, "DATABASE_URL": address, "PYTHONPATH": str(project.ROOT)}
    environment.pop("QIMING_TESTING", None)
    with subprocess.Popen(
        [*command], env={**environment, "STOP_BEFORE_WRITING": "1"}, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline().strip() == b"ready"
        kept = RosterPackage.objects.unscoped(WHY).get()
        assert work.is_worked_on(kept.id)
        with pytest.raises(UserError, match="这份名单正在处理"):
            services.apply_package(actor=None, package_id=kept.id)
        first.send_signal(signal.SIGKILL)
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["resumed"] and told["written"] and told["counts"]["pupils"]["new"] == 3
    assert queries.org(target("c1", "c")).name == "七年级（1）班" and len(names("c1")) == 3
    assert testing.NAMES and city.name


_COMMAND = """
import os, time, django
os.environ["DJANGO_SETTINGS_MODULE"] = "qiming.site.settings"
django.setup()
from qiming.registry.cli import app
from qiming.registry.oneroster import apply
if os.environ.get("STOP_BEFORE_WRITING"):
    def stop(*given):
        print("ready", flush=True)
        time.sleep(60)
    apply.write = stop
app()
"""
