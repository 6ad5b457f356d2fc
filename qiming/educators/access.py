"""Who may do what for the growth of teachers."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

_UNDER = Reach.UNDER
_OFFICERS = {Role.DISTRICT_OFFICER.value: _UNDER, Role.CITY_OFFICER.value: _UNDER}
_ADMIN = {Role.SCHOOL_ADMIN.value: _UNDER}
_SCHOOL = {**_ADMIN, Role.SCHOOL_HEAD.value: _UNDER}

SEE_STAFF = "educators.see_staff"
SET_STAFF = "educators.set_staff"
SEE_NEEDS = "educators.see_needs"
SEE_TRAINING = "educators.see_training"
RUN_TRAINING = "educators.run_training"
HAND_DOWN = "educators.hand_down"
SEE_ENROLLED = "educators.see_enrolled"
ENROL = "educators.enrol"
OWN = "educators.own"

TABLE = Table(
    "educators",
    {
        SEE_STAFF: Row(_SCHOOL, says="校长、学校管理员看本校老师的任教条件：能教哪个学段、还差什么"),
        SET_STAFF: Row(_ADMIN, says="学校管理员登记本校老师的职务、教师资格、原任学科和工作量"),
        SEE_NEEDS: Row(
            {**_SCHOOL, **_OFFICERS},
            says="校长、学校管理员看本校缺多少课时的师资，区级、市级人员看辖区各校的；只有数，没有姓名",
        ),
        SEE_TRAINING: Row(
            {**_SCHOOL, **_OFFICERS},
            says="校长、学校管理员和区级、市级人员看分到本单位及下级的培训名额、报名和通过的人数",
        ),
        RUN_TRAINING: Row(
            {**_ADMIN, **_OFFICERS},
            says="办培训的单位的管理员或区级、市级人员开办培训、安排活动、补记到场、结业",
        ),
        HAND_DOWN: Row(_OFFICERS, says="区级、市级人员把培训名额分给下一级单位"),
        SEE_ENROLLED: Row(_SCHOOL, says="校长、学校管理员看本校谁报了名、谁通过了"),
        ENROL: Row(_ADMIN, says="学校管理员在本校名额内给老师报名、退出"),
        OWN: Row(
            {
                role.value: Reach.SELF
                for role in (
                    Role.TEACHER,
                    Role.SCHOOL_ADMIN,
                    Role.SCHOOL_HEAD,
                    Role.DISTRICT_OFFICER,
                    Role.CITY_OFFICER,
                )
            },
            says="教职工看自己的培训、学分和任教条件，用现场的到场码签到",
        ),
    },
)
