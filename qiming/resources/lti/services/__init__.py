"""The verbs of the LTI folder."""

from qiming.resources.lti.services import log
from qiming.resources.lti.services.deep_linking import place, receive, take_away
from qiming.resources.lti.services.launches import answer, begin, begin_choice, login_url
from qiming.resources.lti.services.linking import linked
from qiming.resources.lti.services.platform_keys import rotate
from qiming.resources.lti.services.scores import resend
from qiming.resources.lti.services.tools import (
    apply,
    change,
    confirm,
    invite,
    register,
    register_itself,
    set_paused,
)

__all__ = [
    "answer",
    "apply",
    "begin",
    "begin_choice",
    "change",
    "confirm",
    "invite",
    "linked",
    "log",
    "login_url",
    "place",
    "receive",
    "register",
    "register_itself",
    "resend",
    "rotate",
    "set_paused",
    "take_away",
]
