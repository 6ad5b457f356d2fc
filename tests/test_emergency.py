"""An emergency power in the rooms above: what it opens, what it does not, and the trace it leaves for the pupil."""

from django.test import Client

from qiming.kernel import outbox, time
from qiming.registry.models import Account, Session
from qiming.trust.models import AccessLog
from tests.fixtures import standing_world, world  # noqa: F401 - pytest finds fixtures by their names here
from tests.sessions import sign_in
from tests.world import World

WHY = "家长来电话说孩子的课时记错了，要当场核对"


def officer(world: World) -> Client:  # noqa: F811 - the fixture's value
    client = Client()
    sign_in(client, world.account("district_officer"))
    Session.objects.filter(session_key=client.session.session_key).update(proven_at=time.now())
    return client


def take(client: Client, world: World) -> None:  # noqa: F811 - the fixture's value
    here = world.here
    answer = client.post(
        f"/places/{here.group.id}/emergency/",
        {"power": "see_pupils", "minutes": 15, "seat_no": here.pupils[0].seat_no, "reason": WHY},
    )
    assert answer.status_code == 302, answer.content.decode()


def test_records_of_the_one_pupil_open_and_the_family_sees_it(world: World) -> None:  # noqa: F811
    client = officer(world)
    mine, other = world.here.pupils[0].id, world.here.pupils[1].id
    ledger, report = f"/teach/ledger/{mine}/", f"/insight/pupils/{mine}/"
    assert client.get(ledger).status_code == client.get(report).status_code == 403
    take(client, world)
    assert client.get(ledger).status_code == 200
    assert client.get(f"/teach/ledger/{other}/").status_code == 404
    assert client.get(f"/insight/pupils/{other}/").status_code == 404
    # It opens a door, not what the family closed: without their consent results stay in the class.
    refused = client.get(report)
    assert refused.status_code == 403 and "只在班里用" in refused.content.decode()
    outbox.deliver_all()
    outbox.deliver_all()
    said = set(AccessLog.objects.unscoped("test").filter(subject_id=mine).values_list("what", flat=True))
    assert "开始用应急权限" in said and any(one.endswith("（应急权限）") for one in said), said
    family = Client()
    sign_in(family, Account.objects.get(person_id=world.here.people["guardian"]))
    page = family.get(f"/reads/{mine}/").content.decode()
    assert "开始用应急权限" in page
    assert WHY in family.get("/emergency/").content.decode()
