"""Invented examinations of two classes of the main school, and what somebody undertook about them."""

import random
from collections.abc import Sequence
from datetime import timedelta

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import ConceptRef, CourseRef
from qiming.insight.diagnosis import counting
from qiming.insight.diagnosis.services import Plan, plan_action
from qiming.insight.exams import queries
from qiming.insight.exams.services import Wish, confirm_concepts, import_exam
from qiming.insight.models import Examination
from qiming.kernel import tables, time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.site.demo.city import City
from qiming.site.demo.seats import Seat, seats_of

SHOWN = ((0, False), (2, True))  # classes of the main school, and whether a line is left to settle
CONCEPTS = 6
HARD = 3  # the concept that the classes find hard, by its place
EXAMS = (("月考（演示数据）", 45), ("期中（演示数据）", 12))


def hold(city: City, course: CourseRef) -> None:
    """Two examinations in two classes; of the first all concepts are confirmed, of the last most."""
    teacher, head = city.actor("shen"), city.actor("head")
    concepts = _concepts(course)
    for number, with_doubt in SHOWN:
        group = city.schools[0].classes[number]
        seats = seats_of(group)
        for at, (title, days) in enumerate(EXAMS):
            day = max(registry.current_year().starts, time.today() - timedelta(days=days))
            book = _book(seats, concepts, f"{group.id}/{at}", with_doubt=with_doubt and at == 1)
            wish = Wish(group.id, title, day, [("成绩和细目表.xlsx", book)])
            exam = import_exam(actor=teacher, wish=wish)
            _confirm(teacher, exam, leave_one=with_doubt and at == 1)
    for school in city.schools:
        if school.org is not None:
            counting.count_school(school.org)
    main = city.schools[0].org
    if main is not None and concepts:
        weak = concepts[min(HARD, len(concepts) - 1)]
        text = f"七年级老师集体备一次「{weak.title}」，各班用补救步再上一次（演示数据）"
        plan = Plan(weak.key, text, teacher.person_id, time.today() + timedelta(days=10))
        plan_action(actor=head, place_id=main.id, plan=plan)
        own = Plan(weak.key, f"下一节课开头再练「{weak.title}」（演示数据）", teacher.person_id, plan.due_on)
        plan_action(actor=teacher, place_id=city.schools[0].classes[SHOWN[-1][0]].id, plan=own)


def _concepts(course: CourseRef) -> list[ConceptRef]:
    keys = list(dict.fromkeys(key for lesson in course.lessons for key in lesson.concepts))[:CONCEPTS]
    known = curriculum.concepts(keys)
    return [known[key] for key in keys if key in known]


def _book(seats: Sequence[Seat], concepts: Sequence[ConceptRef], seed: str, *, with_doubt: bool) -> bytes:
    """A workbook as a school would send it: a choice and a written question for each concept, the item table beside."""
    dice = random.Random(seed)  # noqa: S311 - invented results
    keys = [dice.choice("ABCD") for _ in concepts]
    numbers = [str(n) for n in range(1, 2 * len(concepts) + 1)]
    head = ["座号", "姓名", *numbers, "总分", "班级名次"]
    rows: list[list[object]] = [["", "满分", *([4, 8] * len(concepts)), 12 * len(concepts), ""]]
    rows.append(["", "答案", *(cell for key in keys for cell in (key, "")), "", ""])
    for seat in seats:
        if dice.random() < 0.04:
            rows.append([seat.pupil.seat_no, seat.pupil.name, *(["缺考"] * len(numbers)), "缺考", ""])
            continue
        cells: list[object] = []
        for at, key in enumerate(keys):
            knows = seat.ability * (0.45 if at == HARD else 0.95)
            right = dice.random() < 0.15 + 0.8 * knows
            cells += [key if right else dice.choice([one for one in "ABCD" if one != key])]
            cells += [min(8, max(0, round(8 * knows + dice.gauss(0, 1.5))))]
        rows.append([seat.pupil.seat_no, seat.pupil.name, *cells, "", ""])
    if with_doubt:
        rows.append(["", "张某（演示）", *([2] * len(numbers)), "", ""])
    table: list[list[object]] = []
    for at, concept in enumerate(concepts):
        table.append([2 * at + 1, "选择题", 4, concept.title, "理解", 0.75])
        table.append([2 * at + 2, "简答题", 8, f"用自己的话说明{concept.title}", "应用", 0.65])
    columns = ["题号", "题型", "分值", "考查内容", "能力要求", "预设难度"]
    return tables.xlsx([("信息科技", head, rows), ("信息科技双向细目表", columns, table)])


def _confirm(teacher: Actor, exam: Examination, *, leave_one: bool) -> None:
    """The teacher takes what the words suggest, here always right; of one item it is still to be said."""
    for facts in queries.papers_of(exam):
        chosen = {item.id: found[0].key for item, found in queries.suggestions(facts, 7) if found}
        if leave_one and chosen:
            chosen.pop(list(chosen)[-1])
        confirm_concepts(actor=teacher, paper_id=facts.paper.id, chosen=chosen)
