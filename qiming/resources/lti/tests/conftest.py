"""A class, a registered tool whose key we hold, and a gate that says what a test wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from qiming.assurance.admission import LEAST_SCOPES
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.kernel.throttle import buckets
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.resources.launching import deciding, pseudonyms
from qiming.resources.launching import services as launching
from qiming.resources.launching.types import Decision
from qiming.resources.lti import products, services
from qiming.resources.lti.models import LtiDeployment, LtiLine, LtiLink, LtiTool
from qiming.resources.lti.protocol import keys, tokens
from qiming.resources.lti.protocol.facts import ToolFacts
from qiming.resources.lti.protocol.names import SCOPES

BASE = "http://testserver"
TOOL = "https://tool.example.cn"
TOOL_KEY = keys.make("tool-1")
OTHER_KEY = keys.make("tool-2")


@dataclass
class FakeGate:
    """In the place of the part that adopts products; `no` is the reason for which everything is refused."""

    no: str = ""
    counted: int = 0
    placed: list[UUID] = field(default_factory=list)
    told: frozenset[str] = LEAST_SCOPES
    functions_off: frozenset[str] = frozenset()
    kept_back: frozenset[str] = frozenset()

    def decide(
        self, actor: Actor | None, product_id: UUID, class_path: str, lesson_key: str = ""
    ) -> Decision:
        return Decision(
            not self.no,
            self.no,
            product_id,
            pseudonym=self.pseudonym(product_id, actor.person_id) if actor else "",
            data_scopes=self.told,
            functions_off=self.functions_off,
            kept_back=self.kept_back,
        )

    def begin(self, *, actor: Actor, product_id: UUID, class_path: str, lesson_key: str = "") -> Decision:
        self.counted += 1
        return self.decide(actor, product_id, class_path, lesson_key)

    def pseudonym(self, product_id: UUID, person_id: UUID) -> str:
        return f"p-{product_id.hex[-6:]}-{person_id.hex[-12:]}"

    def place(self, *, link: Mapping[str, Any], **_: Any) -> UUID:
        self.placed.append(UUID(link["lti_link"]))
        return new_id()

    def take_away(self, *, actor: Actor, place_id: UUID) -> None:
        self.placed.clear()


@dataclass
class Scene:
    cast: Cast
    tool: LtiTool
    link: LtiLink
    line: LtiLine
    gate: FakeGate

    @property
    def deployment_id(self) -> str:
        return LtiDeployment.objects.unscoped("test").get(tool=self.tool).deployment_id

    def fresh(self) -> LtiTool:
        return LtiTool.objects.unscoped("test").get(id=self.tool.id)

    def pseudonym(self, person_id: UUID) -> str:
        assert self.tool.product_id
        return self.gate.pseudonym(self.tool.product_id, person_id)

    def claims(self, **more: Any) -> dict[str, Any]:
        """What a tool of good conduct signs."""
        now_s = int(time.shared().timestamp())
        own = self.tool.client_id
        return {"iss": own, "aud": BASE, "iat": now_s, "exp": now_s + 300, "nonce": new_id().hex} | more

    def signed(self, key: str = TOOL_KEY, **more: Any) -> str:
        return tokens.sign(self.claims(**more), key)


def facts(**more: Any) -> ToolFacts:
    given: dict[str, Any] = {
        "name": "口算练习",
        "login_url": f"{TOOL}/login",
        "launch_url": f"{TOOL}/launch",
        "redirect_urls": (f"{TOOL}/launch", f"{TOOL}/choose"),
        "key_set": {"keys": [keys.public(TOOL_KEY)]},
        "deep_link_url": f"{TOOL}/choose",
        "scopes": SCOPES,
    }
    return ToolFacts(**(given | more))


def build() -> Scene:
    cast = testing.cast(3)
    tool = services.register(
        actor=cast.actor("city_officer"),
        place_id=cast.city.id,
        facts=facts(),
        product_id=None,
        in_frame=True,
    )
    tool.product_id = new_id()
    tool.save(update_fields=["product_id"])
    link = LtiLink.objects.create(
        scope_path=cast.klass.path,
        deployment=LtiDeployment.objects.unscoped("test").get(tool=tool),
        class_id=cast.klass.id,
        lesson_key="g7l1",
        kind="ltiResourceLink",
        title="七乘八",
        url=tool.launch_url,
        custom=[["exercise", "times"]],
        placed_by=cast.people["teacher"],
    )
    line = LtiLine.objects.create(scope_path=cast.klass.path, link=link, label="七乘八", max_score=10)
    return Scene(cast, tool, link, line, FakeGate())


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def standing_scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield build()
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def scene(standing_scene: Scene, db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The module's scene with a gate that says yes; what a test changes is undone after it."""
    standing_scene.gate = FakeGate()
    fake = standing_scene.gate
    monkeypatch.setattr(products, "trouble", lambda product_id, launch_url: "")
    monkeypatch.setattr(deciding, "decide", fake.decide)
    monkeypatch.setattr(launching, "begin", fake.begin)
    monkeypatch.setattr(pseudonyms, "pseudonym", fake.pseudonym)
    monkeypatch.setattr(launching, "place", fake.place)
    monkeypatch.setattr(launching, "take_away", fake.take_away)
    standing_scene.tool = LtiTool.objects.unscoped("test").get(id=standing_scene.line.link.deployment.tool_id)
    buckets.forget()
    return standing_scene
