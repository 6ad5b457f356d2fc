"""From folder to rows: once, again, changed, broken, mended."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiming.curriculum import queries
from qiming.curriculum.building import opaque
from qiming.curriculum.checks.items import right_response, trap_response
from qiming.curriculum.models import (
    Concept,
    CourseVersion,
    Dataset,
    ItemVersion,
    LessonVersion,
    MediaFile,
    Outcome,
    StageRule,
)
from qiming.curriculum.rules import mark, public_item
from qiming.curriculum.services import SyncReport, sync_content
from qiming.curriculum.tests.conftest import COURSE, LESSON, ROOT
from qiming.kernel.models import AuditRow, OutboxEvent

pytestmark = pytest.mark.django_db
Bend = Callable[[str, str, str], None]
ITEMS = f"{LESSON}/items.yaml"


@pytest.fixture
def sync(tiny: Path, labs: Path) -> Callable[[], SyncReport]:
    return lambda: sync_content(tiny, labs=labs)


def outcomes(report: SyncReport) -> dict[str, str]:
    return {unit.unit.rsplit("/", 1)[-1]: unit.outcome for unit in report.units}


def test_a_right_folder_comes_in_whole(sync: Callable[[], SyncReport]) -> None:
    report = sync()
    assert report.ok
    assert set(outcomes(report).values()) == {"imported"}
    course = queries.current_course("g7-tiny")
    assert course is not None and course.status_words == "原创建议稿"
    lesson = queries.lesson_of_course(course.id, "t7l1")
    assert lesson is not None and lesson.minutes == 45
    assert [a.key for a in lesson.main_activities] == ["look", "guess", "try", "quiz", "say"]
    assert f"/content/lessons/{lesson.id}/media/split.svg" in lesson.activities[0].text_html
    assert len(queries.items_of(lesson.id)) == 12
    assert [i.key for i in queries.items_of(lesson.id, "class")] == ["t7l1-q01", "t7l1-q02"]
    assert len(queries.items_for_concept(course.id, "c052", "practice")) == 5
    misconception = queries.misconception(course.id, "m-train")
    assert misconception is not None and misconception.concept == "c052"
    assert [c.key for c in queries.prerequisites_of("c052")] == ["c051"]
    assert AuditRow.objects.filter(verb="curriculum.import_course").count() == 1
    assert OutboxEvent.objects.get(name="curriculum.course_changed").payload["key"] == "g7-tiny"


def test_the_second_run_does_nothing_and_is_quick(sync: Callable[[], SyncReport]) -> None:
    sync()
    before = CourseVersion.objects.values_list("id", "content_hash").get()
    started = time.perf_counter()
    report = sync()
    assert time.perf_counter() - started < 1
    assert report.unchanged and report.ok
    assert CourseVersion.objects.values_list("id", "content_hash").get() == before
    assert AuditRow.objects.filter(verb="curriculum.import_course").count() == 1


def test_a_changed_lesson_is_a_new_version_and_the_old_one_stays(
    sync: Callable[[], SyncReport], bend: Bend
) -> None:
    sync()
    old = queries.current_course("g7-tiny")
    assert old is not None
    bend(ITEMS, "哪次成绩说明以后会怎样？", "哪一次成绩说明以后会怎样？")
    assert outcomes(sync())["g7-tiny"] == "imported"
    new = queries.current_course("g7-tiny")
    assert new is not None and new.id != old.id
    assert "哪次成绩" in queries.items_of(old.lessons[0].id)[0].stem_html
    assert "哪一次成绩" in queries.items_of(new.lessons[0].id)[0].stem_html
    assert not queries.course(old.id).is_current


def test_taking_a_change_back_makes_the_old_version_current_again(
    sync: Callable[[], SyncReport], bend: Bend
) -> None:
    sync()
    first = CourseVersion.objects.get(is_current=True).id
    bend(f"{COURSE}/course.yaml", "title: 小课", "title: 大课")
    sync()
    bend(f"{COURSE}/course.yaml", "title: 大课", "title: 小课")
    sync()
    assert CourseVersion.objects.get(is_current=True).id == first
    assert CourseVersion.objects.count() == 2


def two_lessons(tiny: Path) -> None:
    """A second lesson beside the first, its keys shifted."""
    first, second = tiny / LESSON, tiny / COURSE / "lessons" / "02-second"
    (second / "media").mkdir(parents=True)
    for path in first.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace("t7l1", "t7l2").replace("第一课", "第二课")
            (second / path.relative_to(first)).write_text(text, encoding="utf-8")
    course = tiny / COURSE / "course.yaml"
    course.write_text(
        course.read_text(encoding="utf-8").replace("  - 01-first", "  - 01-first\n  - 02-second"),
        encoding="utf-8",
    )


def test_a_bad_lesson_keeps_its_old_version_while_the_rest_goes_on(
    tiny: Path, sync: Callable[[], SyncReport], bend: Bend
) -> None:
    two_lessons(tiny)
    sync()
    old = CourseVersion.objects.get(is_current=True)
    bend(ITEMS, "solution: 以后遇到的", "wrong: 以后遇到的")
    bend(f"{COURSE}/lessons/02-second/lesson.yaml", "title: 第二课", "title: 新二课")
    report = sync()
    assert outcomes(report)["g7-tiny"] == "in part"
    assert any("items.yaml:" in message and "solution" in message for message in report.messages)
    new = CourseVersion.objects.get(is_current=True)
    assert new.id != old.id
    kept, fresh = new.lessons.order_by("position")
    assert kept.content_hash == old.lessons.get(key="t7l1").content_hash
    assert kept.items.count() == 12
    assert fresh.title == "新二课"
    again = sync()
    assert again.unchanged and not again.ok and again.messages == report.messages


def test_a_bad_lesson_never_seen_before_is_left_out(
    tiny: Path, sync: Callable[[], SyncReport], bend: Bend
) -> None:
    two_lessons(tiny)
    bend(f"{COURSE}/lessons/02-second/lesson.yaml", "minutes: 20", "minutes: 2")
    report = sync()
    assert outcomes(report)["g7-tiny"] == "in part"
    assert [lesson.key for lesson in LessonVersion.objects.all()] == ["t7l1"]
    bend(f"{COURSE}/lessons/02-second/lesson.yaml", "minutes: 2\n", "minutes: 20\n")
    assert sync().ok
    course = queries.current_course("g7-tiny")
    assert course is not None and [lesson.key for lesson in course.lessons] == ["t7l1", "t7l2"]


def test_a_bad_course_file_leaves_everything_as_it_was(sync: Callable[[], SyncReport], bend: Bend) -> None:
    sync()
    before = CourseVersion.objects.values_list("id", flat=True).get(is_current=True)
    bend(f"{COURSE}/course.yaml", "grades: [7]", "grades: [17]")
    assert outcomes(sync())["g7-tiny"] == "refused"
    assert CourseVersion.objects.values_list("id", flat=True).get() == before


def test_a_bad_graph_is_refused_and_the_stored_one_stays(sync: Callable[[], SyncReport], bend: Bend) -> None:
    sync()
    bend("graph/concepts.yaml", "prerequisites: [c051]", "prerequisites: [c052]")
    assert outcomes(sync())["concepts.yaml"] == "refused"
    assert Concept.objects.get(key="c052").prerequisites == ["c051"]


def test_what_leaves_the_text_stays_for_old_evidence(
    tiny: Path, sync: Callable[[], SyncReport], bend: Bend
) -> None:
    sync()
    bend(f"{LESSON}/lesson.yaml", "revisits: [c051]", "revisits: []")
    path = tiny / "graph" / "concepts.yaml"
    lines = (
        path.read_text(encoding="utf-8").replace("prerequisites: [c051]", "prerequisites: []").splitlines()
    )
    path.write_text("\n".join(line for line in lines if "id: c001" not in line) + "\n", encoding="utf-8")
    bend("graph/concepts.yaml", "prerequisites: [c001]", "prerequisites: []")
    assert sync().ok
    assert not Concept.objects.get(key="c001").is_current
    assert "c001" not in {c.key for c in queries.all_concepts()}


def test_rules_and_outcomes_keep_their_rows(sync: Callable[[], SyncReport], bend: Bend) -> None:
    sync()
    rule, outcome = StageRule.objects.get(key="periods"), Outcome.objects.get(key="own-j-01")
    bend("rules/stage_rules.yaml", "value: 1,", "value: 9,")
    bend("syllabus/own.yaml", "能分开考", "能把两次成绩分开考")
    sync()
    rule.refresh_from_db()
    outcome.refresh_from_db()
    assert (rule.value, outcome.text) == (9, "能把两次成绩分开考")
    shown = queries.outcomes("junior")[0]
    assert shown.is_proposal and not shown.verified


def test_a_data_set_keeps_its_versions_and_addresses(
    tiny: Path, sync: Callable[[], SyncReport], bend: Bend
) -> None:
    sync()
    old = queries.dataset("dots")
    bend("datasets/dots/dot-1.svg", 'r="1"', 'r="1.5"')
    sync()
    new = queries.dataset("dots")
    assert old is not None and new is not None and old.base_url != new.base_url
    assert Dataset.objects.count() == 2
    lesson = queries.current_course("g7-tiny")
    assert lesson is not None
    step = queries.lesson(lesson.lessons[0].id).activity("try")
    assert step is not None and step.data["lab"]["dataset_url"] == new.base_url


def test_media_is_stored_once_per_content(sync: Callable[[], SyncReport]) -> None:
    sync()
    assert MediaFile.objects.count() == 6


SECRET = {"correct", "reply", "misconception", "traps", "solution", "pairs", "bin", "accept", "rubric", "sample", "answer"}  # fmt: skip


def secrets_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return (SECRET & set(value)).union(*map(secrets_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(secrets_in, value))
    return set()


def test_a_browser_gets_no_answers(sync: Callable[[], SyncReport]) -> None:
    sync()
    course = queries.current_course("g7-tiny")
    assert course is not None
    for item in queries.items_of_course(course.id):
        shown = public_item(item, "学生甲")
        assert secrets_in(shown) == set()
        assert shown == public_item(item, "学生甲")
        assert item.solution_html not in str(shown)


def test_order_never_comes_solved_and_keys_say_nothing(sync: Callable[[], SyncReport]) -> None:
    sync()
    item = next(queries.item_of_row(row) for row in ItemVersion.objects.filter(kind="order"))
    right = [entry["key"] for entry in item.data["entries"]]
    assert right != sorted(right)
    for pupil in range(50):
        assert [entry["key"] for entry in public_item(item, str(pupil))["entries"]] != right


def test_hidden_keys_still_mark(sync: Callable[[], SyncReport]) -> None:
    sync()
    for row in ItemVersion.objects.exclude(kind="short"):
        assert mark(row.data, right_response(row.data)).correct is True
        for trap in row.data.get("traps", ()):
            assert trap["misconception"] in mark(row.data, trap_response(row.data, trap)).misconceptions


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.text("abcdefgh", min_size=1, max_size=3), min_size=3, max_size=8, unique=True))
def test_hiding_keys_keeps_the_order(keys: list[str]) -> None:
    item = {"id": "x", "kind": "order", "entries": [{"key": k, "text": k} for k in keys], "traps": []}
    hidden = opaque(item)
    assert [entry["text"] for entry in hidden["entries"]] == keys
    assert len({entry["key"] for entry in hidden["entries"]}) == len(keys)


def test_everything_that_ships_comes_in() -> None:
    report = sync_content(ROOT / "content", labs=ROOT / "web" / "labs")
    assert report.messages == []
    course = queries.current_course("g7-learning-from-examples")
    assert course is not None and len(course.lessons) == 8
    assert all(len(queries.items_of(lesson.id)) >= 12 for lesson in course.lessons)
