"""Before and after a course: the arithmetic, what is left out, who may look, what small numbers may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.curriculum import queries as curriculum
from qiming.curriculum.models import CourseVersion, TestItem
from qiming.insight.queries.classes import place_of
from qiming.insight.queries.gains import GainReport, gain_report, say
from qiming.insight.rules.gain import LEAST, Gain, gain, pairs_of, t95
from qiming.insight.tests.conftest import Answering
from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.learning import services
from qiming.learning.models import CourseTask
from qiming.learning.tests.conftest import SINGLE
from qiming.learning.types import Answer, Form
from qiming.registry.queries import pupils_of
from qiming.trust.models import AccessLog

SHARES = st.floats(0, 1)


def test_student_has_wider_tails_with_fewer() -> None:
    assert (t95(9), t95(11), t95(44), t95(500)) == (2.262, 2.228, 2.021, 2.0)


def test_a_gain_by_hand() -> None:
    # Twelve pupils, one item: four had it right before, ten after, nobody lost it.
    pairs = [(1.0, 1.0)] * 4 + [(0.0, 1.0)] * 6 + [(0.0, 0.0)] * 2
    found = gain(pairs, 1)
    assert found.pupils == 12
    assert found.before == pytest.approx(1 / 3) and found.after == pytest.approx(5 / 6)
    # mean 0.5, sd √(12·0.25/11) = 0.5222, half = 2.228·0.5222/√12 = 0.3359
    assert found.low == pytest.approx(0.1641, abs=1e-3) and found.high == pytest.approx(0.8359, abs=1e-3)
    assert found.is_seen and say(found) == "多对了50个百分点（把握95%的范围：+16到+84）"


@pytest.mark.parametrize("pupils", [1, 5, LEAST - 1])
def test_few_pupils_say_nothing(pupils: int) -> None:
    found = gain([(0.0, 1.0)] * pupils, 2)
    assert found.is_seen is None and say(found) == f"只有{pupils}人两次都做，人太少，不说升降"


def test_nobody() -> None:
    assert say(gain([], 3)) == "没有人两次都做"


def test_a_range_with_zero_is_no_change() -> None:
    found = gain([(0.0, 1.0), (1.0, 0.0)] * 6, 1)
    assert found.is_seen is False and say(found).startswith("看不出变化")


@given(st.lists(st.tuples(SHARES, SHARES), min_size=0, max_size=60), st.integers(1, 12))
def test_a_gain_stays_within_its_bounds(pairs: list[tuple[float, float]], items: int) -> None:
    found = gain(pairs, items)
    assert 0 <= found.before <= 1 + 1e-9 and 0 <= found.after <= 1 + 1e-9
    if found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.change + 1e-9 and found.change - 1e-9 <= found.high <= 1
    assert (found.low is None) == (len(pairs) < LEAST)


def test_an_item_left_empty_was_not_right() -> None:
    assert pairs_of({"a": 1}, {"a": 2, "b": 1}, ["a", "b"], 2) == [(0.5, 1.0), (0.0, 0.5)]
    assert pairs_of({}, {}, ["a"], 0) == []


# --- on real rows -------------------------------------------------------------------------------------------------


@pytest.fixture
def tested(cls: Answering) -> Answering:
    """The class's course with two parallel tests of one item."""
    curriculum.test_items.cache_clear()
    course = CourseVersion.objects.get(id=cls.offering.course_version_id)
    for at, (form, key) in enumerate((("pretest", "g7pre-q01"), ("posttest", "g7post-q01"))):
        TestItem.objects.create(
            course_version=course,
            form=form,
            key=key,
            position=at,
            content_hash="t" * 64,
            kind="single",
            concept="c052",
            difficulty=1,
            data={"kind": "single", **SINGLE},
            html={"stem": f"<p>{key}</p>", "hints": [], "solution": "", "parts": {"options": {}}},
        )
    return cls


