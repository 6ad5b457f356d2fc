"""A real tool (PyLTI1p3) against our addresses: it asks us through Django's test client, the browser is one too."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.test import Client
from requests.adapters import BaseAdapter

from qiming.registry import services as registry_services
from qiming.resources.lti.models import LtiLine, LtiLink, LtiNote, LtiScore, LtiTool
from qiming.resources.lti.protocol.names import CONTEXT, CUSTOM, GRADE, ROLES
from qiming.resources.lti.tests.conftest import BASE, Scene
from qiming.resources.lti.types import Kept
from tests.lti_tool.adapters import Connector, Goes
from tests.lti_tool.tool import Tool

TOOL = "https://sums.example.cn"


class ThroughDjango(BaseAdapter):
    """Carries a request of the tool's server to our views."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]  # the rest is of no use here
        kept = {"host", "content-length", "content-type", "accept-encoding"}
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() not in kept}
        found = Client().generic(
            str(request.method),
            urlsplit(str(request.url)).path + f"?{urlsplit(str(request.url)).query}",
            request.body or b"",
            content_type=str(request.headers.get("Content-Type") or ""),
            headers=headers,
        )
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = found.status_code, str(request.url), request
        answer.headers.update(found.headers)
        answer.raw = io.BytesIO(found.content)
        return answer

    def close(self) -> None:
        """Nothing is open."""


class Browser:
    """A browser of somebody signed in: our pages by Django's client, the tool's by itself; cookies of both."""

    def __init__(self, client: Client, tool: Tool) -> None:
        self.client = client
        self.tool = tool
        self.cookies: dict[str, str] = {}

    def to_tool(self, method: str, url: str, params: dict[str, str]) -> Goes:
        goes = self.tool.handle(method, urlsplit(url).path, params, self.cookies)
        self.cookies |= goes.cookies
        return goes

    def open(self, start: str, data: dict[str, str] | None = None) -> Goes:
        """From our button to the tool's page."""
        began = self.client.post(start, data or {"frame": "1"})
        assert began.status_code == 303, began.content.decode()
        login = urlsplit(began["Location"])
        back = self.to_tool("GET", began["Location"], dict(parse_qsl(login.query)))
        assert back.status == 302, back.body
        page = self.client.get(back.location.removeprefix(BASE))
        assert page.status_code == 200, page.content.decode()
        return self.to_tool("POST", *form_of(page.content.decode()))

    def bring_back(self, goes: Goes) -> Any:
        """The tool's own form, posted to us."""
        url, fields = form_of(goes.body)
        return self.client.post(urlsplit(url).path, fields)


def form_of(html: str) -> tuple[str, dict[str, str]]:
    found = re.search(r'<form[^>]*action="([^"]+)"', html)
    assert found, html
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', html)
    return found[1], dict(fields)


@pytest.fixture
def tool(scene: Scene) -> Tool:
    """The tool, registered by itself with a token and looked at by the officer."""
    session = requests.Session()
    session.mount(BASE, ThroughDjango())
    made = Tool(TOOL, session)
    Connector.kept.clear()
    officer = scene.cast.client("city_officer")
    page = officer.post(
        "/lti/tools/invite/", {"registration_url": f"{TOOL}/register", "place": str(scene.cast.city.id)}
    ).content.decode()
    found = re.search(r'href="(https://sums[^"]+)"', page)
    assert found
    where = found[1].replace("&amp;", "&")
    goes = made.handle("GET", "/register", dict(parse_qsl(urlsplit(where).query)), {})
    assert goes.status == 200, goes.body
    again = made.handle("GET", "/register", dict(parse_qsl(urlsplit(where).query)), {})
    assert again.status == 400, "a token registers once"
    row = LtiTool.objects.unscoped("test").get(name="口算练习", launch_url=f"{TOOL}/launch")
    row.product_id = scene.tool.product_id
    scene.tool.product_id = None
    scene.tool.save()
    row.save()
    assert row.state == "waiting"
    done = officer.post(f"/lti/tools/{row.id}/change/", {"act": "confirm", "digest": row.digest})
    assert done.status_code == 302
    scene.tool = LtiTool.objects.unscoped("test").get(id=row.id)
    assert scene.tool.state == "active"
    return made


