"""Who looks at the shelf, who offers something for it, who decides that a school uses it.

Who reviews, publishes and stops a resource is said by its workflow (`content/workflows/resource.yaml`), not here.
"""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role
from qiming.resources.access_tools import TOOL_ROWS
from qiming.resources.lti.access import LTI_ROWS

BROWSE = "resources.browse"
OFFER = "resources.offer"
SEE_OFFERED = "resources.see_offered"
ADOPT = "resources.adopt"
SEE_ADOPTED = "resources.see_adopted"
RATE = "resources.rate"
MEND = "resources.mend"
EXCLUDE = "resources.exclude"
TAKE = "resources.take_for_the_country"

STAFF = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN, Role.TEACHER)
_OFFICES = {
    Role.SCHOOL_HEAD: Reach.UNDER,
    Role.DISTRICT_OFFICER: Reach.UNDER,
    Role.CITY_OFFICER: Reach.UNDER,
}

TABLE = Table(
    "resources",
    {
        BROWSE: Row(
            dict.fromkeys(STAFF, Reach.ANY),
            says="市、区、校的工作人员和老师看应用超市里在架的资源、评审结论和哪些学校在用",
        ),
        OFFER: Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_ADMIN: Reach.UNDER},
            says="老师和学校管理员把本校的课程版本或工具送审；送出去要先经本校另一位审核",
        ),
        SEE_OFFERED: Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_ADMIN: Reach.UNDER, **_OFFICES},
            says="本校的人和主管单位看本校送审的资源、每一版和筛查报告；办件和评审的人凭自己的件看",
        ),
        ADOPT: Row(
            {Role.SCHOOL_HEAD: Reach.UNDER, Role.SCHOOL_ADMIN: Reach.UNDER},
            says="校长和学校管理员为本校或一个班选用、结束选用，写明集体决定",
        ),
        SEE_ADOPTED: Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_ADMIN: Reach.UNDER, **_OFFICES},
            says="本校的人和主管单位看本校选用了什么、怎么决定的",
        ),
        RATE: Row(
            {Role.TEACHER: Reach.OVER},
            says="用过的老师评一个资源：一人一版一次，只显示平均分和理由，不显示名字",
        ),
        MEND: Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_ADMIN: Reach.UNDER},
            says="提供的学校答复改进的事：改好了，或看过不用改",
        ),
        EXCLUDE: Row(
            {Role.DISTRICT_OFFICER: Reach.UNDER},
            says="区教委把一个在架的资源从本区的货架上收起、放回，写明原因；不能给本区加市里没有的",
        ),
        TAKE: Row(
            {Role.CITY_OFFICER: Reach.UNDER},
            says="市教委带走在架资源的卡片和审核记录，报国家平台",
        ),
        **TOOL_ROWS,
        **LTI_ROWS,
    },
)
