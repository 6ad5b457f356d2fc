"""Who may see who read a named pupil's record, and who decides and enters consent."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Power, Role
from qiming.trust.access_ledger import LEDGER_ROWS

_FAMILY = {Role.PUPIL.value: Reach.SELF, Role.GUARDIAN.value: Reach.WARD}
_SLIPS = {Role.TEACHER.value: Reach.UNDER, Role.SCHOOL_ADMIN.value: Reach.UNDER}

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
            emergency=(Power.SEE_PUPILS.value,),
        ),
        "trust.see_consent": Row(_FAMILY, says="学生看自己的同意书和经过，家长看孩子的"),
        "trust.decide_consent": Row(
            _FAMILY, says="家长替孩子同意、不同意、撤回；九年级起学生本人也要同意，也能撤回"
        ),
        "trust.see_slips": Row(
            {**_SLIPS, Role.SCHOOL_HEAD.value: Reach.UNDER},
            says="任课老师看所教班的同意书收了几份，校长、学校管理员看本校各班的；只有份数",
        ),
        "trust.enter_slips": Row(
            _SLIPS, says="任课老师、学校管理员打印同意书回执，录入收回来的，附上和查看扫描件"
        ),
        **LEDGER_ROWS,
    },
)
