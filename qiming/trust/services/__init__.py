"""Trust's verbs. Each is one transaction: row, audit row, event."""

from qiming.trust.services.reads import forget_old_reads, log_read

__all__ = ["forget_old_reads", "log_read"]
