"""The desk beside the lake: the same figures from two engines, and what the operator sees when they are not."""

from pathlib import Path

import pytest
from django.conf import settings

from qiming.governance import jobs, lake
from qiming.governance.models import GradeCoverage
from qiming.governance.tests.test_desk import taught
from qiming.insight.lake.export import export
from qiming.kernel import outbox, time
from qiming.records.models import Statement
from qiming.site import lake as doctor
from tests import world as worlds
from tests.fixtures import standing_world, world

__all__ = ["standing_world", "world"]

WHY = "the test looks at the table"


@pytest.fixture
def home(world: worlds.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A world with hours on the desk and in the lake."""
    monkeypatch.setattr(settings, "QIMING_HOME", tmp_path)
    jobs.recount_city()
    taught(world, 20, absent=(world.here.pupils[1].id,))
    taught(world)
    outbox.deliver_all()
    export(lake.home(), until=time.now())
    return tmp_path


def said() -> list[tuple[bool, str]]:
    return [(one.ok, one.what) for one in doctor.lake()]


def test_nothing_is_said_where_there_is_no_lake(
    world: worlds.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "QIMING_HOME", tmp_path)
    jobs.compare_with_lake_nightly(0)
    assert said() == [] and not (tmp_path / "lake").exists()


def test_desk_and_lake_agree_and_the_doctor_says_so(home: Path) -> None:
    assert [ok for ok, _ in said()] == [False]  # a lake that nobody compared
    jobs.compare_with_lake_nightly(0)
    found = lake.kept()
    assert found is not None and found.differences == () and found.figures > 4
    [(ok, what)] = said()
    assert ok and "一致" in what


def test_a_planted_difference_is_shown_with_place_and_both_figures(home: Path, world: worlds.World) -> None:
    row = GradeCoverage.objects.unscoped(WHY).filter(scope_path=world.here.school.path).get()
    GradeCoverage.objects.unscoped(WHY).filter(id=row.id).update(zero=row.zero + 1)
    extra = Statement.objects.unscoped(WHY).first()
    jobs.compare_with_lake_nightly(0)
    found = lake.kept()
    assert found is not None and [(one.what, one.desk - one.lake) for one in found.differences] == [
        ("还没有课时的学生", 1)
    ]
    [(ok, what)] = said()
    assert not ok and world.here.district.name in what and "课时台 4，数据湖 3" in what
    assert extra is not None
    extra.delete()  # a statement that the lake has and the database has no more
    jobs.compare_with_lake_nightly(0)
    assert "学习记录" in said()[0][1] and "2 个数字" in said()[0][1]


def test_a_comparison_that_stopped_happening_is_noticed(home: Path) -> None:
    jobs.compare_with_lake_nightly(0)
    with time.frozen(time.now() + lake.TOO_OLD * 2):
        assert [ok for ok, _ in said()] == [False]
