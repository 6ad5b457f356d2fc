"""A record store as another system sees it: an address, a key, statements of about 1 kB in, and questions whose answers
are checked."""

import base64
import json
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from benchmarks.load import Step, Work
from benchmarks.people import Wire, WrongAnswer

SCHOOL = "https://school.example.org"
ACTORS, ACTIVITIES, UNITS, REGISTRATIONS = 5000, 2000, 100, 1000
VERBS = tuple(
    f"http://adlnet.gov/expapi/verbs/{name}"
    for name in [
        "completed",
        "attempted",
        "passed",
        "failed",
        "answered",
        "experienced",
        "interacted",
        "scored",
    ]
)
PAGE = 100
Plain = dict[str, Any]
_registrations = [
    str(UUID(int=random.Random(number).getrandbits(128), version=4)) for number in range(REGISTRATIONS)
]


def account(number: int) -> Plain:
    return {"account": {"homePage": SCHOOL, "name": f"pupil{number:05d}"}}


def activity(number: int) -> str:
    return f"{SCHOOL}/lesson/{number:05d}"


def unit(number: int) -> str:
    return f"{SCHOOL}/unit/{number:03d}"


def registration(number: int) -> str:
    return _registrations[number]


def statement(dice: random.Random, at: datetime | None = None) -> Plain:
    """About 1 kB: an account, one of eight verbs and 2,000 lessons, a registration, a unit and a school above, a score."""
    lesson, raw = dice.randrange(ACTIVITIES), dice.randrange(101)
    at = at or datetime.now(UTC) - timedelta(seconds=dice.randrange(30 * 86400))
    verb = dice.choice(VERBS)
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", **account(dice.randrange(ACTORS))},
        "verb": {"id": verb, "display": {"zh-CN": "做了", "en-US": verb.rpartition("/")[2]}},
        "object": {
            "objectType": "Activity",
            "id": activity(lesson),
            "definition": {
                "name": {"zh-CN": f"人工智能第{lesson}课", "en-US": f"AI lesson {lesson}"},
                "type": "http://adlnet.gov/expapi/activities/lesson",
                "description": {"zh-CN": "用自己的照片教会一个模型，再说明它错在哪里"},
            },
        },
        "result": {
            "score": {"scaled": raw / 100, "raw": raw, "min": 0, "max": 100},
            "success": raw >= 60,
            "completion": True,
            "duration": f"PT{dice.randrange(1, 2400)}S",
        },
        "context": {
            "registration": registration(dice.randrange(REGISTRATIONS)),
            "platform": "school-exercises",
            "language": "zh-CN",
            "contextActivities": {
                "parent": [{"objectType": "Activity", "id": unit(lesson % UNITS)}],
                "grouping": [{"objectType": "Activity", "id": f"{SCHOOL}/school/{lesson % 200:03d}"}],
            },
            "extensions": {f"{SCHOOL}/ext/device": "tablet"},
        },
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


