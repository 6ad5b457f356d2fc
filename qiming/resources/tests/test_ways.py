"""How much people look at: what changed a little, what asks for care, what is a year old."""

from dataclasses import replace
from datetime import timedelta

import pytest

from qiming.casework.models import ReviewSheet
from qiming.casework.testing import give_duty
from qiming.casework.types import Proof, ReviewState
from qiming.kernel import time
from qiming.kernel.errors import UserError
from qiming.resources.models import ResourceVersion
from qiming.resources.rules.differences import MOST_LETTERS, Mark, differ
from qiming.resources.services import grading
from qiming.resources.tests.conftest import CARD, Shelf

LONG = "训练集和测试集要分开，这样才知道学得好不好。" * 20
DISPATCHER = "district_officer"


def test_a_word_is_little_and_stands_in_its_place() -> None:
    found = differ(CARD, CARD, {"第1课教案": LONG}, {"第1课教案": LONG + "再想一想。"})
    assert found.is_little
    (change,) = found.changes
    assert (change.where, change.parts[-1]) == ("第1课教案", (Mark.NEW, "再想一想。"))
    assert change.letters == 5


@pytest.mark.parametrize(
    ("card", "after", "other"),
    [
        (CARD, {"第1课教案": LONG[:300]}, False),  # much is gone
        (CARD, {"第1课教案": LONG, "第2课教案": LONG}, False),  # a lesson more
        (CARD, {"第1课教案": LONG}, False),  # the same words: something without words differs
        (CARD, {"第1课教案": LONG + "。"}, True),  # another address
        (CARD, {"第1课教案": f"<b>{LONG}</b>"}, False),  # the same words, other markup
        (replace(CARD, licence="schools"), {"第1课教案": LONG}, False),
        (replace(CARD, careful=("maps",)), {"第1课教案": LONG}, False),
    ],
)
def test_what_is_much_or_cannot_be_shown_is_not_little(
    card: object, after: dict[str, str], other: bool
) -> None:
    assert not differ(CARD, card, {"第1课教案": LONG}, after, other=other).is_little  # type: ignore[arg-type]  # a card


def test_a_very_long_piece_is_shown_before_and_after() -> None:
    found = differ(CARD, CARD, {"a": "甲" * MOST_LETTERS}, {"a": "乙" * (MOST_LETTERS + 1)})
    assert [mark for mark, _ in found.changes[0].parts] == [Mark.GONE, Mark.NEW]


def changed(shelf: Shelf, stem: str = "哪一堆照片用来考机器？", **card: object) -> ResourceVersion:
    """The next version, screened."""
    version = shelf.published()
    offered = shelf.offer(
        replace(CARD, **card),  # type: ignore[arg-type]  # fields of the card
        course_version_id=shelf.next_course(stem),
        resource_id=version.resource_id,
    )
    return shelf.screened(offered)


def test_little_goes_to_one_reviewer_who_sees_exactly_that(shelf: Shelf) -> None:
    version = changed(shelf)
    if version.state != "light_review":  # the tiny course: one stem may be much of it
        pytest.fail(f"state {version.state}: {version.report}")
    asked = ReviewSheet.objects.unscoped("test").filter(case=shelf.case(version), state=ReviewState.ASKED)
    (sheet,) = asked
    who = next(name for name, person in shelf.cast.people.items() if person == sheet.person_id)
    said = shelf.cast.client(who).get(f"/resources/versions/{version.id}/").content.decode()
    assert "和第1版有1处不同" in said and "<ins>" in said and "改动很少" in said
    with pytest.raises(UserError, match="还不能"):
        shelf.move(version, DISPATCHER, "approve_changes")
    shelf.hand_in(version)
    version = shelf.move(version, DISPATCHER, "approve_changes")
    assert version.approved_hash == version.content_hash


