"""Who may follow a case, move it, review it, and who is appointed to do so.

Which case is whose is said by its workflow (`applicant`, `role:`, `duty:`), not by a role alone: the rows here open the
pages, `queries.load_case` and the rules of moving decide about the single case.
"""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

_STAFF = {
    Role.TEACHER.value: Reach.SELF,
    Role.SCHOOL_ADMIN.value: Reach.SELF,
    Role.SCHOOL_HEAD.value: Reach.SELF,
    Role.DISTRICT_OFFICER.value: Reach.SELF,
    Role.CITY_OFFICER.value: Reach.SELF,
}
_OFFICES = {
    Role.SCHOOL_HEAD.value: Reach.UNDER,
    Role.DISTRICT_OFFICER.value: Reach.UNDER,
    Role.CITY_OFFICER.value: Reach.UNDER,
}

TABLE = Table(
    "casework",
    {
        "casework.see_cases": Row(_STAFF, says="教职工看自己申请的、轮到自己办的件，以及自己单位的件的进度"),
        "casework.oversee": Row(
            _OFFICES, says="校长、区级、市级人员看本单位及下级的件走到哪一步；评分和评审人不在其中"
        ),
        "casework.move": Row(_STAFF, says="按流程图轮到谁，谁才能办这一步；自己的件不能自己定"),
        "casework.review": Row(_STAFF, says="被请的评审人看材料、打分、申报回避；交之前看不到别人的分"),
        "casework.appoint": Row(
            {Role.DISTRICT_OFFICER.value: Reach.UNDER, Role.CITY_OFFICER.value: Reach.UNDER},
            says="区级、市级人员在本级指定谁担任哪项评审和办件职责、到哪天为止",
        ),
    },
)
