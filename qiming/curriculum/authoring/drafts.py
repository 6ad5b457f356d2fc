"""Verbs on a draft: begin, change a place, put back. Each is one transaction under the draft's lock, and one step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum.access import EDIT, TABLE
from qiming.curriculum.authoring.merging import Conflict, merge
from qiming.curriculum.authoring.models import ForkStep, LessonFork
from qiming.curriculum.authoring.parts import (
    ACTIVITY,
    ITEM,
    ORDERS,
    Block,
    Parts,
    changed_places,
    put,
    set_in_order,
    stored_parts,
)
from qiming.curriculum.authoring.texts import TEXT, complete, is_block
from qiming.curriculum.models import LessonVersion
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.content import hash_data
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

MOST_CHARS = 400_000  # of a whole draft; the longest lesson that ships has a tenth of it
ONE_WRITING = timedelta(seconds=45)  # what one person types in one place without a break is one step
WHY = "filtered by the access table"

Change = Callable[[Parts], Parts]

GONE = UserError(
    "这一步刚刚被删掉了",
    kept="你写的还在这一页上，可以先复制出来。",
    next="刷新页面看现在的样子；要找回来，到“改过的每一步”里恢复。",
    status=409,
)
TOO_LONG = UserError("这一课太长了，存不下", kept="上一次存好的都在。", next="删去一些再存。")


class Clash(Exception):
    """Somebody else changed the same words at the same time: nothing was written, both are kept."""

    def __init__(self, conflicts: list[Conflict], theirs: Block) -> None:
        super().__init__("clash")
        self.conflicts = conflicts
        self.theirs = theirs


def schools_of(actor: Actor) -> list[OrgRef]:
    """The schools whose version the actor may write."""
    roles = {str(role) for role in TABLE.row(EDIT).reaches}
    paths = {grant.scope_path for grant in actor.grants if grant.role in roles}
    found = {school.id: school for school in (registry.school_of(path) for path in sorted(paths))}
    return list(found.values())


def start_fork(*, actor: Actor, lesson_version_id: UUID, school_id: UUID | None = None) -> LessonFork:
    """The school's draft of a lesson of the city, begun from this version unless the school has one already."""
    schools = schools_of(actor)
    if len(schools) > 1 and school_id is None:
        raise UserError("您在几所学校上课", next="请选为哪所学校改这一课。", field="school")
    school = next((one for one in schools if school_id in (None, one.id)), None)
    lesson = (
        LessonVersion.objects.select_related("course_version")
        .filter(id=lesson_version_id, course_version__scope_path="")
        .first()
    )
    if school is None or lesson is None:
        raise Denied(EDIT)
    where = {"school_id": school.id, "course_key": lesson.course_version.key, "lesson_key": lesson.key}
    rows = LessonFork.objects.unscoped("the school is the actor's own")
    if found := rows.filter(**where).first():
        return found
    try:
        with transaction.atomic():
            fork = LessonFork.objects.create(
                **where,
                scope_path=school.path,
                title=lesson.title,
                base=lesson,
                parts=stored_parts(lesson),
                started_by=actor.person_id,
                changed_by=actor.person_id,
            )
            note(actor, "curriculum.fork_lesson", fork, {"lesson": lesson.key, "base": str(lesson.id)})
    except IntegrityError:  # a colleague began at the same moment
        return rows.get(**where)
    return fork


def save_block(
    *, actor: Actor, fork_id: UUID, place: str, base: Block, mine: Block, then: Change | None = None
) -> LessonFork:
    """What stands at `place` now, with what the writer changed since `base`. Others' changes to other words stay;
    to the same words: `Clash`. `then` changes the draft further in the same step."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        there = fork.parts.get(place)
        if not isinstance(there, dict):
            raise GONE
        merged = merge(base, there, mine)
        if merged.conflicts:
            raise Clash(merged.conflicts, there)
        for fixed in ("key", "id"):
            if there.get(fixed) != merged.value.get(fixed):
                raise GONE
        if place.startswith(TEXT) and not is_block(merged.value):
            raise GONE
        parts = put(fork.parts, {place: merged.value})
        return write(actor, fork, then(parts) if then else parts, joins=then is None)


def change(*, actor: Actor, fork_id: UUID, how: Change) -> LessonFork:
    """One change to the draft as it stands now."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        return write(actor, fork, how(fork.parts))


def add_block(*, actor: Actor, fork_id: UUID, order: str, make: Callable[[str], Block], after: str) -> str:
    """Put a new activity or item after another one; returns its place. Its key was never used and never will be."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        fork.made += 1
        school = hash_data(str(fork.school_id))[:6]
        key = (
            f"{fork.lesson_key}-s{school}-q{fork.made:02d}" if order == "items" else f"s{school}-{fork.made}"
        )
        if fork.made > 999:
            raise UserError("这一课新加的太多了", next="从市里的版本重新改起。")
        keys = list(fork.parts[order])
        keys.insert(keys.index(after) + 1 if after in keys else len(keys), key)
        place = ORDERS[order] + key
        write(actor, fork, put(fork.parts, {place: make(key), order: keys}))
        fork.save(update_fields=["made"])
        return place


def undo(*, actor: Actor, fork_id: UUID) -> LessonFork:
    """Take the last step back that isn't taken back yet."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        step = fork.steps.unscoped(WHY).filter(is_undone=False).order_by("-revision").first()
        if step is None:
            raise UserError("没有可以撤销的了", kept="草稿没有动。")
        step.is_undone = True
        step.save(update_fields=["is_undone"])
        base_before, fork.base_id = fork.base_id, step.base_before or fork.base_id
        back = {place: values[0] for place, values in step.changes.items()}
        return write(
            actor, fork, put(fork.parts, back), kind=ForkStep.Kind.UNDO, base_before=_other(base_before, fork)
        )


