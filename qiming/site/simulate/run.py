"""Makes the city: refuses where real people are, unit by unit in one transaction each, then the desk's figures.

What is there says how far an earlier run came: a unit with schools is done, a school with figures is counted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from uuid import UUID

from django.db import ProgrammingError, connection, transaction
from PIL import Image, ImageDraw

from qiming.governance.projection import project_school
from qiming.kernel import audit, files
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry import queries as registry
from qiming.registry.models import Account, Organisation, Person
from qiming.registry.types import OrgKind, OrgRef, Role
from qiming.site.demo.city import PASSWORD
from qiming.site.simulate import shape as shapes
from qiming.site.simulate.city import City, Order, frame
from qiming.site.simulate.copying import Sheet
from qiming.site.simulate.ids import Ids
from qiming.site.simulate.people import People
from qiming.site.simulate.teaching import Teaching

VERB = "site.simulate_city"
WHY = "the installation makes an invented city"
OFFICER = "city"
SEATS = "registry_classmembership"
BIG = 40_000  # lines that are worth sending

Step = Callable[[str, int], None]


def simulate(order: Order, *, step: Step = lambda what, pupils: None) -> int:
    """Make the city of `order`, or go on with it; returns how many schools were counted. `step` is told what was
    done and how many pupils that were. Raises `UserError` where this order has no place."""
    shape = shapes.city(pupils=order.pupils, schools=order.schools, seed=order.seed)
    _claim(order)
    city = frame(order)
    units = {one.name: one for one in registry.districts(city.place.path)}
    _refuse_unknown(shape, units)
    city = _officers(city, shape, units)
    for one in shape:
        if _has_schools(units[one.name]):
            step(f"{one.name}（已有）", one.pupils)
            continue
        _unit(city, one, units[one.name], step)
    _settle()
    return _count(city, step)


def done_schools(year: str) -> set[UUID]:
    """Schools whose figures are there."""
    from qiming.governance.models import ClassCoverage

    rows = ClassCoverage.objects.unscoped(WHY).filter(school_year=year).order_by()
    return set(rows.values_list("school_id", flat=True).distinct())


def _claim(order: Order) -> None:
    """Refuse a database with real people or another city in it; mark the city as invented."""
    schools = Organisation.objects.unscoped(WHY).filter(kind=OrgKind.SCHOOL)
    if Person.objects.filter(is_synthetic=False).exists() or schools.filter(is_synthetic=False).exists():
        raise UserError(
            "这里有真实的学校或人员，不能放进模拟城市",
            kept="什么也没有改。",
            next="请另设一个空的 QIMING_HOME。",
        )
    made = AuditRow.objects.filter(verb=VERB).order_by("id").first()
    if made is None and (schools.exists() or Person.objects.exists()):
        raise UserError(
            "这里已经有示例城市，不能再放模拟城市", kept="什么也没有改。", next="请另设一个空的 QIMING_HOME。"
        )
    if made is not None and made.detail != order.as_dict():
        raise UserError(
            f"这里已经在造另一座模拟城市：{made.detail}",
            kept="什么也没有改。",
            next="用同样的数接着造，或另设一个空的 QIMING_HOME。",
        )
    if made is None:
        place = registry.city()
        with transaction.atomic():
            Organisation.objects.unscoped(WHY).filter(id=place.id).update(is_synthetic=True)
            audit.write(
                None,
                VERB,
                thing="organisation",
                thing_id=place.id,
                scope_path=place.path,
                detail=order.as_dict(),
            )


def _refuse_unknown(shape: Sequence[shapes.UnitShape], units: dict[str, OrgRef]) -> None:
    unknown = [one.name for one in shape if one.name not in units]
    if unknown:
        raise UserError(f"这座城市没有这些单位：{'、'.join(unknown)}", next="模拟城市用北京的单位和入学数。")


def _has_schools(unit: OrgRef) -> bool:
    return Organisation.objects.unscoped(WHY).filter(parent_id=unit.id).exists()


@transaction.atomic
def _officers(city: City, shape: Sequence[shapes.UnitShape], units: dict[str, OrgRef]) -> City:
    """Somebody in the city's office and in each unit's, and the one picture that stands behind unplugged periods."""
    account = Account.objects.filter(username=OFFICER).first()
    if account is None:
        people = People(city, Ids(f"{city.order.seed}/officers", starts_ms=city.starts_ms, number=0))
        people.officer(OFFICER, "市教委 · 模拟", Role.CITY_OFFICER, city.place)
        for one in shape:
            people.officer(
                f"district{one.number:02d}", f"{one.name} · 模拟", Role.DISTRICT_OFFICER, units[one.name]
            )
        _send(people.sheets)
        account = Account.objects.get(username=OFFICER)
    actor = Actor(account_id=account.id, person_id=account.person_id, name="")
    stored = files.put(_picture(), name="模拟照片.png", scope_path=city.place.path, actor=actor)
    return replace(city, photo=stored.id)


def _picture() -> bytes:
    """A small blank sheet with a frame: nobody is in it."""
    image = Image.new("RGB", (320, 240), "#f4f1ea")
    ImageDraw.Draw(image).rectangle((20, 20, 300, 220), outline="#8a8578", width=3)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _unit(city: City, shape: shapes.UnitShape, unit: OrgRef, step: Step) -> None:
    """All of one unit or nothing of it."""
    ids = Ids(f"{city.order.seed}/{shape.name}", starts_ms=city.starts_ms, number=shape.number)
    people, teaching = People(city, ids), Teaching(city, ids)
    sheets = (*people.sheets, *teaching.sheets)
    with transaction.atomic(), _without_seat_guard():
        for school in shape.schools:
            teaching.school(school, list(people.school(unit, school)))
            if sum(sheet.waiting for sheet in sheets) > BIG:
                _send(sheets)
            step(shape.name, school.pupils)
        _send(sheets)
        _check_seats(unit)


def _send(sheets: Sequence[Sheet]) -> None:
    for sheet in sheets:
        sheet.write()


@contextmanager
def _without_seat_guard() -> Iterator[None]:
    """The guard looks at one row after the other and locks for each: for a whole unit one question does the same
    (`_check_seats`). Within the transaction: whoever ends it early leaves the guard on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgdeferrable AND NOT tgisinternal",
            [SEATS],
        )
        guards = [str(name) for (name,) in cursor.fetchall()]
        try:
            for guard in guards:
                cursor.execute(f"ALTER TABLE {SEATS} DISABLE TRIGGER {guard}")
        except ProgrammingError as error:
            raise UserError(
                "数据库账号不是这些表的主人", kept="什么也没有改。", next="用建表的账号运行，或用内置数据库。"
            ) from error
        yield
        for guard in guards:
            cursor.execute(f"ALTER TABLE {SEATS} ENABLE TRIGGER {guard}")


