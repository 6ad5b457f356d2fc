"""What the gate stores."""

from qiming.assurance.models.keywords import KeywordLibrary
from qiming.assurance.models.own_banks import OwnBank
from qiming.assurance.models.products import Filing, Product, ProductVersion
from qiming.assurance.models.saying import JudgePass, WrittenReport
from qiming.assurance.models.testing import HumanMark, TestRun, ThirdPartyReport
from qiming.assurance.models.verdicts import Proposal, Signature, Trial
from qiming.assurance.models.watching import Incident, Signal, TelemetryKey

__all__ = [
    "Filing",
    "HumanMark",
    "Incident",
    "JudgePass",
    "KeywordLibrary",
    "OwnBank",
    "Product",
    "ProductVersion",
    "Proposal",
    "Signal",
    "Signature",
    "TelemetryKey",
    "TestRun",
    "ThirdPartyReport",
    "Trial",
    "WrittenReport",
]
