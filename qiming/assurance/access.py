"""Who files products, who works at the gate, who looks at what was measured.

Who may make which step of a case is said by its workflow (`content/workflows/admission.yaml`), not here.
"""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

FILE = "assurance.file"
SEE_OWN = "assurance.see_own"
DESK = "assurance.desk"
TEST = "assurance.test"
STOP = "assurance.stop"
VENDORS = "assurance.vendors"
EXPORT = "assurance.export"

_CITY = {Role.CITY_OFFICER: Reach.ANY}

TABLE = Table(
    "assurance",
    {
        FILE: Row(
            {Role.VENDOR: Reach.UNDER},
            says="企业人员申报、修改本企业的产品，用公开的题自测，上传第三方报告；看不到别的企业的",
        ),
        SEE_OWN: Row(
            {Role.VENDOR: Reach.UNDER, **_CITY},
            says="企业人员看本企业的产品、办到哪一步和自测的结果，市级人员看全部；密封题的作答企业看不到",
        ),
        DESK: Row(
            _CITY, says="市级人员看准入台：在办的产品、四类信号、到期；核验、定级、检测、签署按流程里的职责"
        ),
        TEST: Row(_CITY, says="担任检测职责的市级人员对申报的地址跑题库、看作答、双人判读"),
        STOP: Row(_CITY, says="市级人员发现安全问题立即停用一个产品，写明理由；马上生效"),
        VENDORS: Row(_CITY, says="市级人员登记企业、给企业人员建账号"),
        EXPORT: Row(_CITY, says="市级人员把准入结果导出成分类备案清单，导出留记录"),
    },
)
