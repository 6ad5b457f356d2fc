"""Pictures that teachers put into a lesson: drawn anew, without place or device, kept by content, always described."""

import hashlib
from uuid import UUID

from django.db import transaction

from qiming.curriculum.authoring.drafts import locked, note
from qiming.curriculum.building import Blob
from qiming.curriculum.services.facts import keep_blobs
from qiming.kernel import uploads
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

MOST_PICTURES = 60
LONGEST_ALT = 200
_ENDS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


def add_picture(*, actor: Actor, fork_id: UUID, data: bytes, alt: str) -> tuple[str, str]:
    """Keep a picture for the draft; returns what to write where it should stand, and its name (`media/…`)."""
    said = " ".join(alt.split())
    if not 2 <= len(said) <= LONGEST_ALT:
        raise UserError(
            "请先写一句图里有什么",
            kept="图片还没有传上去，别的都在。",
            next="看不见图的学生靠这一句知道图里有什么。",
            field="alt",
        )
    if uploads.sniff(data) not in _ENDS:
        raise UserError(
            "只收照片和图片（JPG、PNG、WebP）", kept="别的都在。", next="换一个文件。", field="file"
        )
    clean = uploads.clean(data)
    sha256 = hashlib.sha256(clean.data).hexdigest()
    name = f"s{sha256[:16]}.{_ENDS[clean.media_type]}"
    with transaction.atomic():
        fork = locked(actor, fork_id)
        if name not in fork.media and len(fork.media) >= MOST_PICTURES:
            raise UserError(f"一课最多加{MOST_PICTURES}张图", kept="已有的都在。", next="换成图更少的写法。")
        keep_blobs([Blob(sha256, clean.media_type, clean.data)])
        if name not in fork.media:
            fork.media = {**fork.media, name: sha256}
            fork.save(update_fields=["media"])
            note(actor, "curriculum.fork_picture", fork, {"sha256": sha256})
    safe = said.replace("\\", "").replace("[", "（").replace("]", "）")
    return f"![{safe}](media/{name})", f"media/{name}"
