"""Walking through the platform as one person: every link followed, every form sent, whatever comes back looked at."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve
from lxml import html

from qiming.kernel.throttle import buckets
from tests.security.addresses import undone

HOSTILE = "\"'><script>alert(1)</script>{{7*7}}"
REFLECTED = "<script>alert(1)</script>"
WHOLE = re.compile(r"\s*<!doctype html", re.IGNORECASE)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BASE = "http://testserver"
EACH = 4  # pages of one kind
SCHEMES = ("javascript", "data", "vbscript")


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands on a page: the values it would send, and all values each control offers."""

    page: str
    method: str
    action: str
    values: dict[str, str]
    offers: dict[str, list[str]]

    @property
    def kind(self) -> tuple[str, frozenset[str]]:
        return name_of(self.action), frozenset(self.values)


@dataclass(slots=True)
class Crawl:
    """What one person met."""

    client: Client
    forbidden_names: list[str]
    # Pages on which a person's case stands, and whose names may stand there all the same.
    case_pages: frozenset[str] = frozenset()
    case_names: frozenset[str] = frozenset()
    limit: int = 400
    seen: dict[str, int] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self, *starts: str) -> None:
        """Walk from each start and send every kind of form that stood on the way."""
        self.walk(*starts)
        sent: Counter[Any] = Counter()
        for form in self.forms:
            if form.method == "post" and sent[form.kind] < 2:
                sent[form.kind] += 1
                self.send(form)

    def walk(self, *starts: str) -> None:
        """Walk from each start; a start may be refused, a link may not."""
        waiting = deque((start, "") for start in starts)
        kinds: Counter[Any] = Counter()
        while waiting and len(self.seen) < self.limit:
            url, via = waiting.popleft()
            kind = name_of(url), frozenset(dict(parse_qsl(urlsplit(url).query)))
            if url in self.seen or kinds[kind] >= EACH:
                continue
            kinds[kind] += 1
            waiting += [(one, url) for one in self.visit(url, via)]

    def visit(self, url: str, via: str) -> list[str]:
        """Open `url`; where one can go from there."""
        buckets.forget()
        with undone():
            response = self.client.get(url)
        self.seen[url] = response.status_code
        if response.status_code in {301, 302}:
            return [at for one in [response["Location"]] if (at := here(one, url))]
        if response.status_code not in {200, 304} and via:
            self.problems.append(f"{via} leads to {url}: {response.status_code}")
        page = self.look(url, response, name_of(url))
        if page is None:
            return []
        self.forms += list(forms_of(page, url))
        gets = [
            one.action.partition("?")[0]
            + "?"
            + "&".join(f"{name}={value}" for name, value in one.values.items())
            for one in forms_of(page, url)
            if one.method == "get" and one.values
        ]
        return [at for one in [*links_of(page), *gets] if (at := here(one, url))]

    def send(self, form: Form) -> None:
        """Send the form empty, and with what a hostile hand would write into it."""
        nasty = {name: ("9" * 40 if index % 3 == 2 else HOSTILE) for index, name in enumerate(form.values)}
        for values in ({}, nasty):
            response = self.post(form.action, values)
            what = f"{form.page} sends {form.action} ({'empty' if not values else 'hostile'})"
            if response.status_code >= 500:
                self.problems.append(f"{what}: {response.status_code}")
            self.look(what, response, name_of(form.action))

    def post(self, url: str, values: dict[str, Any]) -> Any:
        buckets.forget()
        cookies = self.client.cookies.copy()
        with undone():
            response = self.client.post(url, values)
        self.client.cookies = cookies  # signing out is undone too
        return response

    def look(self, what: str, response: Any, page_name: str) -> Any:
        """What is wrong with an answer; the parsed page, or None when it is no page."""
        if response.status_code >= 500:
            self.problems.append(f"{what}: {response.status_code}")
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return None
        text = response.content.decode()
        allowed = self.case_names if page_name in self.case_pages else frozenset()
        self.problems += [
            f"{what} names {name}" for name in self.forbidden_names if name in text and name not in allowed
        ]
        if REFLECTED in text:
            self.problems.append(f"{what} repeats a script")
        if not text.strip():
            return None
        page = html.fromstring(text)
        if WHOLE.match(text) and not (page.findtext(".//title") or "").strip():
            self.problems.append(f"{what} has no title")
        self.problems += [
            f"{what} links to {address[:60]}"
            for address in links_of(page)
            if urlsplit(address.strip()).scheme.lower() in SCHEMES and not address.startswith("data:image/")
        ]
        return page


def links_of(page: Any) -> list[str]:
    found: list[str] = page.xpath(".//a/@href | .//area/@href | .//img/@src | .//*/@hx-get")
    return found


def forms_of(page: Any, url: str) -> Iterator[Form]:
    for form in page.xpath(".//form"):
        values, offers = _controls(form)
        action = here(form.get("action") or url, url)
        if action and form.get("method", "get").lower() in {"get", "post"}:
            yield Form(url, form.get("method", "get").lower(), action, values, offers)
    for button in page.xpath(".//*[@hx-post]"):
        if action := here(button.get("hx-post"), url):
            yield Form(url, "post", action, {}, {})


def _controls(form: Any) -> tuple[dict[str, str], dict[str, list[str]]]:
    values: dict[str, str] = {}
    offers: dict[str, list[str]] = {}
    for control in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]"):
        name = control.get("name")
        if name == "csrfmiddlewaretoken" or control.get("type") == "file":
            continue
        if control.tag == "select":
            choices = [one.get("value") or "" for one in control.xpath(".//option")]
            chosen = next((one.get("value") or "" for one in control.xpath(".//option[@selected]")), "")
            values[name] = chosen or next((one for one in choices if one), "")
            offers.setdefault(name, []).extend(choices)
        else:
            given = (
                control.get("value") or (control.text or "").strip()
                if control.tag == "textarea"
                else control.get("value")
            )
            values.setdefault(name, given or "")
            offers.setdefault(name, []).append(given or "")
    return values, offers


def here(address: str, base: str) -> str | None:
    """`address` as a path of ours; None when it leads elsewhere, into the page, or to a static file."""
    if address.startswith(("#", "data:", "mailto:", "tel:", "blob:")):
        return None
    parts = urlsplit(urljoin(BASE + base, address))
    if f"{parts.scheme}://{parts.netloc}" != BASE or parts.path.startswith("/static/"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def name_of(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).url_name or url
    except Resolver404:
        return url
