"""The room's verbs. `actor` is None only when the installation itself acts (the operator's command, the demo city).

The gateway makes calls; nothing here does.
"""

from qiming.agents.services.chain import (
    add_model,
    add_route,
    decide,
    end_model,
    end_route,
    lift,
    switch_off,
)
from qiming.agents.services.hits import answer_hit, report_hit
from qiming.agents.services.keys import create_key, revoke_key
from qiming.agents.services.ledger import close_lost
from qiming.agents.services.quotas import set_quota
from qiming.agents.services.watching import feed, look_at_verdicts

__all__ = [
    "add_model",
    "add_route",
    "answer_hit",
    "close_lost",
    "create_key",
    "decide",
    "end_model",
    "end_route",
    "feed",
    "lift",
    "look_at_verdicts",
    "report_hit",
    "revoke_key",
    "set_quota",
    "switch_off",
]
