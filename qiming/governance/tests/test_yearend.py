"""A district's year from the first signature to the freeze, on real cases."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiming.casework import services as casework
from qiming.casework.models import CaseEvent
from qiming.governance.jobs import recount_city
from qiming.governance.models import ClassCoverage
from qiming.governance.yearend import queries, rules, services
from qiming.governance.yearend.models import YearEnd, YearFreeze
from qiming.governance.yearend.queries import Year
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from tests.sessions import sign_in
from tests.world import World

WHY = "the test looks at the table"


def begun(world: World, place: str = "here") -> Year:
    """The district's year, begun by its officer."""
    recount_city()
    year = queries.year_to_close()
    services.begin(actor=world.actor("district_officer", place), district=world.places[place].district)
    return year


def row_of(world: World, place: str = "here") -> YearEnd:
    return YearEnd.objects.unscoped(WHY).get(school_id=world.places[place].school.id)


def attest(world: World, place: str = "here", words: str = "还没有排上课") -> None:
    services.step(
        actor=world.actor("school_head", place),
        year_end_id=row_of(world, place).id,
        transition="attest",
        words=words,
    )


def step(world: World, role: str, transition: str, *, words: str = "", checked: str = "") -> None:
    services.step(
        actor=world.actor(role),
        year_end_id=row_of(world).id,
        transition=transition,
        words=words,
        checked=checked,
    )


def to_dispute(world: World) -> Year:
    year = begun(world)
    attest(world)
    attest(world, "near")
    services.draw(actor=world.actor("district_officer"), district=world.here.district, year=year)
    step(world, "district_officer", "dispute", words="第三节没有作品", checked="看了三节")
    return year


def settle_near(world: World) -> None:
    services.step(
        actor=world.actor("district_officer"),
        year_end_id=row_of(world, "near").id,
        transition="verify",
        checked="看了三节，问了两名学生",
    )


def test_a_district_is_begun_once(world: World) -> None:
    with pytest.raises(UserError, match="还没有算过课时"):
        services.begin(actor=world.actor("district_officer"), district=world.here.district)
    year = begun(world)
    officer, district = world.actor("district_officer"), world.here.district
    assert services.begin(actor=officer, district=district, year=year) == 0
    lines = queries.schools(officer, district, year)
    assert {one.state for one in lines} == {"open"}
    with pytest.raises(Denied):
        services.begin(actor=officer, district=world.places["far"].district)
    with pytest.raises(Denied):
        services.begin(actor=world.actor("school_head"), district=district)


def test_a_head_signs_what_the_page_showed(world: World) -> None:
    begun(world)
    head, row = world.actor("school_head"), row_of(world)
    with pytest.raises(UserError, match="没写原因"):
        services.step(actor=head, year_end_id=row.id, transition="attest")
    saw = queries.school_year(row).digest
    ClassCoverage.objects.unscoped(WHY).filter(school_id=row.school_id).update(confirmed_milli=1000)
    with pytest.raises(UserError, match="数变了"):
        services.step(actor=head, year_end_id=row.id, transition="attest", words="没有排", saw=saw)
    services.step(
        actor=head,
        year_end_id=row.id,
        transition="attest",
        words="没有排",
        saw=queries.school_year(row).digest,
    )
    row = row_of(world)
    assert (row.state, row.why_short, row.digest) == ("attested", "没有排", rules.digest(row.lines))
    event = CaseEvent.objects.get(case_id=row.case_id, transition="attest")
    assert event.data["digest"] == row.digest
    with pytest.raises(Denied):
        services.step(actor=world.actor("school_head", "far"), year_end_id=row.id, transition="attest")


def test_casework_alone_can_neither_sign_nor_freeze(world: World) -> None:
    begun(world)
    row = row_of(world)
    with pytest.raises(UserError, match="没有取数"):
        casework.move(actor=world.actor("school_head"), case_id=row.case_id, transition="attest")
    step(world, "district_officer", "close_unsigned", words="校长出国")
    with pytest.raises(UserError, match="整区"):
        casework.move(actor=world.actor("city_officer"), case_id=row.case_id, transition="freeze")


def test_the_draw_is_on_record_and_waiting_does_not_help(world: World) -> None:
    year = begun(world)
    officer, district = world.actor("district_officer"), world.here.district
    with pytest.raises(UserError, match="还没有学校签字"):
        services.draw(actor=officer, district=district, year=year)
    attest(world)
    kept = services.draw(actor=officer, district=district, year=year)
    candidates = {world.here.school.id: kept.candidates[str(world.here.school.id)]}
    again = rules.draw(candidates, kept.seed)
    assert [str(one) for one in (*again.by_risk, *again.at_random)] == [*kept.by_risk, *kept.at_random]
    attest(world, "near")
    assert (row_of(world, "near").state, row_of(world, "near").drawn) == ("sampled", "late")
    with pytest.raises(UserError, match="已经抽过"):
        services.draw(actor=officer, district=district, year=year)


