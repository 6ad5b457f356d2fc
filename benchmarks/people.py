"""Somebody at a browser, as a server sees them: cookies, the cross-site token, a connection that stays open."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

HOST = "127.0.0.1"
_TIMEOUT_S = 30


class WrongAnswer(Exception):
    """The server answered something else than a measured request must be answered with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def goes_to(self) -> str:
        """The path of a redirect."""
        parts = urlsplit(self.headers.get("Location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")


class Wire:
    """One keep-alive connection to a server on this machine."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT_S)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()  # opens again at the next request
            raise

    def close(self) -> None:
        self._connection.close()


@dataclass(slots=True)
class Person:
    """Cookies and token of one person."""

    csrf_cookie: str = "csrftoken"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        wire: Wire,
        method: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
        data: Any = None,
        etag: str = "",
        expect: int | None = None,
    ) -> Answer:
        headers = self._headers(etag)
        body: bytes | None = None
        if form is not None:
            body = urlencode(form).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif data is not None:
            body = json.dumps(data).encode()
            headers["Content-Type"] = "application/json"
        answer = wire.ask(method, path, headers, body)
        self._keep(answer)
        if expect is not None and answer.status != expect:
            said = answer.body[:300].decode(errors="replace")
            raise WrongAnswer(f"{method} {path}: {answer.status} instead of {expect}: {said}")
        return answer

    def _headers(self, etag: str) -> dict[str, str]:
        headers = {"Accept-Encoding": "gzip"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if token := self.cookies.get(self.csrf_cookie):
            headers["X-CSRFToken"] = token
        if etag:
            headers["If-None-Match"] = etag
        return headers

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