def test_a_doubt_leads_to_the_whole_review(shelf: Shelf) -> None:
    version = shelf.move(changed(shelf), DISPATCHER, "look_whole", reason="改的那句牵到整节课。")
    assert version.state == "in_review"
    assert shelf.hand_in(version) == 2
    assert shelf.move(version, DISPATCHER, "approve").state == "approved"


def test_other_terms_are_never_little(shelf: Shelf) -> None:
    assert changed(shelf, licence="schools").state == "in_review"


def test_what_asks_for_care_goes_to_the_committee(shelf: Shelf) -> None:
    for who in ("other_admin", "city_officer", "other_teacher"):
        give_duty(shelf.cast.people[who], "committee_member", shelf.cast.city.path)
    version = shelf.reviewed(shelf.screened(shelf.offer(replace(CARD, careful=("health",)))))
    with pytest.raises(UserError, match="还不能"):
        shelf.move(version, DISPATCHER, "approve")
    version = shelf.move(version, DISPATCHER, "to_committee")
    assert version.approved_hash == ""
    assert shelf.hand_in(version) == 3
    version = shelf.move(version, DISPATCHER, "approve_committee")
    assert (version.state, version.approved_hash) == ("approved", version.content_hash)


def test_what_is_ordinary_does_not_trouble_the_committee(shelf: Shelf) -> None:
    version = shelf.reviewed(shelf.screened(shelf.offer()))
    with pytest.raises(UserError, match="还不能"):
        shelf.move(version, DISPATCHER, "to_committee")


def evaluated(shelf: Shelf, version: ResourceVersion, points: int, grade: str) -> ResourceVersion:
    """A year later the evaluation begins by itself and comes to this grade."""
    ResourceVersion.objects.unscoped("test").filter(id=version.id).update(
        published_at=time.now() - timedelta(days=366)
    )
    shelf.resource(version).__class__.objects.unscoped("test").filter(id=version.resource_id).update(
        graded_on=time.today() - timedelta(days=366)
    )
    assert grading.begin_evaluations() == 1
    assert grading.begin_evaluations() == 0
    version = shelf.version(version.id)
    assert (version.state, version.is_served) == ("evaluating", True)
    keys = ("used", "effect", "voices", "timely")
    shelf.hand_in(version, dict.fromkeys(keys, points), "accept" if points > 15 else "return")
    for other in sorted({"a", "b", "c", "d"} - {grade}):
        with pytest.raises(UserError, match="还不能"):
            shelf.move(version, DISPATCHER, f"grade_{other}", reason="评价")
    return shelf.move(version, DISPATCHER, f"grade_{grade}", reason="评价")


@pytest.fixture
def evaluators(shelf: Shelf) -> None:
    for who in ("other_admin", "city_officer"):
        give_duty(shelf.cast.people[who], "evaluator", shelf.cast.city.path)


@pytest.mark.usefixtures("evaluators")
def test_a_good_year_is_a_grade_on_the_shelf(shelf: Shelf) -> None:
    version = shelf.published()
    assert grading.begin_evaluations() == 0  # not a year old
    version = evaluated(shelf, version, 22, "a")
    assert (version.state, shelf.resource(version).grade) == ("published", "A")
    said = shelf.cast.client("other_teacher").get(f"/resources/{version.resource_id}/").content.decode()
    assert "年度评价A" in said


@pytest.mark.usefixtures("evaluators")
def test_a_poor_year_is_mended_in_time_and_two_are_the_end(shelf: Shelf) -> None:
    version = evaluated(shelf, shelf.published(), 10, "d")
    assert (version.state, version.is_served) == ("rectifying", True)
    mended = [Proof.of_words("finding", "核查结论", "改好了两处")]
    version = shelf.move(version, "city_officer", "rectified", evidence=mended)
    assert version.state == "published"
    version = evaluated(shelf, version, 10, "d")
    assert (version.state, version.is_served) == ("retired", False)
    assert not shelf.resource(version).on_shelf
