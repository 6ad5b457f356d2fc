"""Quotas and the ledger in PostgreSQL, asked as the gateway asks them: nothing is overspent, everything adds up."""

import asyncio
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from qiming.agents import services
from qiming.agents.chains import CALLS
from qiming.agents.gateway.chain import Chain, keep_up
from qiming.agents.gateway.ledger import Closing, Opening
from qiming.agents.gateway.postgres import Postgres
from qiming.agents.models import BaseModel, Call, EducationModel, ModelHealth, QuotaDay
from qiming.agents.services.keys import digest
from qiming.agents.types import Audience, Bucket, Kind, Outcome, Per, Target, Usage
from qiming.kernel import chain, time
from qiming.kernel.ids import new_id
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "the test looks at everything"
DAY = date(2026, 11, 24)


def dsn() -> str:
    told = connection.settings_dict
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


def opening(tokens: int = 100, seconds: int = 10) -> Opening:
    return Opening(
        new_id(), time.now(), DAY, "b/d/s/", new_id(), "qs1-x", "junior", "chat", "study", tokens, seconds
    )


def closing(outcome: Outcome = Outcome.OK, **changes: Any) -> Closing:
    given: dict[str, Any] = {
        "usage": Usage(10, 20, counted=True),
        "total_ms": 1500,
        "model": "m",
        "box": b"box",
    }
    return Closing(outcome, **(given | changes))


def bucket(
    key: str = "a", requests: int | None = None, tokens: int | None = None, seconds: int | None = None
) -> Bucket:
    return Bucket(key, requests, tokens, seconds, "本校")


def day(key: str = "a") -> tuple[int, int, int]:
    row = QuotaDay.objects.get(bucket=key, day=DAY)
    return row.requests, row.tokens, row.seconds


def test_sixty_four_at_once_never_overspend_whichever_bucket_is_the_tight_one() -> None:
    """Buckets are shared by some and not by others, and come in one order; ten fit, 54 are refused and take nothing."""

    async def work() -> list[tuple[str, str] | None]:
        async with Postgres(dsn(), 8) as store:
            return await asyncio.gather(
                *[
                    store.begin(
                        opening(),
                        (
                            bucket("a", tokens=1_000),
                            bucket(f"b{at % 4}", requests=50),
                            bucket("c", seconds=10_000),
                        ),
                    )
                    for at in range(64)
                ]
            )

    answers = asyncio.run(work())
    assert answers.count(None) == 10 and set(answers) == {None, ("tokens", "a")}
    assert day("a")[1] == 1_000 and day("c") == (10, 1_000, 100)
    assert sum(row.requests for row in QuotaDay.objects.filter(bucket__startswith="b")) == 10
    by_outcome = [Call.objects.unscoped(WHY).filter(outcome=one).count() for one in ("open", "quota")]
    assert by_outcome == [10, 54]


def test_an_end_gives_back_once_and_is_sealed_and_the_text_goes_by_itself(tmp_path: Any) -> None:
    settings.QIMING_HOME, before = tmp_path, settings.QIMING_HOME
    first, failed, refused = opening(), opening(), opening()

    async def work() -> None:
        async with Postgres(dsn()) as store:
            assert await store.begin(first, (bucket(tokens=250),)) is None
            assert await store.begin(first, (bucket(tokens=250),)) is None  # sent again after a broken line
            assert await store.begin(failed, (bucket(tokens=250),)) is None
            for _ in range(2):
                await store.end(first.id, closing(), time.now())
                await store.end(failed.id, closing(Outcome.FAILED, generated=False), time.now())
            await store.note(refused, closing(Outcome.REFUSED))

    try:
        asyncio.run(work())
        assert day() == (1, 30, 2)
        assert chain.seal_all(CALLS) == 3 and chain.verify(CALLS).holds
        later = time.now()
        assert len(SWEEPERS["agents.texts"](later, Holds()).ids) == 3
        Call.objects.unscoped(WHY).filter(id=first.id).update(subject="")
        assert chain.verify(CALLS).holds
        Call.objects.unscoped(WHY).filter(id=first.id).update(completion_tokens=5)
        broken = chain.verify(CALLS).broken
        assert broken and broken.kind == "changed"
    finally:
        settings.QIMING_HOME = before


def test_a_call_whose_gateway_ended_is_closed_and_stays_counted() -> None:
    async def work() -> None:
        async with Postgres(dsn()) as store:
            await store.begin(opening(), (bucket(tokens=250),))

    asyncio.run(work())
    assert services.close_lost() == 0
    with time.frozen(time.now() + services.ledger.LOST_AFTER * 2):
        assert services.close_lost() == 1
    assert day()[1] == 100 and Call.objects.unscoped(WHY).get().outcome == Outcome.LOST.value


@pytest.fixture
def cast() -> Cast:
    made = testing.cast()
    BaseModel.objects.create(
        key="m", title="模型", kind=Kind.CHAT, provider="某公司", address="http://127.0.0.1:1/v1", upstream_name="m-1",
        filing_no="备案1", context_tokens=4096, most_output_tokens=512, data_grades=["L1", "L2"],
    )  # fmt: skip
    EducationModel.objects.create(
        key="study", title="学伴", kind=Kind.CHAT, base_models=["m"], stages=["junior"]
    )
    return made


def test_the_gateway_hears_of_every_change_at_once(cast: Cast) -> None:
    services.decide(actor=None, place_id=cast.school.id, route="study", yes=True)
    services.set_quota(actor=None, place_id=cast.school.id, per=Per.SCHOOL, tokens=1000, minutes=5)
    _, secret = services.create_key(
        actor=None,
        place_id=cast.school.id,
        name="应用",
        routes=("study",),
        stage="junior",
        audience=Audience.PUPIL,
    )

    async def work() -> None:
        known, told = Chain(), asyncio.Event()
        async with Postgres(dsn()) as store:
            following = asyncio.create_task(keep_up(store, known, told.set))
            await asyncio.wait_for(told.wait(), 5)
            assert known.models["m"].is_filed and known.models["m"].grades == {"L1", "L2"}
            assert known.routes["study"].models == ("m",) and known.quotas[0].seconds == 300
            assert known.enabled["study"][0].path == cast.school.path
            assert known.applications[digest(secret)].stage == "junior" and not known.switches
            told.clear()
            await asyncio.to_thread(
                services.switch_off, actor=None, place_id=None, target=Target.MODEL, key="m", reason="检查"
            )
            await asyncio.wait_for(told.wait(), 2)
            assert known.switches[0].key == "m"
            await store.seen("m", is_up=False, note="timeout", at=time.now())
            await store.seen("m", is_up=True, note="", at=time.now())
            following.cancel()

    asyncio.run(work())
    assert ModelHealth.objects.get().is_up
