"""How accessible a web product is: axe-core in a headless Chromium, on the page given and on pages it leads to.

Optional: needs Playwright for Python, a Chromium and axe-core; nothing is installed by itself, what is missing is said.
The browser reaches the product through `proxy` alone. Findings are counted, not sampled: there is no interval.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import urldefrag, urlsplit

from qiming.assurance.runner import records, summing
from qiming.assurance.runner.browser import axe, chromium, missing
from qiming.assurance.runner.judging_addresses import check_address
from qiming.assurance.runner.kinds import Kind
from qiming.assurance.runner.proxy import judging_proxy
from qiming.assurance.runner.records import Found, RecordTrouble, Sample, Timed, Trouble, Writer
from qiming.assurance.runner.running import Settings, header_of
from qiming.assurance.runner.suites import Suite
from qiming.assurance.runner.targets import without_secrets
from qiming.assurance.types import SuiteSummary
from qiming.kernel.addresses import Network

MOST_PAGES: Final = 10
METRICS: Final = {"serious_violations": ("critical", "serious"), "minor_violations": ("moderate", "minor")}
_FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")
_PAGE_MS: Final = 30_000
_AXE: Final = "async () => (await axe.run()).violations.map(one => ({id: one.id, impact: one.impact, help: one.help, places: one.nodes.length}))"
_LINKS: Final = "() => [...document.querySelectorAll('a[href]')].map(one => one.href)"


@dataclass(frozen=True, slots=True)
class WebPages:
    """A web product; its address is all there is to know."""

    url: str
    networks: tuple[Network, ...] = ()
    kind: str = field(default="web", init=False)
    stream: bool = field(default=False, init=False)

    @property
    def shown(self) -> str:
        """The address without anything secret."""
        return without_secrets(self.url)

    def describe(self) -> dict[str, Any]:
        """What decides what is seen."""
        return {"kind": self.kind, "url": self.shown}


@dataclass(slots=True)
class _Looked:
    """A page: its violations, or why it could not be looked at."""

    url: str
    ms: float = 0.0
    violations: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""

    @property
    def bad(self) -> list[dict[str, Any]]:
        return [one for one in self.violations if one.get("impact") in METRICS["serious_violations"]]


async def run_pages(
    suite: Suite, target: WebPages, out: Path, *, most_pages: int = MOST_PAGES
) -> SuiteSummary:
    """Look at the pages and write `out`. Raises `RecordTrouble` when something is missing, `Failure` for a bad address."""
    check_address(target.url, target.networks)
    if says := missing():
        raise RecordTrouble(says)
    if out.exists() and out.stat().st_size:
        raise RecordTrouble(f"{out.name} 已经有内容；网页每次从头测，请换一个 --out")
    began = monotonic()
    async with judging_proxy(target.networks) as port:
        looked = await _look(target.url, port, most_pages)
    writer = Writer(out, header_of(suite, target, Settings(concurrency=1), len(looked)), resume=True)
    try:
        for number, one in enumerate(looked, 1):
            writer.add(_sample(number, one))
        _count(writer, looked)
        writer.note("ended", at=writer.header.begun, seconds=round(monotonic() - began, 3))
    finally:
        writer.close()
    return summing.summary(records.read(out))


def _count(writer: Writer, looked: list[_Looked]) -> None:
    """Nothing is counted when no page could be looked at: that is not the same as no violations."""
    seen = [one for one in looked if not one.trouble]
    if not seen or len(seen) < len(looked):
        return
    impacts = Counter(str(found.get("impact")) for one in seen for found in one.violations)
    for metric, kinds in METRICS.items():
        writer.note("counted", metric=metric, value=sum(impacts[kind] for kind in kinds), n=len(seen))


def _sample(number: int, one: _Looked) -> Sample:
    why = "；".join(f"{bad['id']}（{bad['help']}）{bad['places']} 处" for bad in one.bad) or "没有严重问题"
    path = urlsplit(one.url).path or "/"
    return Sample(
        id=f"page-{number}", case=path, hash="", kind="accessibility", metric="page_clean", group="", category="", stage="any",
        sealed=False, repeat=1, variant="", turns=[without_secrets(one.url)], replies=[], timings=[Timed(None, round(one.ms, 1))],
        finding=None if one.trouble else Found(not one.bad, "axe", why),
        error=Trouble(str(Kind.CUT), one.trouble, 0) if one.trouble else None, attempts=1, at_s=0.0,
    )  # fmt: skip


async def _look(url: str, port: int, most: int) -> list[_Looked]:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - an extra

    found: list[_Looked] = []
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=chromium(),
            args=list(_FLAGS),
            # Chromium goes around a proxy for this machine unless it is told not to.
            proxy={"server": f"http://127.0.0.1:{port}", "bypass": "<-loopback>"},
        )
        context = await browser.new_context(service_workers="block", accept_downloads=False)
        waiting, seen = [url], {urldefrag(url).url}
        while waiting and len(found) < most:
            looked, links = await _one(context, waiting.pop(0))
            found.append(looked)
            fresh = [one for one in links if _same_site(one, url) and one not in seen]
            waiting += dict.fromkeys(fresh)
            seen |= set(fresh)
        await browser.close()
    return found


async def _one(context: Any, url: str) -> tuple[_Looked, list[str]]:
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    page = await context.new_page()
    looked, began = _Looked(url), monotonic()
    links: list[str] = []
    try:
        answer = await page.goto(url, timeout=_PAGE_MS, wait_until="load")
        looked.ms = (monotonic() - began) * 1000
        if answer is None or answer.status >= 400:
            looked.trouble = f"status {answer.status if answer else 'none'}"
        else:
            # Not as a script tag: a strict content policy would refuse it.
            await page.evaluate(axe().read_text(encoding="utf-8"))
            looked.violations = await page.evaluate(_AXE)
            links = [urldefrag(one).url for one in await page.evaluate(_LINKS)]
    except Error as trouble:
        looked.trouble = type(trouble).__name__
    finally:
        await page.close()
    return looked, links


def _same_site(link: str, url: str) -> bool:
    return urlsplit(link)[:2] == urlsplit(url)[:2]
