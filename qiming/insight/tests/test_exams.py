"""Examinations end to end: taken in, settled, linked, read; wrong role, replay, two at once, nothing lost."""

from datetime import date
from typing import Any

import pytest

from qiming.insight.exams import queries, services
from qiming.insight.exams.services import Wish
from qiming.insight.models import ExamDoubt, Examination, ExamItem, ExamPaper, ExamResult
from qiming.insight.tests.conftest import Answering
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError

WHY = "the test looks at everything"
TABLE = "题号,题型,分值,考查内容\n1,选择,4,训练数据\n2,填空,6,测试\n"


def sheet(cls: Answering, *extra: str, wrong: dict[int, str] | None = None) -> bytes:
    """Everybody by seat with 4 and seat % 7 marks; `wrong` replaces the first cell of a seat."""
    lines = ["座号,姓名,1,2,总分,名次"]
    for seat, one in enumerate(cls.world.pupils, 1):
        first = (wrong or {}).get(seat, "4")
        lines.append(f"{seat},{one.name},{first},{seat % 7},,{seat}")
    return "\n".join([*lines, *extra]).encode("gb18030")


def bring(
    cls: Answering, data: bytes, title: str = "期中", day: date = date(2026, 10, 20), who: str = "teacher"
) -> Examination:
    files = [("信息科技成绩.csv", data), ("信息科技细目表.csv", TABLE.encode())]
    return services.import_exam(
        actor=cls.actor(who), wish=Wish(cls.offering.class_group_id, title, day, files)
    )


def counts() -> tuple[int, ...]:
    return tuple(
        one.objects.unscoped(WHY).count() for one in (Examination, ExamPaper, ExamItem, ExamResult, ExamDoubt)
    )


def test_results_with_their_table_and_the_same_again_changes_nothing(big: Answering) -> None:
    exam = bring(big, sheet(big))
    assert counts() == (1, 1, 2, 12, 0)
    assert bring(big, sheet(big)).id == exam.id and counts() == (1, 1, 2, 12, 0)
    (paper,) = queries.papers_of(exam)
    assert [item.text for item in paper.items] == ["训练数据", "测试"] and paper.paper.subject == "信息科技"
    assert paper.stats.n == 12 and paper.stats.items[0].p == 1.0
    assert any("名次" in note for note in Examination.objects.unscoped(WHY).get().notes)


def test_a_bad_line_waits_with_its_reason_and_the_rest_is_in(big: Answering) -> None:
    exam = bring(big, sheet(big, ",张三丰,3,3,,", wrong={2: "九", 3: "缺考"}))
    assert counts() == (1, 1, 2, 11, 2)
    bad, stranger = sorted(queries.doubts_of(exam), key=lambda one: one.line)
    assert bad.bad == [0] and "不是分数" in bad.reasons[0] and bad.guess_id == big.id(2)
    assert "没有“张三丰”" in stranger.reasons[0]
    with pytest.raises(UserError, match="读不出来"):
        services.settle(actor=big.actor("teacher"), doubt_id=bad.id, pupil_id=big.id(2), fixes={0: "十"})
    services.settle(actor=big.actor("teacher"), doubt_id=bad.id, pupil_id=big.id(2), fixes={0: "3"})
    services.settle(actor=big.actor("teacher"), doubt_id=stranger.id, pupil_id=None)
    # The other tab says it once more: nothing is left to do.
    services.settle(actor=big.actor("teacher"), doubt_id=bad.id, pupil_id=big.id(2), fixes={0: "1"})
    assert counts() == (1, 1, 2, 12, 0)
    assert ExamResult.objects.unscoped(WHY).get(pupil_id=big.id(2)).marks == [3.0, 2.0]


def test_a_mended_file_replaces_what_it_says_and_keeps_the_confirmed_concept(big: Answering) -> None:
    exam = bring(big, sheet(big))
    item = ExamItem.objects.unscoped(WHY).get(label="1")
    services.confirm_concepts(actor=big.actor("teacher"), paper_id=item.paper_id, chosen={item.id: "c052"})
    assert bring(big, sheet(big, wrong={1: "1"})).id == exam.id
    assert ExamItem.objects.unscoped(WHY).get(label="1").concept == "c052"
    assert ExamResult.objects.unscoped(WHY).get(pupil_id=big.id(1)).marks[0] == 1.0
    assert counts() == (1, 1, 2, 12, 0)


