"""The people of the scene, signed in, and the requests they make."""

import itertools
import time
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks.load import Step, Work
from benchmarks.people import Person, Wire, WrongAnswer

AT_ONCE = 30


class School:
    """One class in its period: pupils by card, the teacher, the district's officer."""

    def __init__(self, port: int, scene: dict[str, Any]) -> None:
        self.port = port
        self.scene = scene
        self.pupils = [Person() for _ in scene["pupils"]]
        self.teacher = self._staff("teacher")
        self.district = self._staff("district")

    # -- signing in

    def _staff(self, role: str) -> Person:
        person, wire = Person(), Wire(self.port)
        staff = self.scene["staff"]
        person.ask(wire, "GET", "/sign-in/", expect=200)
        form = _with_token(person, username=staff[role], password=staff["password"])
        person.ask(wire, "POST", "/sign-in/", form=form, expect=302)
        wire.close()
        return person

    def sign_ins(self, first: int, count: int = AT_ONCE) -> list[Callable[[], float]]:
        """Pupils at their devices; each step says how long the answer to the three pictures took."""
        total = len(self.pupils)
        return [self._card(number % total) for number in range(first, first + count)]

    def _card(self, number: int) -> Callable[[], float]:
        card = self.scene["pupils"][number]

        def sign_in() -> float:
            person, wire = Person(), Wire(self.port)
            person.ask(wire, "GET", card["path"], expect=302)
            person.ask(wire, "GET", "/sign-in/pictures/", expect=200)
            began = time.perf_counter()
            form = _with_token(person, pin=card["pin"])
            person.ask(wire, "POST", "/sign-in/pictures/", form=form, expect=302)
            taken = time.perf_counter() - began
            wire.close()
            self.pupils[number] = person
            return taken

        return sign_in

    # -- what is measured

    def works(self) -> list[Work]:
        scene = self.scene
        sync = f"/api/learning/sync?offering={scene['offering']}&lesson={scene['lesson']}&period={scene['period']}"
        board = f"/teach/periods/{scene['period']}/live/board/"
        report = f"/insight/classes/{scene['class']}/{scene['offering']}/"
        pupil, teacher, district = self._pupil_gets, self._teacher_gets, self._district_gets
        per_30 = len(self.pupils) / 30
        return [
            Work("sign-in-page", "the page on which staff sign in, by nobody yet", self._nobody_gets("/sign-in/")),
            Work("report", "class report", teacher(report), round(10 * per_30, 1), 250),
            Work("attempt", "a pupil's answer: sign-on, token, marking, mastery, statement, evidence", self._attempt, 6, 150),
            Work("sync-304", "a pupil's page asks how the class goes on; nothing new", pupil(sync, again=True), 6, 150),
            Work("sync-200", "the same with an answer", pupil(sync), 6, 150),
            Work("pupil-home", "a pupil's first page", pupil("/learn/")),
            Work("lesson", "a pupil's page of today's lesson", pupil(f"/learn/{scene['offering']}/{scene['lesson']}/")),
            Work("class-home", "the teacher's page of the class: the roster", teacher(f"/school/classes/{scene['class']}/")),
            Work("teacher-home", "a teacher's first page", teacher("/")),
            Work("board-304", "the teacher's live board; nothing new", teacher(board, again=True), 6, 150),
            Work("board-200", "the same, 45 pupils drawn", teacher(board)),
            Work("desk", "class-hour desk of a district", district("/desk/")),
        ]  # fmt: skip

    def officers(self) -> list[Work]:
        """Of a simulated city: the desks and lists of those above the class."""
        staff, scene = self.scene["staff"], self.scene
        city, head = self._staff("city"), self._staff("head")
        assert staff
        gets = self._person_gets
        return [
            Work("desk-school", "class-hour desk of a school", gets(head, "/desk/"), aim_p95_ms=300),
            Work("desk-district", "of the largest district", gets(self.district, "/desk/"), aim_p95_ms=300),
            Work("desk-city", "of the city", gets(city, "/desk/"), aim_p95_ms=1000),
            Work("classes-at-risk", "the city's classes at risk, page 7", gets(city, f"/desk/{scene['city']}/classes/?which=risk&page=7"), aim_p95_ms=1000),
            Work("places-district", "places of the largest district", gets(self.district, "/places/"), aim_p95_ms=300),
            Work("places-city", "places of the city", gets(city, "/places/"), aim_p95_ms=1000),
            Work("staff", "who works at a school", gets(head, "/school/staff/"), aim_p95_ms=300),
        ]  # fmt: skip

    def export(self) -> tuple[float, int]:
        """Seconds and bytes of every class of the city as a table."""
        person, wire = self._staff("city"), Wire(self.port)
        began = time.perf_counter()
        answer = person.ask(wire, "GET", f"/desk/{self.scene['city']}/table.csv", expect=200)
        wire.close()
        return time.perf_counter() - began, len(answer.body)

    def _nobody_gets(self, path: str) -> Callable[[int, int], Step]:
        def client(number: int, of: int) -> Step:
            wire = Wire(self.port)
            return lambda: _expect_200(Person(), wire, path)

        return client

    def _person_gets(self, person: Person, path: str) -> Callable[[int, int], Step]:
        return lambda number, of: self._get([person], path, again=False)

    def _share(self, number: int, of: int) -> list[Person]:
        """The pupils a client asks for; one of them where there are more clients than pupils."""
        return self.pupils[number::of] or [self.pupils[number % len(self.pupils)]]

    def _attempt(self, number: int, of: int) -> Step:
        wire = Wire(self.port)
        scene = self.scene
        turn = itertools.cycle(self._share(number, of))
        tries = itertools.cycle([(item, way) for way in ("wrong", "right") for item in scene["items"]])
        # Clients and pupils don't step through the items together.
        for _ in range(number):
            next(tries)

        def step() -> None:
            item, way = next(tries)
            one = {
                "id": str(uuid.uuid4()),
                "item": item["key"],
                "activity": scene["activity"],
                "response": item[way],
            }
            sent = {
                "offering": scene["offering"],
                "lesson": scene["lesson"],
                "period": scene["period"],
                "attempts": [one],
            }
            next(turn).ask(wire, "POST", "/api/learning/attempts", data=sent, expect=200)

        return step

    def _pupil_gets(self, path: str, *, again: bool = False) -> Callable[[int, int], Step]:
        return lambda number, of: self._get(self._share(number, of), path, again)

    def _teacher_gets(self, path: str, *, again: bool = False) -> Callable[[int, int], Step]:
        return lambda number, of: self._get([self.teacher], path, again)

    def _district_gets(self, path: str) -> Callable[[int, int], Step]:
        return lambda number, of: self._get([self.district], path, again=False)

    def _get(self, people: list[Person], path: str, again: bool) -> Step:
        wire = Wire(self.port)
        etag = people[0].ask(wire, "GET", path, expect=200).headers["ETag"] if again else ""
        turn = itertools.cycle(people)

        def step() -> None:
            nonlocal etag
            answer = next(turn).ask(wire, "GET", path, etag=etag)
            if answer.status == 200 and again:
                etag = answer.headers["ETag"]  # something did change: somebody has been away too long
            elif answer.status != (304 if again else 200):
                raise WrongAnswer(f"GET {path}: {answer.status}")

        return step


def _expect_200(person: Person, wire: Wire, path: str) -> None:
    person.ask(wire, "GET", path, expect=200)


def _with_token(person: Person, **fields: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": person.cookies[person.csrf_cookie], **fields}
