"""The tool on a port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from tests.lti_tool.tool import Tool


def _handler(tool: Tool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._answer(self.rfile.read(length).decode())

        def _answer(self, query: str) -> None:
            params = {
                name: ",".join(values) for name, values in parse_qs(query, keep_blank_values=True).items()
            }
            sent = {one.key: one.value for one in SimpleCookie(self.headers.get("Cookie", "")).values()}
            goes = tool.handle(self.command, urlsplit(self.path).path, params, sent)
            body = goes.body.encode()
            self.send_response(goes.status)
            self.send_header("Content-Type", goes.media_type)
            self.send_header("Content-Length", str(len(body)))
            if goes.location:
                self.send_header("Location", goes.location)
            for name, value in goes.cookies.items():
                self.send_header("Set-Cookie", f"{name}={value}; Path=/; HttpOnly")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet: the test says what went wrong."""

    return Handler


@contextmanager
def running(port: int = 0) -> Iterator[Tool]:
    """The tool at `tool.base` for as long as the block runs; port 0 takes a free one."""
    tool = Tool("")
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(tool))
    tool.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
