"""A plan of the first school's district with one task that the school leads; the district's year, begun, and a round."""

from datetime import timedelta

from qiming.governance.jobs import recount_city
from qiming.governance.supervision import services as supervision
from qiming.governance.supervision.models import SchoolReview
from qiming.governance.surveys import services as surveys
from qiming.governance.surveys.rules import Audience, Kind
from qiming.governance.tasks import services
from qiming.governance.tasks.models import DatedTask
from qiming.governance.yearend import services as yearend
from qiming.governance.yearend.models import YearEnd
from qiming.kernel import time
from tests.world import World

WHY = "the access test names the object"


def build(world: World) -> dict[str, object]:
    officer, here = world.actor("district_officer"), world.here
    due = (time.today() + timedelta(days=30)).isoformat()
    kept = services.preview_plan(
        actor=officer,
        place=here.district,
        title=f"{here.school.name}的任务计划",
        source="",
        name="任务.csv",
        data=f"任务,牵头单位,完成时限\n交课表,{here.school.name},{due}\n".encode(),
    )
    services.apply_plan(actor=officer, plan_id=kept.id)
    task = DatedTask.objects.unscoped(WHY).get(plan_id=kept.id)
    recount_city()
    yearend.begin(actor=officer, district=here.district)
    year_end = YearEnd.objects.unscoped(WHY).get(school_id=here.school.id)
    opened = supervision.open_round(
        actor=officer, place=here.district, title=f"{here.school.name}的督导", key="ai_education", visits=1
    )
    review = SchoolReview.objects.unscoped(WHY).get(round=opened, school_id=here.school.id)
    return {
        "task_plan_id": kept.id,
        "dated_task_id": task.id,
        "year_end_id": year_end.id,
        "round_id": opened.id,
        "review_id": review.id,
        "survey_id": _survey(world),
    }


def _survey(world: World) -> object:
    """One that the school's head is writing."""
    head, today = world.actor("school_head"), time.today()
    plan = surveys.Plan("调查", "改进", Audience.PUPIL, [7], today, today + timedelta(days=7), 1)
    made = surveys.write(actor=head, place=world.here.school, plan=plan)
    surveys.add_question(actor=head, survey_id=made.id, kind=Kind.SCALE, title="我听得懂")
    return made.id
