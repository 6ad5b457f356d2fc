"""Who oversees cases, and who is appointed to move and review them.

Whose turn a case is, is said by its workflow (`applicant`, `role:`, `duty:`) and by who was asked to review, not by a role
alone: every signed-in person has a list of what waits for them, and `queries.load_case` decides about the single case.
"""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

_OFFICERS = {Role.DISTRICT_OFFICER.value: Reach.UNDER, Role.CITY_OFFICER.value: Reach.UNDER}

TABLE = Table(
    "casework",
    {
        "casework.oversee": Row(
            {Role.SCHOOL_HEAD.value: Reach.UNDER, Role.VENDOR.value: Reach.UNDER, **_OFFICERS},
            says="校长、区级、市级人员看本单位及下级的件和本级办的件走到哪一步，企业人员看本企业的；评分和评审人不在其中",
        ),
        "casework.appoint": Row(
            {Role.SCHOOL_HEAD.value: Reach.UNDER, **_OFFICERS},
            says="校长、区级、市级人员在本单位指定谁担任哪项评审和办件职责，随时可以结束",
        ),
    },
)
