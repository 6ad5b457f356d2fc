"""A model that may speak for an agent: who opens that, the ticket in PostgreSQL, the reply from the course in its place."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from typer.testing import CliRunner

from qiming.agents import boxes
from qiming.agents import services as chain
from qiming.agents.cli import app
from qiming.agents.gateway.postgres import Postgres
from qiming.agents.gateway.turns import Spoken
from qiming.agents.models import ApplicationKey
from qiming.agents.models import Turn as Row
from qiming.agents.services.chain import RouteFacts
from qiming.agents.talk import connecting, queries, services
from qiming.agents.talk.box import Words, close, digest, open_words
from qiming.agents.talk.types import Context, Said
from qiming.agents.tests.talking import context, session
from qiming.agents.tests.test_ledger import dsn
from qiming.agents.tests.test_services import LISTED, MODEL
from qiming.agents.types import Target
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db
WHY = "the test looks at everything"
STUDY = RouteFacts("study", "初中学伴", ("m",), ("junior", "primary"), quota_class="companion")


@pytest.fixture
def cast(settings: LazySettings) -> Cast:
    settings.GATEWAY_URL = ":8040"
    made = testing.cast(pupils=1)
    filed = replace(MODEL, filing_no="备案1", data_grades=("L1", "L2"))
    chain.add_model(actor=None, facts=filed, outward=LISTED)
    chain.add_route(actor=None, facts=STUDY)
    chain.decide(actor=None, place_id=made.school.id, route="study", yes=True)
    return made


def at_class(cast: Cast, **changes: Any) -> Context:
    return context(place_path=cast.klass.path, **changes)


def opened(cast: Cast, stage: str = "junior") -> None:
    connecting.connect(actor=None, place_id=cast.school.id, agent="companion", route="study", stage=stage)


def row_of(turn_id: Any) -> Row:
    return Row.objects.unscoped(WHY).get(id=turn_id)


def test_a_model_speaks_only_where_everything_is_open(cast: Cast, settings: LazySettings) -> None:
    assert services.say(at_class(cast), "给我提示").engine == "grounded"
    opened(cast)
    turn = services.say(at_class(cast), "给我提示")
    assert turn.outcome is Said.WAITING and turn.text is None and turn.ticket and turn.engine == "study"
    row = row_of(turn.id)
    assert bytes(row.ticket_sha256) == digest(turn.ticket) and turn.ticket.encode() not in bytes(
        row.text_box or b""
    )
    assert queries.turn(turn.id) and queries.turn(turn.id).ticket is None  # type: ignore[union-attr]  # just seen
    other = context(place_path="b/else/")
    assert services.say(other, "给我提示").engine == "grounded"
    assert (
        services.say(at_class(cast, attempts=(), session=session(attempted=False)), "提示").engine
        == "grounded"
    )
    assert services.say(at_class(cast, session=session(exam=True)), "提示").outcome is Said.HELD
    switch = chain.switch_off(actor=None, place_id=None, target=Target.ROUTE, key="study", reason="演练")
    assert services.say(at_class(cast), "给我提示").engine == "grounded"
    chain.lift(actor=None, switch_id=switch)
    settings.GATEWAY_URL = ""
    assert services.say(at_class(cast), "给我提示").engine == "grounded"


def test_who_may_let_a_model_speak(cast: Cast) -> None:
    school = cast.school.id
    connecting.connect(
        actor=cast.actor("admin"), place_id=school, agent="companion", route="study", stage="junior"
    )
    key = ApplicationKey.objects.unscoped(WHY).get()
    assert key.is_ours and key.audience == "pupil" and key.name == "agent:companion/junior"
    opened(cast)  # again: renewed
    renewed = ApplicationKey.objects.unscoped(WHY).get(revoked_at=None)
    assert renewed.id != key.id and renewed.name == key.name
    for who in ("teacher", "head", "vendor"):
        with pytest.raises(Denied):
            connecting.connect(
                actor=cast.actor(who), place_id=school, agent="companion", route="study", stage="primary"
            )
    chain.add_route(actor=None, facts=RouteFacts("free", "别的", ("m",), ("junior",)))
    whole: dict[str, Any] = {
        "actor": None,
        "place_id": school,
        "agent": "companion",
        "route": "study",
        "stage": "primary",
    }
    for wrong in ({"agent": "nobody"}, {"route": "free"}, {"route": "none"}, {"stage": "staff"}):
        with pytest.raises(UserError):
            connecting.connect(**(whole | wrong))
    told = CliRunner().invoke(
        app, ["connect", "companion", "--place", str(school), "--route", "study", "--stage", "primary"]
    )
    assert told.exit_code == 0 and "学伴" in told.output


def in_gateway(work: "Any") -> Any:
    async def go() -> Any:
        async with Postgres(dsn(), 2) as store:
            return await work(store)

    return asyncio.run(go())


@pytest.mark.django_db(transaction=True)
def test_a_ticket_is_used_once_in_time_and_the_reply_is_written_once(cast: Cast) -> None:
    opened(cast)
    here = at_class(cast)
    turn = services.say(here, "训练集是什么")
    assert turn.ticket
    found = digest(turn.ticket)

    async def work(store: Postgres) -> None:
        both = await asyncio.gather(store.take(found, time.now()), store.take(found, time.now()))
        (taken,) = [one for one in both if one]
        assert taken.id == turn.id and await store.take(b"", time.now()) is None
        words = open_words(taken.box, boxes.ours())
        assert words and words.frame and words.instead
        said = Words(asked=words.asked, replied="想一想？", label="由AI生成")
        for text in ("想一想？", "第二次"):
            said.replied = text
            await store.write(
                Spoken(turn.id, close(said, boxes.ours()), Said.ANSWERED, "study", ["x"]), time.now()
            )

    in_gateway(work)
    after = queries.turn(turn.id)
    assert after and after.text == "想一想？" and after.label == "由AI生成" and after.findings == ("x",)
    assert services.close(turn.id) == after
    assert [one.asked for one in queries.history(here.conversation)] == ["训练集是什么"]


@pytest.mark.django_db(transaction=True)
def test_a_late_ticket_is_no_good_and_the_course_answers(cast: Cast) -> None:
    opened(cast)
    here = at_class(cast)
    turn, again = (
        services.say(here, "给我提示"),
        services.say(context(place_path=here.place_path), "给我提示"),
    )
    late = time.now() + timedelta(seconds=61)
    assert turn.ticket and again.ticket

    async def work(store: Postgres) -> Any:
        return await store.take(digest(turn.ticket or ""), late)

    assert in_gateway(work) is None
    closed = services.close(turn.id)
    assert closed and closed.outcome is Said.FAILED and closed.text and closed.label == services.FROM_COURSE
    assert open_words(row_of(turn.id).text_box, boxes.ours()).frame is None  # type: ignore[union-attr]  # it was just closed
    with time.frozen(late):
        follows = services.say(here, "再给个提示")
        assert follows.number == 2 and services.close_left() == 1
    assert services.close(boxes_id := again.id) == queries.turn(boxes_id)
    assert services.close(here.conversation) is None


@pytest.mark.parametrize(
    ("said", "host", "found"),
    [
        ("", "a.cn", ""),
        (":8040", "127.0.0.1:8000", "http://127.0.0.1:8040"),
        (":8040", "[::1]:8000", "http://[::1]:8040"),
        ("/gateway", "a.cn", "/gateway"),
        ("https://g.a.cn", "a.cn", "https://g.a.cn"),
    ],
)
def test_where_browsers_find_the_gateway(settings: LazySettings, said: str, host: str, found: str) -> None:
    settings.GATEWAY_URL = said
    assert connecting.gateway_for("http", host) == found
