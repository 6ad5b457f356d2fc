"""The demo city: made once, and the misconception planted in it is what the report finds."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from qiming.casework.services import load_workflows
from qiming.credentials.models import Certificate
from qiming.credentials.services import load_achievements
from qiming.educators.models import Enrolment, Output
from qiming.governance.models import ClassCoverage
from qiming.insight import queries as insight
from qiming.kernel import time
from qiming.kernel.models import OutboxEvent
from qiming.learning.labs import tally
from qiming.learning.labs.choices import counted
from qiming.learning.labs.models import Gallery, LabRun
from qiming.learning.models import Attempt, CourseTask, Judgement, KeptModel, Work, WorkVersion
from qiming.registry import queries as registry
from qiming.registry.models import Account
from qiming.registry.services import load_units_and_calendar
from qiming.registry.types import OrgRef
from qiming.resources.models import Adoption, ResourceVersion
from qiming.site.demo import build, past, seats
from qiming.teaching import queries as teaching
from tests.shipped import load_shipped

SCHOOL_DAY = datetime(2026, 11, 20, 9, 55, tzinfo=time.SHANGHAI)
WHY = "the test looks at what was built"


def test_the_demo_city(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIMING_HOME", str(tmp_path))
    said: list[str] = []
    with time.frozen(SCHOOL_DAY):
        load_units_and_calendar()
        load_shipped()
        load_workflows(settings.CONTENT_ROOT)
        load_achievements(settings.CONTENT_ROOT)
        assert build(say=said.append)
        counts = (Account.objects.count(), Attempt.objects.unscoped(WHY).count(), OutboxEvent.objects.count())
        assert not build(say=said.append)
        after = (Account.objects.count(), Attempt.objects.unscoped(WHY).count(), OutboxEvent.objects.count())
        assert after == counts

        city = registry.city()
        assert city.is_synthetic
        classes = registry.classes_under(city.path)
        assert ClassCoverage.objects.unscoped(WHY).count() == len(classes)
        answered = _answered(classes)
        versions = ResourceVersion.objects.unscoped(WHY).order_by("id")
        assert [one.state for one in versions] == ["published"] * 4 + ["in_review"]
        assert Adoption.objects.unscoped(WHY).count() == 1
        certified = Certificate.objects.unscoped(WHY).get().about_id
        assert next(one.state for one in versions if one.id == certified) == "published"
        found = next(one for one in insight.misconceptions(answered) if one.id == past.PLANTED)
        # Some who were not meant to hold it slip into it twice by chance.
        assert seats.PLANTED_PUPILS - 3 <= found.n <= seats.PLANTED_PUPILS + 6
        assert insight.misconceptions(answered)[0].id == past.PLANTED
        tasks = {row.form: row for row in CourseTask.objects.unscoped(WHY).filter(offering_id=answered)}
        assert tasks["pretest"].closed_at and tasks["pretest"].answers.unscoped(WHY).exists()
        works = Work.objects.unscoped(WHY).filter(activity_key="project")
        assert works and all("演示数据" in work.state["text"] for work in works)
        assert Judgement.objects.unscoped(WHY).filter(by="teacher").exists()
        _labs(answered)
        states = Enrolment.objects.unscoped(WHY).order_by("state").values_list("state", flat=True)
        assert list(states) == [*["enrolled"] * 3, "not_passed", *["output_due"] * 2, "passed"]
        written = Output.objects.unscoped(WHY).order_by("state").values_list("state", flat=True)
        assert list(written) == ["drafting", "in_review"]
    accounts = (tmp_path / "demo-accounts.txt").read_text()
    assert "合成数据" in accounts and "/c/" in accounts
    assert (tmp_path / "demo-accounts.txt").stat().st_mode & 0o077 == 0


def _labs(answered: UUID) -> None:
    """Every stage worked in a lab: goals reached, hand-ins with versions, an open gallery, models with their cards."""
    runs = LabRun.objects.unscoped(WHY)
    assert {one.lab for one in runs} == {"decision-tree", "ethics", "maze", "text"}
    ours = runs.filter(offering_id=answered, lesson_key="g7l2")
    goals = [len(tally.read(one.tally).goals) for one in ours]
    assert len(goals) > 35 and set(goals) == {0, 1, 2, 3}
    consent = runs.filter(offering_id=answered, lesson_key="g7l3")
    assert [one.answered > 10 for one in counted(tally.read(one.tally).choices for one in consent)] == [
        True
    ] * 3
    works = Work.objects.unscoped(WHY).filter(kind="lab")
    assert works.filter(handed_in_at__isnull=False).count() > 40
    assert WorkVersion.objects.unscoped(WHY).filter(why="handed_in", no=3).exists()
    assert Gallery.objects.unscoped(WHY).filter(is_open=True).count() == 3
    models = KeptModel.objects.unscoped(WHY)
    assert {"tree", "naive-bayes"} == {one.kind for one in models}
    assert all("演示数据" in one.body["card"]["made_by"] for one in models)


def _answered(classes: list[OrgRef]) -> UUID:
    """The course that was answered most."""
    courses = teaching.open_offerings_of_classes(group.id for group in classes)
    offerings = [one.id for found in courses.values() for one in found]
    return max(offerings, key=lambda key: Attempt.objects.unscoped(WHY).filter(offering_id=key).count())
