"""Who asks the adviser, who answers what was handed over, who keeps the documents."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

ASK = "assist.ask_adviser"
ANSWER = "assist.answer_asked"
KEEP = "assist.keep_documents"

_ASKERS = (
    Role.TEACHER,
    Role.SCHOOL_HEAD,
    Role.SCHOOL_ADMIN,
    Role.DISTRICT_OFFICER,
    Role.CITY_OFFICER,
    Role.GUARDIAN,
)
_DESKS = {
    Role.SCHOOL_HEAD: Reach.UNDER,
    Role.SCHOOL_ADMIN: Reach.UNDER,
    Role.DISTRICT_OFFICER: Reach.UNDER,
    Role.CITY_OFFICER: Reach.UNDER,
}

ADVISER_ROWS = {
    ASK: Row(
        dict.fromkeys(_ASKERS, Reach.SELF),
        says="老师、校长、管理员、市区人员和家长向政策咨询员提问，只看到自己的问答和办事进度",
    ),
    ANSWER: Row(_DESKS, says="学校、区、市的人员答复转到本单位的咨询，连同前面的问答"),
    KEEP: Row(_DESKS, says="学校、区、市的人员放进、核对、发布、撤下供查询的文件"),
}
