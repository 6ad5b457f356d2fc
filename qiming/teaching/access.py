"""Who may do what with courses opened, periods taught and the class-hour ledger."""

from __future__ import annotations

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Power, Role

SEE_CLASS = "teaching.see_class"
OPEN = "teaching.open_offering"
PLAN = "teaching.change_plan"
SEE_PERIOD = "teaching.see_period"
SEE_PHOTO = "teaching.see_photo"
RUN = "teaching.run_period"
CONFIRM = "teaching.confirm_period"
AMEND = "teaching.amend_period"
RECORD = "teaching.record_period"
IMPORT = "teaching.import_past"
SEE_LEDGER = "teaching.see_ledger"
SEE_OWN_LEDGER = "teaching.see_own_ledger"
SEE_MINE = "teaching.see_my_hours"
JOIN = "teaching.join"
SET_HOMEWORK = "teaching.set_homework"
SEE_HOMEWORK = "teaching.see_homework"

_TEACHES = {Role.TEACHER.value: Reach.UNDER}
_TEACHES_OR_ADMIN = {Role.TEACHER.value: Reach.UNDER, Role.SCHOOL_ADMIN.value: Reach.UNDER}
_SCHOOL = {
    Role.TEACHER.value: Reach.UNDER,
    Role.SCHOOL_ADMIN.value: Reach.UNDER,
    Role.SCHOOL_HEAD.value: Reach.UNDER,
}
_OFFICERS = {Role.DISTRICT_OFFICER.value: Reach.UNDER, Role.CITY_OFFICER.value: Reach.UNDER}

TABLE = Table(
    "teaching",
    {
        SEE_CLASS: Row(_SCHOOL, says="任课教师看所教班的开课和计划，校长、校管理员看本校各班的"),
        OPEN: Row(_TEACHES_OR_ADMIN, says="任课教师为所教的班开课，校管理员为本校的班开课"),
        PLAN: Row(_TEACHES_OR_ADMIN, says="任课教师、校管理员调整、取消已排的课时"),
        SEE_PERIOD: Row(
            _SCHOOL | _OFFICERS | {Role.ALLIANCE_HEAD.value: Reach.UNDER},
            says="本校的人看一节课的全部，区、市教委看本地的课时，联盟牵头校的校长看成员校的，都看不到学生姓名、照片和留的话",
        ),
        SEE_PHOTO: Row(_SCHOOL, says="本校的人看课堂照片：照片里可能有学生，区、市教委只看到有几张"),
        RUN: Row(_TEACHES, says="任课教师上课：发环节、投票、暂停、投大屏"),
        CONFIRM: Row(_TEACHES, says="任课教师确认自己班的授课"),
        AMEND: Row(_TEACHES_OR_ADMIN, says="任课教师、校管理员更正已确认的授课，要写原因"),
        RECORD: Row(_TEACHES_OR_ADMIN, says="任课教师、校管理员补记没有用平台上的课"),
        IMPORT: Row(
            {Role.TEACHER.value: Reach.SELF, Role.SCHOOL_ADMIN.value: Reach.UNDER},
            says="任课教师预览、导入自己传的以往课时表，校管理员导入本校的",
        ),
        SEE_LEDGER: Row(_SCHOOL, says="任课教师看所教班的课时台账，校长、校管理员看本校的"),
        SEE_OWN_LEDGER: Row(
            _SCHOOL | {Role.PUPIL.value: Reach.SELF, Role.GUARDIAN.value: Reach.WARD},
            says="学生看自己的课时，监护人看孩子的，本校的人看本校学生的",
            emergency=(Power.SEE_PUPILS.value,),
        ),
        SEE_MINE: Row({Role.PUPIL.value: Reach.SELF}, says="学生看“我的课时”，只有自己的"),
        JOIN: Row({Role.PUPIL.value: Reach.UNDER}, says="学生进入自己班正在上的课"),
        SET_HOMEWORK: Row(_TEACHES, says="任课教师给所教的班布置作业"),
        SEE_HOMEWORK: Row(_SCHOOL, says="任课教师看所教班的作业，校长、校管理员看本校的"),
    },
)
