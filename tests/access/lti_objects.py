"""A registered LTI tool of the first district, something of it in a lesson of the first class, a score, a choice."""

from uuid import UUID

from qiming.kernel import time
from qiming.resources.lti import services
from qiming.resources.lti.models import LtiDeployment, LtiLaunch, LtiLine, LtiLink, LtiScore
from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.facts import ToolFacts
from qiming.resources.lti.protocol.names import SCOPES
from qiming.resources.lti.types import Kept
from tests.world import World

TOOL = "https://sums.example.cn"
ORIGINS = (TOOL,)


def build(world: World, lesson_key: str, product_id: UUID | None) -> dict[str, object]:
    """Made by the folder's own verbs, but for what a tool would send."""
    here = world.here
    facts = ToolFacts(
        "口算练习",
        f"{TOOL}/login",
        f"{TOOL}/launch",
        (f"{TOOL}/launch",),
        key_set={"keys": [keys.public(keys.make("k"))]},
        deep_link_url=f"{TOOL}/choose",
        scopes=SCOPES,
    )
    tool = services.register(
        actor=world.actor("district_officer"),
        place_id=here.district.id,
        facts=facts,
        product_id=None,
        in_frame=True,
    )
    tool.product_id = product_id  # one that opens as a web page: what is placed says why it does not open
    tool.save(update_fields=["product_id"])
    deployment = LtiDeployment.objects.unscoped("test").get(tool=tool)
    where = {"scope_path": here.group.path, "class_id": here.group.id, "lesson_key": lesson_key}
    teacher = here.people["teacher"]
    link = LtiLink.objects.create(
        **where,
        deployment=deployment,
        kind="ltiResourceLink",
        title="七乘八",
        url=f"{TOOL}/launch",
        placed_by=teacher,
    )
    line = LtiLine.objects.create(scope_path=here.group.path, link=link, label="七乘八", max_score=10)
    score = LtiScore.objects.create(
        scope_path=here.group.path,
        line=line,
        person_id=here.pupils[0].id,
        activity="Completed",
        grading="FullyGraded",
        at=time.now(),
        state=Kept.HELD.value,
    )
    choice = LtiLaunch.objects.create(
        **where,
        tool=tool,
        deployment=deployment,
        person_id=teacher,
        is_teacher=True,
        in_frame=False,
        login_hint="x",
        expires_at=time.now(),
        returned={"chosen": [], "left_out": [], "message": ""},
        returned_at=time.now(),
    )
    return {
        "lti_tool_id": tool.id,
        "lti_link_id": link.id,
        "lti_score_id": score.id,
        "lti_launch_id": choice.id,
    }
