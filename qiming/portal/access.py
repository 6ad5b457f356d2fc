"""Who may open the portal's own pages."""

from qiming.kernel.access import Reach, Row, Table
from qiming.registry.types import Role

HOME = "portal.home"

TABLE = Table(
    "portal",
    {HOME: Row({role.value: Reach.SELF for role in Role}, says="每个人看自己的首页")},
)
