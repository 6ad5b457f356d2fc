"""The telemetry contract: how a report is signed, and what one must look like (docs/telemetry.md)."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

FORM: Final = "qiming-telemetry/1"
KINDS: Final = ("use", "data", "model", "sensitive")
MOST_HOURS: Final = 72
MOST_COUNT: Final = 1_000_000_000
CLOCK_MS: Final = 5 * 60 * 1000  # how far the clocks may be apart


class BadReport(ValueError):
    """A report that is not taken; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class HourReport:
    """The four numbers of one hour."""

    hour: datetime
    counts: Mapping[str, int]


def signature(secret: bytes, sent_ms: int, body: bytes) -> str:
    """HMAC-SHA256 over the moment in milliseconds, a line feed and the SHA-256 of the body in hexadecimal digits."""
    said = f"{sent_ms}\n{hashlib.sha256(body).hexdigest()}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def is_signed(secret: bytes, sent_ms: int, body: bytes, given: str) -> bool:
    """Whether `given` is the signature, compared in constant time."""
    return hmac.compare_digest(signature(secret, sent_ms, body), given.strip().lower())


def parse(said: Any, now: datetime) -> list[HourReport]:
    """The hours of a report; raises `BadReport`. An hour is over before it is reported, and not older than three days."""
    if not isinstance(said, dict) or said.get("form") != FORM:
        raise BadReport(f"form 要是 {FORM}")
    hours = said.get("hours")
    if not isinstance(hours, list) or not 1 <= len(hours) <= MOST_HOURS:
        raise BadReport(f"hours 要有 1 到 {MOST_HOURS} 个小时")
    found = [_hour(one, now) for one in hours]
    if len({one.hour for one in found}) != len(found):
        raise BadReport("同一个小时写了两次")
    return found


def _hour(said: Any, now: datetime) -> HourReport:
    if not isinstance(said, dict) or set(said) != {"hour", *KINDS}:
        raise BadReport(f"每个小时要有 hour 和 {'、'.join(KINDS)}，不能多也不能少")
    try:
        hour = datetime.fromisoformat(str(said["hour"]))
    except ValueError:
        raise BadReport("hour 要是 2026-11-20T09:00:00+08:00 这样的时刻") from None
    if hour.tzinfo is None or (hour.minute, hour.second, hour.microsecond) != (0, 0, 0):
        raise BadReport("hour 要带时区，并且是整点")
    if hour + timedelta(hours=1) > now:
        raise BadReport("这个小时还没有过完")
    if hour < now - timedelta(hours=MOST_HOURS + 1):
        raise BadReport("只收三天以内的数")
    counts = {kind: said[kind] for kind in KINDS}
    for kind, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_COUNT:
            raise BadReport(f"{kind} 要是不小于 0 的整数")
    return HourReport(hour, counts)
