"""Who is told when a child asks for help, who writes the roster."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

SET_ROSTER = "assist.set_roster"
SEE_ALERT = "assist.see_alert"

DUTY_ROWS = {
    SET_ROSTER: Row(
        {Role.SCHOOL_HEAD: Reach.UNDER, Role.SCHOOL_ADMIN: Reach.UNDER},
        says="校长和学校管理员排求助的值班表",
    ),
    SEE_ALERT: Row(
        {Role.SCHOOL_HEAD: Reach.UNDER},
        says="校长看本校全部求助，每次打开都记下来；被通知到的人，不论什么职务，看通知到自己的",
    ),
}

# Whoever works at a school can be on duty, also who teaches no class and so has no role (a counsellor).
TOLD = "被通知到的人看通知到自己的求助，接手、写处理；校长看本校的"
