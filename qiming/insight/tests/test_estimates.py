"""Estimates on pages: the reasons for the teacher, a teacher's judgement, the early warning and who sees it."""

from datetime import timedelta

import pytest

from qiming.insight.queries.watched import watched
from qiming.insight.tests.conftest import Answering
from qiming.kernel.time import frozen, now
from qiming.learning.models import MasteryCorrection
from qiming.registry.queries import pupils_of


def page_of(cls: Answering, who: str | int, seat: int = 1) -> str:
    return str(cls.browser(who).get(f"/insight/pupils/{cls.id(seat)}/c052/").content.decode())


def test_the_teacher_reads_why_and_the_pupil_reads_a_band(cls: Answering) -> None:
    cls.knows(1)
    teacher, pupil = page_of(cls, "teacher"), page_of(cls, 1)
    assert "为什么这样估计" in teacher and "这个知识点答对和没答对的题：比一般情况好" in teacher
    assert "平台自带的参数" in teacher and "估计得不对" in teacher
    assert "已经掌握" in pupil and "把握" in pupil
    assert "为什么这样估计" not in pupil and "估计得不对" not in pupil


def test_a_judgement_is_given_shown_to_the_pupil_and_taken_back(cls: Answering) -> None:
    cls.holds(1)
    browser, url = cls.browser("teacher"), f"/insight/pupils/{cls.id(1)}/c052/"
    assert "还要练" in page_of(cls, 1)
    short = browser.post(f"{url}correct/", {"band": "known", "reason": "好"})
    assert short.status_code == 422 and "凭什么" in short.content.decode()
    assert not MasteryCorrection.objects.unscoped("test").exists()
    done = browser.post(f"{url}correct/", {"band": "known", "reason": "当面讲得很清楚"})
    assert done.status_code == 302
    own = page_of(cls, 1)
    assert "老师根据「当面讲得很清楚」判断：已经掌握" in own and "收回这个判断" not in own
    row = MasteryCorrection.objects.unscoped("test").get()
    again = browser.post(f"{url}correct/", {"band": "nearly", "reason": "另一页没有刷新"})
    assert again.status_code == 409 and "刚刚被改过" in again.content.decode()
    assert browser.post(f"{url}{row.id}/take-back/").status_code == 302
    assert "老师根据" not in page_of(cls, 1) and "老师收回了判断" in page_of(cls, "teacher")


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("stranger", 404), (1, 403), ("city", 403)])
def test_others_do_not_judge(cls: Answering, who: str | int, status: int) -> None:
    answer = cls.browser(who).post(
        f"/insight/pupils/{cls.id(1)}/c052/correct/", {"band": "known", "reason": "当面问过他"}
    )
    assert answer.status_code == status and not MasteryCorrection.objects.unscoped("test").exists()


def struggles(cls: Answering, *seats: int) -> None:
    for day in range(4):
        with frozen(now() + timedelta(days=day)):
            for seat in seats:
                cls.says(seat, "g7l1-q10", "g7l1-q11", "g7l1-q12", "g7l1-q13")


def test_the_early_warning_is_for_the_classs_teachers_only(big: Answering) -> None:
    struggles(big, 3, 2)
    big.knows(1)
    found = watched(pupils_of(big.offering.class_group_id))
    assert [one.pupil.seat_no for one in found] == [2, 3] and all(one.reasons for one in found)
    page = big.browser("teacher").get(big.url).content.decode()
    assert (
        "也许要聊一聊的2人" in page
        and "不用来评价谁" in page
        and "%" not in page.split("<main", 1)[1].split("</main", 1)[0]
    )
    for who in ("head", "admin"):
        assert "聊一聊" not in big.browser(who).get(big.url).content.decode()
    assert "吃力" not in page_of(big, 3, 3) and "吃力" not in big.browser(3).get("/me/").content.decode()


def test_after_few_answers_nothing_is_foretold(cls: Answering) -> None:
    cls.says(1, "g7l1-q10", "g7l1-q11")
    assert watched(pupils_of(cls.offering.class_group_id)) == ()
    assert "聊一聊" not in cls.browser("teacher").get(cls.url).content.decode()
