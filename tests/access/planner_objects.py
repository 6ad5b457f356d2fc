"""A plan for the first pupil's class."""

from uuid import UUID

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
    return {"plan_id": plan.id}
