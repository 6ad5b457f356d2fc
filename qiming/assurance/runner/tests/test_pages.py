"""The proxy a browser is given, and what is counted of its pages. The browser itself: tests/journeys."""

import asyncio
from pathlib import Path

import pytest

from qiming.assurance.runner import browser, pages, records, summing
from qiming.assurance.runner.kinds import Failure
from qiming.assurance.runner.networks import PRIVATE
from qiming.assurance.runner.pages import WebPages
from qiming.assurance.runner.proxy import judging_proxy
from qiming.assurance.runner.records import RecordTrouble, Writer
from qiming.assurance.runner.running import Settings, header_of
from qiming.assurance.runner.suites import load
from qiming.assurance.runner.tests.products import raw


async def through(port: int, asked: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(asked)
    answer = await reader.read(4096)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "asked",
    [
        b"GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT 169.254.169.254:443 HTTP/1.1\r\n\r\n",
        b"CONNECT [fe80::1]:443 HTTP/1.1\r\n\r\n",
    ],
)
def test_the_browsers_proxy_leads_nowhere_forbidden(asked: bytes) -> None:
    async def both() -> bytes:
        async with judging_proxy(PRIVATE) as port:
            return await through(port, asked)

    assert asyncio.run(both()).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "asked", [b"nonsense\r\n\r\n", b"GET /path HTTP/1.1\r\n\r\n", b"GET ftp://a/ HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_request_closes(asked: bytes) -> None:
    async def both() -> bytes:
        async with judging_proxy(PRIVATE) as port:
            return await through(port, asked)

    assert asyncio.run(both()) == b""


def test_private_addresses_go_through_only_where_allowed() -> None:
    async def both() -> tuple[bytes, bytes]:
        async with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") as to:
            asked = (
                b"GET http://127.0.0.1:%d/a?b=1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n" % to
            )
            async with judging_proxy(PRIVATE) as opened, judging_proxy(()) as shut:
                return await through(opened, asked), await through(shut, asked)

    opened, shut = asyncio.run(both())
    assert opened.endswith(b"hi")
    assert shut.startswith(b"HTTP/1.1 403")


def test_pages_that_could_not_be_looked_at_are_no_pages_without_faults(tmp_path: Path) -> None:
    suite, target = load("accessibility"), WebPages("https://product.example/?session=secret")
    looked = [
        pages._Looked("https://product.example/", trouble="status 500"),
        pages._Looked("https://product.example/b"),
    ]
    writer = Writer(tmp_path / "r", header_of(suite, target, Settings(), 2), resume=True)
    for number, one in enumerate(looked):
        writer.add(pages._sample(number, one))
    pages._count(writer, looked)
    writer.close()
    read = records.read(tmp_path / "r")
    found = {one.rule.name: one.metric for one in summing.judged(read)}
    assert (found["serious_violations"].passed, found["serious_violations"].n) == (False, 0)
    assert "secret" not in (tmp_path / "r").read_text()
    assert summing.summary(read).failed == 1


def test_what_may_not_be_asked_is_said_before_a_browser_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = load("accessibility")
    with pytest.raises(Failure):
        asyncio.run(pages.run_pages(suite, WebPages("http://127.0.0.1/"), tmp_path / "r"))
    monkeypatch.setattr(browser, "chromium", lambda: None)
    with pytest.raises(RecordTrouble, match="Chromium"):
        asyncio.run(pages.run_pages(suite, WebPages("http://127.0.0.1/", PRIVATE), tmp_path / "r"))
