"""What the teaching room holds about one pupil: copied out on request, erased on request.

The class-hour ledger proves that the school taught every class its periods: its rows stay under a pseudonym, so that
the sums of class and school are the same afterwards.
"""

from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, TextField, UUIDField, Value
from django.db.models.functions import Cast

from qiming.kernel import holdings
from qiming.kernel.files import path_of
from qiming.kernel.holdings import Fate, HeldFile, Part
from qiming.teaching.models import (
    Attendance,
    Homework,
    LivePeriod,
    PeriodChange,
    PeriodCredit,
    PeriodEvidence,
    PeriodPhoto,
    PollVote,
    Presence,
)
from qiming.teaching.sweepers import delete_photos

_WHY = "the request was checked in the trust room"
_LEDGER = "课时台账要能证明学校按规定上了课；去掉了姓名、账号和学籍号，合计不变"
_EXPORTED: tuple[tuple[str, dict[str, str], Any], ...] = (
    ("出勤", {"到没到": "status", "谁记的": "source", "时间": "created_at"}, Attendance),
    ("每节课的学习依据", {"种类": "kind", "次数": "count", "最后一次": "last_at"}, PeriodEvidence),
    (
        "记下的课时",
        {
            "学年": "school_year",
            "记的分钟": "credited_minutes",
            "一节课分钟": "period_minutes",
            "依据": "reasons",
        },
        PeriodCredit,
    ),
    ("课上的状态", {"环节": "activity", "做了几步": "steps_done", "最后联系": "last_seen"}, Presence),
)


def _of(model: Any, person_id: UUID) -> Any:
    rows = model.objects.unscoped(_WHY) if hasattr(model.objects, "unscoped") else model.objects
    return rows.filter(pupil_id=person_id)


def export(person_id: UUID) -> list[Part]:
    """Attendance, evidence, credits, votes, homework set for this pupil, photos in which the pupil is marked."""
    parts = [
        holdings.part(f"teaching.{model.__name__.lower()}", what, _of(model, person_id), columns)
        for what, columns, model in _EXPORTED
    ]
    votes = {"选了": "choice", "时间": "created_at"}
    parts.append(holdings.part("teaching.pollvote", "课堂投票", _of(PollVote, person_id), votes))
    given = Homework.objects.unscoped(_WHY).filter(pupil_ids__contains=[person_id])
    columns = {"作业": "title", "要求": "note", "截止": "due_at"}
    # The other pupils it was set for are nobody's business.
    parts.append(
        holdings.part("teaching.homework", "单独布置的作业", given, columns, hide="pupil_ids set_by")
    )
    parts.append(_photos(person_id))
    shown = _mentioning(LivePeriod, "released", person_id)
    parts.append(
        holdings.part(
            "teaching.liveperiod",
            "只发给部分同学的环节",
            shown,
            {"时间": "started_at"},
            hide="released join_code",
        )
    )
    changed = PeriodChange.objects.unscoped(_WHY).filter(id__in=_changes(person_id))
    columns = {"改了什么": "kind", "为什么": "reason", "时间": "created_at"}
    parts.append(
        holdings.part("teaching.periodchange", "课时记录的更正", changed, columns, hide="before after")
    )
    return parts


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Votes, states and photos go; the ledger is kept under the pseudonym."""
    fates = [
        holdings.erased("课堂投票", _of(PollVote, person_id)),
        holdings.erased("课上的状态", _of(Presence, person_id)),
        holdings.moved("出勤", _of(Attendance, person_id), _LEDGER, pupil_id=pseudonym_id),
        holdings.moved(
            "每节课的学习依据（次数）", _of(PeriodEvidence, person_id), _LEDGER, pupil_id=pseudonym_id
        ),
        holdings.moved(
            "记下的课时", _of(PeriodCredit, person_id), _LEDGER, pupil_id=pseudonym_id, evidence_ids=[]
        ),
    ]
    photos = PeriodPhoto.objects.unscoped(_WHY).filter(pictured__contains=[str(person_id)])
    fates.append(Fate("认得出本人的课堂照片", photos.count(), "erased"))
    delete_photos(photos)
    given = Homework.objects.unscoped(_WHY).filter(pupil_ids__contains=[person_id])
    removed = Func(
        F("pupil_ids"),
        Value(person_id, output_field=UUIDField()),
        function="array_remove",
        output_field=ArrayField(UUIDField()),
    )
    fates.append(Fate("单独布置的作业里的名字", given.update(pupil_ids=removed), "erased"))
    renamed = _rename("teaching_liveperiod", ["released"], person_id, pseudonym_id)
    renamed += _rename("teaching_periodchange", ["before", "after"], person_id, pseudonym_id)
    fates.append(Fate("授课记录和更正里的编号", renamed, "pseudonym", "是老师和班级的记录，只换掉编号"))
    return fates


def _photos(person_id: UUID) -> Part:
    rows = PeriodPhoto.objects.unscoped(_WHY).filter(pictured__contains=[str(person_id)])
    files = tuple(
        HeldFile(f"课堂照片/{number}-{photo.stored_file.name}", path_of(photo.stored_file.sha256).read_bytes)
        for number, photo in enumerate(rows.select_related("stored_file").order_by("id"), 1)
    )
    part = holdings.part(
        "teaching.periodphoto", "认得出本人的课堂照片", rows, {"时间": "created_at"}, hide="pictured added_by"
    )
    return Part(part.key, part.title, part.says, part.columns, part.rows, files)


def _mentioning(model: Any, column: str, person_id: UUID) -> Any:
    """Rows whose JSON column names the person; only among places where the person had periods."""
    rows = model.objects.unscoped(_WHY).filter(scope_path__in=_paths(person_id))
    return rows.annotate(said=Cast(column, TextField())).filter(said__contains=str(person_id))


def _changes(person_id: UUID) -> list[UUID]:
    return [
        one
        for column in ("before", "after")
        for one in _mentioning(PeriodChange, column, person_id).values_list("id", flat=True)
    ]


def _paths(person_id: UUID) -> list[str]:
    found = set(_of(PeriodCredit, person_id).values_list("scope_path", flat=True))
    found |= set(_of(Attendance, person_id).values_list("scope_path", flat=True))
    return sorted(found | set(_of(Presence, person_id).values_list("scope_path", flat=True)))


def _rename(table: str, columns: list[str], person_id: UUID, pseudonym_id: UUID) -> int:
    renamed = 0
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(
                f"UPDATE {table} SET {column} = replace({column}::text, %s, %s)::jsonb"  # noqa: S608 - our own names
                f" WHERE strpos({column}::text, %s) > 0",
                [str(person_id), str(pseudonym_id), str(person_id)],
            )
            renamed += cursor.rowcount
    return renamed


holdings.register("teaching", 7, export=export, erase=erase)
