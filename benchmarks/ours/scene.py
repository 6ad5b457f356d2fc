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
CLASSES = 3  # that the demo's teacher has
COURSE = "g7-learning-from-examples"


def main() -> None:
    django.setup()
    what = sys.argv[1] if len(sys.argv) > 1 else "loop"
    print(json.dumps({"loop": _demo, "term": _term, "city": _city}[what]()))


def _demo() -> dict[str, Any]:
    """The demo's own class with its past."""
    from qiming.kernel.time import today
    from qiming.registry import queries as registry
    from qiming.registry import services
    from qiming.registry.models import Account
    from qiming.teaching import queries as teaching

    teacher = services.build_actor(Account.objects.get(username=TEACHER))
    for offering in teaching.offerings_of(teacher):
        due = [one for one in teaching.periods_of(offering.id) if one.planned_date == today()]
        if len(registry.pupils_of(offering.class_group_id)) == SIZE and due and due[0].lesson_version_id:
            return _begin(teacher, offering, due[0]) | {
                "staff": {"teacher": TEACHER, "district": "district", "password": _password()}
            }
    sys.exit(f"the demo city has no class of {SIZE} pupils with a lesson today")


def _term() -> dict[str, Any]:
    """A class of its own in the demo's school, with a term's answers behind it."""
    from benchmarks.sizes import SIZES
    from qiming.registry import queries as registry
    from qiming.registry import services
    from qiming.registry.models import Account
    from qiming.registry.types import OrgKind

    sizes = SIZES["term"]
    admin = services.build_actor(Account.objects.get(username="admin"))
    school = next(
        one
        for grant in admin.grants
        for one in registry.ancestors(grant.scope_path)
        if one.kind is OrgKind.SCHOOL
    )
    names = [f"测{stem}{branch}" for branch in "子丑寅卯辰巳" for stem in "甲乙丙丁戊己庚辛壬癸"][
        : sizes.pupils
    ]
    lines = ["年级,班级,座号,姓名", *(f"七年级,9,{seat},{name}" for seat, name in enumerate(names, 1))]
    import_id = services.preview_roster(
        actor=admin, school_id=school.id, name="名单.csv", data="\n".join(lines).encode()
    )
    services.apply_roster(actor=admin, import_id=import_id)
    group = next(one for one in registry.classes_under(school.path) if (one.grade, one.class_no) == (7, 9))
    teacher = services.build_actor(Account.objects.get(username=TEACHER))
    services.assign_teacher(actor=admin, person_id=teacher.person_id, class_id=group.id)
    teacher = services.build_actor(Account.objects.get(username=TEACHER))
    offering, due = _taught(teacher, group, answers=sizes.answers)
    return _begin(teacher, offering, due) | {
        "staff": {"teacher": TEACHER, "district": "district", "password": _password()}
    }


def _city() -> dict[str, Any]:
    """A class of a simulated city that has opened nothing yet: it is given the past of the demo's class."""
    from qiming.registry import queries as registry
    from qiming.registry import services
    from qiming.registry.models import Account, RoleGrant
    from qiming.registry.types import OrgKind, Role

    group, grant = _unopened()
    account = Account.objects.get(person_id=grant.person_id)
    teacher = services.build_actor(account)
    offering, due = _taught(teacher, group)
    above = {one.kind: one for one in registry.ancestors(group.path)}

    def holder(role: Role, kind: OrgKind) -> str:
        held = RoleGrant.objects.unscoped("the benchmark looks for somebody").filter(role=role)
        person = held.filter(organisation_id=above[kind].id).values_list(
            "person__account__username", flat=True
        )
        return str(person[0])

    return _begin(teacher, offering, due) | {
        "staff": {
            "teacher": account.username,
            "district": _largest_district(),
            "head": holder(Role.SCHOOL_HEAD, OrgKind.SCHOOL),
            "city": holder(Role.CITY_OFFICER, OrgKind.CITY),
            "password": _password(),
        },
        "school": str(above[OrgKind.SCHOOL].id),
        "city": str(above[OrgKind.CITY].id),
    }


