"""Who calls, who applies, who sees which applications and when, who notes visits, support and use.

Who checks, recommends, reviews, ranks and names is said by the workflow (`content/workflows/programme.yaml`), not here.
"""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

BROWSE = "programmes.browse"
CALL = "programmes.call"
APPLY = "programmes.apply"
SEE = "programmes.see_applications"
BOARD = "programmes.board"
SUPPORT = "programmes.support"
REUSE = "programmes.reuse"

STAFF = (Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_HEAD, Role.SCHOOL_ADMIN, Role.TEACHER)
_OFFICERS = {Role.DISTRICT_OFFICER: Reach.UNDER, Role.CITY_OFFICER: Reach.UNDER}

TABLE = Table(
    "programmes",
    {
        BROWSE: Row(
            dict.fromkeys(STAFF, Reach.ANY),
            says="市、区、校的工作人员和老师看正在征集什么、条件和名额",
        ),
        CALL: Row({Role.CITY_OFFICER: Reach.UNDER}, says="市教委发起一次征集，定名额、均衡名额和截止日"),
        APPLY: Row({Role.SCHOOL_HEAD: Reach.UNDER}, says="校长代表本校申报、写申报表"),
        SEE: Row(
            {Role.SCHOOL_HEAD: Reach.UNDER, Role.SCHOOL_ADMIN: Reach.UNDER, **_OFFICERS},
            says="本校的校长、管理员和主管单位看申报表；评审的人凭自己的件看；都看不到进行中的分和评审人",
        ),
        BOARD: Row(
            _OFFICERS,
            says="区教委看本区、市教委看全部的申报走到哪一步；排序以前没有分，任何时候没有评审人",
        ),
        SUPPORT: Row(
            {Role.SCHOOL_HEAD: Reach.UNDER},
            says="在任学校的校长写结对和支持，被带学校的校长确认",
        ),
        REUSE: Row(
            {Role.TEACHER: Reach.OVER, Role.SCHOOL_HEAD: Reach.UNDER},
            says="老师和校长记下本校照着哪个案例做了，记给作者学校",
        ),
    },
)
