"""The resources room's verbs. How a version goes through review is moved in casework; what follows is here."""

from qiming.resources.services.adopting import adopt, end_adoption, return_data
from qiming.resources.services.checking import ask_check, check_one, check_served
from qiming.resources.services.districts import exclude, readmit
from qiming.resources.services.offering import offer_endpoint, offer_model, offer_pack, offer_tool, revise
from qiming.resources.services.opinions import answer, rate, say_of_item
from qiming.resources.services.screening import screen

__all__ = [
    "adopt",
    "answer",
    "ask_check",
    "check_one",
    "check_served",
    "end_adoption",
    "exclude",
    "offer_endpoint",
    "offer_model",
    "offer_pack",
    "offer_tool",
    "rate",
    "readmit",
    "return_data",
    "revise",
    "say_of_item",
    "screen",
]