def test_a_dispute_is_settled_by_somebody_else(world: World) -> None:
    to_dispute(world)
    step(world, "school_head", "answer", words="补交了作品")
    with pytest.raises(UserError) as met:
        step(world, "district_officer", "correct", words="看过了")
    assert "换一个人" in met.value.next
    step(world, "city_officer", "correct", words="看过了")
    row = row_of(world)
    event = CaseEvent.objects.get(case_id=row.case_id, transition="correct")
    assert row.state == "verified"
    assert event.data["before"] == event.data["digest"]


def test_what_is_frozen_stays(world: World) -> None:
    year = to_dispute(world)
    city, district = world.actor("city_officer"), world.here.district
    with pytest.raises(UserError, match="没有办完"):
        services.freeze(actor=city, district=district, year=year)
    step(world, "city_officer", "record", words="二十天没有说明")
    settle_near(world)
    for row in queries.rows(year, district.path).filter(state="open"):
        services.step(
            actor=world.actor("district_officer"),
            year_end_id=row.id,
            transition="close_unsigned",
            words="没有签",
        )
    with pytest.raises(Denied):
        services.freeze(actor=world.actor("district_officer"), district=district, year=year)
    kept = services.freeze(actor=city, district=district, year=year)
    assert services.freeze(actor=city, district=district, year=year).id == kept.id
    row = row_of(world)
    assert row.state == "frozen"
    assert [str(row.school_id), "breached", row.digest] in kept.schools
    assert kept.digest == rules.digest(kept.schools)
    # The ledger goes on; the frozen figure does not, and the page says what changed.
    ClassCoverage.objects.unscoped(WHY).filter(school_id=row.school_id).update(enough=3, zero=0)
    found = queries.school_year(row_of(world))
    assert found.sums["enough"] == 0
    assert ("满的人数", 0, 3) in [(one.what, one.then, one.now) for one in found.changed]
    for table, key in ((YearEnd, row.id), (YearFreeze, kept.id)):
        for change in ("update", "delete"):
            rows = table.objects.unscoped(WHY).filter(id=key)
            with pytest.raises(DatabaseError, match="frozen year"), transaction.atomic():
                rows.update(school_year="2000-2001") if change == "update" else rows.delete()
    # A school that is moved in the tree takes its row along.
    YearEnd.objects.unscoped(WHY).filter(id=row.id).update(scope_path=row.scope_path)


def test_pages(world: World) -> None:
    year = begun(world)
    head, officer, city = Client(), Client(), Client()
    for client, role in ((head, "school_head"), (officer, "district_officer"), (city, "city_officer")):
        sign_in(client, world.account(role))
    school = reverse("governance.year_school", args=[row_of(world).id])
    district = reverse("governance.year_place", args=[world.here.district.id])
    assert head.get(reverse("governance.year_home"))["Location"] == school
    assert "等你核对签字" in head.get(reverse("governance.desk")).content.decode()
    saw = queries.school_year(row_of(world)).digest
    given = {"step": "attest", "attest-saw": saw, "attest-words": "没有排上"}
    assert "请打勾" in head.post(school, given).content.decode()
    assert head.post(school, {**given, "attest-agreed": "on"}).status_code == 302
    assert head.post(school, {"step": "nothing"}).status_code == 422
    assert "可以抽签" in officer.get(district).content.decode()
    assert officer.post(district, {"act": "draw"}).status_code == 302
    assert officer.post(district, {"act": "draw"}).status_code == 409
    page = officer.get(school).content.decode()
    assert "抽中核查" in page
    assert "种子" in officer.get(district).content.decode()
    home = reverse("governance.year_home")
    assert city.post(home, {"district": str(world.here.district.id)}).status_code == 409
    assert "没有选区" in city.post(home, {"district": "nobody"}).content.decode()
    assert city.get(f"{home}?year=2000-2001").status_code == 404
    assert world.here.district.name in city.get(f"{home}?year={year.slug}").content.decode()
    assert head.get(district).status_code in {403, 404}
    far = Client()
    sign_in(far, world.account("school_head", "far"))
    assert far.get(school).status_code == 404


def test_a_long_list_costs_what_a_short_one_does(world: World) -> None:
    year = begun(world)
    officer, district = world.actor("district_officer"), world.here.district
    with CaptureQueriesContext(connection) as few:
        queries.schools(officer, district, year)
    assert len(few) <= 2
