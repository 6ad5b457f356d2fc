"""Loading a city's units and calendar; founding schools, opening classes."""

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import PATH_STEP, random_code
from qiming.registry import defaults
from qiming.registry.cities import check_city
from qiming.registry.models import Holiday, Organisation, PeriodSlot, SchoolYear, Term
from qiming.registry.queries.places import ref
from qiming.registry.rules.names import class_name
from qiming.registry.services.common import INSTALLATION, load_place, lock_place
from qiming.registry.types import OrgKind, OrgRef, Stage

_STEP_LENGTH = {
    OrgKind.CITY: 2,
    OrgKind.DISTRICT: 3,
    OrgKind.SCHOOL: 5,
    OrgKind.CLASS_GROUP: 4,
    OrgKind.TEACHING_GROUP: 4,
    OrgKind.VENDOR: 6,
}


@transaction.atomic
def load_units_and_calendar(*, actor: Actor | None = None, folder: Path = defaults.DATA) -> OrgRef:
    """Load the city, its district bodies and its calendar from `folder`; safe to repeat."""
    city = check_city(folder)
    written = city.calendar
    place = _load_city(str(written["city"]))
    _load_districts(place, city.units)
    _load_periods(place, city.periods)
    _load_years(place, written["years"])
    _load_holidays(place, written["holidays"])
    audit.write(
        actor, "registry.load_calendar", thing="organisation", thing_id=place.id, scope_path=place.scope_path
    )
    return ref(place)


@transaction.atomic
def found_school(
    *,
    actor: Actor | None = None,
    district_id: UUID,
    name: str,
    stages: list[Stage],
    official_code: str | None = None,
    is_synthetic: bool = False,
) -> OrgRef:
    """Add a school below a district body."""
    district = load_place(actor, "registry.see_places", district_id, OrgKind.DISTRICT)
    school = add_place(
        district,
        OrgKind.SCHOOL,
        name,
        stages=[stage.value for stage in stages],
        official_code=official_code,
        is_synthetic=is_synthetic,
    )
    audit.write(
        actor,
        "registry.found_school",
        thing="organisation",
        thing_id=school.id,
        scope_path=school.scope_path,
    )
    return ref(school)


@transaction.atomic
def open_class(*, actor: Actor | None = None, school_id: UUID, grade: int, class_no: int) -> OrgRef:
    """Add a class group to a school; the one that is there already is returned."""
    school = load_place(actor, "registry.edit_roster", school_id, OrgKind.SCHOOL)
    return ref(ensure_class(actor, school, grade, class_no))


def ensure_class(actor: Actor | None, school: Organisation, grade: int, class_no: int) -> Organisation:
    """The open class of this grade and number, made when missing (inside the caller's transaction)."""
    lock_place(school.id)
    there = (
        Organisation.objects.unscoped(INSTALLATION)
        .filter(parent=school, grade=grade, class_no=class_no, closed_on=None)
        .first()
    )
    if there is not None:
        return there
    made = add_place(
        school,
        OrgKind.CLASS_GROUP,
        class_name(grade, class_no),
        grade=grade,
        class_no=class_no,
        is_synthetic=school.is_synthetic,
    )
    audit.write(
        actor, "registry.open_class", thing="organisation", thing_id=made.id, scope_path=made.scope_path
    )
    return made


def add_place(above: Organisation | None, kind: OrgKind, name: str, **facts: Any) -> Organisation:
    """A new place below another, with a path of its own (inside the caller's transaction)."""
    if not 1 <= len(name.strip()) <= 60:
        raise UserError("名称要有1到60个字", field="name")
    path = above.scope_path if above else ""
    places = Organisation.objects.unscoped(INSTALLATION)
    if places.filter(parent=above, name=name, closed_on=None).exists():
        raise UserError(f"已经有“{name}”了", next="请核对名称。", field="name")
    while True:
        step = random_code(_STEP_LENGTH[kind], PATH_STEP)
        if not places.filter(scope_path=f"{path}{step}/").exists():
            break
    return Organisation.objects.create(
        kind=kind, name=name.strip(), parent=above, step=step, scope_path=f"{path}{step}/", **facts
    )


def _load_city(name: str) -> Organisation:
    there = Organisation.objects.unscoped(INSTALLATION).filter(kind=OrgKind.CITY).first()
    if there is not None and there.name != name:
        raise UserError(f"这里已经是{there.name}，不能再载入{name}", next="请另装一套。")
    return there or add_place(None, OrgKind.CITY, name)


def _load_districts(place: Organisation, units: list[dict[str, str]]) -> None:
    there = {
        district.name: district
        for district in Organisation.objects.unscoped(INSTALLATION).filter(parent=place)
    }
    for unit in units:
        adcode = unit["adcode"] if unit["adcode"].isdigit() else None
        district = there.get(unit["unit"])
        if district is None:
            add_place(place, OrgKind.DISTRICT, unit["unit"], adcode=adcode, authority=unit["authority"])
        elif (district.adcode, district.authority) != (adcode, unit["authority"]):
            district.adcode, district.authority = adcode, unit["authority"]
            district.save(update_fields=["adcode", "authority"])


def _load_periods(place: Organisation, tables: dict[str, list[dict[str, Any]]]) -> None:
    """The usual period tables of the city, for schools that have not set their own."""
    PeriodSlot.objects.unscoped(INSTALLATION).filter(school=place).delete()
    PeriodSlot.objects.bulk_create(
        PeriodSlot(
            school=place,
            scope_path=place.scope_path,
            stage=stage,
            no=no,
            starts=time.fromisoformat(line["starts"]),
            ends=time.fromisoformat(line["ends"]),
            label=line["label"],
        )
        for stage, lines in tables.items()
        for no, line in enumerate(lines, 1)
    )


def _load_years(place: Organisation, years: list[dict[str, Any]]) -> None:
    for written in years:
        facts = {"source": written["source"], "verified": written["verified"]}
        year, _ = SchoolYear.objects.update_or_create(
            key=written["key"],
            defaults={"starts_on": written["starts"], "ends_on": written["ends"], **facts},
        )
        for term in written["terms"]:
            Term.objects.unscoped(INSTALLATION).update_or_create(
                school_year=year,
                organisation=place,
                no=term["term"],
                defaults={
                    "starts_on": term["starts"],
                    "ends_on": term["ends"],
                    "scope_path": place.scope_path,
                    **facts,
                },
            )


def _load_holidays(place: Organisation, notices: list[dict[str, Any]]) -> None:
    wanted: dict[date, dict[str, Any]] = {}
    for notice in notices:
        facts = {"source": notice["source"], "verified": notice["verified"]}
        for free in notice["free"]:
            for day in _days(free["from"], free["to"]):
                wanted[day] = {"label": free["label"], "makeup_weekday": None, **facts}
        for makeup in notice.get("makeup", []):
            wanted[makeup["date"]] = {"label": makeup["label"], "makeup_weekday": makeup["as"], **facts}
    rows = [
        Holiday(organisation=place, scope_path=place.scope_path, date=day, **facts)
        for day, facts in wanted.items()
    ]
    Holiday.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation", "date"],
        update_fields=["label", "makeup_weekday", "source", "verified"],
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
