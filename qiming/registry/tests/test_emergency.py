"""Emergency powers: an hour at most, one place or one pupil, seen by everybody they concern."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import actors, testing
from qiming.registry.models import EmergencyPower, Session
from qiming.registry.services import emergency
from qiming.registry.testing import Cast
from qiming.registry.types import Power

pytestmark = pytest.mark.django_db
WHY = "家长半夜来电话，说孩子出了事，要看今天的课"


def fresh(cast: Cast, who: str) -> Client:
    """Signed in and proven a moment ago."""
    client = cast.client(who)
    Session.objects.filter(session_key=client.session.session_key).update(proven_at=time.now())
    return client


def raise_on_page(client: Client, place: UUID, **given: object) -> int:
    answer = client.post(
        f"/places/{place}/emergency/", {"power": "see_pupils", "minutes": 30, "reason": WHY, **given}
    )
    return answer.status_code


def test_an_officer_sees_a_roster_for_half_an_hour_and_no_longer(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    roster = f"/school/classes/{cast.klass.id}/"
    assert client.get(roster).status_code == 403
    assert raise_on_page(client, cast.school.id) == 302
    page = client.get(roster).content.decode()
    assert cast.pupils[0].name in page and "应急权限在用" in page and "现在结束" in page
    assert client.get(f"/school/classes/{cast.other_class.id}/").status_code == 404
    assert client.post(f"/school/pupils/{cast.pupils[0].id}/pictures/").status_code == 403
    with time.frozen(time.now() + timedelta(minutes=31)):
        assert client.get(roster).status_code == 403
        assert "应急权限在用" not in client.get("/places/").content.decode()


def test_over_one_pupil_nobody_else_can_be_seen(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    assert raise_on_page(client, cast.klass.id, seat_no=cast.pupils[0].seat_no) == 302
    assert client.get(f"/school/pupils/{cast.pupils[0].id}/").status_code == 200
    assert client.get(f"/school/pupils/{cast.pupils[1].id}/").status_code == 404
    assert client.get(f"/school/classes/{cast.klass.id}/").status_code == 404
    page = client.get("/school/classes/").content.decode()
    assert cast.pupils[1].name not in page


def test_the_power_belongs_to_the_session_and_ends_by_the_button(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    raise_on_page(client, cast.school.id)
    elsewhere = cast.client("district_officer")
    assert elsewhere.get(f"/school/classes/{cast.klass.id}/").status_code == 403
    row = EmergencyPower.objects.unscoped("test").get()
    for _ in range(2):
        assert client.post(f"/emergency/{row.id}/end/").status_code == 302
    assert client.get(f"/school/classes/{cast.klass.id}/").status_code == 403
    assert AuditRow.objects.filter(verb="registry.end_power").count() == 1


def test_giving_pictures_is_another_power(cast: Cast) -> None:
    client = fresh(cast, "city_officer")
    assert raise_on_page(client, cast.klass.id, power="give_cards") == 302
    assert client.post(f"/school/pupils/{cast.pupils[0].id}/pictures/").status_code == 200
    assert client.post(f"/school/pupils/{cast.pupils[0].id}/family/").status_code == 403
    assert client.post(f"/school/classes/{cast.klass.id}/add/").status_code == 403


@pytest.mark.parametrize("who", ["head", "teacher", "guardian", "colleague"])
def test_not_for_everybody(cast: Cast, who: str) -> None:
    assert fresh(cast, who).get(f"/places/{cast.school.id}/emergency/").status_code == 403


def test_not_outside_the_own_district_and_not_over_a_district(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    assert client.get(f"/places/{cast.other_school.id}/emergency/").status_code == 404
    assert client.get(f"/places/{cast.district.id}/emergency/").status_code == 404
    assert fresh(cast, "other_admin").get(f"/places/{cast.school.id}/emergency/").status_code == 404


def test_who_one_is_is_asked_again_first(cast: Cast) -> None:
    client = cast.client("district_officer")
    answer = client.get(f"/places/{cast.school.id}/emergency/")
    assert answer["Location"].startswith("/account/again/")
    assert raise_on_page(client, cast.school.id) == 302
    assert not EmergencyPower.objects.unscoped("test").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "急"},
        {"reason": "x" * 301},
        {"minutes": 61},
        {"minutes": "abc"},
        {"power": "everything"},
        {"power": ""},
        {"seat_no": 98},
        {"seat_no": "-1"},
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_raised(cast: Cast, wrong: dict[str, object]) -> None:
    client = fresh(cast, "district_officer")
    assert raise_on_page(client, cast.klass.id, **wrong) == 422
    assert not EmergencyPower.objects.unscoped("test").exists()


def test_three_at_once_at_most(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    for place in (cast.school.id, cast.klass.id, cast.second_class.id):
        assert raise_on_page(client, place) == 302
    assert raise_on_page(client, cast.school.id) == 422


def test_whoever_it_concerns_can_see_it(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    raise_on_page(client, cast.klass.id, seat_no=cast.pupils[0].seat_no)
    for watcher in (cast.client("head"), cast.client("admin"), cast.pupil_client(0), cast.client("guardian")):
        assert WHY in watcher.get("/emergency/").content.decode()
    for stranger in (cast.pupil_client(1), cast.client("other_admin")):
        assert WHY not in stranger.get("/emergency/").content.decode()
    assert cast.client("teacher").get("/emergency/").status_code == 403
    event = OutboxEvent.objects.get(name="registry.power_raised")
    assert event.payload["subject_id"] == str(cast.pupils[0].id)
    row = AuditRow.objects.get(verb="registry.raise_power")
    assert row.detail["reason"] == WHY and row.scope_path == cast.klass.path


def test_somebody_else_reviews_it_once(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    raise_on_page(client, cast.school.id)
    row = EmergencyPower.objects.unscoped("test").get()
    assert client.post(f"/emergency/{row.id}/review/").status_code == 409
    head = cast.client("head")
    assert "看过了" not in head.get("/emergency/").content.decode()  # it is still going on
    client.post(f"/emergency/{row.id}/end/")
    assert "看过了" in head.get("/emergency/").content.decode()
    for _ in range(2):
        assert head.post(f"/emergency/{row.id}/review/").status_code == 302
    assert AuditRow.objects.filter(verb="registry.review_power").count() == 1
    assert cast.client("teacher").post(f"/emergency/{row.id}/review/").status_code == 403


def test_the_head_can_stop_it(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    raise_on_page(client, cast.school.id)
    row = EmergencyPower.objects.unscoped("test").get()
    assert cast.client("head").post(f"/emergency/{row.id}/end/").status_code == 302
    assert client.get(f"/school/classes/{cast.klass.id}/").status_code == 403


def test_the_actor_still_costs_one_query(cast: Cast) -> None:
    client = fresh(cast, "district_officer")
    raise_on_page(client, cast.school.id)
    with CaptureQueriesContext(connection) as asked:
        found = actors.of_session(str(client.session.session_key))
    assert found and len(found.actor.raised) == 1
    assert sum("registry_emergencypower" in one["sql"] for one in asked) == 1


def test_an_actor_without_a_session_raises_nothing(cast: Cast) -> None:
    with pytest.raises(Denied):
        emergency.raise_power(
            actor=cast.actor("district_officer"),
            power=Power.SEE_PUPILS,
            place_id=cast.school.id,
            seat_no=None,
            reason=WHY,
            minutes=15,
        )


@pytest.mark.django_db(transaction=True)
def test_two_people_end_it_at_the_same_moment() -> None:
    cast = testing.cast(pupils=1)
    client = fresh(cast, "district_officer")
    raise_on_page(client, cast.school.id)
    row = EmergencyPower.objects.unscoped("test").get()
    enders = [cast.actor("district_officer"), cast.actor("head"), cast.admin]

    def end(n: int) -> str:
        try:
            emergency.end_power(actor=enders[n], power_id=row.id)
            return "ended"
        except (UserError, Denied) as error:
            return str(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(end, range(3))) == ["ended"] * 3
    assert AuditRow.objects.filter(verb="registry.end_power").count() == 1
