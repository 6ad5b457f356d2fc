"""The end of the school year, rehearsed: one district is being closed, another is done but for the city's freeze.

What the schools' heads wrote is synthetic; who has an account of the cast signs as themselves, other schools have heads
made for it.
"""

from qiming.governance.yearend import queries, services
from qiming.kernel import outbox
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import Account
from qiming.registry.types import OrgRef, Role
from qiming.site.demo.city import PASSWORD, City, School, hashed

SIGN = (1, 2, 3, 5)  # of the schools: these have signed
WHY = "示例：有的班刚开课，后面的课已经排好。"
DISPUTED = "示例：抽到的一节没有学生作品，也没有照片。"


def close(city: City) -> None:
    """Begun in two districts; most schools signed, the draw made, one school disputed, a mountain district ready."""
    outbox.deliver_all()
    officer, district = city.actor("city"), city.actor("district")
    schools = [one for one in city.schools if one.org is not None]
    for name in {one.district for one in schools}:
        services.begin(actor=officer, district=_district(name))
    year = queries.year_to_close()
    for number in SIGN:
        _sign(city, schools[number], number)
    for name in sorted({schools[number].district for number in SIGN}):
        services.draw(actor=officer, district=_district(name), year=year)
    rows = list(queries.rows(year, registry.city().path).filter(state="sampled").order_by("scope_path"))
    own = next(one.scope_path for one in district.grants if one.role == Role.DISTRICT_OFFICER)
    disputed = next((row.id for row in rows if row.scope_path.startswith(own)), None)
    for row in rows:
        step, words = ("dispute", DISPUTED) if row.id == disputed else ("verify", "")
        services.step(
            actor=district if row.scope_path.startswith(own) else officer,
            year_end_id=row.id,
            transition=step,
            words=words,
            checked="示例：看了三节课的作品和记录，问了两名学生。",
        )


def _sign(city: City, school: School, number: int) -> None:
    assert school.org is not None
    row = queries.rows(queries.year_to_close(), school.org.path).get()
    services.step(actor=_head(school.org, number), year_end_id=row.id, transition="attest", words=WHY)


def _head(school: OrgRef, number: int) -> Actor:
    """A head for a school that has none among the printed accounts."""
    person_id, _ = people.create_staff(
        actor=None,
        place_id=school.id,
        name=f"示例校长{'甲乙丙丁戊己'[number]}",
        username=f"demo.head{number}",
        password=PASSWORD,
        hashed=hashed(),
        is_synthetic=True,
    )
    people.appoint(actor=None, person_id=person_id, role=Role.SCHOOL_HEAD, place_id=school.id)
    return people.build_actor(Account.objects.get(person_id=person_id))


def _district(name: str) -> OrgRef:
    return next(one for one in registry.districts() if one.name == name)
