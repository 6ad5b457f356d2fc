"""Who may look at courses, and who at what the teacher alone should see. Nobody writes here: content is synced."""

from __future__ import annotations

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

BROWSE = "curriculum.browse"
TEACH = "curriculum.see_teaching_material"
IMPORT = "curriculum.bring_package"

STAFF = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN, Role.TEACHER)

TABLE = Table(
    "curriculum",
    {
        BROWSE: Row(
            dict.fromkeys(STAFF, Reach.ANY),
            says="市、区、校的工作人员和老师看课程、知识图谱和课程纲要",
        ),
        TEACH: Row(
            dict.fromkeys(STAFF, Reach.ANY),
            says="市、区、校的工作人员和老师看教案、幻灯片和带答案的题目；学生和监护人看不到",
        ),
        IMPORT: Row(
            {Role.TEACHER: Reach.SELF, Role.SCHOOL_ADMIN: Reach.UNDER},
            says="老师和学校管理员从别的平台带题和课进来；草稿只有带来的人和本校管理员看得到",
        ),
    },
)