def test_a_weak_concept_names_the_lesson_to_teach(big: Answering) -> None:
    exam = bring(big, sheet(big, wrong=dict.fromkeys(range(1, 13), "1")))
    item = ExamItem.objects.unscoped(WHY).get(label="1")
    services.confirm_concepts(actor=big.actor("teacher"), paper_id=item.paper_id, chosen={item.id: "c052"})
    (line,) = queries.concept_lines(exam, queries.papers_of(exam))
    assert line.is_weak and line.share == 0.25 and line.below_half == 12
    assert line.where and line.where[0].is_own


def test_a_forecast_needs_two_examinations_and_shows_its_past_error(big: Answering) -> None:
    exam = bring(big, sheet(big))
    assert queries.forecasts(exam.class_group_id)[0].forecast is None
    page = big.browser("teacher").get(f"/insight/exams/{exam.id}/").content.decode()
    assert "只考过一次" in page
    bring(big, sheet(big, wrong={1: "1"}), "月考", date(2026, 11, 3))
    page = big.browser("teacher").get(f"/insight/exams/{exam.id}/").content.decode()
    assert "只试过1次，差了" in page


@pytest.mark.parametrize("who", ["head", "admin", "stranger"])
def test_only_those_who_teach_the_class_bring_results(big: Answering, who: str) -> None:
    with pytest.raises(Denied):
        bring(big, sheet(big), who=who)
    assert counts() == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        ("通知\n请各班".encode(), "没有读到成绩"),
        (b"\xff\xfe\x00", "读不出"),
        (b"a" * 11_000_000, "10 MB"),
    ],
)
def test_what_cannot_be_read_is_told_and_keeps_nothing(big: Answering, data: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says):
        services.import_exam(
            actor=big.actor("teacher"),
            wish=Wish(big.offering.class_group_id, "期中", date(2026, 10, 20), [("数学.csv", data)]),
        )
    assert counts() == (0, 0, 0, 0, 0)


def test_the_pages_by_seat_without_a_rank_and_without_names_for_the_head(big: Answering) -> None:
    exam = bring(big, sheet(big, ",张三丰,3,3,,"))
    teacher = big.browser("teacher")
    page = teacher.get(f"/insight/exams/{exam.id}/").content.decode()
    seats = [page.index(f">{one.name}<") for one in big.world.pupils]
    assert seats == sorted(seats) and "1行没有对上" in page
    assert teacher.get("/insight/exams/").status_code == 200
    doubts = f"/insight/exams/{exam.id}/doubts/"
    waiting = queries.doubts_of(exam)[0]
    assert "张三丰" in teacher.get(doubts).content.decode()
    assert teacher.post(doubts, {"doubt": str(waiting.id), "act": "keep", "pupil": ""}).status_code == 422
    assert teacher.post(doubts, {"doubt": str(waiting.id), "act": "leave"}).status_code == 302
    paper = ExamPaper.objects.unscoped(WHY).get()
    concepts = f"/insight/exams/{exam.id}/{paper.id}/concepts/"
    assert teacher.get(concepts).status_code == 200
    item = ExamItem.objects.unscoped(WHY).get(label="2")
    assert teacher.post(concepts, {f"item{item.id}": "nonsense"}).status_code == 422
    assert teacher.post(concepts, {f"item{item.id}": "c052"}).status_code == 302
    head = big.browser("head").get(f"/insight/exams/{exam.id}/").content.decode()
    assert big.world.pupils[0].name not in head and "每名学生" not in head
    assert big.browser("head").get(doubts).status_code in {403, 404}
    assert teacher.post(f"/insight/exams/{exam.id}/drop/").status_code == 302 and counts() == (0, 0, 0, 0, 0)


def test_the_upload_page_answers_and_keeps_what_was_typed(big: Answering, tmp_path: Any) -> None:
    teacher = big.browser("teacher")
    url = f"/insight/exams/new/{big.offering.class_group_id}/"
    assert teacher.get(url).status_code == 200
    answer = teacher.post(url, {"title": "期中", "held_on": "2026-10-20"})
    assert (
        answer.status_code == 422
        and "还没有选文件" in answer.content.decode()
        and "期中" in answer.content.decode()
    )
    file = tmp_path / "信息科技.csv"
    file.write_bytes(sheet(big))
    with file.open("rb") as opened:
        answer = teacher.post(url, {"title": "期中", "held_on": "2026-10-20", "results": opened})
    assert answer.status_code == 302 and counts() == (1, 1, 2, 12, 0)
