"""Objects of the trust room that an address can name, all belonging to the first pupil's school."""

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.trust import services
from tests.world import World


def build(world: World) -> dict[str, object]:
    """One of each, such that every role its table names may reach it."""
    pupil = world.actor("pupil")
    wish = services.ReportWish(new_id(), "privacy", "有人看了我的作品", world.here.school.id)
    report = services.make_report(actor=pupil, wish=wish)
    # The appeals bring it to everybody above.
    for role in ("school_admin", "school_head", "district_officer"):
        services.answer_report(actor=world.actor(role), report_id=report.id, text="在查")
        services.appeal_report(actor=pupil, report_id=report.id, text="没有人来")
    first, second = world.here.pupils[:2]
    copy = services.ask_copy(actor=pupil, person_id=first.id)
    case = services.ask_erasure(actor=world.actor("guardian"), person_id=first.id, reason="转学")
    # Of another pupil: a hold on the first would stop what the other tests do with that one.
    hold = services.place_hold(actor=world.actor("school_head"), person_id=second.id, reason="家长投诉")
    # Each year's pack is made at most once at a time, so that of the pages' own POST is another.
    pack = services.ask_pack(
        actor=world.actor("school_head"), place_id=world.here.school.id, year=time.today().year
    )
    return {
        "pack_id": pack.id,
        "report_id": report.id,
        "incident_id": _incident(world),
        "copy_id": copy.id,
        "case_id": case.id,
        "hold_id": hold.id,
    }


def _incident(world: World) -> object:
    found = services.IncidentFound("名单发错", "发到了群里", time.today(), ["学籍归属"], 40, is_grave=False)
    return services.open_incident(actor=world.actor("teacher"), found=found).id
