"""The programming lab in a browser, as built, with the headers a server sends: a program runs and is checked, a failed check
gives its hint, an endless loop is stopped and nothing is lost, and a program reaches neither the network nor what is stored."""

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from wsgiref.headers import Headers

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from qiming.kernel.headers import POLICY, static_headers
from qiming.kernel.templatetags.vite import vite

pytestmark = pytest.mark.browser

ROOT = Path(settings.ROOT)
TASKS = ROOT / "qiming" / "curriculum" / "tests" / "programs"
OPENING_MS = 90_000
GOALS = [
    {"goal": "runs", "changed": True, "text": "程序从头跑到尾"},
    {"goal": "check", "check": "mean", "text": "平均数算对了"},
    {"goal": "drew", "kind": "bars", "text": "画出条形图"},
]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

OpenLab = Callable[..., Page]


class Served(SimpleHTTPRequestHandler):
    """The built front end and the test's tasks, with the product's own headers; counts what else is asked for."""

    spec: dict[str, object] = {}
    sealed = True
    elsewhere: list[str] = []

    def translate_path(self, path: str) -> str:
        plain = urlsplit(path).path
        for prefix, folder in (("/static/web/", settings.WEB_DIST), ("/content/datasets/", TASKS)):
            if plain.startswith(prefix):
                return str(Path(folder) / plain.removeprefix(prefix))
        return "/nothing"

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/":
            self._page()
        else:
            if not self.path.startswith(("/static/", "/content/", "/favicon")):
                self.elsewhere.append(self.path)
            super().do_GET()

    def do_POST(self) -> None:
        self.elsewhere.append(self.path)
        self.send_error(403)

    def end_headers(self) -> None:
        if self.path.startswith("/static/"):
            headers = Headers()
            static_headers(headers, "", self.path if self.sealed else "/static/web/x.js")
            for name, value in headers.items():
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it has there)
        pass

    def _page(self) -> None:
        spec = json.dumps(
            {"id": "python", "hints": ["先把所有的数加起来。"], **self.spec}, ensure_ascii=False
        )
        body = (
            '<!doctype html><html lang="zh-CN" data-for="pupil"><head><meta charset="utf-8"><title>编程实验</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{vite('src/pupil.ts')}{vite('labs/lab-page.ts')}</head><body><main class='player' id='main'>"
            "<h1>试一试</h1><section data-lab='python' data-lab-host='local'>"
            f"<script type='application/json'>{spec}</script></section></main></body></html>"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()
        self.wfile.write(body)


@pytest.fixture
def open_lab(browser: Browser) -> Iterator[OpenLab]:
    handler = type("Handler", (Served,), {"elsewhere": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    contexts = []
    stopped: list[str] = []

    def open_page(task: str = "mean", width: int = 1366, sealed: bool = True, **settings_: object) -> Page:
        handler.spec = {"dataset": "steps", "settings": {"task": task, **settings_}, "goals": GOALS}
        handler.sealed = sealed
        context = browser.new_context(base_url=base, viewport={"width": width, "height": 900}, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda one: stopped.append(one.text) if "Content Security" in one.text else None)
        page.on("pageerror", lambda error: stopped.append(str(error)))
        page.goto("/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    server.shutdown()
    asked = [path for path in handler.elsewhere if path != "/favicon.ico"]
    assert not asked and not stopped


def write(page: Page, source: str) -> None:
    """Replaces the program."""
    page.locator(".cm-content").evaluate("(one) => one.focus()")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(source)


def run(page: Page, source: str | None = None) -> None:
    if source is not None:
        write(page, source)
    page.get_by_role("button", name="运行").click()
    page.locator(".code-result").get_by_text("正在运行").wait_for(state="detached", timeout=OPENING_MS)
    expect(page.locator(".code-result .note")).to_be_visible(timeout=OPENING_MS)


def test_a_program_runs_is_checked_and_helped_until_it_is_done(open_lab: OpenLab) -> None:
    page = open_lab()
    goals, result = page.locator(".goal-list li"), page.locator(".code-result")
    write(page, "typed away")
    page.get_by_role("button", name="恢复原样").click()
    run(page)
    expect(result.locator("pre")).to_have_text("平均 0 步")
    expect(goals.nth(1)).to_contain_text("先加起来，再想要除以什么")
    expect(goals.nth(0)).to_contain_text("程序还和开头一样")
    expect(goals.nth(2)).to_contain_text("做到了")
    expect(result.get_by_role("img", name="条形图“一周的步数”：7 条，最高的是周五 9000")).to_be_visible()
    run(
        page,
        (TASKS / "steps" / "mean_start.py").read_text(encoding="utf-8").replace("return 0", "return numbres"),
    )
    expect(result).to_contain_text("停在第 8 行。没有叫 numbres 的东西。是不是想写 numbers？")
    expect(result.locator("code")).to_contain_text("NameError: name 'numbres' is not defined")
    result.get_by_role("button", name="去第 8 行").click()
    expect(page.locator(".cm-stopped")).to_contain_text("return numbres")
    solved = (TASKS / "steps" / "mean_solution.py").read_text(encoding="utf-8")
    run(page, solved)
    expect(page.locator(".goal-list li.done")).to_have_count(3)
    expect(result.locator("pre")).to_have_text("平均 6300.0 步")
    page.wait_for_timeout(1000)
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("sum(numbers) / len(numbers)")
    expect(result.locator("pre")).to_have_text("平均 6300.0 步")
    page.get_by_role("button", name="恢复原样").click()
    expect(page.locator(".cm-content")).to_contain_text("return 0")
    page.get_by_role("button", name="取回我的程序").click()
    expect(page.locator(".cm-content")).to_contain_text("sum(numbers)")


def test_what_does_not_stop_is_stopped_and_the_program_is_kept(open_lab: OpenLab) -> None:
    page = open_lab(seconds=2)
    result = page.locator(".code-result")
    run(page, "print('开始')\nwhile True:\n    pass\n")
    expect(result).to_contain_text("跑了 2 秒还没有结束，已经停下。程序还在")
    expect(result.locator("pre")).to_have_text("开始")
    expect(page.locator(".cm-content")).to_contain_text("while True:")
    write(page, "while True:\npass\n".replace("pass", "    pass"))
    page.get_by_role("button", name="运行").click()
    page.get_by_role("button", name="停下").click()
    expect(result).to_contain_text("停下了。程序还在")
    run(page, "while True: print('多' * 50)")
    expect(result).to_contain_text("打印得太多了")
    run(page, "def f(n): return f(n + 1)\nf(0)")
    expect(result).to_contain_text("函数一直在调用自己")
    run(page, "print(1 + 1)")
    expect(result.locator("pre")).to_have_text("2")


def test_a_program_asks_and_is_answered_and_a_list_without_end_is_refused(open_lab: OpenLab) -> None:
    page = open_lab("greet", seconds=30)
    result = page.locator(".code-result")
    run(page)
    expect(result.locator("pre")).to_have_text("你叫什么？小林\n你好")
    page.get_by_label("给程序的回答").fill("")
    run(page)
    expect(result).to_contain_text("再写一行")
    expect(result).to_contain_text("它问的是：你叫什么？")
    run(page, "kept = []\nwhile True: kept.append(bytearray(10_000_000))")
    expect(result).to_contain_text("要的内存太多了")


TRIES = [
    "import js",
    "from pyodide.http import pyfetch",
    "import pyodide_js",
    "import urllib.request\nurllib.request.urlopen('{base}/secret')",
    "import socket\nsocket.create_connection(('127.0.0.1', 80), timeout=2).sendall(b'x')",
    # by way of what is still in memory: every bridge leads to a place that was emptied
    "import gc\nfound = [one for one in gc.get_objects() if type(one).__name__ == 'JsProxy']\n"
    "names = ['fetch', 'XMLHttpRequest', 'WebSocket', 'indexedDB', 'caches', 'postMessage', 'importScripts', 'Worker']\n"
    "for one in found:\n    for name in names:\n        try:\n            there = getattr(one, name, None)\n"
    "        except BaseException:\n            continue\n"
    "        if there is not None: print('FOUND', name, one)\nraise ValueError('nothing')",
]


def test_a_program_reaches_neither_network_nor_storage(open_lab: OpenLab) -> None:
    page = open_lab()
    base = page.evaluate("location.origin")
    for source in TRIES:
        run(page, source.replace("{base}", base))
        expect(page.locator(".code-result .note.need"), source).to_be_visible()
        assert "FOUND" not in page.locator(".code-result").inner_text(), source


def test_from_within_the_worker_nothing_is_there_and_nothing_goes_out(open_lab: OpenLab) -> None:
    page = open_lab()
    run(page)
    [worker] = page.workers
    left = worker.evaluate(
        """() => ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "indexedDB", "caches",
          "BroadcastChannel", "importScripts", "Worker", "postMessage", "navigator", "location", "cookieStore"]
          .filter((name) => self[name] !== undefined)"""
    )
    assert left == []
    assert worker.evaluate("typeof Array") == "function"


def test_without_its_policy_the_lab_runs_nothing(open_lab: OpenLab) -> None:
    page = open_lab(sealed=False)
    expect(page.get_by_role("alert")).to_contain_text("没有给编程实验加上该有的保护", timeout=OPENING_MS)
    assert not page.workers
    expect(page.locator(".cm-content")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1366])
def test_keyboard_and_narrow_screens(open_lab: OpenLab, width: int) -> None:
    page = open_lab(width=width)
    run(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".cm-content").evaluate("(one) => one.focus()")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="运行")).to_be_focused()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run()).violations.map((one) => `${one.id} ${one.nodes[0].html}`)"
    )
    assert not found
