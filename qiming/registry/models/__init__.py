"""What the registry stores. Invariants that span rows are kept by triggers (migration 0002)."""

from qiming.registry.models.alliances import Alliance, AllianceMember, StaffInvitation
from qiming.registry.models.calendar import Holiday, PeriodSlot, SchoolYear, Term
from qiming.registry.models.external import ExternalId, RosterSource
from qiming.registry.models.groups import GroupMembership
from qiming.registry.models.organisations import Organisation
from qiming.registry.models.packages import (
    PackageFinding,
    PackageProgress,
    RosterPackage,
    StagedAgent,
    StagedClass,
    StagedEnd,
    StagedEnrollment,
    StagedOrg,
    StagedRole,
    StagedUser,
)
from qiming.registry.models.people import (
    Account,
    ClassMembership,
    Employment,
    Guardianship,
    Person,
    RoleGrant,
)
from qiming.registry.models.promotions import Promotion
from qiming.registry.models.rosters import RosterImport
from qiming.registry.models.sessions import AccountNotice, EmergencyPower, Session
from qiming.registry.models.sign_in import ClassCard, FamilyCode, SignInFailure
from qiming.registry.models.timetables import TimetableImport, TimetableLine
from qiming.registry.models.transfers import Transfer

__all__ = [
    "Account",
    "AccountNotice",
    "Alliance",
    "AllianceMember",
    "ClassCard",
    "ClassMembership",
    "EmergencyPower",
    "Employment",
    "ExternalId",
    "FamilyCode",
    "GroupMembership",
    "Guardianship",
    "Holiday",
    "Organisation",
    "PackageFinding",
    "PackageProgress",
    "PeriodSlot",
    "Person",
    "Promotion",
    "RoleGrant",
    "RosterImport",
    "RosterPackage",
    "RosterSource",
    "SchoolYear",
    "Session",
    "SignInFailure",
    "StaffInvitation",
    "StagedAgent",
    "StagedClass",
    "StagedEnd",
    "StagedEnrollment",
    "StagedOrg",
    "StagedRole",
    "StagedUser",
    "Term",
    "TimetableImport",
    "TimetableLine",
    "Transfer",
]
