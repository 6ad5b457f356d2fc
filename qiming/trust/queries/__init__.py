"""Questions other rooms may ask trust."""

from qiming.trust.queries.reads import reads_of

__all__ = ["reads_of"]
