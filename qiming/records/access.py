"""Who may read the record store. Nobody writes through it: acts are recorded by the rooms where they happen."""

from __future__ import annotations

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Power, Role

SEE = "records.see"
SEE_KEYS = "records.see_keys"

TABLE = Table(
    "records",
    {
        SEE: Row(
            {
                Role.TEACHER.value: Reach.UNDER,
                Role.SCHOOL_HEAD.value: Reach.UNDER,
                Role.PUPIL.value: Reach.SELF,
                Role.GUARDIAN.value: Reach.WARD,
            },
            says="老师看所教班的学习记录，校长看本校的，学生看自己的，监护人看孩子的",
            emergency=(Power.SEE_PUPILS.value,),
        ),
        SEE_KEYS: Row(
            {Role.CITY_OFFICER.value: Reach.ANY, Role.DISTRICT_OFFICER.value: Reach.ANY},
            says="市、区看接入了哪些系统、各送来多少、退回多少，只有数字",
        ),
    },
)
