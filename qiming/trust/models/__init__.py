"""What trust stores, by what it is about."""

from qiming.trust.models.reads import AccessLog

__all__ = ["AccessLog"]
