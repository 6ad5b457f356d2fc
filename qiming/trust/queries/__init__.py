"""Questions other rooms may ask trust."""

from qiming.trust.queries.consent import (
    consented,
    consented_among,
    decides_too,
    waiting_for,
    waiting_guardians,
)
from qiming.trust.queries.reads import reads_of

__all__ = ["consented", "consented_among", "decides_too", "reads_of", "waiting_for", "waiting_guardians"]
