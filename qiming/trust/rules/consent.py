"""Whether consent holds: pure, so that every case can be read and tested.

One refusal of anybody who has a say holds. A slip speaks for the family until somebody of it speaks online later.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from qiming.trust.types.consent import AgeRule, Said, State, Text, Verdict, Via, Voice

NO = frozenset({Said.REFUSED, Said.WITHDRAWN})
Side = Literal["yes", "no", "changed", "silent"]


def text_on(versions: Sequence[Text], on: date) -> Text:
    """The version asked on a day; before the first, the first."""
    begun = [one for one in versions if one.starts <= on]
    return begun[-1] if begun else versions[0]


def still_holds(voice: Voice, versions: Sequence[Text], on: date) -> bool:
    """Whether a yes was said to today's words, or to earlier ones that have not changed materially since."""
    if not any(one.no == voice.text_no and one.digest == voice.text_digest for one in versions):
        return False  # these words are nobody's any more
    now = text_on(versions, on).no
    return not any(one.is_material for one in versions if voice.text_no < one.no <= now)


def decides_too(rules: Sequence[AgeRule], grade: int | None, on: date) -> bool:
    """Whether a pupil of this grade decides together with the guardian. Who is in no class does: the stricter."""
    if grade is None:
        return True
    begun = [one for one in rules if one.starts <= on]
    return grade >= (begun[-1] if begun else rules[0]).own_from_grade


def verdict(
    voices: Iterable[Voice],
    *,
    guardians: Collection[UUID],
    needs_own: bool,
    versions: Sequence[Text],
    on: date,
) -> Verdict:
    """What holds, from the latest word of each party. Words of people who are no guardians any more don't count."""
    known = list(voices)
    paper = next((one for one in known if one.via is Via.PAPER), None)
    online = [one for one in known if one.via is Via.GUARDIAN and one.decided_by in guardians]
    sides = {Via.GUARDIAN: _heard(online, paper)}
    if needs_own:
        sides[Via.PUPIL] = _heard([one for one in known if one.via is Via.PUPIL], paper)
    refusals = [one for side in sides.values() for one in side if one.said in NO]
    if refusals:
        last = max(refusals, key=lambda one: one.at)
        return Verdict(State.WITHDRAWN if last.said is Said.WITHDRAWN else State.REFUSED)
    stands = {via: _side(side, versions, on) for via, side in sides.items()}
    waits = frozenset(via for via, side in stands.items() if side != "yes")
    if not waits:
        return Verdict(State.GIVEN)
    if "changed" in stands.values():
        return Verdict(State.CHANGED, waits)
    begun = "yes" in stands.values() or any(one.said is Said.ASKED for one in known)
    return Verdict(State.ASKED if begun else State.NOT_ASKED, waits)


def _heard(online: list[Voice], paper: Voice | None) -> list[Voice]:
    """Who counts on one side: everybody online, and the slip unless somebody spoke after it."""
    if paper is None or any(one.at >= paper.at for one in online):
        return online
    return [*online, paper]


def _side(voices: Sequence[Voice], versions: Sequence[Text], on: date) -> Side:
    given = [one for one in voices if one.said is Said.GIVEN]
    if any(still_holds(one, versions, on) for one in given):
        return "yes"
    return "changed" if given else "silent"


def word(wished: Said, *, own: Said | None, holds: bool) -> Said | None:
    """What a press on a button comes to: a no takes back one's own yes or one that holds by a slip; said again
    it is nothing (None). A yes is always worth a line: the caller drops the one that says nothing new."""
    if wished is Said.GIVEN:
        return Said.GIVEN
    if own in NO:
        return None
    return Said.WITHDRAWN if own is Said.GIVEN or holds else Said.REFUSED
