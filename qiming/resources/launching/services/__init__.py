"""Launching's verbs. How a decision moves on is moved in casework; what follows is in `following`."""

from qiming.resources.launching.services.deciding import (
    Minutes,
    ask,
    decide_for_school,
    decline,
    file,
    refuse,
)
from qiming.resources.launching.services.opening import begin
from qiming.resources.launching.services.placing import place, take_away
from qiming.resources.launching.services.saying import enter_words, say
from qiming.resources.launching.services.using import close, enable, end, end_unfit, resume, stop

__all__ = [
    "Minutes",
    "ask",
    "begin",
    "close",
    "decide_for_school",
    "decline",
    "enable",
    "end",
    "end_unfit",
    "enter_words",
    "file",
    "place",
    "refuse",
    "resume",
    "say",
    "stop",
    "take_away",
]
