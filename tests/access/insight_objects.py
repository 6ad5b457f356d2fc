"""Objects of the insight room that an address can name, all belonging to the first pupil's class and school."""

from qiming.insight.exams import queries
from qiming.insight.exams.services import Wish, import_exam
from qiming.kernel import time
from tests.world import World


def build(world: World) -> dict[str, object]:
    """An examination with the first pupil's result and a line that matched nobody."""
    first = world.here.pupils[0]
    lines = f"座号,姓名,1,2\n1,{first.name},4,5\n,没有这个人,1,2\n"
    wish = Wish(world.here.group.id, "期中", time.today(), [("信息科技.csv", lines.encode())])
    exam = import_exam(actor=world.actor("teacher"), wish=wish)
    return {"exam_id": exam.id, "paper_id": queries.papers_of(exam)[0].paper.id}
