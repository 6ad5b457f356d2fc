"""Who registers models and routes, who opens them for a place, who turns them off, who gives out keys."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

REGISTER = "agents.register"
ENABLE = "agents.enable"
KILL = "agents.kill"
KEYS = "agents.keys"
QUOTAS = "agents.quotas"
SEE = "agents.see_usage"
KEEP_DOCUMENTS = "agents.keep_documents"
REPORT_HIT = "agents.report_hit"
ANSWER_HITS = "agents.answer_hits"

_OFFICES = {Role.CITY_OFFICER: Reach.UNDER, Role.DISTRICT_OFFICER: Reach.UNDER}
_SCHOOL = {Role.SCHOOL_HEAD: Reach.UNDER, Role.SCHOOL_ADMIN: Reach.UNDER}

TABLE = Table(
    "agents",
    {
        REGISTER: Row(
            {Role.CITY_OFFICER: Reach.ANY},
            says="市级人员登记基座模型和教育模型：备案号、价格、能收哪一级数据",
        ),
        ENABLE: Row(
            {**_OFFICES, **_SCHOOL, Role.TEACHER: Reach.UNDER},
            says="市、区、学校为辖区打开或关上一个教育模型，老师为自己的班；下级只能更严",
        ),
        KILL: Row(
            {**_OFFICES, **_SCHOOL},
            says="市、区、学校的负责人写明原因，立即停用一个模型、教育模型、应用或全部；正在生成的也停",
        ),
        KEYS: Row({**_OFFICES, Role.SCHOOL_ADMIN: Reach.UNDER}, says="市、区人员和学校管理员发、收应用钥匙"),
        QUOTAS: Row({**_OFFICES, **_SCHOOL}, says="市、区、学校定每天能用多少次、多少字、多少分钟"),
        SEE: Row(
            {**_OFFICES, **_SCHOOL}, says="市、区、学校看辖区内用了多少、花了多少、防护拦下多少；看不到内容"
        ),
        KEEP_DOCUMENTS: Row(
            {**_OFFICES, **_SCHOOL},
            says="市、区、学校的人员放进要让人查询的文件，一人核对、另一人发布，随时撤下",
        ),
        REPORT_HIT: Row(
            {Role.TEACHER: Reach.UNDER}, says="老师报告词表误拦了所教学生的一句话，说明当时在讲什么"
        ),
        ANSWER_HITS: Row(
            {Role.CITY_OFFICER: Reach.ANY}, says="市级人员看误拦的报告，答复改不改词表；看不到学生的原话"
        ),
    },
)