def restore(*, actor: Actor, fork_id: UUID, revision: int) -> LessonFork:
    """The draft as it was at `revision`; what came after stays in the history."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        before = fork.base_id
        parts, fork.base_id = as_of(fork, revision)
        return write(actor, fork, parts, kind=ForkStep.Kind.RESTORE, base_before=_other(before, fork))


def _other(base_before: UUID, fork: LessonFork) -> UUID | None:
    """The base before a step, when the step changed it."""
    return base_before if base_before != fork.base_id else None


def as_of(fork: LessonFork, revision: int) -> tuple[Parts, UUID]:
    """The parts and the base that the draft had at a revision."""
    parts, base_id = fork.parts, fork.base_id
    for step in fork.steps.unscoped(WHY).filter(revision__gt=revision).order_by("-revision"):
        parts = put(parts, {place: values[0] for place, values in step.changes.items()})
        base_id = step.base_before or base_id
    return parts, base_id


def move(order: str, key: str, by: int) -> Change:
    """One place up (-1) or down (1)."""

    def moved(parts: Parts) -> Parts:
        keys = list(parts[order])
        if key not in keys:
            raise GONE
        at = keys.index(key)
        to = min(max(at + by, 0), len(keys) - 1)
        keys.insert(to, keys.pop(at))
        return put(parts, {order: keys})

    return moved


def hide(place: str, *, hidden: bool) -> Change:
    """Leave an activity or item out, or take it in again."""

    def changed(parts: Parts) -> Parts:
        if place not in parts:
            raise GONE
        block = {name: value for name, value in parts[place].items() if name != "hidden"}
        return put(parts, {place: block | ({"hidden": True} if hidden else {})})

    return changed


def drop(place: str, city: Parts) -> Change:
    """Delete what the school added itself; what is the city's can only be hidden, so that its news still arrive."""

    def dropped(parts: Parts) -> Parts:
        if place in city or not place.startswith((ACTIVITY, ITEM)):
            raise UserError(
                "市里版本的环节和题目不能删", kept="它没有动。", next="不用就选“不用”，以后还能找回来。"
            )
        return set_in_order({other: value for other, value in parts.items() if other != place})

    return dropped


def locked(actor: Actor, fork_id: UUID) -> LessonFork:
    """The draft, held until the transaction ends."""
    rows = LessonFork.objects.unscoped(WHY).select_for_update(of=("self",))
    fork = TABLE.load(actor, EDIT, rows.select_related("base__course_version"), id=fork_id)
    fork.parts = complete(fork.parts, fork.base.texts)
    return fork


def write(
    actor: Actor,
    fork: LessonFork,
    parts: Parts,
    *,
    kind: ForkStep.Kind = ForkStep.Kind.EDIT,
    base_before: UUID | None = None,
    joins: bool = False,
) -> LessonFork:
    """Keep the parts as the next revision, with the step that leads there; nothing when nothing changed. What is
    typed `joins` the step before it when that was more of the same."""
    changes: dict[str, list[Any]] = changed_places(fork.parts, parts)
    if not changes and base_before is None:
        return fork
    if len(str(parts)) > MOST_CHARS:
        raise TOO_LONG
    fork.parts, fork.revision = parts, fork.revision + 1
    fork.changed_by, fork.changed_at = actor.person_id, time.now()
    fork.title = parts["lesson"].get("title") or fork.title
    fork.save()
    if not (joins and _joins_last(actor, fork, changes)):
        ForkStep.objects.create(
            scope_path=fork.scope_path,
            fork=fork,
            revision=fork.revision,
            kind=kind,
            changes=changes,
            base_before=base_before,
            is_undone=kind is ForkStep.Kind.UNDO,
            made_by=actor.person_id,
        )
        note(
            actor, f"curriculum.fork_{kind.value}", fork, {"revision": fork.revision, "places": list(changes)}
        )
    return fork


def _joins_last(actor: Actor, fork: LessonFork, changes: dict[str, list[Any]]) -> bool:
    """Whether this is more of what the same person was just writing at the same place."""
    last = fork.steps.unscoped(WHY).select_for_update().order_by("-revision").first()
    if last is None or last.kind != ForkStep.Kind.EDIT or last.is_undone or last.made_by != actor.person_id:
        return False
    if list(last.changes) != list(changes) or len(changes) != 1 or time.now() - last.created_at > ONE_WRITING:
        return False
    place = next(iter(changes))
    if "/" not in place or None in (*changes[place], *last.changes[place]):
        return False
    if fork.published_revision >= last.revision:
        return False
    last.changes = {place: [last.changes[place][0], changes[place][1]]}
    last.revision, last.made_at = fork.revision, time.now()
    last.save(update_fields=["changes", "revision", "made_at"])
    return True


def note(actor: Actor, verb: str, fork: LessonFork, detail: dict[str, Any]) -> None:
    audit.write(actor, verb, thing="lesson_fork", thing_id=fork.id, scope_path=fork.scope_path, detail=detail)
