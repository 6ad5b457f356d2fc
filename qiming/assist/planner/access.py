"""Who plans lessons with the planner, who visits one, who looks back on it."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

SEE_PLAN = "assist.see_plan"
PLAN = "assist.plan_lesson"
VISIT = "assist.visit_lesson"
LOOK_BACK = "assist.look_back"

PLANNER_ROWS = {
    SEE_PLAN: Row(
        {
            Role.TEACHER: Reach.UNDER,
            Role.SCHOOL_ADMIN: Reach.UNDER,
            Role.SCHOOL_HEAD: Reach.UNDER,
        },
        says="任课老师看给所教班备的课，校长、学校管理员看本校的；只有班里的人数，没有学生姓名",
    ),
    PLAN: Row(
        {Role.TEACHER: Reach.UNDER},
        says="任课老师给所教的班备课，一处一处采用、改了再用或不用，留分层作业，挑题",
    ),
    VISIT: Row(
        {
            Role.TEACHER: Reach.OVER,
            Role.SCHOOL_ADMIN: Reach.UNDER,
            Role.SCHOOL_HEAD: Reach.UNDER,
        },
        says="本校的老师、校长、管理员听本校的课，填观课表；表里不写学生姓名",
    ),
    LOOK_BACK: Row(
        {Role.TEACHER: Reach.UNDER},
        says="任课老师课后看计划和实际，看谁卡在哪里，写反思",
    ),
}
