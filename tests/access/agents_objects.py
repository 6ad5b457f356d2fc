"""What the pages of the model chain are about: something turned off at the first school, and a key of it."""

from qiming.agents import services
from qiming.agents.models import BaseModel, EducationModel, FalseHit
from qiming.agents.types import Audience, Target
from qiming.kernel.ids import new_id
from tests.world import World


def build(world: World) -> dict[str, dict[str, object]]:
    """By url name: what is special there."""
    school = world.here.school
    # The chain is the city's, whichever school asks for it.
    BaseModel.objects.get_or_create(
        key="m",
        defaults={
            "title": "示例模型",
            "kind": "chat",
            "provider": "示例公司",
            "address": "http://127.0.0.1:1/v1",
            "upstream_name": "m-1",
            "context_tokens": 4096,
            "most_output_tokens": 512,
            "data_grades": ["L1", "L2"],
        },
    )
    route = {"title": "学伴", "kind": "chat", "base_models": ["m"], "stages": ["junior"]}
    EducationModel.objects.get_or_create(key="study", defaults=route)
    admin = world.actor("school_admin")
    switch_id = services.switch_off(
        actor=admin, place_id=school.id, target=Target.MODEL, key="m", reason="检查"
    )
    key_id, _ = services.create_key(
        actor=admin,
        place_id=school.id,
        name="应用",
        routes=("study",),
        stage="junior",
        audience=Audience.PUPIL,
    )
    hit = FalseHit.objects.create(scope_path=school.path, turn_id=new_id(), key="a1-f", why="讲排雷的游戏")
    return {
        "agents.answer_hit": {"report_id": hit.id},
        "agents.lift": {"switch_id": switch_id},
        "agents.revoke": {"key_id": key_id},
    }
