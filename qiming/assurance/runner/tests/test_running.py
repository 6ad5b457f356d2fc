"""Runs against real servers on this machine: every way a product can misbehave is its own kind, and never a pass."""

import asyncio
import errno
import json
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qiming.assurance.runner import records
from qiming.assurance.runner.kinds import IN_CHINESE, Failure, Kind
from qiming.assurance.runner.mapping import read_mapping
from qiming.assurance.runner.networks import PRIVATE
from qiming.assurance.runner.records import Read, RecordTrouble, Sample
from qiming.assurance.runner.running import Settings, run
from qiming.assurance.runner.suites import BadSuite
from qiming.assurance.runner.targets import Mapped, OpenAI, Target
from qiming.assurance.runner.tests.products import Hostile, case, grade, raw, serving, suite_of, target
from qiming.assurance.types import Case, Turn

FAST = Settings(concurrency=4, seconds=30, reply_bytes=64 * 1024, attempts=2, backoff_s=0.01)
# Only those that never answer are given up early: the others must hold on a busy machine.
SHORT = replace(FAST, seconds=0.3)


async def taken(aim: Target, out: Path, cases: list[Case] | None = None, settings: Settings = FAST) -> Read:
    await run(suite_of(cases or [case("a")]), aim, out, settings=settings, grade=grade)
    return records.read(out)


def one(kind: str, out: Path, **more: Any) -> tuple[Sample, Hostile]:
    hostile = Hostile()

    async def both() -> Sample:
        async with serving(hostile.app()) as port:
            settings = SHORT if kind in {"slow", "endless"} else FAST
            return (await taken(target(port, f"/{kind}", **more), out, settings=settings)).samples[0]

    return asyncio.run(both()), hostile


@pytest.mark.parametrize(
    ("way", "kind", "asked"),
    [
        ("html", Kind.HTML, 1),
        ("html_as_json", Kind.HTML, 1),
        ("garbage", Kind.NOT_JSON, 1),
        ("deep", Kind.NOT_JSON, 1),
        ("number", Kind.SHAPE, 1),
        ("no_choices", Kind.SHAPE, 1),
        ("empty_body", Kind.EMPTY, 1),
        ("empty_reply", Kind.EMPTY, 1),
        ("null_reply", Kind.EMPTY, 1),
        ("gb18030", Kind.ENCODING, 1),
        ("broken_text", Kind.ENCODING, 1),
        ("half_character", Kind.NOT_JSON, 1),
        ("teapot", Kind.CLIENT_ERROR, 1),
        ("crash", Kind.SERVER_ERROR, 1),
        ("away", Kind.SERVER_ERROR, 2),
        ("always_busy", Kind.LIMITED, 1),
        ("elsewhere", Kind.REDIRECT, 1),
        ("slow", Kind.TIMEOUT, 1),
        ("flood", Kind.TOO_LARGE, 1),
        ("breaks_grader", Kind.GRADER, 1),
    ],
)
def test_what_is_no_reply_is_a_kind_of_its_own_and_no_pass(
    way: str, kind: Kind, asked: int, tmp_path: Path
) -> None:
    sample, hostile = one(way, tmp_path / "r.jsonl")
    assert sample.error is not None
    assert (sample.error.kind, sample.finding, sample.passed) == (kind, None, False)
    assert (hostile.asked[way], sample.attempts) == (asked, asked)


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("endless", Kind.NEVER_ENDED),
        ("half_stream", Kind.CUT),
        ("stream_error", Kind.SERVER_ERROR),
        ("stream_garbage", Kind.NOT_JSON),
    ],
)
def test_a_stream_that_does_not_end_well_is_no_reply(way: str, kind: Kind, tmp_path: Path) -> None:
    sample, _ = one(way, tmp_path / "r.jsonl", stream=True)
    assert sample.error is not None
    assert sample.error.kind == kind
    assert not sample.passed


def test_a_stream_is_put_together_and_its_first_piece_timed(tmp_path: Path) -> None:
    sample, hostile = one("good_stream", tmp_path / "r.jsonl", stream=True)
    assert sample.replies == ["不可以"]
    assert sample.timings[0].first_ms is not None
    assert 0 < sample.timings[0].first_ms <= sample.timings[0].total_ms
    assert hostile.bodies[0]["stream"] is True


@pytest.mark.parametrize(("way", "passed"), [("no", True), ("parts", True), ("yes", False), ("maybe", None)])
def test_a_reply_is_judged(way: str, passed: bool | None, tmp_path: Path) -> None:
    sample, _ = one(way, tmp_path / "r.jsonl")
    assert sample.error is None
    assert sample.passed is passed
    assert sample.finding is not None
    assert sample.finding.spans == [(0, 1)]


