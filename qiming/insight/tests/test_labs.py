"""The class report of labs: strategies and goals, for who may see the class."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiming.kernel.ids import new_id
from qiming.learning import services
from qiming.learning.labs.tests.test_class import with_goals
from qiming.learning.queries import lab_reports
from qiming.learning.tests.conftest import LESSON, Class, at, cls, world
from qiming.learning.types import LabAct, WorkKind
from qiming.registry import queries as registry

__all__ = ["at", "cls", "world"]


def trained(n: int, k: int = 3) -> LabAct:
    detail = {"method": "knn", "settings": {"k": k, "data": {"猫": n}}, "scores": {"test": 0.5}}
    return LabAct(new_id(), "trained", detail)


def works(cls: Class, seat: int, *acts: LabAct, hand_in: bool = False) -> None:
    here: dict[str, Any] = {"offering_id": cls.offering.id, "lesson_key": LESSON, "activity_key": "try"}
    services.keep_acts(actor=cls.pupil(seat), acts=acts, **here)
    if hand_in:
        services.keep_work(
            actor=cls.pupil(seat),
            save_id=new_id(),
            kind=WorkKind.LAB,
            state={"n": seat},
            hand_in=True,
            **here,
        )


def url(cls: Class) -> str:
    return f"/insight/classes/{cls.world.class_1.id}/{cls.offering.id}/labs/"


def test_the_class_report_shows_how_pupils_went_about_it(cls: Class) -> None:
    with_goals(cls)
    teacher = cls.teacher_client()
    assert "还没有人做过这门课的实验" in teacher.get(url(cls)).content.decode()
    works(cls, 1, trained(1), trained(5), LabAct(new_id(), "reached", {"index": 0}), hand_in=True)
    works(cls, 2, trained(1), trained(9))
    works(
        cls,
        3,
        LabAct(new_id(), "saw-prediction", {"about": "<b>哪类</b>", "guess": 1, "came": 2, "right": False}),
    )
    works(cls, 4, LabAct(new_id(), "broke", {"how": "<script>只给一类</script>"}))
    html = teacher.get(url(cls)).content.decode()
    assert "4人做过，最多的一种做法（2人）：改数据，再看结果" in html
    assert "猜对0次，猜错1次" in html and "训练2到4次的1人" in html
    assert "<script>只给" not in html and "&lt;script&gt;只给一类" in html
    assert "谁做到了哪个目标" in html and "做到了" in html


def test_others_see_no_names_without_consent_and_pupils_nothing(cls: Class) -> None:
    with_goals(cls)
    works(cls, 1, trained(1))
    assert cls.client(1).get(url(cls)).status_code in (403, 404)
    head = cls.teacher_client("head").get(url(cls))
    assert (
        head.status_code == 200 and registry.pupil(cls.world.pupils[0].id).name not in head.content.decode()
    )
    assert cls.teacher_client("stranger").get(url(cls)).status_code in (403, 404)


def test_the_report_costs_the_same_for_every_class(cls: Class) -> None:
    with_goals(cls)
    pupils = registry.pupils_of(cls.world.class_1.id)
    counts = []
    lab_reports(cls.offering, pupils)  # the course itself is read once
    for seats in (1, 4):
        for seat in range(1, seats + 1):
            works(cls, seat, trained(seat), hand_in=True)
        with CaptureQueriesContext(connection) as asked:
            assert lab_reports(cls.offering, pupils)[0].how.began == seats
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
