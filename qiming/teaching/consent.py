"""What of this room obeys families' consent: photos of pupils, and to whom extra homework was given."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from qiming.trust.consent import register_consumer
from qiming.trust.types import Purpose

PHOTOS = register_consumer("teaching.photos", Purpose.CAMERA, "课堂照片里认得出的本人")

HOMEWORK = register_consumer(
    "teaching.homework", Purpose.RECORDS, "校长和学校管理员打开的一次作业里，布置给了谁"
)


def hidden(photos: Iterable[tuple[UUID, str, list[str]]]) -> frozenset[UUID]:
    """Of photos (id, faces, ids of the recognisable), those nobody may see now: somebody in them does not (or no
    longer) consent, or nobody said who is in them."""
    known = list(photos)
    shown = [UUID(one) for _, _, pictured in known for one in pictured]
    agree = {str(one) for one in PHOTOS.among(shown)} if shown else set()
    return frozenset(
        photo_id for photo_id, faces, pictured in known if faces == "unsaid" or not set(pictured) <= agree
    )
