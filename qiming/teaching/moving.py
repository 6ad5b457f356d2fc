"""The year's turn: courses of the old year end with its classes, and open again when the turn is undone."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from qiming.registry import moving
from qiming.teaching.models import Offering, TaughtPeriod
from qiming.teaching.types import PeriodState

_WHY = "the registry checked the administrator's right to turn the year of these classes"
NOT_HELD = "学年结束，没有上"


class CoursesTurn:
    """Closes the open courses of the classes; what was planned and not held is cancelled, what was taught stays."""

    name = "teaching"

    def close(self, class_ids: Sequence[UUID]) -> dict[str, Any]:
        offerings = Offering.objects.unscoped(_WHY).filter(class_group_id__in=class_ids, is_open=True)
        ids = list(offerings.values_list("id", flat=True))
        planned = TaughtPeriod.objects.unscoped(_WHY).filter(offering_id__in=ids, state=PeriodState.PLANNED)
        dropped = list(planned.values_list("id", flat=True))
        planned.update(state=PeriodState.CANCELLED, note=NOT_HELD)
        Offering.objects.unscoped(_WHY).filter(id__in=ids).update(is_open=False)
        return {"offerings": [str(one) for one in ids], "periods": [str(one) for one in dropped]}

    def open_again(self, done: dict[str, Any], new_class_ids: Sequence[UUID]) -> None:
        self.close(new_class_ids)
        Offering.objects.unscoped(_WHY).filter(id__in=done.get("offerings", ())).update(is_open=True)
        TaughtPeriod.objects.unscoped(_WHY).filter(id__in=done.get("periods", ()), note=NOT_HELD).update(
            state=PeriodState.PLANNED, note=""
        )

    def first_lesson(self, class_ids: Sequence[UUID], since: date) -> date | None:
        rows = TaughtPeriod.objects.unscoped(_WHY).filter(
            class_group_id__in=class_ids,
            planned_date__gte=since,
            state__in=[PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED],
        )
        return rows.order_by("planned_date").values_list("planned_date", flat=True).first()


moving.register_turn(CoursesTurn())
