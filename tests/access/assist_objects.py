"""What the agents' pages are about at the first school."""

from datetime import time
from uuid import UUID

from qiming.agents.guard.stages import Session
from qiming.agents.knowledge import documents
from qiming.agents.knowledge.types import Facts, Kind
from qiming.agents.queries import subject_of
from qiming.agents.talk import services as talking
from qiming.agents.talk.types import Context
from qiming.assist.adviser import services as adviser
from qiming.assist.companion import services as companion
from qiming.assist.duty import services as duty
from qiming.assist.models import AlertNotice, Conversation
from qiming.curriculum import queries as curriculum
from qiming.kernel import time as clock
from qiming.kernel.ids import new_id
from qiming.teaching import queries as teaching
from tests.world import World


def build(world: World, offering_id: UUID, lesson_key: str) -> dict[str, object]:
    """By the room's own services: values by the names of parameters."""
    return _duty(world) | _companion(world, offering_id, lesson_key) | _adviser(world)


# where a parameter means something else
SPECIAL: dict[str, dict[str, object]] = {"assist.procedure": {"key": "new-year"}}


def _adviser(world: World) -> dict[str, object]:
    """A document the school brought, and a teacher's talk that was handed over to the school."""
    here, teacher = world.here, world.actor("teacher")
    facts = Facts("校内办法", Kind.POLICY, issued_by="本校")
    text = "第一条　平板放学后收回充电柜。\n第二条　维修的除外。"
    row = documents.bring(actor=world.actor("school_admin"), place_id=here.school.id, facts=facts, text=text)
    talk = adviser.ask(actor=teacher, question="平板收回吗")
    adviser.hand_over(actor=teacher, talk_id=talk, desk=here.school.id, words="")
    return {"document_id": row.id, "talk_id": talk}


def _duty(world: World) -> dict[str, object]:
    here = world.here
    wanted = duty.Wanted(here.people["teacher"], frozenset(range(7)), time(0), time(23, 59), 1)
    line = duty.add_line(actor=world.actor("school_admin"), school=here.school, wanted=wanted)
    alert = duty.raise_alert(
        pupil=here.pupils[0], turn_id=new_id(), kind="self_harm", is_explicit=True, period_id=None
    )
    (notice,) = AlertNotice.objects.unscoped("test").filter(alert=alert)
    return {"line_id": line.id, "notice_id": notice.id}


def _companion(world: World, offering_id: UUID, lesson_key: str) -> dict[str, object]:
    here, pupil = world.here, world.here.pupils[0]
    companion.choose(
        actor=world.actor("school_admin"), school=here.school, choice=companion.Choice(True, False, None)
    )
    row = Conversation.objects.create(
        scope_path=pupil.scope_path,
        pupil_id=pupil.id,
        offering_id=offering_id,
        lesson_key=lesson_key,
        mode="after",
        started_at=clock.now(),
        last_at=clock.now(),
        turns=1,
    )
    session = Session(stage="junior", mode="after", at=clock.local(clock.now()), minutes_used=0)
    context = Context("companion", "after", "junior", pupil.scope_path, subject_of(pupil.id), row.id, session)
    turn = talking.say(context, "什么是训练集？")
    course = teaching.offering(offering_id).course_version_id
    item = curriculum.items_of_course(course)[0]
    return {"conversation_id": row.id, "turn_id": turn.id, "item_key": item.key}
