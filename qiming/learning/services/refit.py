"""The parameters of the estimate, fitted anew at night from the installation's own answers, and what was shown read anew.

Runs in the worker: `qiming.mastery.fitting` counts with numpy, which no web process loads."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel.time import now
from qiming.learning.models import BandChange, MasteryState, TracerFit
from qiming.learning.services import fits
from qiming.learning.services.kept_states import WHY, old_states
from qiming.learning.services.replay import rebuild
from qiming.mastery import Fit, Skill, read, to_json

LEAST_ANSWERS, LEAST_PUPILS = 5_000, 200
"""Below this the product's own parameters serve better."""
GROWN = 1.05
MOST_ANSWERS = 1_000_000
EVERY = 5
PUPILS_AT_ONCE = 200
# First tries without help: what the item asks, and nothing the platform did, decides them. Of more pupils than needed a share
# is taken by their id, each with every answer.
_SIZE = "SELECT count(*) FROM learning_attempt WHERE try_no = 1 AND correct IS NOT NULL"
_ANSWERS = """
SELECT pupil_id::text, item_key, concept, correct::int, extract(epoch FROM received_at)::bigint, item_version_id
  FROM learning_attempt
 WHERE try_no = 1 AND hints_used = 0 AND NOT solution_shown AND correct IS NOT NULL
   AND mod(abs(hashtext(pupil_id::text)), %s) = 0
 ORDER BY pupil_id, received_at, statement_id
"""


@dataclass(frozen=True, slots=True)
class Refit:
    """What a night came to: a new version, or why there is none."""

    version: int | None
    words: str
    answers: int = 0
    pupils: int = 0


def refit() -> Refit:
    """Fit, hold against pupils the fit never saw, and keep the new version only if it says more about them."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        size = cursor.fetchone()[0]
        if size < LEAST_ANSWERS:
            return Refit(None, f"第一次作答只有{size}次，满{LEAST_ANSWERS}次才用自己的作答算参数", size)
        cursor.execute(_ANSWERS, [-(-size // MOST_ANSWERS)])
        rows = cursor.fetchall()
    pupils, last = len({row[0] for row in rows}), TracerFit.objects.order_by("version").last()
    if pupils < LEAST_PUPILS:
        return Refit(
            None, f"只有{pupils}名学生答过，满{LEAST_PUPILS}名才用自己的作答算参数", len(rows), pupils
        )
    if last is not None and len(rows) < last.answers * GROWN:
        return Refit(None, "上次算参数以后新的作答还不多", len(rows), pupils)
    return _fitted(rows, last.version if last else fits.SHIPPED)


def _fitted(rows: list[Any], before: int) -> Refit:
    from qiming.mastery import fitting  # noqa: PLC0415 - numpy and numba, in the worker only

    columns = list(zip(*rows, strict=True))
    usual = {
        row[1]: fits.usual_ease(curriculum.item(row[5])) for row in {one[5]: one for one in rows}.values()
    }
    held = fitting.compare(*columns[:5], old=fits.fit_of(before), usual=usual, every=EVERY)
    counted, pupils = len(rows), len(set(columns[0]))
    if held.loss >= held.loss_before:
        return Refit(None, "新参数对没见过的学生猜得不比现在的好，不换", counted, pupils)
    version = _keep(held.fit, held.loss, held.loss_before)
    return Refit(version, f"第{version}版参数，{fits.AHEAD.seconds // 60}分钟后起用", counted, pupils)


def _keep(fit: Fit, loss: float, loss_before: float) -> int:
    with transaction.atomic():
        last = TracerFit.objects.select_for_update().order_by("version").last()
        version = (last.version if last else fits.SHIPPED) + 1
        TracerFit.objects.create(
            version=version,
            body=to_json(fit),
            answers=fit.answers,
            pupils=fit.pupils,
            loss=loss,
            loss_before=loss_before,
            from_at=now() + fits.AHEAD,
        )
    fits.forget()
    return version


def reread() -> int:
    """What is shown, read with the version that holds now; every band that moves leaves a trace. How many moved."""
    fits.forget()
    version = fits.version_at(now())
    waiting = TracerFit.objects.filter(reread_at=None, from_at__lte=now())
    if version == fits.SHIPPED or not waiting.exists():
        return 0
    rows = MasteryState.objects.unscoped(WHY).filter(fit__lt=version)
    moved = 0
    while pupils := list(
        rows.order_by("pupil_id").values_list("pupil_id", flat=True).distinct()[:PUPILS_AT_ONCE]
    ):
        moved += _reread(pupils, version)
    waiting.update(reread_at=now())
    return moved


def _reread(pupils: list[UUID], version: int) -> int:
    fit, changes = fits.fit_of(version), []
    with transaction.atomic():
        rows = (
            MasteryState.objects.unscoped(WHY)
            .select_for_update()
            .filter(pupil_id__in=pupils, fit__lt=version)
        )
        held = list(rows.order_by("pupil_id", "concept"))
        for row in held:
            before, row.fit = row.band, version
            if row.state:
                said = read(fit, row.concept, Skill.unpack(bytes(row.state)))
                row.p, row.band, row.sure, row.updated_at = said.chance, said.band.value, said.sure, now()
            if row.band != before:
                changes.append(
                    BandChange(
                        scope_path=row.scope_path,
                        pupil_id=row.pupil_id,
                        concept=row.concept,
                        before=before,
                        after=row.band,
                        why="fit",
                        fit=version,
                    )
                )
        MasteryState.objects.unscoped(WHY).bulk_update(
            held, ["p", "band", "sure", "fit", "updated_at"], batch_size=500
        )
        BandChange.objects.bulk_create(changes)
    return len(changes)


def rebuild_old(most: int = 5_000) -> int:
    """Beliefs from before the tracer, counted anew; what is left comes the next night or with the pupil's next answer."""
    pupils = list(old_states().order_by("pupil_id").values_list("pupil_id", flat=True).distinct()[:most])
    for pupil_id in pupils:
        rebuild(pupil_id)
    return len(pupils)
