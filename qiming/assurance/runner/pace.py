"""How fast a product is asked: at most so many requests a second, and not at all while it asks for a pause."""

import asyncio


class Pace:
    """One for all workers of a run."""

    def __init__(self, limit_per_s: float | None = None) -> None:
        if limit_per_s is not None and limit_per_s <= 0:
            raise ValueError("a limit is more than nothing")
        self._apart_s = 1 / limit_per_s if limit_per_s else 0.0
        self._next = 0.0
        self._shut_until = 0.0

    async def turn(self) -> None:
        """Wait until the next request may go out."""
        clock = asyncio.get_running_loop().time
        if self._apart_s:
            now = clock()
            at = max(now, self._next)
            self._next = at + self._apart_s
            await asyncio.sleep(at - now)
        while (left := self._shut_until - clock()) > 0:
            await asyncio.sleep(left)

    def pause(self, seconds: float) -> None:
        """Nobody asks for so long."""
        until = asyncio.get_running_loop().time() + seconds
        self._shut_until = max(self._shut_until, until)
        self._next = max(self._next, until)