def choose(scene: Scene, tool: Tool) -> LtiLink:
    """The teacher chooses two activities in the tool and places them."""
    browser = Browser(scene.cast.client("teacher"), tool)
    goes = browser.open(
        f"/lti/classes/{scene.cast.klass.id}/choose/", {"tool": str(scene.tool.id), "lesson": "g7l1"}
    )
    launch_id = next(iter(tool.launches))
    given = browser.to_tool("POST", f"{TOOL}/give", {"launch": launch_id, "pick": "times,plus"})
    back = browser.bring_back(given)
    assert back.status_code == 303, back.content.decode()
    assert browser.bring_back(given).status_code == 400, "the same answer twice"
    page = browser.client.get(back["Location"]).content.decode()
    assert "带回2项" in page and "七乘八" in page
    refused = browser.client.post(back["Location"], {"picked": ["0"]})
    assert refused.status_code == 422 and "不能用它的学生怎么做" in refused.content.decode()
    done = browser.client.post(back["Location"], {"picked": ["0", "1"], "instead": "做课本上的口算"})
    assert done.status_code == 302
    assert goes.status == 200
    return LtiLink.objects.unscoped("test").get(title="七乘八", deployment__tool=scene.tool)


@pytest.fixture(autouse=True)
def lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    """No course needs to be loaded to name a lesson."""
    monkeypatch.setattr("qiming.resources.lti.views.teaching.lessons_of", lambda grade: {"g7l1": "第一课"})


def test_from_registration_over_the_lesson_to_the_teachers_list(scene: Scene, tool: Tool) -> None:
    link = choose(scene, tool)
    assert scene.gate.counted == 0 and len(scene.gate.placed) == 2
    pupil = scene.cast.pupils[0]
    browser = Browser(scene.cast.pupil_client(0), tool)
    shown = browser.client.get(f"/lti/links/{link.id}/")
    policy = shown["Content-Security-Policy"]
    assert f"frame-src 'self' {TOOL};" in policy and f"form-action 'self' {TOOL};" in policy
    goes = browser.open(f"/lti/links/{link.id}/start/")
    assert "7 × 8" in goes.body and "看全班" not in goes.body
    told = tool.told[-1]
    assert told["sub"] == scene.pseudonym(pupil.id) and told[CONTEXT][GRADE] == 7
    assert told[CUSTOM] == {
        "exercise": "times",
        "qiming_functions_off": "",
        "qiming_data_allowed": "class,grade,pseudonym",
        "qiming_data_kept_back": "",
    }
    assert told[ROLES][0].endswith("#Learner")
    assert pupil.name not in str(told) and str(pupil.id) not in str(told)
    assert scene.gate.counted == 1
    launch_id = list(tool.launches)[-1]
    done = browser.to_tool("POST", f"{TOOL}/answer", {"launch": launch_id, "answer": "56"})
    assert "得分 10 / 10，平台回答 204" in done.body
    teacher = scene.cast.client("teacher")
    page = teacher.get(f"/lti/links/{link.id}/scores/").content.decode()
    assert "送回1条成绩" in page and pupil.name in page and "10 / 10" in page
    assert "1人" in teacher.get(f"/lti/classes/{scene.cast.klass.id}/").content.decode()
    ags = tool.launches[launch_id].get_ags()
    line = ags.find_lineitem_by_id(next(iter(ags.get_lineitems()))["id"])
    results = ags.get_grades(line)
    assert [(one["userId"], one["resultScore"]) for one in results] == [(told["sub"], 10.0)]
    kinds = set(
        LtiNote.objects.unscoped("test").filter(tool=scene.tool, code="").values_list("kind", flat=True)
    )
    assert {"register", "choice", "launch", "token", "score", "change"} <= kinds


