"""A request of another system, read: who, which version, which parameters, which JSON. Refusals are JSON, in English."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from math import isinf
from typing import Any, Final, Literal, NoReturn
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from qiming.kernel.http import client_address
from qiming.kernel.throttle import STRANGER, wait_for
from qiming.records.services import home_page
from qiming.records.xapi import people, usage
from qiming.records.xapi.keys import SOURCE, Holder, holder_of
from qiming.records.xapi.shape import Plain, identifier_of
from qiming.records.xapi.usage import Came
from qiming.records.xapi.validate import Version
from qiming.records.xapi.validate_parts import actor
from qiming.records.xapi.validate_values import Found, parse_time
from qiming.records.xapi.validate_values import uuid as check_uuid

MAX_BYTES: Final = 24 * 1024 * 1024
VERSION_HEADER: Final = "X-Experience-API-Version"
_V1 = re.compile(r"1\.0(\.\d+)?", re.ASCII)
_V2 = re.compile(r"2\.0(\.\d+)?", re.ASCII)
# Written so, a text may hold half a character or U+0000; everything else is what it looks like.
_DOUBTFUL = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_HEADERS = {"authorization", "content-type", "content-length", "if-match", "if-none-match", "accept-language"}


class Refused(Exception):
    """The request is answered with `status` and, for each rule that was broken, a finding."""

    def __init__(
        self, status: int, says: str, *, findings: Iterable[Plain] = (), headers: Plain | None = None
    ) -> None:
        super().__init__(says)
        self.status = status
        self.says = says
        self.findings = list(findings)
        self.headers = headers or {}

    def answer(self) -> HttpResponse:
        body: Plain = {"error": self.says}
        if self.findings:
            body["findings"] = self.findings
        return JsonResponse(body, status=self.status, headers=self.headers)


def bad(says: str) -> NoReturn:
    raise Refused(400, says)


@dataclass(slots=True)
class Ask:
    """A request, the alternate syntax of 1.0.3 (everything within a form) undone."""

    method: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    version: Version
    holder: Holder
    root: str
    came: Came = field(default_factory=Came)

    def needs(self, scope: Literal["write", "read-own", "read"]) -> None:
        if not self.holder.may(scope):
            raise Refused(403, f"this key may not {scope}")

    def only(self, *names: str) -> None:
        """Parameters that nobody knows are refused: a misspelt filter must not find everything."""
        if unknown := sorted(set(self.params) - set(names)):
            bad(f"unknown parameter: {unknown[0][:80]}")

    def flag(self, name: str) -> bool:
        given = self.params.get(name, "false")
        if given not in {"true", "false"}:
            bad(f"{name} must be true or false")
        return given == "true"

    def uuid(self, name: str) -> UUID | None:
        given = self.params.get(name)
        if given is None:
            return None
        found: Found = []
        check_uuid(given, name, found)
        return bad(f"{name} {found[0].says}") if found else UUID(given)

    def moment(self, name: str) -> datetime | None:
        given = self.params.get(name)
        if given is None:
            return None
        # A plus sign in an address that nobody escaped arrives as a space.
        found = parse_time(given.replace(" ", "+") if "T" in given else given)
        return found or bad(f"{name} must be a time with its zone")

    def agent(self, name: str = "agent", *, make: bool = False) -> str | None:
        """An agent's identifier as it is stored; `make`: something is about to be written about it."""
        given = self.params.get(name)
        if given is None:
            return None
        value = read_json(given.encode())
        found: Found = []
        actor(value, f"{name}:", found)
        if not found and "name" in value and value.get("account", {}).get("homePage") == home_page():
            bad(f"{name}: people of this platform are named by their account alone")
        identifier = people.identifier(value, home_page(), make=make) if not found else None
        if make and not found and identifier is None and identifier_of(value):
            bad(f"{name} is not a person of this platform; nothing was stored")
        return identifier or bad(f"{name} must be an agent or group with an identifier, as JSON")


