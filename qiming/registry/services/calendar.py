"""A school's own calendar: its period table, its terms where they differ, its days without lessons."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry.access import TABLE
from qiming.registry.models import Holiday, PeriodSlot, SchoolYear, Term
from qiming.registry.queries.calendar import current_year, term_on, terms
from qiming.registry.rules.calendar import table_problems
from qiming.registry.services.common import INSTALLATION, load_place, lock_place
from qiming.registry.types import OrgKind, SlotTime, Stage


@transaction.atomic
def set_period_table(
    *, actor: Actor | None, school_id: UUID, stage: Stage, table: Sequence[SlotTime]
) -> None:
    """Replace the school's period table for a stage. Periods already planned keep their number."""
    school = load_place(actor, "registry.edit_calendar", school_id, OrgKind.SCHOOL)
    if stage.value not in school.stages:
        raise UserError("学校没有这个学段", kept="节次没有动。")
    said = table_problems(table)
    if said:
        raise UserError("；".join(said), kept="填的时间替你留着，原来的节次没有动。", field="table")
    lock_place(school.id)
    PeriodSlot.objects.unscoped(INSTALLATION).filter(school=school, stage=stage.value).delete()
    PeriodSlot.objects.bulk_create(
        PeriodSlot(
            school=school,
            scope_path=school.scope_path,
            stage=stage.value,
            no=line.no,
            starts=line.starts,
            ends=line.ends,
            label=line.label,
        )
        for line in table
    )
    audit.write(
        actor,
        "registry.set_period_table",
        thing="organisation",
        thing_id=school.id,
        scope_path=school.scope_path,
        detail={"stage": stage.value, "periods": len(table)},
    )


@transaction.atomic
def add_holiday(
    *, actor: Actor | None, school_id: UUID, day: date, label: str, makeup_weekday: int | None = None
) -> None:
    """A day of the school's own without lessons; with `makeup_weekday` a day taught as that weekday."""
    school = load_place(actor, "registry.edit_calendar", school_id, OrgKind.SCHOOL)
    label = " ".join(label.split())
    if not 1 <= len(label) <= 40:
        raise UserError("请写上原因，40个字以内", kept="校历没有动。", field="label")
    if makeup_weekday is not None and not 1 <= makeup_weekday <= 7:
        raise UserError("请选择按星期几上课", kept="校历没有动。", field="makeup_weekday")
    current_year(day)
    if term_on(day, school.scope_path) is None:
        raise UserError("这一天不在学期里，本来就没有课", kept="校历没有动。", field="day")
    try:
        with transaction.atomic():
            Holiday.objects.create(
                organisation=school,
                scope_path=school.scope_path,
                date=day,
                label=label,
                makeup_weekday=makeup_weekday,
                source="学校自定",
                verified=True,
            )
    except IntegrityError as error:
        raise UserError(
            "这一天已经写过了", kept="校历没有动。", next="先删掉原来的那条。", field="day"
        ) from error
    audit.write(
        actor,
        "registry.add_holiday",
        thing="organisation",
        thing_id=school.id,
        scope_path=school.scope_path,
        detail={"day": day.isoformat()},
    )


@transaction.atomic
def remove_holiday(*, actor: Actor, school_id: UUID, day: date) -> None:
    """Take back a day of the school's own; the city's days stay."""
    school = load_place(actor, "registry.edit_calendar", school_id, OrgKind.SCHOOL)
    own = TABLE.load(actor, "registry.edit_calendar", Holiday, organisation=school, date=day)
    own.delete()
    audit.write(
        actor,
        "registry.remove_holiday",
        thing="organisation",
        thing_id=school.id,
        scope_path=school.scope_path,
        detail={"day": day.isoformat()},
    )


@transaction.atomic
def set_term(
    *, actor: Actor | None, school_id: UUID, year_key: str, no: int, starts: date, ends: date
) -> None:
    """A term of the school that differs from the city's."""
    school = load_place(actor, "registry.edit_calendar", school_id, OrgKind.SCHOOL)
    year = SchoolYear.objects.filter(key=year_key).first()
    if year is None or no not in (1, 2):
        raise UserError("没有这个学年或学期", kept="校历没有动。", next="回到校历再选一次。")
    if not year.starts_on <= starts < ends <= year.ends_on:
        raise UserError("学期要在学年之内，结束晚于开始", kept="校历没有动。", field="ends")
    other = next((one for one in terms(year_key, school.scope_path) if one.no != no), None)
    if other and not (ends < other.starts if no < other.no else other.ends < starts):
        raise UserError(
            f"和{other.name}重叠了（{other.starts}到{other.ends}）",
            kept="校历没有动。",
            next="两个学期要分开。",
            field="starts",
        )
    Term.objects.unscoped(INSTALLATION).update_or_create(
        school_year=year,
        organisation=school,
        no=no,
        defaults={
            "scope_path": school.scope_path,
            "starts_on": starts,
            "ends_on": ends,
            "source": "学校自定",
            "verified": True,
        },
    )
    audit.write(
        actor, "registry.set_term", thing="organisation", thing_id=school.id, scope_path=school.scope_path
    )


@transaction.atomic
def drop_term(*, actor: Actor, school_id: UUID, year_key: str, no: int) -> None:
    """Let the city's term hold again. Without a term of the school's own there is nothing to take back."""
    school = load_place(actor, "registry.edit_calendar", school_id, OrgKind.SCHOOL)
    own = TABLE.load(
        actor, "registry.edit_calendar", Term, organisation=school, school_year__key=year_key, no=no
    )
    own.delete()
    audit.write(
        actor, "registry.drop_term", thing="organisation", thing_id=school.id, scope_path=school.scope_path
    )
