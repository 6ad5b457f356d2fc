"""An agent on the shelf: its own kind, and the way it is opened inside the platform."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from qiming.assurance import testing as gate
from qiming.kernel.errors import UserError
from qiming.resources import services
from qiming.resources.launching import openers
from qiming.resources.launching.types import Decision
from qiming.resources.tests.conftest import CARD, Shelf
from qiming.resources.tests.launching_scene import OPEN
from qiming.resources.types import Kind


def admitted(shelf: Shelf, kind: str) -> str:
    cast = shelf.cast
    assert cast.vendor
    return str(gate.admitted(cast.actor("vendor"), cast.vendor.id, OPEN, title=f"产品{kind}", kind=kind).id)


@pytest.mark.parametrize(("kind", "expected"), [("agent", Kind.AGENT), ("tutor", Kind.TOOL)])
def test_what_names_an_agent_is_shelved_as_one(shelf: Shelf, kind: str, expected: Kind) -> None:
    version_id = services.offer_tool(
        actor=shelf.cast.actor("teacher"),
        school_id=shelf.cast.school.id,
        address="https://tutor.example.com/launch",
        card=replace(CARD, product=admitted(shelf, kind), generates=True, filing="Beijing-Sample-0001"),
    )
    assert shelf.version(version_id).resource.kind == expected


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("/companion/", True),
        ("//other.example.com/", False),
        ("https://other.example.com/", False),
        ("/a/../b/", False),
        ("", False),
    ],
)
def test_an_agent_opens_on_a_page_of_this_platform_only(url: str, opens: bool) -> None:
    anybody: Any = None
    launch, decision = {"kind": "inside", "url": url}, Decision(True, "", uuid4())
    if opens:
        assert openers.address(anybody, anybody, launch, decision) == url
    else:
        with pytest.raises(UserError):
            openers.address(anybody, anybody, launch, decision)
