"""The shelf of trained models: kept by their pupil, few and small, taken away by the pupil or with the consent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.learning import pictures, rules
from qiming.learning.access import TABLE
from qiming.learning.consent import CAMERA
from qiming.learning.labs.free import own_seat
from qiming.learning.models import KeptModel, Work
from qiming.learning.services.common import LEARN, WHY_OWN, lesson_in, own_offering
from qiming.registry.types import PupilRef

FORMAT = "qiming-model/1"
KINDS = frozenset({"tree", "neighbours", "centroid", "softmax", "naive-bayes", "dense", "line"})
MOST = 12
MOST_BYTES = 500_000
MOST_NAME = 40

STILL_HERE = "实验里学过的还在，别的模型也还在。"
NO_MODEL = UserError("这个模型读不懂，没有收下", kept=STILL_HERE, next="回到实验里再学一次、再留一次。")
TOO_BIG = UserError(
    "这个模型太大，没有收下", kept=STILL_HERE, next="少用一些样本再学一次，再留下。", status=413
)
TOO_MANY = UserError(
    f"已经留了{MOST}个模型，放不下了", kept=STILL_HERE, next="先删掉一个不用的，再留这个。", status=409
)
NO_CAMERA = UserError(
    "这个模型学过摄像头拍的图片，家里没有同意，没有收下",
    kept=STILL_HERE,
    next="换成选的或准备好的图片，再学一次。",
    status=403,
)


def keep_model(
    *, actor: Actor, offering_id: UUID | None, lesson_key: str, activity_key: str, model: object
) -> KeptModel:
    """Keep a model, or replace the one with the same id; sent twice it is kept once. Without an offering it was made in
    a lab outside any lesson."""
    pupil = _pupil(actor, offering_id, lesson_key)
    made_id, body = _read(model)
    from_camera = _raw(body.get("made")).get("camera") is True
    if from_camera and not CAMERA.allows(pupil.id):
        raise NO_CAMERA
    values = {
        "scope_path": pupil.scope_path,
        "offering_id": offering_id,
        "lesson_key": lesson_key,
        "activity_key": activity_key,
        "name": str(body["name"]),
        "kind": str(body["kind"]),
        "lab": str(_raw(body.get("made")).get("lab", ""))[:MOST_NAME],
        "from_camera": from_camera,
        "body": body,
        "size_bytes": rules.weight_bytes(body),
        "updated_at": now(),
    }
    with transaction.atomic():
        mine = KeptModel.objects.unscoped(WHY_OWN).filter(pupil_id=pupil.id)
        # whoever adds beside another waits here, and counts after the other is done
        held = {row.made_id for row in mine.select_for_update().order_by("id").only("made_id")}
        if made_id not in held and mine.exclude(made_id=made_id).count() >= MOST:
            raise TOO_MANY
        row, fresh = KeptModel.objects.unscoped(WHY_OWN).update_or_create(
            pupil_id=pupil.id, made_id=made_id, defaults=values
        )
        audit.write(
            actor,
            "learning.kept_model" if fresh else "learning.changed_model",
            thing="keptmodel",
            thing_id=row.id,
            scope_path=row.scope_path,
            detail={"kind": row.kind, "lab": row.lab, "bytes": row.size_bytes},
        )
    return row


def _pupil(actor: Actor, offering_id: UUID | None, lesson_key: str) -> PupilRef:
    if offering_id is None:
        return own_seat(actor)
    offering, pupil = own_offering(actor, offering_id)
    if lesson_key:
        lesson_in(offering, lesson_key)
    return pupil


@transaction.atomic
def drop_model(*, actor: Actor, made_id: UUID) -> bool:
    """Delete one of the pupil's own models; false when there is none (any more), which others' are too."""
    if not TABLE.may_try(actor, LEARN):
        raise Denied(LEARN)
    row = (
        KeptModel.objects.unscoped(WHY_OWN)
        .select_for_update()
        .filter(pupil_id=actor.person_id, made_id=made_id)
        .first()
    )
    if row is None:
        return False
    audit.write(
        actor,
        "learning.dropped_model",
        thing="keptmodel",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"kind": row.kind, "lab": row.lab},
    )
    row.delete()
    return True


def models_of(actor: Actor) -> list[KeptModel]:
    """The pupil's own models, newest first."""
    rows = KeptModel.objects.for_actor(actor, "learning.see_own").filter(pupil_id=actor.person_id)
    return _shown(rows, actor.person_id)


def models_with(actor: Actor, work: Work) -> list[KeptModel]:
    """The models kept in the same step as a work. Others than the pupil see them once the work is handed in."""
    if work.offering_id is None or (work.pupil_id != actor.person_id and work.handed_in_at is None):
        return []
    rows = KeptModel.objects.for_actor(actor, "learning.see_work").filter(
        pupil_id=work.pupil_id,
        offering_id=work.offering_id,
        lesson_key=work.lesson_key,
        activity_key=work.activity_key,
    )
    return _shown(rows, work.pupil_id)


def _shown(rows: QuerySet[KeptModel], pupil_id: UUID) -> list[KeptModel]:
    """Newest first; what was learnt from the camera is hidden as soon as consent ends, before it is deleted."""
    kept = list(rows.order_by("-updated_at", "-id")[:MOST])
    if any(row.from_camera for row in kept) and not CAMERA.allows(pupil_id):
        return [row for row in kept if not row.from_camera]
    return kept


def forget_camera_models(pupil_id: UUID) -> int:
    """Delete the models that learnt from the camera; part of the transaction that forgets its pictures."""
    rows = KeptModel.objects.unscoped(WHY_OWN).filter(pupil_id=pupil_id, from_camera=True)
    gone = list(rows.select_for_update().order_by("id"))
    for row in gone:
        audit.write(
            None,
            "learning.forgot_camera_model",
            thing="keptmodel",
            thing_id=row.id,
            scope_path=row.scope_path,
        )
    rows.filter(pk__in=[row.pk for row in gone]).delete()
    return len(gone)


def _raw(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _read(model: object) -> tuple[UUID, dict[str, Any]]:
    """The id and the body of something that claims to be a model. Its numbers are checked where it is used."""
    if not isinstance(model, dict) or model.get("format") != FORMAT or model.get("kind") not in KINDS:
        raise NO_MODEL
    name, parameters = model.get("name"), model.get("parameters")
    if not isinstance(name, str) or not 0 < len(name) <= MOST_NAME or not isinstance(parameters, dict):
        raise NO_MODEL
    if rules.weight_bytes(model) > MOST_BYTES:
        raise TOO_BIG
    if rules.has_pictures(model) or pictures.of_camera(model):
        raise NO_MODEL
    try:
        return UUID(str(model.get("id"))), model
    except ValueError:
        raise NO_MODEL from None
