"""What a pupil takes along to another school, and what ends with a school year, lies in higher rooms. They register
here how their rows follow.

    # in the higher room's `moving.py`, loaded when the house opens
    moving.register(follow)       # follow(person_id, from_path, to_path), inside the transaction of the move
    moving.register_turn(turn)    # a `YearTurn`: closes, opens again, says whether lessons have begun

`from_path` is the path of the school left, `to_path` that of the new class: rows that lie below the one are put
at the other, so that the old school's sight ends and the new one's begins in the same instant.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

Follower = Callable[[UUID, str, str], None]

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Let `follower(person_id, from_path, to_path)` move a room's rows about a pupil."""
    if follower not in _followers:
        _followers.append(follower)


def follow(person_id: UUID, from_path: str, to_path: str) -> None:
    """Let every room's rows about a pupil lie where the pupil is now."""
    for follower in _followers:
        follower(person_id, from_path, to_path)


class YearTurn(Protocol):
    """What a higher room does when a school's year turns; called inside the transaction of the turn."""

    name: str

    def close(self, class_ids: Sequence[UUID]) -> dict[str, Any]:
        """End what belongs to the old year in these classes; returns plain values by which it can be undone."""

    def open_again(self, done: dict[str, Any], new_class_ids: Sequence[UUID]) -> None:
        """Undo `close`, and end what was begun in the new classes since."""

    def first_lesson(self, class_ids: Sequence[UUID], since: date) -> date | None:
        """The first day on or after `since` on which something was taught in these classes; None: never."""


_turns: list[YearTurn] = []


def register_turn(turn: YearTurn) -> None:
    """Let `turn` act when a school's year turns."""
    if turn not in _turns:
        _turns.append(turn)


def close_year(class_ids: Sequence[UUID]) -> dict[str, Any]:
    """Let every room end its old year in these classes; returns what each did, by its name."""
    return {turn.name: turn.close(class_ids) for turn in _turns}


def open_year_again(done: dict[str, Any], new_class_ids: Sequence[UUID]) -> None:
    for turn in _turns:
        turn.open_again(done.get(turn.name, {}), new_class_ids)


def first_lesson(class_ids: Sequence[UUID], since: date) -> date | None:
    """The first day on or after `since` on which any room knows of a lesson in these classes."""
    days = [day for turn in _turns if (day := turn.first_lesson(class_ids, since)) is not None]
    return min(days, default=None)
