"""A product that the first class's school uses: asked, decided, filed, enabled, placed in a lesson."""

from datetime import timedelta
from uuid import UUID

from qiming.assurance import testing as gate
from qiming.assurance.admission import ANY, Conditions
from qiming.kernel import time
from qiming.kernel.tests import samples
from qiming.registry.types import Role
from qiming.resources.launching import services
from qiming.resources.launching.types import Limits, Need
from tests.world import World

CONDITIONS = Conditions(
    stages=frozenset({ANY}), subjects=frozenset({ANY}), data_scopes=frozenset({"answers"})
)


def build(world: World, lesson_key: str) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """By the room's own services: values by the names of parameters, and by url names."""
    here = world.here
    product = gate.admitted(world.actor("vendor"), _company(world), CONDITIONS, title="示例对话工具")
    need = Need(here.group.id, "第1课", "练习提问", "同桌互相提问")
    adoption = services.ask(actor=world.actor("teacher"), product_id=product.id, need=need)
    services.decide_for_school(
        actor=world.actor("school_head"),
        adoption_id=adoption,
        minutes=services.Minutes("校务会商量过，都同意。", "纪要.png", samples.png()),
        limits=Limits(),
    )
    services.file(actor=world.actor("district_officer"), adoption_id=adoption, limits=Limits())
    services.enable(
        actor=world.actor("school_admin"),
        adoption_id=adoption,
        class_ids=[here.group.id],
        until=time.today() + timedelta(days=30),
    )
    place = services.place(
        actor=world.actor("teacher"),
        product_id=product.id,
        class_id=here.group.id,
        lesson_key=lesson_key,
        instead="同桌互相提问",
    )
    values = {"use_id": adoption, "spot_id": place, "token": "none"}
    return values, {"resources.tool_words": {"product_id": product.id}}


def _company(world: World) -> UUID:
    """Where the company's person works."""
    (grant,) = (one for one in world.actor("vendor").grants if one.role == Role.VENDOR)
    return grant.org_id
