"""A plan for the first pupil's class."""

from uuid import UUID

from qiming.agents.talk import services as talking
from qiming.agents.talk.types import Draft
from qiming.assist.planner import queries, wording
from qiming.assist.planner.making import make_plan
from qiming.assist.planner.types import Form, Wish
from tests.world import World


def build(world: World, offering_id: UUID, lesson_key: str) -> dict[str, object]:
    plan = make_plan(
        actor=world.actor("teacher"),
        offering_id=offering_id,
        wish=Wish(Form.SINGLE, 45),
        lesson_key=lesson_key,
    )
    part = plan.parts.unscoped("the access test names the object").order_by("number").first()
    assert part is not None
    teacher = world.actor("teacher")
    asked = wording.context(teacher, plan, queries.beside(part))
    turn = talking.say(asked, "短一些", draft=Draft("请先自己试一试。"))
    return {"plan_id": plan.id, "part_key": part.key, "wording_id": turn.id}
