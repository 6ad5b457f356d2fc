"""Calls that are being made: each can be ended from outside, in the middle of waiting for the next token."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Literal

from qiming.agents.rules.choosing import No, stopped, suspended
from qiming.agents.types import Application, Model, Route, Switch
from qiming.assurance.runner.kinds import Failure, Kind


class Ended(Exception):
    """The call was ended from outside: by a kill switch (`no`), or because the client left."""

    def __init__(self, why: Literal["killed", "gone"], no: No | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.no = no


class Live:
    """One call. `model` is the one it is talking to just now."""

    def __init__(self, application: Application, route: Route, place: str, deadline: float) -> None:
        """`deadline`: on the loop's clock."""
        self.application = application
        self.route = route
        self.place = place
        self.deadline = deadline
        self.patience_s: float = 0
        self.model: Model | None = None
        self.end: Ended | None = None
        self._limit: asyncio.Timeout | None = None

    def finish(self, end: Ended) -> None:
        """End it now; whoever waits for the model wakes up."""
        if self.end is None:
            self.end = end
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    def look(self, switches: Iterable[Switch], route: Route | None = None) -> None:
        """`route`: what is known of the call's route now."""
        no = suspended(self.application, route or self.route) or stopped(
            self.application, self.route, self.model, self.place, switches
        )
        if no is not None:
            self.finish(Ended("killed", no))

    def check(self) -> None:
        if self.end is not None:
            raise self.end

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """Wait for the model at most so long; raises `Ended` or `Failure`."""
        self.check()
        loop = asyncio.get_running_loop()
        until = min(loop.time() + seconds, self.deadline)
        try:
            async with asyncio.timeout_at(until) as self._limit:
                yield
        except TimeoutError:
            self.check()
            kind = Kind.NEVER_ENDED if until == self.deadline else Kind.TIMEOUT
            raise Failure(kind, "no answer in time") from None
        finally:
            self._limit = None


class Register:
    """All calls of this process."""

    def __init__(self) -> None:
        self._calls: set[Live] = set()

    def __len__(self) -> int:
        return len(self._calls)

    @asynccontextmanager
    async def open(self, call: Live) -> AsyncIterator[Live]:
        self._calls.add(call)
        try:
            yield call
        finally:
            self._calls.discard(call)

    def switched(self, switches: Iterable[Switch], routes: Mapping[str, Route] | None = None) -> None:
        """Kill switches changed, or what the test field says of a route: end the calls they hit."""
        known = list(switches)
        for call in list(self._calls):
            call.look(known, (routes or {}).get(call.route.key))
