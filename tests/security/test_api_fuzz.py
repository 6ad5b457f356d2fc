"""The JSON API under requests nobody thought of (schemathesis), as everybody: never a 5xx, never an undescribed form."""

from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from qiming.kernel.throttle import buckets
from qiming.learning.models import Attempt, Work
from qiming.site.api import api
from tests.access.objects import Objects
from tests.security.addresses import undone
from tests.sessions import sign_in
from tests.world import World

WHO = ("", "pupil", "teacher", "guardian")
EXAMPLES = 16  # for each operation and person


def ask(client: Client, case: Any) -> Response:
    """Send `case` with the session and the cross-site token a browser would send; the answer as schemathesis reads it."""
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    token = client.cookies["csrftoken"].value
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    given = {
        name: str(value) for name, value in sent.headers.items() if name.lower() not in {"cookie", "host"}
    }
    response = client.generic(
        case.method.upper(),
        str(sent.path_url),
        body,
        content_type=given.pop("Content-Type", "application/json"),
        headers={**given, "X-CSRFToken": token, "Accept": "application/json", "Accept-Encoding": "identity"},
    )
    told = {name.lower(): [str(value)] for name, value in response.headers.items()}
    return Response(response.status_code, told, response.content, sent, elapsed=0.0, verify=False)


def own_ids(things: Objects) -> dict[str, str]:
    """Members of bodies that name something which is really there for the first pupil."""
    work = Work.objects.unscoped("named by the test").get(id=things.values["work_id"])
    attempt = Attempt.objects.unscoped("named by the test").get(id=things.values["attempt_id"])
    named = {name: str(things.values[f"{name}_id"]) for name in ("offering", "period", "homework")}
    return {**named, "lesson": work.lesson_key, "activity": work.activity_key, "item": attempt.item_key}


def with_own(body: Any, own: dict[str, str]) -> Any:
    """`body` with its names of things replaced by real ones, so that it comes further than the first look-up."""
    if isinstance(body, list):
        return [with_own(one, own) for one in body]
    if not isinstance(body, dict):
        return body
    return {name: own.get(name, with_own(value, own)) for name, value in body.items()}


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_breaks_the_api(world: World, things: Objects, role: str, mode: GenerationMode) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.get("/sign-in/")
    if role:
        sign_in(client, world.account(role))
    own, met = own_ids(things), set()
    described = schemathesis.openapi.from_dict(api.get_openapi_schema())
    for found in described.get_all_operations():
        cases = found.ok().as_strategy(generation_mode=mode)

        @settings(
            max_examples=EXAMPLES if role else 3,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, real=st.booleans())
        def try_it(case: Any, real: bool) -> None:
            buckets.forget()
            if real and isinstance(case.body, dict):
                case.body = with_own(case.body, own)
            with undone():
                answer = ask(client, case)
            met.add(answer.status_code)
            checks = [not_a_server_error]
            if answer.status_code == 200:
                checks += [response_schema_conformance, content_type_conformance]
            elif answer.status_code != 405:
                assert answer.status_code >= 400
                assert "problem+json" in answer.headers["content-type"][0], answer.status_code
            case.validate_response(answer, checks=checks)

        try_it()
    assert met <= {401, 405} if not role else 401 not in met, met
    if role == "pupil" and mode is GenerationMode.POSITIVE:
        assert {200, 404} <= met, met