def _check_seats(unit: OrgRef) -> None:
    """What the guard would have refused: a seat or a pupil twice."""
    for columns in ("class_group_id, seat_no", "person_id"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {SEATS} WHERE scope_path >= %s AND scope_path < %s "  # noqa: S608 - our own names
                f"GROUP BY {columns} HAVING count(*) > 1 LIMIT 1",
                [unit.path, unit.path[:-1] + "0"],
            )
            if cursor.fetchone():
                raise AssertionError(f"the simulation gave {columns} twice in {unit.name}")


def _settle() -> None:
    """Tell the planner what is there now and mark pages all of whose rows everybody may see."""
    if connection.in_atomic_block:  # a test's transaction: VACUUM has no place in one
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE, PARALLEL 2)")


def _count(city: City, step: Step) -> int:
    """The desk's figures, school by school, by the projection that keeps them true afterwards."""
    done = done_schools(city.order.year)
    waiting = [school for school in registry.schools_under(city.place.path) if school.id not in done]
    for school in waiting:
        project_school(school.id, city.order.year)
        step("课时台的数", 0)
    return len(waiting)


def accounts_text(order: Order) -> str:
    """Who can sign in, for the operator."""
    return (
        f"模拟城市（合成数据）的账号，密码都是 {PASSWORD}\n"
        f"  市       {OFFICER}\n"
        f"  区       district01 … district18\n"
        f"  校       s0001.head、s0001.admin、s0001.t001 … s{order.schools:04d}.head\n"
        "学生用班级卡登录：由学校管理员打印。\n"
    )
