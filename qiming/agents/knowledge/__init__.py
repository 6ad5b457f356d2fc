"""Documents, the pieces they were split into, and the search over them (decision 0040).

knowledge.search((Kind.COURSE, Kind.CONCEPT), "为什么训练集和测试集要分开", stage="junior", scope_path=school.path, limit=5)
"""

from qiming.agents.knowledge.ranking import KNOWN
from qiming.agents.knowledge.searching import search
from qiming.agents.knowledge.types import Kind, Passage

__all__ = ["KNOWN", "Kind", "Passage", "search"]
