"""The gateway against models that misbehave: what the caller reads, what the ledger says, what was given back."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qiming.agents.services.keys import digest
from qiming.agents.tests.fake import (
    CLASS,
    KEY,
    ROUTE,
    SCHOOL,
    USED,
    WORDS,
    Fake,
    application,
    chain,
    event,
    house,
    kept,
    question,
    served,
    slowly,
)
from qiming.agents.types import Audience, Enabled, Outcome, Per, Quota, Switch, Target
from qiming.kernel import time
from qiming.kernel.ids import new_id

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def run(work: Coroutine[Any, Any, None]) -> None:
    with time.frozen(NOON):
        asyncio.run(work)


async def _one(fake: Fake, body: Any, **how: Any) -> tuple[Any, Any]:
    """Ask one model once; what came, and the house it came from."""
    async with served(fake), house(chain({"first": fake})) as there:
        return await there.ask(body, **how), there


def test_a_reply_comes_as_a_stream_labelled_counted_and_kept() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says()
        told, there = await _one(fake, question(stream=True, stream_options={"include_usage": True}))
        assert told.status == 200 and told.text == "".join(WORDS)
        assert told.events[-1] == "[DONE]" and told.events[-2]["usage"]["total_tokens"] == 27
        assert json.loads(told.events[0]["AIGC"])["Label"] == "1" and "AIGC" in told.events[-3]
        (closing,) = there.closings
        assert (closing.outcome, closing.model, closing.version) == (Outcome.OK, "first", "fake-1")
        assert closing.usage.total == 27 and closing.usage.counted and closing.first_ms is not None
        assert next(used[:2] for used in there.memory.used.values()) == [1, 27]
        text = kept(closing)
        assert text["reply"] == "".join(WORDS) and text["messages"][0]["content"] == ROUTE.frame
        assert fake.asked[0]["model"] == "first-up" and fake.tokens == ["Bearer upstream secret"]
        assert "user" not in fake.asked[0]

    run(work())


def test_a_reply_in_one_piece() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says()
        told, _ = await _one(fake, question(max_tokens=7, temperature=0.2))
        assert told.json["choices"][0]["message"]["content"] == "".join(WORDS)
        assert (
            told.json["usage"]["completion_tokens"] == 16
            and json.loads(told.json["AIGC"])["ContentProducer"] == "启明"
        )
        assert fake.asked[0]["max_tokens"] == 7 and fake.asked[0]["temperature"] == 0.2

    run(work())


MALFORMED: list[tuple[list[Any], str]] = [
    ([event("好"), b"data: {not json\n\n"], "upstream_malformed"),
    ([event("好"), b'data: {"choices": 5}\n\n'], "upstream_malformed"),
    ([b'data: {"choices":[{"delta":{"content":"\xc4\xe3\xba\xc3"}}]}\n\n'], "upstream_malformed"),
    ([event("好"), b"CUT"], "upstream_cut"),
    ([event("好")], "upstream_cut"),
    ([event("好"), 1.0, event("的")], "upstream_timeout"),
    ([b"data: " + b"x" * 300_000], "upstream_too_large"),
    ([b'data: {"error": {"message": "boom at http://inner.example"}}\n\n'], "upstream_failed"),
]


@pytest.mark.parametrize(("pieces", "code"), MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("stream", [True, False])
def test_a_reply_that_goes_wrong_is_said_and_settled(pieces: list[Any], code: str, stream: bool) -> None:
    async def work() -> None:
        told, there = await _one(Fake(pieces=pieces), question(stream=stream))
        error = told.events[-1]["error"] if told.status == 200 else told.json["error"]
        assert error["code"] == code and "inner.example" not in told.raw.decode()
        assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])
        assert there.closings[0].outcome is Outcome.FAILED
        spent = next(iter(there.memory.used.values()))
        assert spent[1] < 200  # what was set aside came back

    run(work())


def test_a_hung_model_gives_way_to_the_next_and_is_named_in_the_ledger() -> None:
    async def work() -> None:
        hung, good = Fake(pieces=[2.0]), Fake()
        good.says()
        async with served(hung, good), house(chain({"first": hung, "second": good})) as there:
            told = await there.ask(question(stream=True))
            assert told.text == "".join(WORDS)
            assert there.closings[0].model == "second" and "tried:first:timeout" in there.closings[0].findings
            assert len(hung.asked) == 1  # it may have begun to work: not asked again

    run(work())


@pytest.mark.parametrize(("status", "asked"), [(500, 1), (429, 2), (503, 2), (400, 1)])
def test_only_what_was_refused_unseen_is_asked_again(status: int, asked: int) -> None:
    async def work() -> None:
        bad, good = Fake(status=status, headers={"Retry-After": "0"}, body=b"{}"), Fake()
        good.says()
        async with served(bad, good), house(chain({"first": bad, "second": good})) as there:
            assert (await there.ask(question())).status == 200
            assert (len(bad.asked), len(good.asked)) == (asked, 1)

    run(work())


def test_when_all_fail_the_caller_reads_why_and_nothing_is_counted() -> None:
    async def work() -> None:
        told, there = await _one(Fake(status=429, body=b"{}", headers={"Retry-After": "60"}), question())
        assert (told.status, told.code, told.headers["retry-after"]) == (429, "upstream_limited", "60")
        assert next(iter(there.memory.used.values())) == [0, 0, 0]

    run(work())


def test_a_model_that_keeps_failing_is_left_alone() -> None:
    async def work() -> None:
        bad, good = Fake(status=500, body=b"{}"), Fake()
        good.says()
        async with served(bad, good), house(chain({"first": bad, "second": good})) as there:
            for _ in range(8):
                assert (await there.ask(question())).status == 200
            assert len(bad.asked) == 5 and there.memory.health == [("first", False)]

    run(work())


def test_a_huge_reply_ends_where_the_guard_ends_it() -> None:
    async def work() -> None:
        fake = Fake(pieces=[*[event("我们再来看下一个例子里的式子怎样变。" * 20)] * 80, event(finish="stop")])
        told, there = await _one(fake, question(stream=True))
        assert len(told.text) < 20_200 and told.events[-2]["choices"][0]["finish_reason"] == "content_filter"
        assert (there.closings[0].outcome, there.closings[0].why) == (Outcome.STOPPED, "long")

    run(work())


def test_when_the_client_leaves_the_model_is_stopped_and_the_quota_settled() -> None:
    async def work() -> None:
        fake = Fake(pieces=slowly(WORDS * 10, 0.02))
        async with served(fake), house(chain({"first": fake})) as there:
            await there.ask(question(stream=True), leave_after=3)
            assert there.closings[0].outcome is Outcome.GONE
            await asyncio.sleep(0.1)
            assert fake.left == 1 and fake.at_once == 0
            assert 0 < next(iter(there.memory.used.values()))[1] < 300

    run(work())


@pytest.mark.parametrize(
    "switch",
    [
        Switch("", Target.ALL, "", "检查"),
        Switch("b/d1/", Target.MODEL, "first", "检查"),
        Switch(SCHOOL, Target.ROUTE, "study", "检查"),
    ],
    ids=["all", "model", "route"],
)
def test_a_kill_switch_stops_a_reply_in_the_middle_even_one_that_says_nothing(switch: Switch) -> None:
    async def work() -> None:
        fake = Fake(pieces=[*[event(word) for word in WORDS * 6], 5.0, event(finish="stop")])
        async with served(fake), house(chain({"first": fake}), next_s=5.0) as there:
            asking = asyncio.create_task(there.ask(question(stream=True)))
            await asyncio.sleep(0.1)
            await there.switch(switch)
            told = await asyncio.wait_for(asking, 1)
            assert told.events[-1]["error"]["code"] == "switched_off" and "检查" in told.raw.decode()
            assert there.closings[0].outcome is Outcome.KILLED
            again = await there.ask(question())
            assert again.status == 503 and len(fake.asked) == 1

    run(work())


def test_a_switch_of_another_school_stops_nobody_here() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says()
        async with served(fake):
            switches = (
                Switch("b/d1/s2/", Target.ALL, "", "别校"),
                Switch("", Target.MODEL, "second", "别的"),
            )
            async with house(chain({"first": fake}, switches=switches)) as there:
                assert (await there.ask(question())).status == 200

    run(work())


def test_personal_data_never_reach_the_model_and_come_back_to_who_wrote_them() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says("我不需要你的〔电话2〕，", "先看方程。")
        asked = question("我的手机号是13812345678，这道方程怎么移项？")
        asked["messages"].insert(0, {"role": "assistant", "content": "你说过13912345678。"})
        told, there = await _one(fake, asked)
        assert "138" not in json.dumps(fake.asked) and "139" not in json.dumps(fake.asked)
        assert "13812345678" in told.json["choices"][0]["message"]["content"]
        (closing,) = there.closings
        assert "data:phone" in closing.findings and "138" not in json.dumps(kept(closing))

    run(work())


def test_a_child_in_need_gets_the_reviewed_text_and_nothing_is_generated() -> None:
    async def work() -> None:
        told, there = await _one(Fake(), question("我不想活了，想自杀", stream=True))
        assert told.text and told.events[-2]["choices"][0]["finish_reason"] == "content_filter"
        assert there.closings[0].outcome is Outcome.CRISIS and not there.memory.used

    run(work())


BAD = [
    (b"\xff\xfe\x00", 400, "not_utf8"),
    ("你好".encode("gb18030"), 400, "not_utf8"),
    (b"{", 400, "not_json"),
    (b'{"model": 5}', 400, "bad_request"),
    (b"x" * (1024 * 1024 + 1), 413, "too_large"),
    (question(tools=[{"type": "function"}]), 400, "no_tools"),
    (question("字" * 5000), 400, "unreadable"),
    (question("a\x00b"), 400, "unreadable"),
    (question(model="other"), 404, "model_not_found"),
    (question(n=3), 400, "one_reply"),
    (question(user=""), 400, "user_missing"),
    ({"model": "study", "messages": [], "user": "u"}, 400, "no_question"),
    ({"model": "study", "messages": [{"role": "tool", "content": "x"}], "user": "u"}, 400, "bad_request"),
    (
        {"model": "study", "messages": [{"role": "user", "content": [{"type": "image_url"}]}], "user": "u"},
        400,
        "only_text",
    ),
]


@pytest.mark.parametrize(
    ("body", "status", "code"), BAD, ids=[f"{at}-{one[2]}" for at, one in enumerate(BAD)]
)
def test_bad_input_gets_a_clear_answer_and_nothing_leaves(body: Any, status: int, code: str) -> None:
    async def work() -> None:
        fake = Fake()
        told, there = await _one(fake, body)
        assert (told.status, told.code) == (status, code), told.raw
        assert "没有发" in told.json["error"]["message"] or status == 404
        assert not fake.asked and not there.memory.used

    run(work())


KEYS = [
    (application(expires_at=NOON - timedelta(seconds=1)), 401, "key_expired"),
    (application(revoked=True), 401, "key_revoked"),
    (application(path="b/d1/s2/"), 403, "place_not_allowed"),
    (application(kinds=frozenset()), 403, "scope_missing"),
    (application(routes=frozenset()), 404, "model_not_found"),
    (application(stage="senior"), 403, "stage_not_allowed"),
    (application(stage="primary"), 403, "primary_alone"),
]


@pytest.mark.parametrize(("holder", "status", "code"), KEYS, ids=[one[2] for one in KEYS])
def test_a_key_opens_only_what_it_is_for(holder: Any, status: int, code: str) -> None:
    async def work() -> None:
        fake = Fake()
        held = {digest(KEY): holder}
        async with served(fake), house(chain({"first": fake}, applications=held)) as there:
            told = await there.ask(question(), place=CLASS)
            assert (told.status, told.code) == (status, code)
            assert (await there.ask(question(), key="other")).status == 401
            assert not fake.asked

    run(work())


def test_a_class_can_be_closed_and_without_a_quota_nothing_opens() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says()
        closed = {"study": (Enabled("b/", "study", yes=True), Enabled(CLASS, "study", yes=False))}
        async with served(fake):
            async with house(chain({"first": fake}, enabled=closed)) as there:
                assert (await there.ask(question(), place=CLASS)).code == "not_enabled"
                assert (await there.ask(question(), place=SCHOOL)).status == 200
                listed = await there.ask(b"", path="/v1/models", method="GET")
                assert [one["id"] for one in listed.json["data"]] == ["study"]
            async with house(chain({"first": fake}, quotas=())) as there:
                assert (await there.ask(question())).code == "no_quota"

    run(work())


def test_a_pupil_s_quota_ends_while_another_s_goes_on() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says()
        quotas = (
            Quota(new_id(), SCHOOL, Per.PUPIL, requests=1),
            Quota(new_id(), "b/", Per.PLACE, requests=9),
        )
        async with served(fake), house(chain({"first": fake}, quotas=quotas)) as there:
            assert (await there.ask(question())).status == 200
            over = await there.ask(question())
            assert (over.status, over.code) == (429, "quota_exceeded")
            assert 43_100 < int(over.headers["retry-after"]) <= 43_200  # until midnight
            assert (await there.ask(question(user="u2"))).status == 200

    run(work())


def test_at_night_pupils_rest_and_teachers_work_on() -> None:
    async def work() -> None:
        fake = Fake()
        fake.says()
        staff = application(stage="staff", audience=Audience.STAFF)
        async with served(fake):
            told = chain({"first": fake}, applications={digest(KEY): application(), digest("t"): staff})
            async with house(told) as there:
                assert (await there.ask(question())).code == "stage_rule"
                assert (await there.ask(question(), key="t")).status == 200

    with time.frozen(NOON.replace(hour=15)):
        asyncio.run(work())


def test_models_without_a_filing_or_for_other_data_are_not_asked() -> None:
    async def work() -> None:
        fake = Fake()
        async with served(fake):
            told = chain({"first": fake})
            good = told.models["first"]
            for wrong in (replace(good, is_filed=False), replace(good, grades=frozenset({"L1"}))):
                told.models = {"first": wrong}
                async with house(told) as there:
                    assert (await there.ask(question())).code == "no_model"
            told.models = {"first": replace(good, context_tokens=300)}
            async with house(told) as there:
                assert (await there.ask(question())).code == "context_length_exceeded"
        assert not fake.asked

    run(work())


def test_a_server_the_operator_did_not_list_is_never_asked() -> None:
    async def work() -> None:
        fake = Fake()
        async with served(fake):
            told = chain({"first": fake})
            async with house(told) as there:
                told.models = {"first": replace(told.models["first"], address="http://127.0.0.1:9/v1")}
                await there.switch()
                assert (await there.ask(question())).code == "upstream_forbidden"

    run(work())


def test_more_calls_than_a_model_takes_wait_and_then_are_told_so() -> None:
    async def work() -> None:
        fake = Fake(pieces=[0.2, event("好的，我们看"), event(finish="stop"), USED, b"data: [DONE]\n\n"])
        async with served(fake):
            told = chain({"first": fake})
            told.models = {"first": replace(told.models["first"], concurrency=2)}
            async with house(told, room_s=0.3) as there:
                answers = await asyncio.gather(*[there.ask(question()) for _ in range(8)])
                assert fake.most_at_once == 2
                assert {one.status for one in answers} == {200, 429}

    run(work())


def test_without_a_ledger_nothing_is_called_and_an_end_is_written_when_it_is_back() -> None:
    async def work() -> None:
        fake = Fake(pieces=[event("好的，我们看"), 0.1, event(finish="stop"), b"data: [DONE]\n\n"])
        async with served(fake), house(chain({"first": fake})) as there:
            asking = asyncio.create_task(there.ask(question()))
            await asyncio.sleep(0.05)
            there.memory.is_away = True
            assert (await there.ask(question())).code == "ledger_away"
            await asyncio.sleep(0.15)
            there.memory.is_away = False
            assert (await asking).status == 200 and there.closings[0].outcome is Outcome.OK
            assert len(fake.asked) == 1

    run(work())


def test_vectors_come_back_for_covered_texts() -> None:
    async def work() -> None:
        answer = {
            "data": [{"index": 0, "embedding": [0.5, 1.0]}],
            "model": "e",
            "usage": {"prompt_tokens": 4},
        }
        fake = Fake(body=json.dumps(answer).encode())
        async with served(fake), house(chain({"vectors": fake})) as there:
            body = {"model": "vectors", "input": "电话13812345678", "user": "u"}
            told = await there.ask(body, path="/v1/embeddings")
            assert told.json["data"][0]["embedding"] == [0.5, 1.0] and told.json["usage"]["total_tokens"] == 4
            assert "138" not in json.dumps(fake.asked)
            fake.body = b'{"data": []}'
            assert (await there.ask(body, path="/v1/embeddings")).code == "upstream_malformed"

    run(work())
