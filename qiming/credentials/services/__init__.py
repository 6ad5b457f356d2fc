"""The room's verbs."""

from qiming.credentials.services.defining import define, load_achievements
from qiming.credentials.services.issuing import issue
from qiming.credentials.services.keys import rotate
from qiming.credentials.services.revoking import revoke, revoke_about, show_name

__all__ = ["define", "issue", "load_achievements", "revoke", "revoke_about", "rotate", "show_name"]
