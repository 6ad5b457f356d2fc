"""A real HTTP client that does not give up: it sends the same request again until the server acknowledges it."""

import http.client
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.people import HOST, Answer, Person

GIVE_UP_S = 90.0
PAUSE_S = 0.25
REQUEST_S = 30


@dataclass(slots=True)
class Met:
    """What people met while something was broken: how often each answer, the words of the plain page."""

    answers: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    pages: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Asker:
    """Somebody signed in, sending requests on connections of their own."""

    port: int
    person: Person
    met: Met

    def post(
        self, path: str, form: dict[str, str] | None = None, files: dict[str, tuple[str, bytes]] | None = None
    ) -> Answer:
        """A form, as a page sends it; repeated until something other than trouble comes back."""
        fields = {"csrfmiddlewaretoken": self.person.cookies.get("csrftoken", ""), **(form or {})}
        if files:
            kind, body = _multipart(fields, files)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(fields).encode()
        return self._until_told("POST", path, {"Content-Type": kind, "Accept": "text/html"}, body)

    def send(self, method: str, path: str, data: Any) -> Answer:
        """JSON, as the player sends it, with the idempotency ids it was given."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._until_told(method, path, headers, json.dumps(data).encode())

    def get(self, path: str) -> Answer:
        return self._until_told("GET", path, {"Accept": "text/html"}, None)

    def _until_told(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        began = time.monotonic()
        while time.monotonic() - began < GIVE_UP_S:
            try:
                answer = self.once(method, path, headers, body)
            except (OSError, http.client.HTTPException) as trouble:
                self.met.answers[type(trouble).__name__] += 1
            else:
                self.met.answers[str(answer.status)] += 1
                if answer.status < 500 and answer.status != 429:
                    assert method == "GET" or not answer.goes_to.startswith("/sign-in/?"), "signed out"
                    self.met.longest_s = max(self.met.longest_s, time.monotonic() - began)
                    return answer
                self.note(answer)
            time.sleep(PAUSE_S)
        raise AssertionError(f"{method} {path} was not acknowledged in {GIVE_UP_S:.0f} s: {self.met.answers}")

    def once(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        """One try on a fresh connection."""
        wire = http.client.HTTPConnection(HOST, self.port, timeout=REQUEST_S)
        cookies = "; ".join(f"{name}={value}" for name, value in self.person.cookies.items())
        token = {"X-CSRFToken": self.person.cookies.get("csrftoken", ""), "Cookie": cookies}
        try:
            wire.request(method, path, body, headers | token)
            answer = wire.getresponse()
            found = Answer(answer.status, answer.headers, answer.read())
        finally:
            wire.close()
        for line in found.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.person.cookies[name.strip()] = value.strip()
        return found

    def note(self, answer: Answer) -> None:
        """A page met in trouble must say what happened: its heading or title is kept for the record."""
        text = answer.body.decode(errors="replace")
        if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
            words = str(json.loads(text)["title"])
        elif "<h1" in text:
            words = text.split("<h1", 1)[1].split(">", 1)[1].split("</h1>")[0].strip()
        else:
            words = f"no words: {text[:80]!r}"
        self.met.pages.add(f"{answer.status} {words}")


def _multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[str, bytes]:
    edge = uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (filename, data) in files.items():
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
    return f"multipart/form-data; boundary={edge}", b"".join([*parts, f"--{edge}--\r\n".encode()])
