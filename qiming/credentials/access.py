"""Who has certificates, who sees those of a place, who takes one back."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

_STAFF = {
    role.value: Reach.SELF
    for role in (Role.TEACHER, Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD, Role.DISTRICT_OFFICER, Role.CITY_OFFICER)
}

OWN = "credentials.own"
SEE = "credentials.see"
NAME = "credentials.show_name"
REVOKE = "credentials.revoke"

TABLE = Table(
    "credentials",
    {
        OWN: Row(
            _STAFF,
            says="教职工看自己得到的证书；公开的核验页上没有姓名，本人登录后才看得到自己的",
        ),
        SEE: Row(
            {
                Role.SCHOOL_ADMIN.value: Reach.UNDER,
                Role.SCHOOL_HEAD.value: Reach.UNDER,
                Role.DISTRICT_OFFICER.value: Reach.UNDER,
                Role.CITY_OFFICER.value: Reach.UNDER,
            },
            says="校长、学校管理员看发给本校的证书，区级、市级人员看发给辖区内各单位的",
        ),
        NAME: Row(_STAFF, says="教职工决定自己的证书在公开的核验页上写不写姓名"),
        REVOKE: Row(
            {Role.DISTRICT_OFFICER.value: Reach.UNDER, Role.CITY_OFFICER.value: Reach.UNDER},
            says="颁发单位的人员写明原因，撤销本单位颁发的证书",
        ),
    },
)
