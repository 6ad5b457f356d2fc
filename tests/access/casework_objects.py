"""Objects of casework that an address can name: a case of the teacher's own, a review asked of them, a duty."""

from qiming.casework import services
from qiming.casework.models import ReviewSheet
from qiming.casework.testing import give_duty
from qiming.casework.types import ReviewState
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from tests.world import World


def build(world: World) -> dict[str, dict[str, object]]:
    """A case the first school's teacher applied for, decided by the city: values by url name, for other rooms
    have cases and sheets too."""
    teacher, city = world.actor("teacher"), registry.city()
    school = registry.school_of(world.here.group.path)
    case_id = services.open_case(
        actor=teacher,
        key="resource",
        title="数据课资源包",
        subject_id=new_id(),
        scope_path=school.path,
        office_path=city.path,
    )
    sheet = ReviewSheet.objects.create(
        case_id=case_id,
        scope_path=school.path,
        review="content",
        person_id=teacher.person_id,
        state=ReviewState.ASKED,
    )
    duty = give_duty(world.actor("teacher").person_id, "provider_reviewer", school.path)
    case: dict[str, object] = {"case_id": case_id, "transition": "withdraw"}
    asked: dict[str, object] = {"sheet_id": sheet.id}
    return {
        **dict.fromkeys(("casework.case", "casework.move"), case),
        **dict.fromkeys(("casework.sheet", "casework.decline", "casework.conflict"), asked),
        "casework.notice": {"case_id": case_id},
        "casework.settle": {"case_id": case_id, "objection_id": new_id()},
        "casework.duty_end": {"appointment_id": duty},
    }
