"""A work's draft and its versions: what fits, which writing stays, what is set aside. Every caller holds the row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qiming.kernel import uploads
from qiming.kernel.errors import UserError
from qiming.learning import pictures, rules
from qiming.learning.consent import CAMERA
from qiming.learning.models import Work, WorkVersion
from qiming.learning.services.common import WHY_OWN

MOST_VERSIONS = 20
NEXT_SITTING = timedelta(minutes=10)
STILL_HERE = "这台设备上写的还在。"
TOO_BIG = UserError("这份作品太大了，没有收下", kept=STILL_HERE, next="删掉几张图片再存一次。", status=413)
OWN_PICTURES = UserError(
    "自己的图片只在交作品时才离开这台设备", kept=STILL_HERE, next="要给老师看，就点“交作品”。"
)
NO_CAMERA = UserError(
    "作品里有摄像头拍的图片，家里没有同意，没有收下",
    kept=STILL_HERE,
    next="刷新这一页，拍的图片会拿掉，再交一次；图片可以改用选的，或准备好的。",
    status=403,
)
NOT_A_WORK = UserError("这份作品读不懂", kept=STILL_HERE, next="刷新页面再存一次；还不行请告诉老师。")


@dataclass(frozen=True, slots=True)
class Draft:
    """A work as a device sent it. `base` is the version that device last knew, `page` the page it was written on."""

    save_id: UUID
    state: Any
    written: datetime
    base: int = 0
    page: str = ""
    hand_in: bool = False


def fitting(state: object, pupil_id: UUID, *, hand_in: bool) -> Any:
    """The state as it may be kept: an object of allowed weight; pictures only with what is handed in, drawn anew,
    the camera's only with consent."""
    if not isinstance(state, dict):
        raise NOT_A_WORK
    limit = rules.MAX_HANDED_IN_BYTES if hand_in else rules.MAX_DRAFT_BYTES
    if rules.weight_bytes(state) > limit:
        raise TOO_BIG
    state = pictures.without_recordings(state)
    if not hand_in:
        if rules.has_pictures(state):
            raise OWN_PICTURES
        return state
    if pictures.of_camera(state) and not CAMERA.allows(pupil_id):
        raise NO_CAMERA
    return uploads.redrawn_within(state)


def hold_work(place: Mapping[str, Any], draft: Draft, **first: Any) -> tuple[Work, bool]:
    """The pupil's work at this place, locked, and whether it was made just now."""
    mine = Work.objects.unscoped(WHY_OWN).select_for_update()
    row = mine.filter(**place).first()
    if row is not None:
        return row, False
    made = Work(state=draft.state, client_at=draft.written, **place, **first)
    Work.objects.bulk_create([made], ignore_conflicts=True)
    row = mine.get(**place)
    return row, row.id == made.id


def take_in(row: Work, draft: Draft, received: datetime, *, fresh: bool) -> bool:
    """Write a draft into its row; returns whether another page's writing was set aside as a version. The caller has
    seen that this save did not come before."""
    page = draft.page[:20]
    stale = not fresh and draft.written < row.client_at
    elsewhere = stale or (draft.base < row.version and row.page != page)
    other = not fresh and elsewhere and row.state != draft.state
    if other:
        set_aside(row, draft.state if stale else row.state, "other_page")
    elif not fresh and row.state != draft.state and received - row.updated_at > NEXT_SITTING:
        set_aside(row, row.state, "earlier")
    if not stale:
        row.state, row.page, row.client_at = draft.state, page, draft.written
    row.version += 0 if fresh else 1
    row.save_id, row.updated_at = draft.save_id, received
    if draft.hand_in:
        row.handed_in_at, row.seen_at = received, None
        set_aside(row, draft.state, "handed_in")
    row.save()
    return other


def set_aside(row: Work, state: Any, why: str) -> None:
    """Keep a state as a version; of drafts set aside only the latest few stay, what was handed in stays all."""
    versions = WorkVersion.objects.unscoped(WHY_OWN).filter(work=row)
    last = versions.order_by("-no").values_list("no", flat=True).first()
    WorkVersion.objects.create(
        scope_path=row.scope_path,
        pupil_id=row.pupil_id,
        work=row,
        no=(last or 0) + 1,
        why=why,
        state=state,
    )
    old = list(versions.exclude(why="handed_in").order_by("-no").values_list("pk", flat=True)[MOST_VERSIONS:])
    if old:
        WorkVersion.objects.unscoped(WHY_OWN).filter(pk__in=old).delete()
