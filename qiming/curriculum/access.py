"""Who may look at courses, who at what the teacher alone should see, and who changes the school's own version of a
lesson. The city's courses are written by nobody here: they are synced from text."""

from __future__ import annotations

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

BROWSE = "curriculum.browse"
TEACH = "curriculum.see_teaching_material"
IMPORT = "curriculum.bring_package"
BRING_SYLLABUS = "curriculum.bring_syllabus"
SEE_SCHOOL = "curriculum.see_school_lesson"
EDIT = "curriculum.edit_school_lesson"
REVIEW = "curriculum.answer_proposal"

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
        BRING_SYLLABUS: Row(
            {
                Role.SCHOOL_ADMIN: Reach.UNDER,
                Role.DISTRICT_OFFICER: Reach.UNDER,
                Role.CITY_OFFICER: Reach.UNDER,
            },
            says="市、区教委和学校管理员把本单位的课程纲要从表格带进来；本单位和下级看得到",
        ),
        SEE_SCHOOL: Row(
            {
                Role.TEACHER: Reach.OVER,
                Role.SCHOOL_ADMIN: Reach.UNDER,
                Role.SCHOOL_HEAD: Reach.UNDER,
                Role.DISTRICT_OFFICER: Reach.UNDER,
                Role.CITY_OFFICER: Reach.UNDER,
            },
            says="本校的老师、管理员、校长看本校改的课，区、市教委看本地学校改的；别的学校看不到",
        ),
        EDIT: Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_ADMIN: Reach.UNDER},
            says="老师和学校管理员改本校版的课、发布、向上提建议",
        ),
        REVIEW: Row(
            {Role.DISTRICT_OFFICER: Reach.UNDER, Role.CITY_OFFICER: Reach.UNDER},
            says="区、市教委看本地学校提的课程建议并答复",
        ),
    },
)
