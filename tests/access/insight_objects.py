"""Objects of the insight room that an address can name, all belonging to the first pupil's class and school."""

from qiming.insight.diagnosis.services import Plan, plan_action
from qiming.insight.exams import queries
from qiming.insight.exams.services import Wish, import_exam
from qiming.insight.handbooks.services import ask_for_pupil
from qiming.kernel import time
from qiming.learning.services import correct_mastery
from qiming.registry import queries as registry
from tests.world import World


def build(world: World) -> dict[str, object]:
    """An examination with the first pupil's result and a line that matched nobody, a handbook, an action."""
    first = world.here.pupils[0]
    lines = f"座号,姓名,1,2\n1,{first.name},4,5\n,没有这个人,1,2\n"
    wish = Wish(world.here.group.id, "期中", time.today(), [("信息科技.csv", lines.encode())])
    exam = import_exam(actor=world.actor("teacher"), wish=wish)
    pupil = registry.pupil(first.id)
    book = ask_for_pupil(actor=world.actor("teacher"), pupil=pupil)
    head = world.actor("school_head")
    plan = Plan("c051", "集体备一次", head.person_id, time.today())
    action = plan_action(actor=head, place_id=world.here.school.id, plan=plan)
    judged = correct_mastery(
        actor=world.actor("teacher"), pupil=pupil, concept="c051", band="nearly", reason="当面问过"
    )
    return {
        "correction_id": judged.id,
        "exam_id": exam.id,
        "paper_id": queries.papers_of(exam)[0].paper.id,
        "handbook_id": book.id,
        "action_id": action.id,
    }