@dataclass(slots=True)
class Store:
    """Where it is and how one gets in; remembers some ids it took."""

    address: str
    user: str
    secret: str
    version: str = "1.0.3"
    ids: list[str] = field(default_factory=list)
    limited: threading.Lock = field(default_factory=threading.Lock)

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 80

    def ask(self, wire: Wire, method: str, query: Plain, body: Any = None) -> Any:
        pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": self.version}
        sent = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        path = f"{urlsplit(self.address).path.rstrip('/')}/statements"
        answer = wire.ask(method, f"{path}?{urlencode(query)}" if query else path, headers, sent)
        if answer.status not in {200, 204}:
            raise WrongAnswer(f"{method} {answer.status}: {answer.body[:200]!r}")
        return json.loads(answer.body) if answer.body else None

    def fill(self, wanted: int, clients: int = 4, batch: int = 500) -> None:
        """Bring it `wanted` statements."""
        left = [wanted]

        def bring(number: int) -> None:
            wire, dice = Wire(self.port), random.Random(number)
            while True:
                with self.limited:
                    if left[0] <= 0:
                        return
                    left[0] -= batch
                several = [statement(dice) for _ in range(batch)]
                self.ask(wire, "POST", {}, several)
                self.ids += [one["id"] for one in several[:20]]

        threads = [threading.Thread(target=bring, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


# --- work: what is measured


def posts(store: Store, size: int, aim_ms: float) -> Work:
    def client(number: int, of: int) -> Step:
        wire, dice = Wire(store.port), random.Random(1000 + number)

        def step() -> None:
            several = [statement(dice) for _ in range(size)]
            store.ask(wire, "POST", {}, several if size > 1 else several[0])

        return step

    return Work(f"POST of {size}", "a batch, checked and kept", client, aim_cpu_ms=aim_ms)


Question = Callable[[random.Random], tuple[Plain, Callable[[Plain], bool]]]


def questions(store: Store) -> Iterator[tuple[str, Question]]:
    """Each filter, and what must be true of every statement it finds."""

    def by_agent(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        who = account(dice.randrange(ACTORS))
        return {"agent": json.dumps(who)}, lambda one: one["actor"]["account"] == who["account"]

    def by_agent_and_verb(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        asked, fits = by_agent(dice)
        verb = dice.choice(VERBS)
        asked |= {"verb": verb, "since": "2020-01-01T00:00:00Z", "ascending": "true"}
        return asked, lambda one: fits(one) and one["verb"]["id"] == verb

    def by_verb(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        verb = dice.choice(VERBS)
        return {"verb": verb}, lambda one: one["verb"]["id"] == verb

    def by_activity(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        lesson = activity(dice.randrange(ACTIVITIES))
        return {"activity": lesson}, lambda one: one["object"]["id"] == lesson

    def related(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        above = unit(dice.randrange(UNITS))
        return {
            "activity": above,
            "related_activities": "true",
        }, lambda one: one["context"]["contextActivities"]["parent"][0]["id"] == above

    def related_agents(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        asked, fits = by_agent(dice)
        return asked | {"related_agents": "true"}, fits

    def by_registration(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        which = registration(dice.randrange(REGISTRATIONS))
        return {"registration": which}, lambda one: one["context"]["registration"] == which

    def between(dice: random.Random) -> tuple[Plain, Callable[[Plain], bool]]:
        until = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        return {"since": "2020-01-01T00:00:00Z", "until": until}, lambda one: one["stored"] <= until

    yield "GET newest", lambda dice: ({}, lambda one: True)
    yield "GET oldest first", lambda dice: ({"ascending": "true"}, lambda one: True)
    yield "GET since and until", between
    yield "GET verb", by_verb
    yield "GET activity", by_activity
    yield "GET related activities", related
    yield "GET agent", by_agent
    yield "GET related agents", related_agents
    yield "GET agent, verb, since, ascending", by_agent_and_verb
    yield "GET registration", by_registration


def gets(store: Store, name: str, question: Question, aim_ms: float) -> Work:
    def client(number: int, of: int) -> Step:
        wire, dice = Wire(store.port), random.Random(2000 + number)

        def step() -> None:
            asked, fits = question(dice)
            found = store.ask(wire, "GET", {**asked, "limit": PAGE})["statements"]
            # What is said about a statement that fits is found with it.
            if not all(one["object"].get("objectType") == "StatementRef" or fits(one) for one in found):
                raise WrongAnswer(f"{name} found what was not asked for")

        return step

    return Work(name, f"a page of {PAGE} at most", client, aim_cpu_ms=aim_ms)


def by_id(store: Store, aim_ms: float) -> Work:
    def client(number: int, of: int) -> Step:
        wire, dice = Wire(store.port), random.Random(3000 + number)

        def step() -> None:
            wanted = dice.choice(store.ids)
            if store.ask(wire, "GET", {"statementId": wanted})["id"] != wanted:
                raise WrongAnswer("another statement came")

        return step

    return Work("GET by id", "one statement", client, aim_cpu_ms=aim_ms)
