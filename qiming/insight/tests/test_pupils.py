"""A pupil's report: the own words, what comes next, and who may read it."""

from uuid import uuid4

import pytest

from qiming.insight import queries
from qiming.insight.tests.conftest import PROBES, Answering
from qiming.registry.models import Organisation
from qiming.registry.queries import pupils_of
from qiming.teaching import services as teaching
from qiming.trust import testing
from qiming.trust.models import AccessLog
from qiming.trust.types import Purpose


def report(cls: Answering, seat: int = 1) -> queries.PupilReport:
    return queries.pupil_report(pupils_of(cls.offering.class_group_id)[seat - 1])


def main_of(page: str) -> str:
    return page.split("<main", 1)[1].split("</main", 1)[0]


def test_before_anything_happened(cls: Answering) -> None:
    assert report(cls).is_empty
    assert "上过课，这里就会有你的收获" in cls.client(1).get("/me/").content.decode()
    assert "还没有学习记录" in cls.browser("teacher").get(f"/insight/pupils/{cls.id(1)}/").content.decode()


def test_what_a_pupil_reads_of_herself(cls: Answering) -> None:
    cls.holds(1)
    cls.writes(1, "我原来以为学过的全对就行了。")
    period = cls.runs(1)
    teaching.end_period(actor=cls.teacher, period_id=period.id)
    teaching.confirm_period(actor=cls.teacher, period_id=period.id, exceptions={})
    found = report(cls)
    assert [one.text for one in found.own_words] == ["我原来以为学过的全对就行了。"]
    assert [one.concept.key for one in found.advice] == ["c052"]
    assert [one.id for one in found.thinking] == ["m-train-is-enough"]
    assert len(found.taken) == 1 and found.answers == 2
    page = cls.client(1).get("/me/").content.decode()
    for words in (
        "下一步练「泛化」",
        "我写下的话",
        "我原来以为学过的全对就行了。",
        "照这样想的",
        "上过1节",
        "练10分钟",
    ):
        assert words in page
    assert "%" not in main_of(page) and "名次" not in page


def test_nothing_weak_nothing_to_practise(cls: Answering) -> None:
    cls.knows(1)
    found = report(cls)
    assert (found.advice, [one.key for one in found.stands.known]) == ((), ["c052"])
    assert "你会的都站稳了" in cls.client(1).get("/me/").content.decode()


def test_what_a_pupil_wrote_is_never_taken_for_html(cls: Answering) -> None:
    cls.writes(1, "<script>alert(1)</script>")
    cls.sends(1, cls.answer("g7l1-q08", {"text": "<img src=x onerror=alert(1)>"}))
    teacher = cls.browser("teacher")
    for address in (f"/insight/pupils/{cls.id(1)}/", f"/insight/pupils/{cls.id(1)}/c051/"):
        page = teacher.get(address).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in cls.client(1).get("/me/").content.decode()


def test_answers_behind_a_word_never_give_the_solution(cls: Answering) -> None:
    cls.holds(1)
    page = cls.client(1).get(f"/insight/pupils/{cls.id(1)}/c052/").content.decode()
    assert "「泛化」：还要练" in page and "学会了" in page
    assert "没见过的成绩才说明问题" not in page and "没见过的认对四分之三" not in page
    teacher = cls.browser("teacher").get(f"/insight/pupils/{cls.id(1)}/c052/").content.decode()
    assert "显出的想法" in teacher and "显出的想法" not in page


def test_a_young_pupil_gets_large_type_and_a_voice(cls: Answering) -> None:
    cls.writes(1, "我教会了它。")
    Organisation.objects.unscoped("test").filter(id=cls.offering.class_group_id).update(grade=2)
    page = cls.client(1).get("/me/").content.decode()
    assert 'data-for="primary"' in page and "读给我听" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("teacher", 200),
        ("head", 200),
        ("admin", 403),
        ("stranger", 404),
        ("other_head", 404),
        ("district", 403),
        ("city", 403),
        (1, 200),
        (2, 404),
    ],
)
def test_who_may_read_it(cls: Answering, who: str | int, status: int) -> None:
    cls.holds(1)
    testing.agree(pupils_of(cls.offering.class_group_id)[0], Purpose.RECORDS)
    browser = cls.browser(who)
    for address in (f"/insight/pupils/{cls.id(1)}/", f"/insight/pupils/{cls.id(1)}/c052/"):
        assert browser.get(address).status_code == status
    noted = AccessLog.objects.unscoped("test").filter(subject_id=cls.id(1), verb="insight.see_pupil")
    assert noted.count() == (1 if status == 200 and who != 1 else 0)


def test_a_guardian_reads_of_the_own_child_only_and_it_is_noted(cls: Answering) -> None:
    cls.holds(1)
    mother = cls.guardian(1)
    page = mother.get(f"/insight/pupils/{cls.id(1)}/")
    assert page.status_code == 200 and "看全班的" not in page.content.decode()
    assert mother.get(f"/insight/pupils/{cls.id(1)}/c052/").status_code == 200
    assert mother.get(f"/insight/pupils/{cls.id(2)}/").status_code == 404
    assert mother.get("/insight/").status_code == 403
    (row,) = AccessLog.objects.unscoped("test").filter(verb="insight.see_pupil")
    assert (row.role, row.what) == ("guardian", "学习报告")


def test_no_such_pupil_no_such_concept(cls: Answering) -> None:
    teacher = cls.browser("teacher")
    assert teacher.get(f"/insight/pupils/{uuid4()}/").status_code == 404
    assert teacher.get(f"/insight/pupils/{cls.id(1)}/c999/").status_code == 404
    assert cls.browser("teacher").get("/me/").status_code == 403


def test_a_concept_never_answered_says_so(cls: Answering) -> None:
    page = cls.client(1).get(f"/insight/pupils/{cls.id(1)}/c051/").content.decode()
    assert "还没有答过这个知识点的题" in page and "证据不够" in page


def test_the_report_asks_a_fixed_number_of_questions(
    cls: Answering, django_assert_max_num_queries: object
) -> None:
    cls.says(1, *PROBES)
    cls.writes(1, "写一句")
    report(cls)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        report(cls)
