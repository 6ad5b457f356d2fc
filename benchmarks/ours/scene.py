"""Runs inside the installation's home: begins today's period of the class with a past and prints, for a machine,
who takes part in it and with what they enter.

The cards' secrets and the right answers are known to whoever holds the installation; nobody can ask for them over
HTTP, so a load program has to be told.
"""

import json
import sys
from typing import Any

import django

TEACHER = "shen"
SIZE = 45


def main() -> None:
    django.setup()
    print(json.dumps(_scene()))


def _scene() -> dict[str, Any]:
    from django.db import connection

    from qiming.curriculum import queries as curriculum
    from qiming.kernel.time import today
    from qiming.registry import queries as registry
    from qiming.registry import services as registry_services
    from qiming.registry.models import Account
    from qiming.site.demo.city import PASSWORD
    from qiming.teaching import queries as teaching
    from qiming.teaching import services

    teacher = registry_services.build_actor(Account.objects.get(username=TEACHER))
    for offering in teaching.offerings_of(teacher):
        pupils = registry.pupils_of(offering.class_group_id)
        due = [one for one in teaching.periods_of(offering.id) if one.planned_date == today()]
        if len(pupils) == SIZE and due and due[0].lesson_version_id:
            break
    else:
        sys.exit(f"the demo city has no class of {SIZE} pupils with a lesson today")
    period = due[0]
    assert period.lesson_version_id
    services.start_period(actor=teacher, period_id=period.id)
    _all_join(period.id, pupils)
    lesson = curriculum.lesson(period.lesson_version_id)
    quiz = next((step.key for step in lesson.main_activities if step.kind == "quiz"), "")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {
        "postgresql": server,
        "staff": {"teacher": TEACHER, "district": "district", "password": PASSWORD},
        "class": str(offering.class_group_id),
        "offering": str(offering.id),
        "period": str(period.id),
        "lesson": lesson.key,
        "activity": quiz,
        "items": _items(period.lesson_version_id),
        "pupils": _cards([pupil.id for pupil in pupils]),
        "answers": _answers(offering.id),
    }


def _all_join(period_id: Any, pupils: Any) -> None:
    from qiming.registry.models import Account
    from qiming.site.demo.past import pupil_actor
    from qiming.teaching import services
    from qiming.teaching.models import LivePeriod

    live = LivePeriod.objects.unscoped("the benchmark reads the wall").get(period_id=period_id)
    accounts = dict(
        Account.objects.filter(person_id__in=[one.id for one in pupils]).values_list("person_id", "id")
    )
    for pupil in pupils:
        services.join(actor=pupil_actor(pupil, accounts[pupil.id]), code=live.join_code)


def _items(lesson_version_id: Any) -> list[dict[str, Any]]:
    """Each item with a right response and a wrong one."""
    import random

    from qiming.curriculum import queries as curriculum
    from qiming.site.demo import answers

    dice = random.Random(7)
    items = [one for one in curriculum.items_of(lesson_version_id, use="class") if one.kind != "short"]
    return [{"key": one.key, "right": answers.right(one), "wrong": answers.wrong(one, dice)} for one in items]


def _cards(people: list[Any]) -> list[dict[str, str]]:
    from qiming.registry.models import ClassCard
    from qiming.registry.secrets import card_token, pin_pictures

    cards = ClassCard.objects.unscoped("the benchmark holds the cards").filter(person_id__in=people)
    return [
        {
            "path": f"/c/{card_token(one.id, one.token_serial)}",
            "pin": "-".join(pin_pictures(one.id, one.pin_serial)),
        }
        for one in cards
    ]


def _answers(offering_id: Any) -> int:
    """How many answers the class has given before: what its report is made of."""
    from qiming.learning.models import Attempt

    return int(Attempt.objects.unscoped("the benchmark counts").filter(offering_id=offering_id).count())


if __name__ == "__main__":
    main()
