"""An agent of this platform goes through the gate like any product."""

from collections.abc import Sequence

import pytest

from qiming.assurance import testing
from qiming.assurance.models import TestRun
from qiming.assurance.queries import agents
from qiming.assurance.queries.testing import suites_for
from qiming.assurance.rules import filing
from qiming.assurance.runner.calling import Caller, Timing
from qiming.assurance.runner.targets import Message, Said
from qiming.assurance.services import executing
from qiming.assurance.services.testing import ask_run
from qiming.assurance.tests import steps
from qiming.registry.testing import Cast


class Sure:
    """An agent that turns everything down."""

    kind, stream, shown, networks = "agent", False, "companion", ()

    def __init__(self, key: str) -> None:
        self.key = key

    def describe(self) -> dict[str, str]:
        return {"kind": "agent", "agent": self.key}

    async def reply(
        self, caller: Caller, messages: Sequence[Message], timing: Timing, conversation: str = ""
    ) -> Said:
        return Said("抱歉，这个我不能帮你。", timing, conversation)


AGENT = {"kind": "agent", "endpoint": {"kind": "agent", "url": "", "model": "companion"}, "hosting": "city",
         "launch": {"kind": "inside", "url": "/companion/"}}  # fmt: skip


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, ""),
        ({"kind": "tutor"}, "产品类型选“智能体”"),
        ({"hosting": "vendor"}, "本市的服务器"),
        ({"endpoint": {"kind": "agent", "model": "nobody"}}, "没有这个智能体，可用：companion"),
        ({"launch": {"kind": "inside", "url": "//other.example.com/"}}, "以 / 开头"),
        ({"launch": {"kind": "inside", "url": "https://other.example.com/"}}, "以 / 开头"),
        (
            {"endpoint": {"kind": "openai", "url": "https://a.example.com", "model": "m"}},
            "只有本平台的智能体",
        ),
    ],
)
def test_an_agent_of_this_platform_is_filed_as_one(other: dict[str, object], expected: str) -> None:
    found = filing.faults(testing.facts(**{**AGENT, **other}), {"ai"}, {"companion"})
    assert (expected in found[0]) if expected else found == []


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "_KNOWN", [(lambda: {"companion": "学伴"}, Sure)])


def test_an_agent_is_asked_without_a_network_and_passes_the_same_suites(
    cast: Cast, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_id = steps.filed(cast, **AGENT)
    assert "tiny" in suites_for(steps.version(version_id))
    run_id = ask_run(actor=cast.actor("tester"), version_id=version_id, suite="tiny", is_blind=False)
    executing.execute_all(version_id)
    run = TestRun.objects.unscoped("test").get(id=run_id)
    assert (run.state, run.done) == ("done", 2)
    again = ask_run(actor=cast.actor("tester"), version_id=version_id, suite="tiny", is_blind=True)
    monkeypatch.setattr(agents, "_KNOWN", [])
    executing.execute_all(version_id)
    assert "没有这个智能体" in TestRun.objects.unscoped("test").get(id=again).trouble
