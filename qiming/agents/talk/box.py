"""What of a turn is kept closed: the words, and what a model is to be told. The gateway opens what the site closes."""

import hashlib
import secrets
from typing import Any, Final

import msgspec

from qiming.agents.sealing import Box
from qiming.agents.talk.misjudging import Tried
from qiming.agents.talk.types import Ask, Citation, whole

TURN: Final = b"qiming agents turn 1"


class Frame(msgspec.Struct):
    """What a model is told, and what its reply is held against. Personal data are covered in `messages`; `vault` knows them."""

    application: str
    route: str
    place: str
    subject: str
    messages: list[dict[str, str]]
    vault: dict[str, str] = {}
    names: list[str] = []
    known: list[dict[str, Any]] = []
    read: list[str] = []
    past: list[str] = []
    passages: list[Citation] = []
    allowed: list[str] = []
    canary: str = ""
    stage: str = "junior"
    accompanied: bool = False
    guessed: bool = False
    tried: Tried | None = None
    most_tokens: int = 600
    patience_s: int = (
        0  # longer than the gateway waits for a first word; only a measurement of a slow machine sets it
    )


class Words(msgspec.Struct):
    """A turn's words. `replied` is what was shown; `instead` the grounded reply that is shown when a model fails."""

    asked: str
    replied: str = ""
    citations: list[Citation] = []
    asks: list[Ask] = []
    label: str = ""
    instead: str = ""
    instead_label: str = ""
    instead_citations: list[Citation] = []
    frame: Frame | None = None

    def fallen_back(self) -> "Words":
        """The grounded reply in the model's place; what the model was to be told goes."""
        return Words(
            asked=self.asked,
            replied=self.instead,
            citations=self.instead_citations,
            asks=self.asks,
            label=self.instead_label,
        )

    @property
    def shown(self) -> str:
        return whole(self.replied, tuple(self.asks), self.label) if self.replied else ""


def close(words: Words, box: Box) -> bytes:
    return box.close(msgspec.json.encode(words), TURN)


def open_words(closed: bytes | memoryview | None, box: Box) -> Words | None:
    """What was said; None when it is gone, or the key it was closed with is."""
    plain = box.open(bytes(closed), TURN) if closed else None
    return msgspec.json.decode(plain, type=Words) if plain else None


def new_ticket() -> tuple[str, bytes]:
    """A ticket and by what it is found."""
    ticket = secrets.token_urlsafe(32)
    return ticket, digest(ticket)


def digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).digest()
