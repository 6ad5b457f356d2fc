"""How much a browser loads for a page when it sees it for the first time; needs a Chromium on this machine."""

import shutil
from collections import Counter
from collections.abc import Mapping
from typing import Any

from benchmarks.people import HOST, Person

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 40_000
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def first_loads(port: int, pages: Mapping[str, tuple[Person, str]]) -> dict[str, dict[str, float]]:
    """KiB over the wire by kind of file and `total`, of each page, with an empty cache, until the net is quiet."""
    from playwright.sync_api import sync_playwright  # a development tool; nothing else here needs it

    found: dict[str, dict[str, float]] = {}
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, (person, path) in pages.items():
            # Only what the page itself fetches: a service worker's store for lessons without network comes after.
            context = browser.new_context(base_url=f"http://{HOST}:{port}", service_workers="block")
            context.add_cookies(
                [
                    {"name": key, "value": value, "domain": HOST, "path": "/"}
                    for key, value in person.cookies.items()
                ]
            )
            page = context.new_page()
            found[name] = _load(page, path)
            context.close()
        browser.close()
    return found


def _load(page: Any, path: str) -> dict[str, float]:
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.responseReceived", lambda seen: kinds.update({seen["requestId"]: seen["type"]}))

    def finished(seen: dict[str, Any]) -> None:
        sizes[kinds.get(seen["requestId"], "Other").lower()] += int(seen["encodedDataLength"])

    wire.on("Network.loadingFinished", finished)
    page.goto(path, wait_until="networkidle", timeout=_PATIENCE_MS)
    loaded = {kind: round(size / 1024, 1) for kind, size in sizes.most_common()}
    return loaded | {"total": round(sum(sizes.values()) / 1024, 1)}
