"""The moves of the engine and what their sentences may name. The sentences are content (`phrases.yaml`)."""

from typing import Final

# Ways of asking for the answer; each has a lead and a question of its own.
WAYS: Final = (
    "direct", "choice", "confirm", "eliminate", "format", "disguise", "authority", "hurry", "plead", "threat",
    "roleplay", "gave_up", "whole", "compare", "narrow", "fill",
)  # fmt: skip

_NONE: Final[frozenset[str]] = frozenset()
MOVES: Final[dict[str, frozenset[str]]] = {
    **{f"lead_{way}": _NONE for way in WAYS},
    **{f"ask_{way}": _NONE for way in WAYS},
    "ask_attempt": _NONE,
    "evidence": _NONE,
    "hint": frozenset({"hint"}),
    "hint_check": _NONE,
    "sibling": frozenset({"stem", "solution"}),
    "lesson_step": frozenset({"lesson", "step"}),
    "after_hints": _NONE,
    "after_right": _NONE,
    "reason_given": _NONE,
    "explain": frozenset({"quote", "title"}),
    "explain_check": frozenset({"word"}),
    "unknown": frozenset({"lesson", "words"}),
    "explain_back_ask": frozenset({"word"}),
    "explain_back_good": frozenset({"said", "word"}),
    "explain_back_more": frozenset({"said", "place", "word"}),
    "explain_back_start": frozenset({"place", "word"}),
    "preview": frozenset({"question"}),
    "review": frozenset({"word"}),
    "feelings": _NONE,
    "insult": _NONE,
    "off_topic": frozenset({"lesson"}),
    "write_for_me": _NONE,
    "greeting": frozenset({"lesson"}),
    "thanks": _NONE,
    "who": _NONE,
    "no_item": frozenset({"lesson"}),
    "last": _NONE,
    "verify": frozenset({"place"}),
    "sources": frozenset({"titles"}),
    "self_assessment": _NONE,
}
