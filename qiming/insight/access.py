"""Who may see what a class and a pupil know, and the answers behind it. No names above the school."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Power, Role

SEE_HOME = "insight.see_home"
SEE_CLASS = "insight.see_class"
SEE_ANSWERS = "insight.see_answers"
SEE_PUPIL = "insight.see_pupil"
SEE_OWN = "insight.see_own"
SEE_GAIN = "insight.see_gain"
SEE_COVERAGE = "insight.see_coverage"
EXPORT_COVERAGE = "insight.export_coverage"
EDIT_EXAM = "insight.edit_exam"
SEE_EXAM = "insight.see_exam"
SEE_DIAGNOSIS = "insight.see_diagnosis"
PLAN_ACTION = "insight.plan_action"
SEE_ACTION = "insight.see_action"
MAKE_HANDBOOK = "insight.make_handbook"
CLASS_HANDBOOK = "insight.class_handbook"

_TEACHER_OR_HEAD = {Role.TEACHER.value: Reach.UNDER, Role.SCHOOL_HEAD.value: Reach.UNDER}
_ABOVE = {
    Role.CITY_OFFICER.value: Reach.UNDER,
    Role.DISTRICT_OFFICER.value: Reach.UNDER,
    Role.SCHOOL_HEAD.value: Reach.UNDER,
    Role.SCHOOL_ADMIN.value: Reach.UNDER,
}
_SCHOOL = _TEACHER_OR_HEAD | {Role.SCHOOL_ADMIN.value: Reach.UNDER}

TABLE = Table(
    "insight",
    {
        SEE_HOME: Row(_SCHOOL, says="任课老师看所教各班的学情，校长、学校管理员看本校各班的"),
        SEE_CLASS: Row(
            _SCHOOL,
            says="任课老师看所教班的班级学情，校长、学校管理员看本校的；市、区不看到学生姓名",
        ),
        SEE_ANSWERS: Row(_TEACHER_OR_HEAD, says="任课老师和校长打开班级学情里的数，看背后的作答"),
        SEE_GAIN: Row(
            {Role.TEACHER.value: Reach.UNDER},
            says="任课老师看所教班课前测、课后测的变化；校长和市、区只在课时台看合计",
        ),
        SEE_COVERAGE: Row(
            _ABOVE | {Role.TEACHER.value: Reach.OVER},
            says="市、区、校长、校管理员看所管范围课程纲要覆盖到哪里，老师看本校的：只有节数和班数",
        ),
        EXPORT_COVERAGE: Row(_ABOVE, says="导出看得到的课程纲要覆盖表；导出留记录"),
        SEE_PUPIL: Row(
            _TEACHER_OR_HEAD | {Role.GUARDIAN.value: Reach.WARD, Role.PUPIL.value: Reach.SELF},
            says="任课老师、校长看一名学生的学习报告和作答，家长看自己孩子的，学生看自己的；别人看都记下来",
            emergency=(Power.SEE_PUPILS.value,),
        ),
        EDIT_EXAM: Row(
            {Role.TEACHER.value: Reach.UNDER},
            says="任课老师给所教班导入考试成绩和双向细目表，对上没对上的行，确认每题考的知识点，撤掉一次考试",
        ),
        SEE_EXAM: Row(
            _TEACHER_OR_HEAD,
            says="任课老师看所教班的考试，校长看本校各班题目和卷子的质量；学生得分只有任课老师看，按座号，不排名",
        ),
        SEE_DIAGNOSIS: Row(
            _ABOVE | {Role.TEACHER.value: Reach.UNDER},
            says="市、区、校长、校管理员看所管范围各学科知识点的合计，老师看所教班的；小于最少人数的不列，不排名",
        ),
        PLAN_ACTION: Row(
            {one: reach for one, reach in _ABOVE.items() if one != Role.SCHOOL_ADMIN.value}
            | {Role.TEACHER.value: Reach.UNDER},
            says="市、区、校长、任课老师为所管范围的薄弱知识点定一项改进行动：谁负责、什么时候做完",
        ),
        SEE_ACTION: Row(
            _ABOVE | {Role.TEACHER.value: Reach.OVER},
            says="看改进行动做到哪里、做了以后变没变；负责的人和定行动的人写做了什么",
        ),
        MAKE_HANDBOOK: Row(
            {
                Role.TEACHER.value: Reach.UNDER,
                Role.GUARDIAN.value: Reach.WARD,
                Role.PUPIL.value: Reach.SELF,
            },
            says="任课老师给所教学生、家长给自己的孩子、学生给自己做个性化学习手册；别人做、别人取都记下来",
        ),
        CLASS_HANDBOOK: Row({Role.TEACHER.value: Reach.UNDER}, says="任课老师给所教班一次做全班的学习手册"),
        SEE_OWN: Row({Role.PUPIL.value: Reach.SELF}, says="学生打开“我的学习”"),
    },
)
