"""What the planner holds about one person."""

from uuid import UUID

from qiming.assist.models import LessonPlan, LessonReflection, LessonVisit, PlanPart
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"


def export(person_id: UUID) -> list[Part]:
    """Plans made, parts decided, visits and reflections written."""
    plans = LessonPlan.objects.unscoped(_WHY).filter(made_by=person_id)
    parts = PlanPart.objects.unscoped(_WHY).filter(decided_by=person_id)
    visits = LessonVisit.objects.unscoped(_WHY).filter(made_by=person_id)
    looks = LessonReflection.objects.unscoped(_WHY).filter(made_by=person_id)
    return [
        holdings.part("assist.lessonplan", "备的课", plans, {"时间": "created_at", "哪一课": "lesson_key"}),
        holdings.part("assist.planpart", "备课时定的", parts, {"时间": "decided_at", "什么": "title"}),
        holdings.part("assist.lessonvisit", "填的观课表", visits, {"时间": "changed_at", "写的话": "note"}),
        holdings.part("assist.lessonreflection", "课后反思", looks, {"时间": "changed_at", "反思": "text"}),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Plans and what was decided stay with the class, without who did it; own words go."""
    rows = LessonPlan.objects.unscoped(_WHY).filter(made_by=person_id)
    parts = PlanPart.objects.unscoped(_WHY).filter(decided_by=person_id)
    visits = LessonVisit.objects.unscoped(_WHY).filter(made_by=person_id)
    looks = LessonReflection.objects.unscoped(_WHY).filter(made_by=person_id)
    return [
        holdings.moved("备的课", rows, "是班里的教学安排，去掉了是谁备的", made_by=pseudonym_id),
        holdings.moved("备课时定的", parts, "本校版的来历，去掉了是谁定的", decided_by=pseudonym_id),
        holdings.erased("填的观课表", visits),
        holdings.erased("课后反思", looks),
    ]
