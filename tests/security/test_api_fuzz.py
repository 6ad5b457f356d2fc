"""The JSON API under requests nobody thought of (schemathesis), as everybody: never a 5xx, never an undescribed form."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.openapi.checks import content_type_conformance, response_schema_conformance

from qiming.kernel.throttle import buckets
from tests.access.objects import Objects
from tests.security.addresses import undone
from tests.sessions import sign_in
from tests.world import World

WHO = ("", "pupil", "teacher", "guardian")
EXAMPLES = 12  # for each operation and person


@pytest.fixture(scope="module")
def described(django_db_setup: None, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


def headers_of(world: World, role: str) -> dict[str, str]:
    """The session and the cross-site token a browser would send."""
    client = Client()
    client.get("/sign-in/")
    if role:
        sign_in(client, world.account(role))
        client.get("/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    token = cookies.setdefault("csrftoken", "x" * 32)
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": sent, "X-CSRFToken": token, "Host": "testserver", "Accept": "application/json"}


@pytest.mark.parametrize("role", WHO)
def test_nothing_breaks_the_api(world: World, things: Objects, described: Any, role: str) -> None:
    headers = headers_of(world, role)
    met: set[int] = set()
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def try_it(case: Any) -> None:
            buckets.forget()
            with undone():
                response = case.call(headers=headers)
            met.add(response.status_code)
            checks = [not_a_server_error]
            if response.status_code == 200:
                checks += [response_schema_conformance, content_type_conformance]
            else:
                assert response.status_code >= 400
                assert "problem+json" in response.headers["content-type"][0] or response.status_code == 405
            case.validate_response(response, checks=checks)

        try_it()
    assert met == {401} if not role else 422 in met and not met & {401}
