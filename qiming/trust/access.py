"""Who may see who read a named pupil's record."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

TABLE = Table(
    "trust",
    {
        "trust.see_reads": Row(
            {
                Role.PUPIL.value: Reach.SELF,
                Role.GUARDIAN.value: Reach.WARD,
                Role.SCHOOL_ADMIN.value: Reach.UNDER,
            },
            says="学生看谁看过自己的记录，家长看谁看过孩子的记录，学校管理员看谁看过本校某个学生的记录",
        ),
    },
)
