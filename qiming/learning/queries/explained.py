"""Why an estimate is what it is: its terms in words, what every answer counted, a teacher's judgement, what moved without an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qiming.learning.models import Attempt, BandChange, MasteryCorrection, MasteryState, TracerFit
from qiming.learning.services import fits
from qiming.learning.services.replay import replay
from qiming.mastery import Band, Skill, answer_words, read, reasons, summary, sure_words, teachers_share

WHY = "the asking room checks its own access table before it asks"
CHANGES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Corrected:
    """A teacher's judgement that holds, and whether it still weighs."""

    id: UUID
    band: str
    reason: str
    by: str
    at: datetime
    weighs: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A band that moved without an answer."""

    at: datetime
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What the parameters were fitted on; the product's own come from public answers elsewhere."""

    is_shipped: bool
    answers: int
    pupils: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An estimate as the teacher reads it; `counted` says of each answer what it did."""

    band: str
    sure: str
    summary: str
    reasons: tuple[str, ...]
    counted: Mapping[UUID, str]
    corrected: Corrected | None
    changes: tuple[Moved, ...]
    basis: Basis


def told_of(pupil_id: UUID, concept: str) -> Told:
    """Of one pupil and one concept; the answers are counted again as they were when they came."""
    row = MasteryState.objects.unscoped(WHY).filter(pupil_id=pupil_id, concept=concept).first()
    skill = Skill.unpack(bytes(row.state)) if row else Skill()
    version = row.fit if row else fits.SHIPPED
    said = read(fits.fit_of(version), concept, skill)
    verdict = Band(row.band) if row else Band.UNSURE
    done = replay(pupil_id)
    agrees = done.skills.get(concept, Skill()) == skill
    return Told(
        band=verdict.value,
        sure=sure_words(row.sure) if row and row.sure else "",
        summary=summary(verdict, skill, done.right.get(concept, 0))
        if skill.n and agrees and not teachers_share(skill)
        else "",
        reasons=tuple(reasons(said, skill)) if skill.n or skill.judged else (),
        counted=_counted(pupil_id, concept, done.counted),
        corrected=_corrected(pupil_id, concept, skill),
        changes=_changes(pupil_id, concept),
        basis=basis_of(version),
    )


def _counted(pupil_id: UUID, concept: str, weights: Mapping[UUID, float]) -> dict[UUID, str]:
    rows = Attempt.objects.unscoped(WHY).filter(pupil_id=pupil_id, concept=concept, id__in=list(weights))
    values = rows.values_list("id", "correct", "try_no", "hints_used", "solution_shown")
    return {
        key: answer_words(
            correct=bool(correct), try_no=no, hints_used=hints, solution_shown=shown, weight=weights[key]
        )
        for key, correct, no, hints, shown in values
    }


def _corrected(pupil_id: UUID, concept: str, skill: Skill) -> Corrected | None:
    rows = MasteryCorrection.objects.unscoped(WHY).filter(pupil_id=pupil_id, concept=concept, ended_at=None)
    row = rows.select_related("made_by").first()
    if row is None:
        return None
    return Corrected(row.id, row.band, row.reason, row.made_by.name, row.made_at, teachers_share(skill) > 0)


def _changes(pupil_id: UUID, concept: str) -> tuple[Moved, ...]:
    rows = BandChange.objects.unscoped(WHY).filter(pupil_id=pupil_id, concept=concept).order_by("-at", "-id")
    return tuple(Moved(one.at, one.before, one.after, one.get_why_display()) for one in rows[:CHANGES_SHOWN])


def basis_of(version: int) -> Basis:
    """For the small print of a page."""
    fit = fits.fit_of(version)
    if version == fits.SHIPPED:
        return Basis(True, fit.answers, fit.pupils)
    at = TracerFit.objects.values_list("from_at", flat=True).get(version=version)
    return Basis(False, fit.answers, fit.pupils, at)