def read_json(data: bytes) -> Any:
    """What a JSON text says; refuses what PostgreSQL or JSON itself could not keep (NaN, NUL, halves of a character)."""
    try:
        text = data.decode("utf-8")
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if _DOUBTFUL.search(text):
            back = json.dumps(value, ensure_ascii=False)
            back.encode("utf-8")
            if "\\u0000" in back.replace("\\\\", ""):
                bad("the character U+0000 cannot be kept")
        elif "\x00" in text:
            bad("the character U+0000 cannot be kept")
    except RecursionError:
        bad("the JSON is nested too deeply")
    except (UnicodeError, ValueError):
        bad("the body is not JSON in UTF-8")
    return value


def _finite(word: str) -> float:
    if isinf(number := float(word)):
        raise ValueError(word)
    return number


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def answered(handle: Callable[[Ask], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The frame of every address but `about`: key, rate, version, and refusals in one form."""

    @wraps(handle)
    def view(request: HttpRequest) -> HttpResponse:
        said = "0.95"  # what a request without a version gets to know (both suites)
        ask: Ask | None = None
        try:
            ask = read(request)
            said = ask.version
            answer = handle(ask)
        except Refused as refused:
            given = request.headers.get(VERSION_HEADER, "")
            said = _version_of(given) or said
            answer = refused.answer()
        except RecursionError:
            answer = Refused(400, "the JSON is nested too deeply; nothing was stored").answer()
        if ask is not None:
            usage.note(ask.holder.id, ask.came)
        answer[VERSION_HEADER] = said
        return answer

    return view


def read(request: HttpRequest) -> Ask:
    """The request as an `Ask`; the key is checked before a byte of the body is read (but for a small form)."""
    params = {name: str(value) for name, value in request.GET.items()}
    headers = {name.lower(): value for name, value in request.headers.items()}
    method, body = request.method or "", None
    if (
        method == "POST"
        and "method" in params
        and _version_of(headers.get("x-experience-api-version", "1.0")) != "2.0.0"
    ):
        method, params, body = _alternate(request, params, headers)
    holder = holder_of(headers.get("authorization", ""))
    address = client_address(request)
    limit, account = (SOURCE, str(holder.id)) if holder else (STRANGER, None)
    if wait_s := wait_for(limit, account=account, address=address):
        raise Refused(429, "too many requests", headers={"Retry-After": str(max(1, round(wait_s + 0.5)))})
    if holder is None:
        raise Refused(
            401, "a key of this store is needed", headers={"WWW-Authenticate": 'Basic realm="xapi"'}
        )
    version = _version_of(headers.get("x-experience-api-version", ""))
    if version is None:
        bad(f"{VERSION_HEADER} must be 1.0.x or 2.0.x")
    if body is not None and version != "1.0.3":
        bad("the alternate request syntax belongs to 1.0.x")
    # Read, not `body`: how much may come is said by `body_limit`, checked before this and higher than for a form.
    whole = request.read() if body is None else body
    return Ask(method, params, headers, whole, version, holder, request.path.split("/xapi/")[0] + "/xapi/")


def _version_of(given: str) -> Version | None:
    if _V1.fullmatch(given):
        return "1.0.3"
    return "2.0.0" if _V2.fullmatch(given) else None


def _alternate(
    request: HttpRequest, params: dict[str, str], headers: dict[str, str]
) -> tuple[str, dict[str, str], bytes]:
    """1.0.3, 1.3: method in the address, headers, parameters and content as fields of a form."""
    if set(params) != {"method"}:
        bad("with the alternate request syntax every parameter stands in the form")
    if (
        headers.get("content-type", "").partition(";")[0].strip().lower()
        != "application/x-www-form-urlencoded"
    ):
        bad("the alternate request syntax is a form (application/x-www-form-urlencoded)")
    method = params["method"]
    if method not in {"GET", "PUT", "POST", "DELETE", "HEAD"}:
        bad("method must be GET, PUT, POST or DELETE")
    try:
        fields = dict(
            parse_qsl(
                request.body.decode("ascii"), keep_blank_values=True, strict_parsing=False, errors="strict"
            )
        )
    except ValueError:
        bad("the form cannot be read")
    content = fields.pop("content", "")
    headers["content-type"] = "application/json" if content else ""
    inner: dict[str, str] = {}
    for name, value in fields.items():
        if name.lower() in _HEADERS or name.lower().startswith("x-experience-"):
            headers[name.lower()] = value
        else:
            inner[name] = value
    return method, inner, content.encode()
