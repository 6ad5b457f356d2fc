"""The test before the course and a project of the detailed class, invented: what a teacher would find there."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.learning import services as learning
from qiming.learning.services.tasks import has_form
from qiming.learning.types import Answer, Form
from qiming.site.demo import answers
from qiming.site.demo.seats import Seat, dice_for
from qiming.teaching.types import OfferingRef

SYNTHETIC = "（演示数据，不是真的学生作品）"
TEXTS = (
    "我们教机器分教室里的笔和尺子。每样拍了12张，各留出3张不给它看。没见过的认对了6张里的5张，错的那张是短铅笔。",
    "我们分的是食堂的勺子和筷子。一开始只拍了自己组的，全认对；换成别组的就错了一半，后来补了别组的照片再考。",
    "我一个人做的：分三种树叶。最难的是叶子卷起来的，我把卷的和平的各放了一半。",
    "我们想分旧电池和新电池，结果看外表分不出来。所以我们写的是：这件事不该让机器看图来分。",
)
TOOLS = "用了课上的图片分类实验，文字是自己写的。"
GROUPS = ((0, (1, 2)), (3, (4,)), (5, ()), (6, (7, 8)))
JUDGED = 2


def sit_pretest(teacher: Actor, offering: OfferingRef, seats: Sequence[Seat], at: datetime) -> None:
    """Everybody but two sits the test before the first lesson; the teacher closes it the same hour."""
    if not has_form(offering.course_version_id, Form.PRETEST):
        return
    dice = dice_for("pretest", seats)
    items = curriculum.test_items(offering.course_version_id, Form.PRETEST)
    with time.frozen(at):
        task = learning.open_task(actor=teacher, offering_id=offering.id, form=Form.PRETEST)
    with time.frozen(at + timedelta(minutes=10)):
        for seat in seats[:-2]:
            given = [
                Answer(new_id(), "", item.key, _response(item, seat, dice), client_at=time.now())
                for item in items
            ]
            learning.record_test_answers(
                actor=seat.actor, offering_id=offering.id, task_id=task.id, answers=given
            )
    with time.frozen(at + timedelta(minutes=40)):
        learning.close_task(actor=teacher, task_id=task.id)


def _response(item: Item, seat: Seat, dice: random.Random) -> answers.Response:
    # Before the lessons: what common sense gives, about half of what the pupil will know later.
    knows = dice.random() < 0.55 * seat.ability
    return answers.right(item) if knows else answers.wrong(item, dice)


def make_projects(teacher: Actor, offering: OfferingRef, seats: Sequence[Seat], at: datetime) -> None:
    """A few works handed in, alone and together, some of them judged."""
    project = curriculum.project_of(offering.course_version_id)
    if project is None or len(seats) < 9:
        return
    keys = [row["key"] for row in project["rubric"]]
    with time.frozen(at):
        task = learning.open_task(actor=teacher, offering_id=offering.id, form=Form.PROJECT)
    works = []
    with time.frozen(at + timedelta(hours=2)):
        for text, (owner, mates) in zip(TEXTS, GROUPS, strict=True):
            given = learning.HandIn(
                text=f"{text}\n{SYNTHETIC}",
                ai_statement=TOOLS,
                mates=[seats[mate].pupil.seat_no for mate in mates],
            )
            works.append(learning.hand_in_project(actor=seats[owner].actor, task_id=task.id, given=given))
            learning.self_assess(
                actor=seats[owner].actor,
                task_id=task.id,
                levels=dict.fromkeys(keys, "1"),
                reasons=dict.fromkeys(keys, "还可以更好"),
            )
    with time.frozen(at + timedelta(hours=5)):
        for number, work in enumerate(works[:JUDGED]):
            learning.judge_project(
                actor=teacher,
                work_id=work.id,
                levels={key: str(min(2, 1 + (number + at_row) % 2)) for at_row, key in enumerate(keys)},
                reasons=dict.fromkeys(keys, "作品里看得到，下次可以写得更具体"),
                comment="留出来考的例子想得周到。",
            )
