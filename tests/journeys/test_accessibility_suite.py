"""The test field looks at a web product's pages with a browser."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp import web

from qiming.assurance.runner import records
from qiming.assurance.runner.networks import PRIVATE
from qiming.assurance.runner.pages import WebPages, run_pages
from qiming.assurance.runner.suites import load
from qiming.assurance.runner.tests.products import serving

BAD = '<!DOCTYPE html><html><head><title>x</title></head><body><img src="a.png"><a href="/two">two</a><a href="/away">x</a><button></button></body></html>'
GOOD = '<!DOCTYPE html><html lang="zh"><head><title>好</title></head><body><main><h1>好</h1></main></body></html>'


async def look(out: Path) -> None:
    async def bad(request: web.Request) -> web.Response:
        policy = {"Content-Security-Policy": "default-src 'none'"}
        return web.Response(text=BAD, content_type="text/html", headers=policy)

    async def good(request: web.Request) -> web.Response:
        return web.Response(text=GOOD, content_type="text/html")

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://169.254.169.254/latest")

    app = web.Application()
    app.router.add_get("/", bad)
    app.router.add_get("/two", good)
    app.router.add_get("/away", away)
    async with serving(app) as port:
        await run_pages(load("accessibility"), WebPages(f"http://127.0.0.1:{port}/", PRIVATE), out)


@pytest.mark.browser
def test_faults_are_counted_and_a_redirect_leads_nowhere_forbidden(tmp_path: Path) -> None:
    # The browser of the other journeys keeps an event loop in this thread.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, look(tmp_path / "r.jsonl")).result()
    found = records.read(tmp_path / "r.jsonl")
    by_path = {one.case: one for one in found.samples}
    assert by_path["/"].finding is not None
    assert "image-alt" in by_path["/"].finding.why
    assert by_path["/two"].passed
    assert by_path["/away"].error is not None
    assert by_path["/away"].error.says == "status 403"
