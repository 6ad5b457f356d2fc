"""A tool of others in the demo, registered over LTI. Synthetic, as all of it."""

from qiming.registry import queries as registry
from qiming.resources.lti import services
from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.facts import ToolFacts
from qiming.resources.lti.protocol.names import SCOPES
from qiming.site.demo.city import City

THERE = "https://sums.example.com"


def register(city: City) -> None:
    """Nobody has tied it to an admitted product yet: it opens nowhere."""
    facts = ToolFacts(
        "口算练习（合成示例）",
        f"{THERE}/login",
        f"{THERE}/launch",
        (f"{THERE}/launch",),
        key_set={"keys": [keys.public(keys.make("demo"))]},
        deep_link_url=f"{THERE}/choose",
        scopes=SCOPES,
        description="一道口算题，做完把得分送回平台。虚构的工具，打不开。",
    )
    services.register(
        actor=city.actor("city"), place_id=registry.city().id, facts=facts, product_id=None, in_frame=True
    )
