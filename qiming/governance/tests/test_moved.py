"""A pupil who changed school: what was learned goes along, the old school's teachers see nothing of it."""

from django.test import Client

from qiming.learning.models import Attempt, MasteryState, Work
from qiming.records.models import Statement
from qiming.registry import services as people
from tests.access import objects
from tests.sessions import sign_in
from tests.world import World

WHY = "the test looks at the table"


def test_answers_works_and_mastery_follow_the_pupil(world: World) -> None:
    things = objects.build(world)
    pupil, near = world.here.pupils[0], world.places["near"]
    work = f"/learn/works/{things.values['work_id']}/"
    report = f"/insight/pupils/{pupil.id}/"
    old, new = Client(), Client()
    sign_in(old, world.account("teacher"))
    sign_in(new, world.account("teacher", "near"))
    assert [old.get(work).status_code, new.get(work).status_code] == [200, 404]
    waiting = Attempt.objects.unscoped(WHY).filter(pupil_id=pupil.id, needs_person=True, marked_at=None)
    assert waiting.exists() and "简答" in old.get("/").content.decode()
    moved = people.release_pupil(
        actor=world.actor("school_admin"), person_id=pupil.id, to_school_id=near.school.id
    )
    people.receive_pupil(
        actor=world.actor("school_admin", "near"), transfer_id=moved, class_id=near.group.id, seat_no=40
    )
    for model in (Attempt, Work, MasteryState):
        rows = model.objects.unscoped(WHY).filter(pupil_id=pupil.id)
        assert rows.exists()
        assert set(rows.values_list("scope_path", flat=True)) == {near.group.path}
    places = Statement.objects.unscoped(WHY).filter(actor_person=pupil.id)
    assert set(places.values_list("scope_path", flat=True)) == {near.group.path}
    assert [old.get(work).status_code, new.get(work).status_code] == [404, 200]
    assert [old.get(report).status_code, new.get(report).status_code] == [404, 200]
    assert "我学会了" in new.get(report).content.decode()
    # What waited to be read at the old school is nobody's pile at the new one, and its queue does not break.
    assert new.get("/marking/").status_code == 200
    ledger = new.get(f"/teach/pupils/{pupil.id}/ledger/")
    assert ledger.status_code in {200, 404}
