"""Who lets answers be pre-marked, reads the proposals, releases them, and sees what was released."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

MARK = "assist.mark"

MARKER_ROWS = {
    MARK: Row(
        {Role.TEACHER: Reach.UNDER},
        says="老师看所教班简答和练习纸的预批，写给分标准，改分，发给学生",
    ),
}
