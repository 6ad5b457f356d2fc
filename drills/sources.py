"""Other systems that bring statements and do not give up: the same batch again until it is acknowledged, as the standard
lets them; and one that follows what is stored, by consistent-through alone."""

import base64
import http.client
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from benchmarks.ours.installation import Installation
from benchmarks.people import HOST, Answer, Wire
from benchmarks.xapi.asking import statement

GIVE_UP_S = 90.0
PAUSE_S = 0.2
THROUGH = "X-Experience-API-Consistent-Through"
PATH = "/xapi/statements"


def key_of(one: Installation, name: str) -> dict[str, str]:
    """A new key of an installation that runs: user name and secret."""
    words = ("records", "key", "create", "--name", name, "--scope", "write,read", "--json")
    made: dict[str, str] = json.loads(one.run("qiming.site", *words))
    return made


@dataclass(slots=True)
class Source:
    """One system with a key."""

    port: int
    key: dict[str, str]
    met: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    longest_s: float = 0.0

    def bring(self, dice: random.Random) -> None:
        """A batch of up to thirty statements, sent until it is acknowledged."""
        batch = [statement(dice) for _ in range(dice.choice((1, 1, 5, 30)))]
        answer = self._until_told("POST", PATH, json.dumps(batch).encode())
        wanted = [one["id"] for one in batch]
        assert json.loads(answer.body) == wanted, answer.body[:300]
        self.acknowledged |= set(wanted)

    def page(self, query: dict[str, str] | str) -> tuple[list[Any], str, str]:
        """Statements, where more follow, and up to when they are all there."""
        path = query if isinstance(query, str) else f"{PATH}?{urlencode(query)}"
        answer = self._until_told("GET", path, None)
        told = json.loads(answer.body)
        return told["statements"], told["more"], answer.headers[THROUGH]

    def once(self, method: str, path: str, body: bytes | None) -> Answer:
        """One try on a fresh connection."""
        pair = base64.b64encode(f"{self.key['key']}:{self.key['secret']}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "X-Experience-API-Version": "2.0.0"}
        headers |= {"Content-Type": "application/json"} if body else {}
        wire = Wire(self.port)
        try:
            return wire.ask(method, path, headers, body)
        finally:
            wire.close()

    def _until_told(self, method: str, path: str, body: bytes | None) -> Answer:
        began = time.monotonic()
        while time.monotonic() - began < GIVE_UP_S:
            try:
                answer = self.once(method, path, body)
            except (OSError, http.client.HTTPException) as trouble:
                self.met[type(trouble).__name__] += 1
            else:
                self.met[str(answer.status)] += 1
                if answer.status < 500:
                    assert answer.status == 200, (answer.status, answer.body[:500])
                    self.longest_s = max(self.longest_s, time.monotonic() - began)
                    return answer
            time.sleep(PAUSE_S)
        raise AssertionError(f"{method} on {HOST} was not answered in {GIVE_UP_S:.0f} s: {dict(self.met)}")


@dataclass(slots=True)
class Follower:
    """Reads what is new, up to consistent-through, and never looks back."""

    source: Source
    through: str = ""
    seen: Counter[str] = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)

    def follow(self) -> None:
        """Everything stored after the last time and up to what is said to be complete."""
        through = self.source.page({"limit": "1"})[2]
        if through == self.through:
            return
        query: dict[str, str] | str = {"ascending": "true", "until": through, "limit": "200"}
        if self.through and isinstance(query, dict):
            query["since"] = self.through
        while query:
            found, query, _ = self.source.page(query)
            self.seen.update(one["id"] for one in found)
            self.order += [one["stored"] for one in found]
        self.through = through
