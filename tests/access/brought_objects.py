"""A package that the first class's teacher brought from another platform, and a syllabus the school's administrator did."""

from pathlib import Path

from qiming.curriculum.exchange import services
from qiming.curriculum.exchange.model import Report
from qiming.curriculum.exchange.qti.package_out import write_qti
from qiming.curriculum.syllabi import services as syllabi
from qiming.curriculum.tests.exchange_world import course_of
from tests.world import World

ITEM = {
    "id": "g7l1-q01",
    "kind": "single",
    "stem": "哪个对？![图](media/p.svg)",
    "options": [{"key": "A", "text": "甲", "correct": True}, {"key": "B", "text": "乙"}],
}


def build(world: World) -> dict[str, object]:
    """Read, so that every page of it shows."""
    body = write_qti(course_of(ITEM), lambda *_: None, Report())

    def put(target: Path) -> None:
        target.write_bytes(body)

    kept = services.receive(actor=world.actor("teacher"), name="n.zip", size=len(body), put=put)
    services.read(kept.id)
    sheet = syllabi.read_sheet(
        actor=world.actor("school_admin"),
        place_id=world.here.school.id,
        name="n.csv",
        data="学习结果,学段\n能说,初中\n".encode(),
    )
    return {"brought_id": kept.id, "lesson_no": 0, "sheet_id": sheet}
