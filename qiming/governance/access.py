"""Who may do what on the class-hour desk."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

SEE_DESK = "governance.see_desk"
EXPORT = "governance.export"
ASK = "governance.ask_plan"
ANSWER = "governance.answer_plan"
SEE_ASKED = "governance.see_plan"
DRAW = "governance.draw_sample"
SEE_TASKS = "governance.see_tasks"
SEE_PLANS = "governance.see_task_plans"
PLAN_TASKS = "governance.plan_tasks"
SEE_YEAR = "governance.see_year_end"
RUN_YEAR = "governance.run_year_end"
FREEZE_YEAR = "governance.freeze_year"
SEE_ROUNDS = "governance.see_rounds"
SEE_ROUND = "governance.see_round"
RUN_ROUND = "governance.run_round"
SEE_SURVEYS = "governance.see_surveys"
MAKE_SURVEYS = "governance.make_surveys"

_OFFICERS = {Role.CITY_OFFICER: Reach.UNDER, Role.DISTRICT_OFFICER: Reach.UNDER}
_HEAD = {Role.SCHOOL_HEAD: Reach.UNDER}
_ADMIN = {Role.SCHOOL_ADMIN: Reach.UNDER}

TABLE = Table(
    "governance",
    {
        SEE_DESK: Row(
            _OFFICERS | _HEAD | _ADMIN | {Role.ALLIANCE_HEAD: Reach.UNDER},
            says="市、区、校长、校管理员看所管范围的课时台，联盟牵头校的校长看成员校的：班级与合计，不含学生姓名",
        ),
        EXPORT: Row(_OFFICERS | _HEAD | _ADMIN, says="导出看得到的课时表；导出留记录"),
        ASK: Row(_OFFICERS | _HEAD, says="市、区、校长请一个班说明或补计划"),
        SEE_ASKED: Row(
            _OFFICERS | _HEAD | _ADMIN | {Role.TEACHER: Reach.UNDER},
            says="看对所管班级提出的请求和学校的回复",
        ),
        ANSWER: Row(_HEAD | _ADMIN | {Role.TEACHER: Reach.UNDER}, says="学校里的人回复请求、写补课计划"),
        DRAW: Row(_OFFICERS, says="市、区随机抽学校来看，抽取过程留底可复核"),
        SEE_TASKS: Row(_OFFICERS | _HEAD, says="看本单位牵头或配合的有时限任务；谁能办哪一步由流程定"),
        SEE_PLANS: Row(_OFFICERS, says="看市、区的任务计划，导出任务表"),
        PLAN_TASKS: Row(_OFFICERS, says="市、区导入任务计划"),
        SEE_YEAR: Row(_OFFICERS | _HEAD, says="看所管学校的学年课时核定：班级与合计；谁能办哪一步由流程定"),
        RUN_YEAR: Row(_OFFICERS, says="市、区开始一个区的学年课时核定、抽签"),
        SEE_ROUNDS: Row(
            _OFFICERS | _HEAD, says="看所管学校的专项督导：冻结的数、说明、发现；谁能办哪一步由流程定"
        ),
        SEE_ROUND: Row(_OFFICERS, says="看一个区的一次督导：各校到哪一步、不标校名的分布"),
        RUN_ROUND: Row(_OFFICERS, says="市、区在一个区开一次专项督导"),
        FREEZE_YEAR: Row({Role.CITY_OFFICER: Reach.UNDER}, says="市里冻结一个区的学年课时"),
        SEE_SURVEYS: Row(
            _OFFICERS | _HEAD, says="市、区、校长看所管范围的调查、收到几份、结束后的结果，导出结果"
        ),
        MAKE_SURVEYS: Row(_OFFICERS | _HEAD, says="市、区、校长设计所管范围的匿名调查、抽班、结束"),
    },
)