def sits(cls: Answering, form: Form, right: list[int], wrong: list[int]) -> None:
    task = services.open_task(actor=cls.teacher, offering_id=cls.offering.id, form=form)
    key = "g7pre-q01" if form is Form.PRETEST else "g7post-q01"
    for seat, choice in [*((one, "C") for one in right), *((one, "B") for one in wrong)]:
        services.record_test_answers(
            actor=cls.pupil(seat),
            offering_id=cls.offering.id,
            task_id=task.id,
            answers=[Answer(new_id(), "", key, {"choice": choice}, client_at=now())],
        )
    services.close_task(actor=cls.teacher, task_id=task.id)


def address(cls: Answering) -> str:
    return f"/insight/classes/{cls.offering.class_group_id}/{cls.offering.id}/gain/"


def report(cls: Answering) -> GainReport:
    place = place_of(cls.offering.class_group_id, cls.offering.id)
    assert place is not None
    return gain_report(place, cls.teacher)


def size(cls: Answering) -> int:
    return len(pupils_of(cls.offering.class_group_id))


def test_before_both_are_closed_nothing_is_compared(tested: Answering) -> None:
    assert not report(tested).is_complete
    sits(tested, Form.PRETEST, [1], [2])
    page = tested.browser("teacher").get(address(tested)).content.decode()
    assert "两次都收了卷，才看得出变化" in page and "g7post-q01" not in page


def test_who_was_away_is_left_out_and_counted(tested: Answering) -> None:
    sits(tested, Form.PRETEST, [1], [2, 3])
    tested.runs(1)
    sits(tested, Form.POSTTEST, [1, 2, 4], [])
    found = report(tested)
    assert (found.whole.pupils, found.only_before, found.only_after) == (2, 1, 1)
    assert found.neither == size(tested) - 4
    [line] = found.lines
    assert (line.gain.before, line.gain.after, line.words) == (0.5, 1.0, "只有2人两次都做，人太少，不说升降")
    page = tested.browser("teacher").get(address(tested)).content.decode()
    for words in ("只做课前1人", "只做课后1人", "g7pre-q01", "g7post-q01", "没做", "不排名"):
        assert words in page


def test_only_the_classes_teacher_sees_names(tested: Answering) -> None:
    sits(tested, Form.PRETEST, [1], [2])
    for who in ("head", "admin", "district", "city", "stranger"):
        assert tested.browser(who).get(address(tested)).status_code in (403, 404)
    tested.browser("teacher").get(address(tested))
    assert AccessLog.objects.unscoped("test").filter(verb="insight.see_gain").count() == size(tested)


def test_the_class_gets_the_link_when_both_are_closed(tested: Answering) -> None:
    sits(tested, Form.PRETEST, [1], [2])
    tested.runs(1)
    sits(tested, Form.POSTTEST, [1, 2], [])
    page = tested.browser("teacher").get(f"/marking/tasks/{tested.offering.id}/").content.decode()
    assert address(tested) in page
    assert CourseTask.objects.unscoped("test").filter(closed_at=None).count() == 0


def test_words_of_a_loss() -> None:
    assert say(Gain(20, 2, 0.6, 0.4, -0.3, -0.1)) == "少对了20个百分点（把握95%的范围：-30到-10）"


def test_what_was_seen_in_a_project_stands_in_the_report(cls: Answering) -> None:
    course = CourseVersion.objects.get(id=cls.offering.course_version_id)
    rubric = [{"key": "data", "title": "数据", "concepts": ["c052"], "levels": ["没说", "说了", "说清了"]}]
    course.data = {**course.data, "project": {"title": "作品", "brief": "做", "rubric": rubric}}
    course.save()
    task = services.open_task(actor=cls.teacher, offering_id=cls.offering.id, form=Form.PROJECT)
    work = services.hand_in_project(actor=cls.pupil(1), task_id=task.id, given=services.HandIn("我们做好了"))
    services.judge_project(
        actor=cls.teacher, work_id=work.id, levels={"data": "2"}, reasons={"data": "来源写全了"}
    )
    page = cls.client(1).get("/me/").content.decode()
    assert "结课作品里看到的" in page and "说清了" in page and "来源写全了" in page and "泛化" in page
