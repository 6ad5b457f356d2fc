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
from qiming.resources.services import screening
from qiming.resources.tests.conftest import CARD, Shelf
from qiming.resources.tests.launching_scene import OPEN
from qiming.resources.types import Kind


def admitted(shelf: Shelf, kind: str, **other: Any) -> str:
    cast = shelf.cast
    assert cast.vendor
    told = {"title": f"产品{kind}", "kind": kind, **other}
    return str(gate.admitted(cast.actor("vendor"), cast.vendor.id, OPEN, **told).id)


INSIDE = {
    "hosting": "city",
    "launch": {"kind": "inside", "url": "/companion/"},
    "endpoint": {"kind": "agent", "url": "", "model": "companion"},
}


@pytest.mark.parametrize(("kind", "expected"), [("agent", Kind.AGENT), ("tutor", Kind.TOOL)])
def test_what_names_an_agent_is_shelved_as_one(shelf: Shelf, kind: str, expected: Kind) -> None:
    version_id = services.offer_tool(
        actor=shelf.cast.actor("teacher"),
        school_id=shelf.cast.school.id,
        address="https://tutor.example.com/launch",
        card=replace(CARD, product=admitted(shelf, kind), generates=True, filing="Beijing-Sample-0001"),
    )
    assert shelf.version(version_id).resource.kind == expected


@pytest.mark.parametrize("said", ["", "https://elsewhere.example.com/"])
def test_an_agent_of_this_platform_is_shelved_with_its_own_page(shelf: Shelf, said: str) -> None:
    card = replace(CARD, product=admitted(shelf, "agent", **INSIDE), generates=True)
    version = shelf.version(
        services.offer_tool(
            actor=shelf.cast.actor("teacher"), school_id=shelf.cast.school.id, address=said, card=card
        )
    )
    assert (version.resource.kind, version.address) == (Kind.AGENT, "/companion/")
    report = screening._look(version)  # the report, without what the case does with it
    assert [one.says for one in report.findings if one.where == "网址"] == []


def test_a_tool_still_needs_its_whole_address(shelf: Shelf) -> None:
    for product in ("", admitted(shelf, "tutor"), "not-a-number"):
        with pytest.raises(UserError):
            services.offer_tool(
                actor=shelf.cast.actor("teacher"),
                school_id=shelf.cast.school.id,
                address="/companion/",
                card=replace(CARD, product=product, generates=bool(product)),
            )


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
