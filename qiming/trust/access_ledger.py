"""Lines of trust's access table: reports, incidents, copies, erasure, retention, the yearly pack."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

_SCHOOL = {Role.SCHOOL_ADMIN.value: Reach.UNDER, Role.SCHOOL_HEAD.value: Reach.UNDER}
_ABOVE = {Role.DISTRICT_OFFICER.value: Reach.UNDER, Role.CITY_OFFICER.value: Reach.UNDER}
_FAMILY = {Role.PUPIL.value: Reach.SELF, Role.GUARDIAN.value: Reach.WARD}

LEDGER_ROWS = {
    "trust.handle_reports": Row(
        {**_SCHOOL, **_ABOVE},
        says="投诉举报只到名单上的人：按类别是学校管理员、校长或区；过期未答、不服答复才到上一级；自己写的不归自己办",
    ),
    "trust.open_incident": Row(
        {Role.TEACHER.value: Reach.UNDER, **_SCHOOL, **_ABOVE}, says="教职工登记本单位的安全事件"
    ),
    "trust.see_incidents": Row({**_SCHOOL, **_ABOVE}, says="看所管范围的安全事件，记措施和通知，结案"),
    "trust.copy_person": Row(
        {**_FAMILY, Role.SCHOOL_ADMIN.value: Reach.UNDER},
        says="学生要自己的、家长要孩子的、学校管理员代为要本校学生的全部信息副本",
    ),
    "trust.ask_erasure": Row(_FAMILY, says="家长请求删除孩子的信息；到了能自己作主的年级，学生本人也可以"),
    "trust.see_erasure": Row(
        {**_FAMILY, **_SCHOOL}, says="学生、家长看自己请求的进展，学校管理员、校长看本校的请求和证明"
    ),
    "trust.decide_erasure": Row(
        {Role.SCHOOL_ADMIN.value: Reach.UNDER}, says="学校管理员对删除请求作出决定，同意的还要校长复核"
    ),
    "trust.confirm_erasure": Row(
        {Role.SCHOOL_HEAD.value: Reach.UNDER}, says="校长复核删除请求，复核后执行，不能恢复"
    ),
    "trust.see_ledger": Row(
        {**_SCHOOL, **_ABOVE}, says="看数据分级、到期清除的证明和所管范围的保护情况，只有数字"
    ),
    "trust.hold": Row(
        {Role.SCHOOL_HEAD.value: Reach.UNDER, **_ABOVE},
        says="因投诉、诉讼或调查暂停删除某个学生或某所学校的数据，事后解除",
    ),
    "trust.make_pack": Row({**_SCHOOL, **_ABOVE}, says="生成和下载所管范围的未成年人个人信息保护年度审计包"),
}
