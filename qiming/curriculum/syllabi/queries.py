"""Questions about syllabuses. What a place brought is seen at that place and below it, by nobody else."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from qiming.curriculum.models import Outcome, Syllabus
from qiming.curriculum.types import AI, OutcomeRef, SyllabusRef
from qiming.kernel.access import Actor
from qiming.registry import queries as registry


def syllabuses(*paths: str) -> list[SyllabusRef]:
    """The current syllabuses seen at these places, what was published by others before our own proposal."""
    rows = _seen_at(paths).filter(is_current=True).prefetch_related("outcomes")
    return sorted(
        map(_syllabus, rows), key=lambda s: (s.status == "original proposal", s.status != "official", s.key)
    )


def syllabus_for(actor: Actor, key: str) -> SyllabusRef | None:
    """One syllabus, an older version too; None when it isn't there or isn't for the actor."""
    row = _seen_at(paths_of(actor)).filter(key=key).prefetch_related("outcomes").first()
    return _syllabus(row) if row else None


def versions_of(syllabus: SyllabusRef) -> list[SyllabusRef]:
    """All versions of what a place brought under one title, newest first; the platform's own has one."""
    if not syllabus.scope_path:
        return [syllabus]
    rows = Syllabus.objects.filter(scope_path=syllabus.scope_path, title=syllabus.title).order_by("-version")
    return [_ref(row, ()) for row in rows]


def paths_of(actor: Actor) -> list[str]:
    """The places of the actor's roles."""
    return sorted({grant.scope_path for grant in actor.grants})


def outcomes(stage: str | None = None, path: str = "") -> list[OutcomeRef]:
    """Outcomes about AI seen at a place: what a period that counts for AI may name."""
    seen = [one for one in syllabuses(path) if one.subject == AI]
    return [o for s in seen for o in s.outcomes if stage is None or o.stage == stage]


def outcomes_by_key(keys: Iterable[str]) -> dict[str, OutcomeRef]:
    rows = Outcome.objects.select_related("syllabus").filter(key__in=set(keys))
    return {row.key: _outcome(row, row.syllabus) for row in rows}


def _seen_at(paths: Iterable[str]) -> QuerySet[Syllabus]:
    above = {prefix for path in paths if path for prefix in registry.prefixes(path)}
    return Syllabus.objects.filter(Q(scope_path="") | Q(scope_path__in=above))


def _syllabus(row: Syllabus) -> SyllabusRef:
    kept = sorted((o for o in row.outcomes.all() if o.is_current), key=lambda o: o.position)
    return _ref(row, tuple(_outcome(outcome, row) for outcome in kept))


def _ref(row: Syllabus, found: tuple[OutcomeRef, ...]) -> SyllabusRef:
    return SyllabusRef(
        key=row.key,
        title=row.title,
        published=row.published,
        status=row.status,
        full_text_found=row.full_text_found,
        note=row.note,
        outcomes=found,
        scope_path=str(row.scope_path),
        subject=row.subject,
        version=row.version,
        is_current=row.is_current,
    )


def _outcome(row: Outcome, syllabus: Syllabus) -> OutcomeRef:
    return OutcomeRef(
        key=row.key,
        syllabus_key=syllabus.key,
        syllabus_title=syllabus.title,
        status=syllabus.status,
        theme=row.theme,
        theme_title=row.theme_title,
        stage=row.stage,
        grade=row.grade,
        text=row.text,
        source=row.source,
        verified=row.verified,
        note=row.note,
        lesson=row.lesson,
        concepts=tuple(row.concepts),
        supports=tuple(row.supports),
        also_lessons=tuple(row.also_lessons),
    )
