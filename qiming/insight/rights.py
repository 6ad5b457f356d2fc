"""What this room holds about one person: copied out on request, erased on request."""

from typing import Any
from uuid import UUID

from qiming.insight.handbooks.files import forget
from qiming.insight.lake import rights as lake
from qiming.insight.models import Action, ExamDoubt, Examination, ExamResult, Handbook
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part
from qiming.registry import queries as registry

_WHY = "the request was checked in the trust room"


def _of(model: Any, **about: object) -> Any:
    return model.objects.unscoped(_WHY).filter(**about)


def export(person_id: UUID) -> list[Part]:
    """Results of examinations, handbooks asked for, actions one was responsible for."""
    return [
        holdings.part(
            "insight.examresult",
            "考试得分",
            _of(ExamResult, pupil_id=person_id),
            {"考试": "paper", "各题得分": "marks", "选项": "chosen", "总分": "total", "缺考": "is_absent"},
        ),
        holdings.part(
            "insight.handbook",
            "做过的学习手册",
            _of(Handbook, pupil_id=person_id),
            {"时间": "created_at", "到哪一步": "state"},
        ),
        holdings.part(
            "insight.action",
            "负责的改进行动",
            _of(Action, owner_id=person_id),
            {"做什么": "text", "什么时候": "due_on", "做了什么": "evidence"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Results and handbooks go, with lines of files that still wait under this name; actions stay without a name."""
    for book in _of(Handbook, pupil_id=person_id):
        forget(book.id)
    name = registry.persons_named([person_id]).get(person_id, "")
    classes = registry.last_path_of(person_id)
    waiting = (
        _of(ExamDoubt, name=name, scope_path=classes)
        if name and classes
        else _of(ExamDoubt, guess_id=person_id)
    )
    actions = _of(Action, owner_id=person_id)
    count = actions.count()
    actions.update(owner_id=pseudonym_id)
    for column in ("asked_by", "closed_by"):
        _of(Action, **{column: person_id}).update(**{column: pseudonym_id})
    _of(Examination, imported_by=person_id).update(imported_by=pseudonym_id)
    _of(Handbook, asked_by=person_id).exclude(pupil_id=person_id).update(asked_by=pseudonym_id)
    return [
        holdings.erased("考试成绩文件里没有对上的行", waiting | _of(ExamDoubt, guess_id=person_id)),
        holdings.erased("考试得分", _of(ExamResult, pupil_id=person_id)),
        holdings.erased("学习手册", _of(Handbook, pupil_id=person_id)),
        Fate("负责的改进行动", count, "pseudonym", "做过的改进留在单位，不再写是谁"),
        *lake.erase(person_id),
    ]


holdings.register("insight", 9, export=export, erase=erase)
