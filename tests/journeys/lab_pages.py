"""A lab on a page of its own, as built, with the product's headers; whatever it asks for elsewhere is refused and noted."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.headers import Headers

from django.conf import settings
from playwright.sync_api import Browser, Page, Request, Route

from qiming.kernel.headers import POLICY, static_headers
from qiming.kernel.templatetags.vite import vite

ROOT = Path(settings.ROOT)
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FOLDERS = {"/static/web/": Path(settings.WEB_DIST), "/content/datasets/": ROOT / "content" / "datasets"}

OpenLab = Callable[..., Page]


class Served(SimpleHTTPRequestHandler):
    spec: dict[str, object] = {}

    def translate_path(self, path: str) -> str:
        plain = urlsplit(path).path
        for prefix, folder in FOLDERS.items():
            if plain.startswith(prefix):
                return str(folder / plain.removeprefix(prefix))
        return "/nothing"

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/":
            self._page()
        else:
            super().do_GET()

    def end_headers(self) -> None:
        if self.path.startswith("/static/"):
            headers = Headers()
            static_headers(headers, "", self.path)
            for name, value in headers.items():
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it has there)
        pass

    def _page(self) -> None:
        body = (
            '<!doctype html><html lang="zh-CN" data-for="pupil"><head><meta charset="utf-8"><title>实验</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{vite('src/pupil.ts')}{vite('labs/lab-page.ts')}</head><body><main class='player' id='main'>"
            f"<h1>试一试</h1><section data-lab='{self.spec['id']}' data-lab-host='local'>"
            f"<script type='application/json'>{json.dumps(self.spec, ensure_ascii=False)}</script></section></main></body></html>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()
        self.wfile.write(body)


@contextmanager
def lab_pages(browser: Browser) -> Iterator[OpenLab]:
    """Gives `open_lab(id, dataset, goals, width=…, **settings)`; at the end nothing went elsewhere, nothing failed."""

    class Handler(Served):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    contexts = []
    wrong: list[str] = []

    def local_only(route: Route, request: Request) -> None:
        if request.url.startswith((base, "data:", "blob:")):
            route.continue_()
        else:
            wrong.append(request.url)
            route.abort()

    def open_page(
        lab: str,
        dataset: str,
        goals: list[dict[str, object]],
        width: int = 1366,
        same: Page | None = None,
        **given: object,
    ) -> Page:
        Handler.spec = {"id": lab, "dataset": dataset, "settings": given, "goals": goals, "hints": []}
        if same:  # another lab in the same tab, where kept models are
            same.goto("/")
            return same
        context = browser.new_context(
            base_url=base, viewport={"width": width, "height": 900}, locale="zh-CN", has_touch=width < 500
        )
        contexts.append(context)
        context.route("**/*", local_only)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda one: wrong.append(one.text) if "Content Security" in one.text else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    server.shutdown()
    assert not wrong


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the sheet (0 to 100) lies on the screen."""
    page.locator(".plane").scroll_into_view_if_needed()
    box = page.locator(".plane .sheet").bounding_box()
    assert box
    return box["x"] + x / 100 * box["width"], box["y"] + (1 - y / 100) * box["height"]


def tap(page: Page, x: float, y: float) -> None:
    page.mouse.click(*at(page, x, y))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=4)
    page.mouse.up()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        "async () => (await axe.run()).violations.map((one) => `${one.id} ${one.nodes[0].html}`)"
    )
    return found
