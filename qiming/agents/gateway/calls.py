"""One call from the door to the ledger: what chat and embeddings have in common."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec

from qiming.agents.gateway.chain import Chain
from qiming.agents.gateway.errors import GONE, NO_LEDGER, Trouble, of_failure, refused
from qiming.agents.gateway.guarding import pupil_seconds, stage_says
from qiming.agents.gateway.ledger import Away, Closing, Ledger, Opening
from qiming.agents.gateway.live import Ended, Live, Register
from qiming.agents.gateway.upstream import Upstream
from qiming.agents.guard import Guard
from qiming.agents.rules import choosing, quotas
from qiming.agents.sealing import OURS, TEXT, Box
from qiming.agents.types import Application, Audience, Kind, Model, Outcome, Route
from qiming.assurance.runner.kinds import Failure
from qiming.kernel import time
from qiming.kernel.ids import new_id

log = logging.getLogger(__name__)

_OURS: Final = re.compile(re.escape(OURS) + r"[0-9a-f]{32}")
_MOST_USER: Final = 200
AGAIN_S: Final = (0.5, 1, 2, 5, 10, 20, 30)


@dataclass(slots=True)
class House:
    """What every call needs."""

    chain: Chain
    ledger: Ledger
    upstream: Upstream
    guard: Guard
    box: Box
    producer: str
    register: Register
    ends: set[asyncio.Task[None]]

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it beside the answer; the process waits for it before it ends."""
        task = asyncio.create_task(work)
        self.ends.add(task)
        task.add_done_callback(self.ends.discard)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls which route for which place."""

    application: Application
    route: Route
    place: str
    subject: str
    patience_s: float = 0  # for a first word, where it is more than the gateway's own

    @property
    def most_seconds(self) -> float:
        """How long one call may take in all."""
        return max(self.route.most_seconds, self.patience_s)


class Call:
    """One call. `closing` is filled while it goes on and written when it ends."""

    def __init__(self, house: House, caller: Caller, opening: Opening, live: Live) -> None:
        self.house = house
        self.caller = caller
        self.opening = opening
        self.live = live
        self.closing = Closing(Outcome.OK)
        self.began = asyncio.get_running_loop().time()

    @property
    def id(self) -> str:
        return str(self.opening.id)

    def elapsed_ms(self) -> int:
        return int((asyncio.get_running_loop().time() - self.began) * 1000)

    def keep(self, said: dict[str, Any]) -> None:
        """Put the text into its box."""
        self.closing.box = self.house.box.close(msgspec.json.encode(said), TEXT)


def caller_of(
    house: House, application: Application, *, model: str, place: str, user: str, kind: Kind
) -> Caller:
    """Who calls, after every rule of the chain and the stage said yes. Raises `Trouble`."""
    place = place or application.path
    route = house.chain.routes.get(model)
    no = choosing.may_call(
        application,
        route,
        place,
        kind=kind,
        enabled=house.chain.enabled.get(model, ()),
        switches=house.chain.switches,
    )
    if no is not None or route is None:
        raise refused(no or choosing.No("model_not_found", "没有这个模型。", 404))
    trouble = stage_says(house.guard.library, application, time.local(time.now()))
    if trouble:
        raise trouble
    return Caller(application, route, place, _subject(house.box, application, user))


def _subject(box: Box, application: Application, user: str) -> str:
    """Under which pseudonym somebody is counted. What an application calls its users never leaves, nor stays, as it is."""
    if len(user) > _MOST_USER:
        raise Trouble(400, "bad_user", f"user 不超过{_MOST_USER}个字符。没有发出去。", param="user")
    if user and application.is_ours and _OURS.fullmatch(user):
        return user
    if not user and application.audience is Audience.PUPIL:
        raise Trouble(
            400,
            "user_missing",
            "学生用的应用要在 user 里写同一名学生始终相同的代号（不要写姓名、学号）。没有发出去。",
            param="user",
        )
    return box.pseudonym(str(application.id), user) if user else ""


def models_for(house: House, caller: Caller, needs_tokens: int) -> list[Model]:
    """The models to try. Raises `Trouble` when there is none, or the text is too long for all."""

    def fit(tokens: int) -> list[Model]:
        return choosing.candidates(
            caller.application,
            caller.route,
            caller.place,
            house.chain.models,
            switches=house.chain.switches,
            needs_tokens=tokens,
            is_up=house.upstream.is_up,
        )

    found = fit(needs_tokens)
    if found:
        return found
    if fit(0):
        raise Trouble(
            400,
            "context_length_exceeded",
            "写得太长，模型装不下。没有发出去，请缩短，或开始新的对话。",
            param="messages",
        )
    raise Trouble(503, "no_model", "现在没有能用的模型（停用、故障或没有备案）。没有发出去，请过一会儿再试。")


def opening(house: House, caller: Caller, *, tokens: int) -> Opening:
    at = time.now()
    return Opening(
        id=new_id(),
        at=at,
        day=time.local(at).date(),
        path=caller.place,
        application=caller.application.id,
        subject=caller.subject,
        stage=caller.application.stage,
        kind=caller.route.kind.value,
        route=caller.route.key,
        tokens=tokens,
        seconds=caller.route.most_seconds,
    )


@asynccontextmanager
async def making(house: House, caller: Caller, first: Opening) -> AsyncIterator[Call]:
    """Quota is set aside on the way in and settled on the way out, however that is."""
    await _reserve(house, caller, first)
    loop = asyncio.get_running_loop()
    live = Live(caller.application, caller.route, caller.place, loop.time() + caller.most_seconds)
    live.patience_s = caller.patience_s
    call = Call(house, caller, first, live)
    closing = call.closing
    try:
        async with house.register.open(live):
            live.look(house.chain.switches)  # what was turned off while quota was set aside
            yield call
    except Ended as ended:
        closing.outcome = Outcome.KILLED if ended.why == "killed" else Outcome.GONE
        closing.why = ended.no.code if ended.no else ""
        raise
    except Failure as failure:
        closing.outcome, closing.why = Outcome.FAILED, failure.kind.value
        closing.generated = closing.usage.completion > 0
        raise
    except (GeneratorExit, asyncio.CancelledError):  # whoever took the reply went, or takes it too slowly
        closing.outcome = Outcome.GONE
        raise
    except Exception as error:
        closing.outcome, closing.why = Outcome.FAILED, type(error).__name__
        raise
    finally:
        closing.total_ms = call.elapsed_ms()
        house.later(_settle(house, call))


async def _reserve(house: House, caller: Caller, first: Opening) -> None:
    buckets = quotas.buckets(
        house.chain.quotas,
        application=caller.application,
        route=caller.route,
        place=caller.place,
        subject=caller.subject,
        pupil_seconds=pupil_seconds(house.guard.library, caller.application, time.local(first.at)),
    )
    if not buckets:
        raise Trouble(403, "no_quota", "这个学校或班级还没有定额度，不能调用。请学校管理员先定每天的额度。")
    try:
        over = await house.ledger.begin(first, buckets)
    except Away:
        raise Trouble(503, "ledger_away", NO_LEDGER, wait_s=5) from None
    if over is not None:
        measure, key = over
        bucket = next(one for one in buckets if one.key == key)
        raise Trouble(429, "quota_exceeded", quotas.over(bucket, measure), wait_s=_until_midnight(first))


def _until_midnight(first: Opening) -> int:
    tomorrow = time.at_local(first.day + timedelta(days=1))
    return max(1, int((tomorrow - first.at).total_seconds()))


async def _settle(house: House, call: Call) -> None:
    """Write the end; the database may be away for a while. What can never be written is closed as lost by the worker."""
    at = time.now()
    for wait_s in AGAIN_S:
        try:
            await house.ledger.end(call.opening.id, call.closing, at)
        except Away:
            await asyncio.sleep(wait_s)
        else:
            return
    log.error("the end of a call could not be written; it will be closed as lost")


async def held_back(house: House, caller: Caller, first: Opening, closing: Closing) -> None:
    """A call that the guard let not be made stands in the ledger all the same."""
    try:
        await house.ledger.note(first, closing)
    except Away:
        raise Trouble(503, "ledger_away", NO_LEDGER, wait_s=5) from None


def trouble_of(error: Failure | Ended) -> Trouble:
    """What the caller reads when a call ended before its time."""
    if isinstance(error, Failure):
        return of_failure(error)
    return refused(error.no) if error.no else Trouble(GONE, "gone", "连接已经断开。")
