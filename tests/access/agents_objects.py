"""What the pages of the model chain are about: something turned off at the first school, and a key of it."""

from qiming.agents import services
from qiming.agents.models import BaseModel, EducationModel
from qiming.agents.types import Audience, Target
from tests.world import World


def build(world: World) -> dict[str, dict[str, object]]:
    """By url name: what is special there."""
    school = world.here.school
    BaseModel.objects.create(
        key="m", title="示例模型", kind="chat", provider="示例公司", address="http://127.0.0.1:1/v1",
        upstream_name="m-1", context_tokens=4096, most_output_tokens=512, data_grades=["L1", "L2"],
    )  # fmt: skip
    EducationModel.objects.create(
        key="study", title="学伴", kind="chat", base_models=["m"], stages=["junior"]
    )
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
    return {
        "agents.lift": {"switch_id": switch_id},
        "agents.revoke": {"key_id": key_id},
    }
