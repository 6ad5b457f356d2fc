"""Personal data covered before a text leaves, and put back in the reply. The vault stays here; only placeholders go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from qiming.agents.guard import personal
from qiming.agents.guard.names import Roster
from qiming.agents.guard.types import Hit
from qiming.assurance.graders.text import squeezed

OPEN, CLOSE = "〔", "〕"
LONGEST = 12  # 〔银行卡号12〕 and spaces a model may put in
_PLACEHOLDER = re.compile(
    r"[〔\[【（(［]\s?(?P<word>"
    + "|".join(personal.KINDS.values())
    + r")\s?(?P<number>\d{1,3})\s?[〕\]】）)］]"
)


@dataclass(slots=True)
class Vault:
    """What the placeholders of one conversation stand for. Never logged, never sent, never shown by `repr`."""

    _values: dict[str, str] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _taken: set[str] = field(default_factory=set, repr=False)

    def placeholder(self, hit: Hit) -> str:
        """The placeholder of a datum: one and the same however often and however spaced it is written."""
        key = (hit.key, squeezed(hit.word).text)
        if key not in self._known:
            word, number = personal.KINDS[hit.key], 1
            while f"{word}{number}" in self._values or f"{word}{number}" in self._taken:
                number += 1
            self._known[key] = f"{word}{number}"
            self._values[f"{word}{number}"] = hit.word
        return f"{OPEN}{self._known[key]}{CLOSE}"

    def keep_clear_of(self, text: str) -> None:
        """What already looks like a placeholder in a text people wrote must not come to mean a datum."""
        self._taken |= {match["word"] + match["number"] for match in _PLACEHOLDER.finditer(text)} - set(
            self._values
        )

    def values(self) -> dict[str, str]:
        """Everything it knows, to be kept closed until the reply comes."""
        return dict(self._values)

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Vault":
        """The vault that `values` came from, for putting data back."""
        return cls(_values=dict(values))

    def value(self, name: str) -> str | None:
        return self._values.get(name)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text that may leave, and of what kinds the data were that it no longer holds."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str, vault: Vault, roster: Roster | None = None) -> Masked:
    """`text` with every personal datum replaced by a placeholder that `restore` knows."""
    vault.keep_clear_of(text)
    pieces, at = [], 0
    hits = personal.find(text, roster)
    for hit in hits:
        pieces += [text[at : hit.start], vault.placeholder(hit)]
        at = hit.end
    return Masked("".join((*pieces, text[at:])), tuple(sorted({hit.key for hit in hits})))


def restore(text: str, vault: Vault) -> str:
    """The reply with the data put back, also where the model changed the brackets; unknown placeholders stay."""

    def put(match: re.Match[str]) -> str:
        value = vault.value(match["word"] + match["number"])
        return match[0] if value is None else value

    return _PLACEHOLDER.sub(put, text)


def open_placeholder(text: str) -> int:
    """Where a placeholder may have begun that the end of `text` cuts off; the length of `text` when none has."""
    for at in range(len(text) - 1, max(-1, len(text) - LONGEST - 1), -1):
        if text[at] in "〔[【（(［":
            return len(text) if re.search(r"[〕\]】）)］]", text[at:]) else at
    return len(text)


def hide(text: str, hits: tuple[Hit, ...]) -> str:
    """`text` with data that nobody may see replaced for good, said so."""
    pieces, at = [], 0
    for hit in hits:
        pieces += [text[at : hit.start], hidden(hit)]
        at = hit.end
    return "".join((*pieces, text[at:]))


def hidden(hit: Hit) -> str:
    return f"（{personal.KINDS[hit.key]}已隐去）"
