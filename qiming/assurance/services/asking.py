"""How each kind of suite is put to a filed product: questions, a whole class at once, or a browser."""

from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from qiming.assurance import runner, sealing
from qiming.assurance.models import TestRun
from qiming.assurance.queries.agents import agent_target
from qiming.assurance.rules.filing import AGENT
from qiming.assurance.runner.kinds import Failure, Kind
from qiming.assurance.runner.mapping import read_mapping
from qiming.assurance.runner.networks import PRIVATE

if TYPE_CHECKING:
    from qiming.assurance.runner.running import Progress
    from qiming.assurance.runner.suites import Suite
    from qiming.assurance.runner.targets import Target
    from qiming.kernel.addresses import Network

AT_ONCE = 8
CLASS_AT_ONCE = 40  # a class asks together
PAGES = "axe"
LOAD = "load"


def target_of(run: TestRun, *, stream: bool = False) -> "Target":
    """The product as it was filed. Raises `Failure` or `BadMapping` for an address or mapping that cannot be used."""
    endpoint: dict[str, Any] = run.version.facts["endpoint"]
    if endpoint["kind"] == AGENT:
        found = agent_target(str(endpoint.get("model", "")))
        if found is None:
            raise Failure(Kind.CLIENT_ERROR, "平台里没有这个智能体")
        return found
    key = sealing.open_box(bytes(run.version.product.endpoint_key))
    if endpoint["kind"] == "openai":
        return runner.targets.OpenAI(
            endpoint["url"], endpoint.get("model", ""), key, stream=stream, networks=networks()
        )
    form = read_mapping(str(endpoint.get("mapping", "")))
    return runner.targets.Mapped(endpoint["url"], form, key, networks=networks())


def networks() -> "tuple[Network, ...]":
    """Networks beyond the public one, where this installation may ask them."""
    return PRIVATE if settings.ASSURANCE_PRIVATE else ()


def asked(run: TestRun, suite: "Suite", path: Path, progress: "Progress") -> Coroutine[Any, Any, Any]:
    """The run, not begun yet. Raises `Failure` or `BadMapping`."""
    if suite.method == PAGES:
        launch: dict[str, Any] = run.version.facts["launch"]
        if launch.get("kind") != "link":
            raise Failure(Kind.FORBIDDEN, "这个产品不是用网址打开的，机器看不了它的网页；请看第三方报告")
        path.unlink(missing_ok=True)  # pages are looked at from the beginning each time
        return runner.pages.run_pages(suite, runner.pages.WebPages(str(launch["url"]), networks()), path)
    presses = suite.method == LOAD
    return runner.run(
        suite,
        target_of(run, stream=presses),
        path,
        concurrency=CLASS_AT_ONCE if presses else AT_ONCE,
        include_sealed=run.purpose == "blind",
        progress=progress,
    )
