"""Everything that leaves the platform: declared with its level, allowed by a verb, noted."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from qiming.kernel import exports
from qiming.kernel.access import Denied
from qiming.kernel.models import AuditRow
from qiming.kernel.privacy import HIGHEST_STORED, Grade
from qiming.registry import services as people
from qiming.site import urls  # every view is loaded, and with it what it declares
from tests.fixtures import standing_world, world
from tests.sessions import sign_in
from tests.world import World

__all__ = ["standing_world", "urls", "world"]
ROOT = Path(settings.ROOT)
# The only places that may make a download: the kernel's own two doors for files and exports.
DOORS = {"qiming/kernel/exports.py", "qiming/kernel/made.py", "qiming/kernel/files.py"}


def test_no_download_is_made_past_the_register() -> None:
    made = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "qiming").rglob("*.py")
        if "tests" not in path.parts and re.search(r"Content-Disposition|as_attachment", path.read_text())
    }
    assert made <= DOORS


def test_every_export_names_its_level_and_its_verb() -> None:
    assert {"governance.desk", "registry.wrong_rows", "trust.person_copy"} <= set(exports.EXPORTS)
    for export in exports.EXPORTS.values():
        assert Grade.L1 <= export.grade <= HIGHEST_STORED and export.what
        assert export.table.row(export.verb).reaches


@pytest.mark.parametrize("key", ["governance.desk", "registry.wrong_rows", "trust.person_copy"])
def test_without_the_verb_nothing_leaves_and_nothing_is_noted(world: World, key: str) -> None:
    export = exports.EXPORTS[key]
    before = AuditRow.objects.filter(verb="kernel.export").count()
    for role, place in (("teacher", "far"), ("school_admin", "far")):
        with pytest.raises(Denied):
            exports.note(export, actor=world.actor(role, place), place=world.here.school)
    assert AuditRow.objects.filter(verb="kernel.export").count() == before


@pytest.mark.parametrize("kind", ["xlsx", "docx", "csv"])
def test_the_desk_leaves_with_its_level_and_a_trace(world: World, kind: str) -> None:
    client = Client()
    sign_in(client, world.account("school_head"))
    answer = client.get(reverse("governance.export", args=[world.here.school.id, kind]))
    assert answer.status_code == 200 and answer["X-Data-Grade"] == "L2"
    told = AuditRow.objects.filter(verb="kernel.export", thing="governance.desk").latest("id")
    assert (
        told.detail == {"grade": "L2", "kind": kind, "rows": 0} and told.scope_path == world.here.school.path
    )


def test_wrong_rows_leave_as_l3(world: World) -> None:
    upload = people.preview_roster(
        actor=world.actor("school_admin"),
        school_id=world.here.school.id,
        name="n.csv",
        data="年级,班级,座号,姓名\n七年级,1,x,王小明\n".encode(),
    )
    client = Client()
    sign_in(client, world.account("school_admin"))
    answer = client.get(reverse("registry.wrong_rows", args=[upload]))
    assert answer.status_code == 200 and answer["X-Data-Grade"] == "L3"
    told = AuditRow.objects.get(verb="kernel.export", thing_id=upload)
    assert told.detail == {"grade": "L3", "kind": "xlsx", "rows": 1}
