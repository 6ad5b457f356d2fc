"""A circuit breaker: a model that fails again and again is left alone for a while, then asked once. Pure."""

from dataclasses import dataclass
from typing import Final

FAILURES: Final = 5
FIRST_PAUSE_S: Final = 10.0
LONGEST_PAUSE_S: Final = 300.0


@dataclass(slots=True)
class Breaker:
    """`at` is any clock in seconds that only goes forward."""

    failures: int = 0
    pause_s: float = FIRST_PAUSE_S
    shut_until: float = 0.0
    trying: bool = False

    def is_up(self, at: float) -> bool:
        """Whether it may be asked now. After a pause exactly one call goes through until it is known how it ended."""
        if self.failures < FAILURES:
            return True
        return at >= self.shut_until and not self.trying

    def asked(self, at: float) -> None:
        """A call goes out."""
        if self.failures >= FAILURES and at >= self.shut_until:
            self.trying = True

    def worked(self) -> bool:
        """A call was answered; True when it had been down."""
        was_down = self.failures >= FAILURES
        self.failures, self.pause_s, self.trying = 0, FIRST_PAUSE_S, False
        return was_down

    def failed(self, at: float) -> bool:
        """A call was not answered; True when that shuts it."""
        self.failures += 1
        if self.failures < FAILURES:
            return False
        if self.failures > FAILURES and self.trying:
            self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2)
        self.trying = False
        self.shut_until = at + self.pause_s
        return self.failures == FAILURES

    def let_go(self) -> None:
        """A call ended without saying anything about the model (the client left, a kill switch)."""
        self.trying = False
