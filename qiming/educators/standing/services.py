"""Note what the school knows of its staff, and count what it lacks."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.educators import dated
from qiming.educators.access import SET_STAFF, TABLE
from qiming.educators.models import SchoolNeed, StaffProfile
from qiming.educators.standing import queries
from qiming.educators.standing.rules import forecast
from qiming.educators.types import Post
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Stage, stage_of_grade

_WHY = "the right to the school was checked, or the installation counts"


@dataclass(frozen=True, slots=True)
class Noted:
    """What is typed about somebody. `licence` None: no teaching licence was seen; `weekly_periods` without AI."""

    post: Post
    licence: Stage | None
    subject: str
    weekly_periods: int


def set_profile(*, actor: Actor, school: OrgRef, person_id: UUID, noted: Noted) -> StaffProfile:
    """Note post, licence, origin subject and load of somebody who works at the school. Twice is as once."""
    TABLE.require(actor, SET_STAFF, school)
    if person_id not in {one.id for one in registry.employed_at(school.id)}:
        raise UserError("本校没有这位老师", kept="什么都没有改。", next="从教师列表里重新选。", status=404)
    subject = noted.subject.strip()
    if not subject or len(subject) > 20:
        raise UserError("请写原任学科，20字以内", next="如信息科技、数学。", field="subject")
    if not 0 <= noted.weekly_periods <= 40:
        raise UserError("每周课时在0到40之间", next="写不含人工智能课的周课时。", field="weekly_periods")
    values = {
        "post": noted.post.value,
        "licence": noted.licence.value if noted.licence else "",
        "subject": subject,
        "weekly_periods": noted.weekly_periods,
    }
    with transaction.atomic():
        row, is_new = (
            StaffProfile.objects.unscoped(_WHY)
            .select_for_update()
            .get_or_create(
                person_id=person_id,
                school_id=school.id,
                defaults={"scope_path": school.path, "set_by": actor.person_id, **values},
            )
        )
        if is_new or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in {**values, "set_by": actor.person_id, "set_at": time.now()}.items():
                setattr(row, name, value)
            row.save()
            audit.write(
                actor, "educators.staff_noted", thing="profile", thing_id=row.id, scope_path=school.path
            )
            recount_school(school)
    return row


def recount_school(school: OrgRef) -> None:
    """Count anew what a school's classes are owed and its teachers can give. Numbers are set, so it may be repeated."""
    classes = Counter(
        stage_of_grade(one.grade) for one in registry.classes_under(school.path) if one.grade is not None
    )
    needs = forecast(dict(classes), queries.facts_of_school(school.id).values(), dated.standing(time.today()))
    with transaction.atomic():
        rows = SchoolNeed.objects.unscoped(_WHY).filter(school_id=school.id)
        rows.exclude(stage__in=[one.stage.value for one in needs]).delete()
        for one in needs:
            SchoolNeed.objects.unscoped(_WHY).update_or_create(
                school_id=school.id,
                stage=one.stage.value,
                defaults={
                    "scope_path": school.path,
                    "classes": one.classes,
                    "owed": one.owed,
                    "ready": one.ready,
                    "on_the_way": one.on_the_way,
                    "can_give": one.can_give,
                    "will_give": one.will_give,
                    "counted_at": time.now(),
                },
            )


def recount_all() -> int:
    """Every open school, a transaction each; what was counted of closed ones goes. How many were counted."""
    ids = registry.school_ids_under("")
    SchoolNeed.objects.unscoped(_WHY).exclude(school_id__in=ids).delete()
    for school_id in ids:
        recount_school(registry.org(school_id))
    return len(ids)