def _unopened() -> tuple[Any, Any]:
    """A class of grade 7 with a teacher and no course, and the teacher's grant: a teacher with as many classes as the
    demo's, so that a page which lists them costs more only where the city makes it so; of those the largest class."""
    from qiming.registry import queries as registry
    from qiming.registry.models import Organisation, RoleGrant
    from qiming.teaching.models import Offering

    why = "the benchmark looks for a class"
    opened = Offering.objects.unscoped(why).filter(is_open=True).values("class_group_id")
    groups = Organisation.objects.unscoped(why).filter(kind="class_group", grade=7).exclude(id__in=opened)
    grants = RoleGrant.objects.unscoped(why).filter(
        role="teacher", organisation__in=groups[:400], ends_on=None
    )
    load = {
        person: len(classes)
        for person, classes in registry.classes_taught_by({one.person_id for one in grants}).items()
    }
    found = [
        (-abs(load[one.person_id] - CLASSES), len(registry.pupils_of(one.organisation_id)), str(one.id), one)
        for one in grants
    ]
    if not found:
        sys.exit("no class of grade 7 is left without a course: simulate a new city")
    grant = max(found)[-1]
    return registry.org(grant.organisation_id), grant


def _largest_district() -> str:
    from django.db.models import Count

    from qiming.registry.models import Organisation, RoleGrant

    why = "the benchmark looks for somebody"
    largest = (
        Organisation.objects.unscoped(why)
        .filter(kind="district")
        .annotate(n=Count("children"))
        .order_by("-n")[0]
    )
    held = RoleGrant.objects.unscoped(why).filter(role="district_officer", organisation=largest)
    return str(held.values_list("person__account__username", flat=True)[0])


def _taught(teacher: Any, group: Any, answers: int = 0) -> tuple[Any, Any]:
    """A course opened ten weeks ago and taught as in the demo's class, then answered until there are `answers`."""
    from qiming.curriculum import queries as curriculum
    from qiming.kernel.time import today
    from qiming.site.demo import past
    from qiming.teaching import queries as teaching

    course = curriculum.current_course(COURSE)
    assert course is not None
    past.open_and_teach(teacher, group, course, past.Habit(today().isoweekday(), 7, answers=True))
    offering = teaching.offerings_of_class(group.id, only_open=True)[0]
    if missing := answers - _answers(offering.id):
        _answer_more(offering, group, course, max(0, missing))
    due = [one for one in teaching.periods_of(offering.id) if one.planned_date == today()]
    if not due:
        sys.exit("the class has no lesson today: start with QIMING_CLOCK on a school day")
    return offering, due[0]


def _answer_more(offering: Any, group: Any, course: Any, missing: int) -> None:
    """Answers outside periods, pupil by pupil, item by item."""
    import random

    from qiming.curriculum import queries as curriculum
    from qiming.kernel.ids import new_id
    from qiming.learning import services
    from qiming.learning.types import Answer
    from qiming.registry import queries as registry
    from qiming.registry.models import Account
    from qiming.site.demo import answers
    from qiming.site.demo.seats import pupil_actor

    dice = random.Random(7)
    items = [
        (lesson.key, one)
        for lesson in course.lessons
        for one in curriculum.items_of(lesson.id)
        if one.kind != "short"
    ]
    pupils = registry.pupils_of(group.id)
    accounts = dict(
        Account.objects.filter(person_id__in=[one.id for one in pupils]).values_list("person_id", "id")
    )
    share = -(-missing // len(pupils))
    for pupil in pupils:
        chosen = [items[place % len(items)] for place in range(share)]
        given = [
            Answer(
                new_id(),
                key,
                one.key,
                answers.right(one) if dice.random() < 0.7 else answers.wrong(one, dice),
            )
            for key, one in chosen
        ]
        actor = pupil_actor(pupil, accounts[pupil.id])
        for start in range(0, len(given), 50):
            services.record_attempts(actor=actor, offering_id=offering.id, answers=given[start : start + 50])


def _begin(teacher: Any, offering: Any, period: Any) -> dict[str, Any]:
    """Start the period, let everybody join, and say who and what."""
    from django.db import connection

    from qiming.curriculum import queries as curriculum
    from qiming.registry import queries as registry
    from qiming.teaching import services

    pupils = registry.pupils_of(offering.class_group_id)
    services.start_period(actor=teacher, period_id=period.id)
    _all_join(period.id, pupils)
    lesson = curriculum.lesson(period.lesson_version_id)
    quiz = next((step.key for step in lesson.main_activities if step.kind == "quiz"), "")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {
        "postgresql": server,
        "class": str(offering.class_group_id),
        "offering": str(offering.id),
        "period": str(period.id),
        "lesson": lesson.key,
        "activity": quiz,
        "items": _items(period.lesson_version_id),
        "pupils": _cards([pupil.id for pupil in pupils]),
        "answers": _answers(offering.id),
    }


def _password() -> str:
    from qiming.site.demo.city import PASSWORD

    return PASSWORD


def _all_join(period_id: Any, pupils: Any) -> None:
    from qiming.registry.models import Account
    from qiming.site.demo.seats import pupil_actor
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