def test_the_teacher_asks_who_is_there_and_the_tool_hears_no_name(scene: Scene, tool: Tool) -> None:
    link = choose(scene, tool)
    browser = Browser(scene.cast.client("teacher"), tool)
    goes = browser.open(f"/lti/links/{link.id}/start/")
    assert "看全班" in goes.body
    launch_id = list(tool.launches)[-1]
    counted = browser.to_tool("POST", f"{TOOL}/members", {"launch": launch_id})
    assert "4人" in counted.body
    members = list(tool.launches[launch_id].get_nrps().get_members())
    assert {frozenset(one) for one in members} == {
        frozenset({"status", "user_id", "roles", GRADE}),
        frozenset({"status", "user_id", "roles"}),
    }
    token = next(iter(Connector.kept.values()))
    asking = {"headers": {"Authorization": f"Bearer {token}"}}
    first = Client().get(f"/lti/links/{link.id}/members?limit=3", **asking)  # type: ignore[arg-type]  # keyword of the client
    following = re.search(r'<(.+)>; rel="next"', first["Link"])
    assert len(first.json()["members"]) == 3 and following
    rest = Client().get(following[1].removeprefix(BASE), **asking).json()  # type: ignore[arg-type]  # as above
    assert len(rest["members"]) == 1
    own = Client().get(f"/lti/links/{link.id}/members?role=Instructor", **asking).json()  # type: ignore[arg-type]  # as above
    assert len(own["members"]) == 1


def test_a_score_of_somebody_who_left_is_kept_and_sent_again(scene: Scene, tool: Tool) -> None:
    link = choose(scene, tool)
    pupil = scene.cast.pupils[1]
    browser = Browser(scene.cast.pupil_client(1), tool)
    browser.open(f"/lti/links/{link.id}/start/")
    launch = tool.launches[list(tool.launches)[-1]]
    registry_services.end_membership(actor=scene.cast.admin, person_id=pupil.id)
    assert tool.send(launch, 7, comment="<script>alert(1)</script>") == 204
    row = LtiScore.objects.unscoped("test").get(person_id=pupil.id)
    assert (row.state, row.is_current, row.tries) == (Kept.HELD, False, 1)
    teacher = scene.cast.client("teacher")
    page = teacher.get(f"/lti/links/{link.id}/scores/").content.decode()
    assert "1条成绩收下了，没有放进来" in page and "现在不在这个班" in page and "<script>alert" not in page
    teacher.post(f"/lti/scores/{row.id}/resend/")
    row.refresh_from_db()
    assert (row.state, row.tries) == (Kept.HELD, 2)


def test_the_tool_refuses_what_is_not_from_us(scene: Scene, tool: Tool) -> None:
    """That the tool of the test does look: a token signed by a stranger does not open it."""
    link = choose(scene, tool)
    browser = Browser(scene.cast.pupil_client(0), tool)
    began = browser.client.post(f"/lti/links/{link.id}/start/")
    back = browser.to_tool("GET", began["Location"], dict(parse_qsl(urlsplit(began["Location"]).query)))
    page = browser.client.get(back.location.removeprefix(BASE)).content.decode()
    url, fields = form_of(page)
    head, body, _ = fields["id_token"].split(".")
    assert browser.to_tool("POST", url, {**fields, "id_token": f"{head}.{body}.AAAA"}).status == 401
    assert browser.to_tool("POST", url, fields).status == 200


def test_lines_are_made_changed_and_taken_away_by_the_tool(scene: Scene, tool: Tool) -> None:
    link = choose(scene, tool)
    browser = Browser(scene.cast.client("teacher"), tool)
    browser.open(f"/lti/links/{link.id}/start/")
    ags = tool.launches[list(tool.launches)[-1]].get_ags()
    from pylti1p3.lineitem import LineItem

    made = LineItem()
    made.set_label("第二题").set_score_maximum(5).set_tag("second")
    found = ags.find_or_create_lineitem(made)
    again = ags.find_lineitem_by_tag("second")
    assert again and again.get_id() == found.get_id()
    asking = {"headers": {"Authorization": f"Bearer {next(iter(Connector.kept.values()))}"}}
    where = str(found.get_id()).removeprefix(BASE)
    changed = {"label": "第二题（改）", "scoreMaximum": 6}
    put = Client().put(where, changed, content_type="application/json", **asking)  # type: ignore[arg-type]  # keyword of the client
    assert put.json()["label"] == "第二题（改）" and put.json()["scoreMaximum"] == 6
    assert len(list(ags.get_lineitems())) == 2
    assert Client().delete(where, **asking).status_code == 204  # type: ignore[arg-type]  # as above
    assert len(list(ags.get_lineitems())) == 1
    assert LtiLine.objects.unscoped("test").filter(link=link, removed_at=None).count() == 1
