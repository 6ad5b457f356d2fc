"""Who lets answers be pre-marked, reads the proposals, and releases them."""

from qiming.kernel.access import Reach, Row
from qiming.registry.types import Role

MARK = "assist.mark"

MARKER_ROWS = {
    MARK: Row(
        {Role.TEACHER: Reach.UNDER},
        says="任课老师看所教班简答和练习纸照片的预批，写给分标准，改文字、改分，发给学生",
    ),
}
