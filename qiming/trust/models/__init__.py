"""What trust stores, by what it is about."""

from qiming.trust.models.consent import ConsentLine, SlipBatch, SlipScan
from qiming.trust.models.keeping import LegalHold, RetentionRun
from qiming.trust.models.packs import YearPack
from qiming.trust.models.reads import AccessLog
from qiming.trust.models.reports import Incident, IncidentStep, Report, ReportStep
from qiming.trust.models.rights import ErasureCase, PersonCopy

__all__ = [
    "AccessLog",
    "ConsentLine",
    "ErasureCase",
    "Incident",
    "IncidentStep",
    "LegalHold",
    "PersonCopy",
    "Report",
    "ReportStep",
    "RetentionRun",
    "SlipBatch",
    "SlipScan",
    "YearPack",
]
