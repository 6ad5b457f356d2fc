"""The loop as requests: a class is imported, opened a course, taught, answered, handed in, ended, confirmed.

Each step is one request that changes something; `Journey.walk` lets another hand strike at a chosen one.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from benchmarks.people import Person, Wire
from drills.asking import Asker, Met

STEPS = (
    "preview the roster", "write the roster", "open the course", "start the period", "join", "answer",
    "hand in work", "end the period", "confirm the period",
)  # fmt: skip
PUPILS = 3
FIRST_CLASS, CLASSES = 21, 49  # numbers a grade of the demo school does not use; above them are other drills'
PASSWORD = "qiming-demo-2026"


def settled(ask: Callable[[], Any]) -> Any:
    """The answer to a question to the database, however often it has just been killed."""
    from django.db import InterfaceError, OperationalError, close_old_connections

    for _ in range(120):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            close_old_connections()
            time.sleep(0.5)
    raise AssertionError("the database did not come back within a minute")


def sign_in_staff(port: int, name: str) -> Person:
    person, wire = Person(), Wire(port)
    person.ask(wire, "GET", "/sign-in/", expect=200)
    form = {"csrfmiddlewaretoken": person.cookies["csrftoken"], "username": name, "password": PASSWORD}
    person.ask(wire, "POST", "/sign-in/", form=form, expect=302)
    wire.close()
    return person


@dataclass(slots=True)
class Journey:
    """One class of its own, numbered, and all that is known of it."""

    port: int
    number: int
    admin: Person
    teacher: Person
    met: Met = field(default_factory=Met)
    class_id: UUID | None = None
    offering_id: UUID | None = None
    period_id: UUID | None = None
    import_path: str = ""
    lesson_key: str = ""
    pupils: list[tuple[UUID, Person]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)

    def walk(self, strike_at: str, strike: Callable[[], Any]) -> None:
        """Take every step; at the chosen one call `strike` first, which strikes a moment later."""
        for step in STEPS:
            self.get_ready(step)
            waiting = strike() if step == strike_at else None
            self.take(step)
            if waiting is not None:
                waiting.join()

    def get_ready(self, step: str) -> None:
        """What must be known or done before a step, outside of what is drilled."""
        getattr(self, "_ready_" + step.replace(" ", "_"), lambda: None)()

    def take(self, step: str) -> None:
        getattr(self, "_" + step.replace(" ", "_"))()

    @property
    def grade(self) -> int:
        return 7 + self.number // CLASSES

    @property
    def class_no(self) -> int:
        return FIRST_CLASS + self.number % CLASSES

    def as_admin(self) -> Asker:
        return Asker(self.port, self.admin, self.met)

    def as_teacher(self) -> Asker:
        return Asker(self.port, self.teacher, self.met)

    # -- the roster

    def _preview_the_roster(self) -> None:
        lines = ["年级,班级,座号,姓名"]
        lines += [
            f"{self.grade},{self.class_no},{seat},演练{'甲乙丙丁'[seat - 1]}" for seat in range(1, PUPILS + 1)
        ]
        sheet = {"file": ("演练.csv", "\r\n".join(lines).encode("gb18030"))}
        answer = self.as_admin().post("/school/import/", files=sheet)
        assert answer.status == 302, answer.body[:500]
        self.import_path = answer.goes_to

    def _write_the_roster(self) -> None:
        answer = self.as_admin().post(f"{self.import_path}apply/")
        assert answer.status in (302, 409, 422), answer.status

    # -- teaching

    def _ready_open_the_course(self) -> None:
        settled(self._find_class)

    def _find_class(self) -> None:
        from qiming.registry.models import Account, ClassMembership, Organisation, RoleGrant
        from qiming.registry.services import assign_teacher

        group = Organisation.objects.unscoped("drill").get(
            parent__name="示例一中", grade=self.grade, class_no=self.class_no
        )
        self.class_id = group.id
        teacher = Account.objects.get(username="shen")
        if not RoleGrant.objects.unscoped("drill").filter(person=teacher.person, organisation=group).exists():
            assign_teacher(actor=None, person_id=teacher.person_id, class_id=group.id)
        members = ClassMembership.objects.unscoped("drill").filter(class_group=group).order_by("seat_no")
        self.pupils = [(one.person_id, Person()) for one in members]
        assert len(self.pupils) == PUPILS, "pupils were lost or doubled by the import"

    def _open_the_course(self) -> None:
        from qiming.curriculum import queries as curriculum
        from qiming.kernel.time import today

        course = settled(lambda: next(one for one in curriculum.courses() if 7 in one.grades))
        form = {
            "class_id": str(self.class_id), "course": str(course.id), "mode": "standalone", "weekday": str(min(5, today().isoweekday())),
            "slot_no": "7", "every_weeks": "1", "starts_on": today().isoformat(), "accept_short": "on",
            "share_minutes": "20", "host_subject": "",
        }  # fmt: skip
        answer = self.as_teacher().post("/teach/open/", form)
        assert answer.status in (302, 422), answer.status

    def _ready_start_the_period(self) -> None:
        settled(self._find_period)

    def _find_period(self) -> None:
        from qiming.kernel.time import today
        from qiming.teaching.models import Offering, TaughtPeriod

        offering = Offering.objects.unscoped("drill").get(class_group_id=self.class_id)
        self.offering_id = offering.id
        period = (
            TaughtPeriod.objects.unscoped("drill").filter(offering=offering).order_by("planned_date").first()
        )
        assert period is not None
        TaughtPeriod.objects.unscoped("drill").filter(id=period.id).update(planned_date=today())
        self.period_id = period.id

    def _start_the_period(self) -> None:
        answer = self.as_teacher().post(f"/teach/periods/{self.period_id}/start/")
        assert answer.status == 302, (answer.status, answer.body[:500])

    # -- learning

    def _ready_join(self) -> None:
        settled(self._hand_out_cards)

    def _hand_out_cards(self) -> None:
        from qiming.curriculum import queries as curriculum
        from qiming.registry.models import ClassCard
        from qiming.registry.secrets import card_token, pin_pictures
        from qiming.teaching.models import TaughtPeriod

        period = TaughtPeriod.objects.unscoped("drill").get(id=self.period_id)
        assert period.lesson_version_id
        self.lesson_key = curriculum.lesson(period.lesson_version_id).key
        for person_id, person in self.pupils:
            if "sessionid" in person.cookies:
                continue
            card = ClassCard.objects.unscoped("drill").get(person_id=person_id)
            asker = Asker(self.port, person, self.met)
            asker.get(f"/c/{card_token(card.id, card.token_serial)}")
            asker.get("/sign-in/pictures/")
            asker.post("/sign-in/pictures/", {"pin": "-".join(pin_pictures(card.id, card.pin_serial))})
            assert "sessionid" in person.cookies

    def _join(self) -> None:
        code = settled(self._code)
        for _, person in self.pupils:
            answer = Asker(self.port, person, self.met).post("/join/", {"code": code})
            assert answer.status == 302, (answer.status, answer.body[-1500:].decode())

    def _code(self) -> str:
        from qiming.teaching.models import LivePeriod

        return str(LivePeriod.objects.unscoped("drill").get(period_id=self.period_id).join_code)

    def _items(self) -> list[tuple[str, dict[str, Any]]]:
        from qiming.curriculum import queries as curriculum
        from qiming.site.demo import answers
        from qiming.teaching.models import TaughtPeriod

        period = TaughtPeriod.objects.unscoped("drill").get(id=self.period_id)
        assert period.lesson_version_id
        items = [
            one for one in curriculum.items_of(period.lesson_version_id, use="class") if one.kind != "short"
        ]
        return [(one.key, answers.right(one)) for one in items]

    def _place(self) -> dict[str, str]:
        return {"offering": str(self.offering_id), "lesson": self.lesson_key, "period": str(self.period_id)}

    def _answer(self) -> None:
        for item, right in settled(self._items)[:2]:
            for _, person in self.pupils:
                told = str(uuid.uuid4())
                one = {"id": told, "item": item, "response": right}
                sent = self._place() | {"attempts": [one]}
                answer = Asker(self.port, person, self.met).send("POST", "/api/learning/attempts", sent)
                assert answer.status == 200, answer.body[:500]
                assert answer.json()["results"][0]["status"] in ("recorded", "again"), answer.json()
                self.answers.append(told)

    def _hand_in_work(self) -> None:
        activity = settled(self._work_activity)
        for _, person in self.pupils:
            told = str(uuid.uuid4())
            sent = self._place() | {
                "id": told, "activity": activity[0], "kind": activity[1], "state": {"text": "演练"}, "hand_in": True,
            }  # fmt: skip
            answer = Asker(self.port, person, self.met).send("PUT", "/api/learning/works", sent)
            assert answer.status == 200, answer.body[:500]
            assert answer.json()["handed_in"]
            self.works.append(told)

    def _work_activity(self) -> tuple[str, str]:
        from qiming.curriculum import queries as curriculum
        from qiming.teaching.models import TaughtPeriod

        period = TaughtPeriod.objects.unscoped("drill").get(id=self.period_id)
        assert period.lesson_version_id
        steps = curriculum.lesson(period.lesson_version_id).activities
        return next((one.key, "reflection") for one in steps if one.kind == "reflect")

    # -- afterwards

    def _end_the_period(self) -> None:
        answer = self.as_teacher().post(f"/teach/periods/{self.period_id}/live/act/", {"act": "end"})
        assert answer.status in (302, 404, 409, 422), answer.status

    def _confirm_the_period(self) -> None:
        marks = {f"s_{person_id}": "present" for person_id, _ in self.pupils}
        answer = self.as_teacher().post(f"/teach/periods/{self.period_id}/confirm/", marks)
        assert answer.status == 302, (answer.status, answer.body[:300])