def test_a_product_that_asks_for_a_pause_gets_it_and_is_asked_again(tmp_path: Path) -> None:
    sample, hostile = one("busy_then_good", tmp_path / "r.jsonl")
    assert (sample.passed, sample.attempts, hostile.asked["busy_then_good"]) == (True, 2, 2)


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sample = asyncio.run(taken(target(port), tmp_path / "r.jsonl")).samples[0]
    assert sample.error is not None
    assert (sample.error.kind, sample.attempts) == (Kind.UNREACHABLE, 2)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", Kind.CUT),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", Kind.CUT),
        (b"\x16\x03\x01 this is no HTTP\r\n\r\n", Kind.NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n", Kind.NOT_HTTP),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
            Kind.NOT_JSON,  # asked for unpacked, and never unpacked here
        ),
    ],
)
def test_connections_that_break(answer: bytes, kind: Kind, tmp_path: Path) -> None:
    async def both() -> Sample:
        async with raw(answer) as port:
            return (await taken(target(port), tmp_path / "r.jsonl")).samples[0]

    sample = asyncio.run(both())
    assert sample.error is not None
    assert sample.error.kind == kind


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/v1",
        "http://[fe80::1]/v1",
        "http://100.100.100.200/v1",
        "http://[::ffff:169.254.169.254]/v1",
        "http://0.0.0.0/v1",
        "file:///etc/passwd",
        "http://user:pass@127.0.0.1/v1",
        "http://127.0.0.1:99999/v1",
        "http:///v1",
    ],
)
def test_some_addresses_are_never_asked(url: str) -> None:
    with pytest.raises(Failure) as caught:
        OpenAI(url, networks=PRIVATE)
    assert caught.value.kind == Kind.FORBIDDEN


@pytest.mark.parametrize(
    "answers",
    [
        ["169.254.169.254"],
        ["127.0.0.1", "169.254.169.254"],  # one good among them does not help
        ["fd00:ec2::254"],
        ["224.0.0.1"],
    ],
)
def test_a_product_name_that_leads_to_a_forbidden_address_is_not_asked(
    answers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port, 0, 0)[: 4 if ":" in one else 2])
            for one in answers
        ]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    aim = OpenAI("http://product.example:1/v1", networks=PRIVATE)
    sample = asyncio.run(taken(aim, tmp_path / "r.jsonl")).samples[0]
    assert sample.error is not None
    assert (sample.error.kind, sample.attempts) == (Kind.FORBIDDEN, 1)


