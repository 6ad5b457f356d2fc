"""What the room holds about one person: what the school noted of them, their trainings, where they were."""

from uuid import UUID

from qiming.educators.models import Attendance, Enrolment, Output, StaffProfile, Training
from qiming.kernel import holdings
from qiming.kernel.holdings import Fate, Part, moved

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"


def export(person_id: UUID) -> list[Part]:
    """All figures held on somebody, as their own page shows them."""
    own = {"person_id": person_id}
    return [
        holdings.part(
            "educators.staffprofile",
            "任教条件",
            StaffProfile.objects.unscoped(_WHY).filter(**own),
            {"职务": "post", "教师资格": "licence", "原任学科": "subject", "每周课时": "weekly_periods"},
            hide="set_by",
        ),
        holdings.part(
            "educators.enrolment",
            "参加的培训",
            Enrolment.objects.unscoped(_WHY).filter(**own),
            {"状态": "state", "学分（百分之一）": "credit_hundredths", "依据": "reasons"},
            hide="enrolled_by",
        ),
        holdings.part(
            "educators.output",
            "研修成果",
            Output.objects.unscoped(_WHY).filter(**own),
            {"学段": "stage", "方案": "plan", "进度": "state"},
        ),
        holdings.part(
            "educators.attendance",
            "培训到场",
            Attendance.objects.unscoped(_WHY).filter(**own),
            {"时间": "at", "方式": "how", "原因": "reason"},
            hide="noted_by",
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """What the school noted goes; a training that took place stays counted, under the pseudonym."""
    count = "培训办了多少人、通过多少人要能查"
    own, new = {"person_id": person_id}, {"person_id": pseudonym_id}
    who = "谁办的要能查，只留编号"
    return [
        holdings.erased("任教条件", StaffProfile.objects.unscoped(_WHY).filter(**own)),
        moved("参加的培训", Enrolment.objects.unscoped(_WHY).filter(**own), count, **new),
        moved("研修成果", Output.objects.unscoped(_WHY).filter(**own), count, **new),
        moved("培训到场", Attendance.objects.unscoped(_WHY).filter(**own), count, **new),
        *(
            moved(
                what, model.objects.unscoped(_WHY).filter(**{field: person_id}), who, **{field: pseudonym_id}
            )
            for what, model, field in (
                ("登记的任教条件", StaffProfile, "set_by"),
                ("报的名", Enrolment, "enrolled_by"),
                ("记的到场", Attendance, "noted_by"),
                ("开办的培训", Training, "opened_by"),
            )
        ),
    ]


holdings.register("educators", 9, export=export, erase=erase)
