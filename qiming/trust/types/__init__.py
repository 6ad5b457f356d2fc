"""What crosses trust's door."""

from qiming.trust.types.consent import Purpose, Said, State, Verdict, Via
from qiming.trust.types.reads import Read

__all__ = ["Purpose", "Read", "Said", "State", "Verdict", "Via"]
