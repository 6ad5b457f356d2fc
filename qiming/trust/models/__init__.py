"""What trust stores, by what it is about."""

from qiming.trust.models.consent import ConsentLine, SlipBatch, SlipScan
from qiming.trust.models.reads import AccessLog

__all__ = ["AccessLog", "ConsentLine", "SlipBatch", "SlipScan"]