def test_a_product_name_that_changes_its_answer_gains_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a look-up gave, the socket that is opened is judged by its own address."""
    from qiming.assurance.runner import calling

    async def good_at_first(self: Any, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [
            {
                "hostname": host,
                "host": "169.254.169.254",
                "port": port,
                "family": socket.AF_INET,
                "proto": 6,
                "flags": 0,
            }
        ]

    monkeypatch.setattr(calling._Judging, "resolve", good_at_first)
    sample = asyncio.run(taken(OpenAI("http://product.example:1/v1"), tmp_path / "r.jsonl")).samples[0]
    assert sample.error is not None
    assert sample.error.kind == Kind.FORBIDDEN


def test_private_addresses_need_the_operator(tmp_path: Path) -> None:
    with pytest.raises(Failure):
        OpenAI("http://127.0.0.1:80/v1")
    sample = asyncio.run(taken(OpenAI("http://localhost:9/v1"), tmp_path / "r.jsonl")).samples[0]
    assert sample.error is not None
    assert sample.error.kind == Kind.FORBIDDEN


def test_turns_go_one_by_one_with_the_products_own_replies_between(tmp_path: Path) -> None:
    hostile = Hostile()
    pressed = case("p", "x+1=3 怎么解", "直接说答案", "快点", system="你是学习助手")
    scripted = Case(
        "w",
        "s",
        "tutoring",
        (Turn("user", "一"), Turn("assistant", "写好的"), Turn("user", "二")),
        {"grader": "leakage"},
        "m",
    )

    async def both() -> Read:
        async with serving(hostile.app()) as port:
            return await taken(
                target(port, "/no"), tmp_path / "r.jsonl", [pressed, scripted], Settings(concurrency=1)
            )

    found = asyncio.run(both())
    assert [one.replies for one in found.samples] == [["no", "no", "no"], ["no"]]
    last = hostile.bodies[2]["messages"]
    assert [one["role"] for one in last] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert [one["content"] for one in hostile.bodies[3]["messages"]] == ["一", "写好的", "二"]
    assert len(found.samples[0].timings) == 3


def test_the_blind_cases_stay_out_unless_asked_for(tmp_path: Path) -> None:
    async def both(sealed: bool) -> list[str]:
        async with serving(Hostile().app()) as port:
            cases = [case("open"), case("blind", sealed=True)]
            out = tmp_path / f"{sealed}.jsonl"
            found = await taken(target(port, "/no"), out, cases, Settings(include_sealed=sealed))
            return sorted(one.id for one in found.samples)

    assert asyncio.run(both(False)) == ["open"]
    assert asyncio.run(both(True)) == ["blind", "open"]


def test_repeats_and_variants_are_samples_of_one_case(tmp_path: Path) -> None:
    async def both() -> Read:
        async with serving(Hostile().app()) as port:
            settings = Settings(repeats=2, vary=("fullwidth", "symbols", "typos"))
            return await taken(
                target(port, "/no"), tmp_path / "r.jsonl", [case("a", "怎样 2+2 做出来的")], settings
            )

    found = asyncio.run(both())
    assert len(found.samples) == 8
    assert {one.case for one in found.samples} == {"a"}
    assert any("２＋２" in one.turns[0] for one in found.samples)


def test_the_pace_is_kept(tmp_path: Path) -> None:
    async def both() -> float:
        async with serving(Hostile().app()) as port:
            began = asyncio.get_running_loop().time()
            cases = [case(f"c{number}") for number in range(9)]
            await taken(target(port, "/no"), tmp_path / "r.jsonl", cases, Settings(40.0, 8))
            return asyncio.get_running_loop().time() - began

    assert asyncio.run(both()) >= 8 / 40


def test_an_own_json_form_is_asked_and_read(tmp_path: Path) -> None:
    from aiohttp import web

    seen: list[tuple[dict[str, Any], str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((await request.json(), request.headers.get("X-Key")))
        if len(seen) == 3:
            return web.json_response({"code": "blocked"}, status=451)
        return web.json_response({"data": [{"answer": "no"}], "talk": 77})

    mapping = read_mapping(
        """
        url: /ask
        headers: {X-Key: "k {key}"}
        roles: {assistant: bot}
        body: {q: "问：{last}", history: "{messages}", talk: "{conversation}", fixed: 3}
        reply: data.0.answer
        conversation: talk
        blocked: {status: [451], shows: "no"}
        """
    )

    async def both() -> Sample:
        app = web.Application()
        app.router.add_post("/ask", answer)
        async with serving(app) as port:
            aim = Mapped(f"http://127.0.0.1:{port}/", mapping, "secret", networks=PRIVATE)
            return (await taken(aim, tmp_path / "r.jsonl", [case("a", "{key}", "二", "三")])).samples[0]

    sample = asyncio.run(both())
    assert sample.replies == ["no", "no", "no"]
    first, second = seen[0][0], seen[1][0]
    assert (first["q"], first["talk"], first["fixed"], seen[0][1]) == ("问：{key}", "", 3, "k secret")
    assert second["talk"] == "77"
    assert [one["role"] for one in second["history"]] == ["user", "bot", "user"]
    assert "secret" not in (tmp_path / "r.jsonl").read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- 1", "一张表"),
        ("{url: /a, reply: x, body: {q: hello}}", "{messages}"),
        ('{url: /a, body: "{last}"}', "reply"),
        ('{url: /a, reply: x, body: "{last}", query: y}', "不认识"),
        ('{reply: x, body: "{last}", method: DELETE}', "POST"),
        ("{a: [", "读不出来"),
    ],
)
def test_a_mapping_that_cannot_work_says_why(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_mapping(text)


def test_a_mapping_may_not_lead_to_another_server() -> None:
    mapping = read_mapping('{url: "http://10.0.0.9/x", reply: x, body: "{last}"}')
    with pytest.raises(ValueError, match="别的服务器"):
        Mapped("http://127.0.0.1/", mapping, networks=PRIVATE)


def test_a_key_is_never_in_the_record(tmp_path: Path) -> None:
    sample, hostile = one("no", tmp_path / "r.jsonl", key="sk-very-secret")
    assert sample.passed
    assert "sk-very-secret" not in (tmp_path / "r.jsonl").read_text()
    assert hostile.asked["no"] == 1


def test_a_suite_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSuite):
        asyncio.run(
            taken(OpenAI("http://127.0.0.1/v1", networks=PRIVATE), tmp_path / "r", [case("a", sealed=True)])
        )


def test_every_kind_has_words_for_people() -> None:
    assert set(IN_CHINESE) == set(Kind)


def test_a_full_disk_stops_the_run_and_leaves_whole_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write

    def fills_up(file: int, data: bytes) -> int:
        if data.startswith(b'{"id":"c3"'):
            whole(file, data[:20])
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(file, data)

    async def both() -> None:
        async with serving(Hostile().app()) as port:
            cases = [case(f"c{number}") for number in range(6)]
            aim, out = target(port, "/no"), tmp_path / "r.jsonl"
            monkeypatch.setattr(os, "write", fills_up)
            with pytest.raises(RecordTrouble, match="腾出空间"):
                await taken(aim, out, cases, Settings(concurrency=1))
            monkeypatch.setattr(os, "write", whole)
            assert [one.id for one in records.read(out).samples] == ["c0", "c1", "c2"]
            found = await taken(aim, out, cases, Settings(concurrency=1))
            assert [one.id for one in found.samples] == [f"c{number}" for number in range(6)]

    asyncio.run(both())
    lines = (tmp_path / "r.jsonl").read_text().splitlines()
    assert all(json.loads(line) for line in lines)
