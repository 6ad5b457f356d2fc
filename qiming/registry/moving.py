"""What a pupil takes along to another school lies in higher rooms. They register here how their rows follow.

    # in the higher room's `moving.py`, loaded when the house opens
    moving.register(follow)   # follow(person_id, from_path, to_path), inside the transaction of the move

`from_path` is the path of the school left, `to_path` that of the new class: rows that lie below the one are put
at the other, so that the old school's sight ends and the new one's begins in the same instant.
"""

from collections.abc import Callable
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
