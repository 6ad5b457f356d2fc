"""What crosses trust's door."""

from qiming.trust.types.reads import Read

__all__ = ["Read"]
