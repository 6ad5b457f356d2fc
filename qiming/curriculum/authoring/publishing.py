"""A draft becomes a lesson version that never changes, for the classes it is chosen for; and goes up as a proposal."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from qiming.curriculum.access import EDIT, REVIEW, TABLE
from qiming.curriculum.authoring import classes
from qiming.curriculum.authoring.building import build
from qiming.curriculum.authoring.checking import blocking, findings
from qiming.curriculum.authoring.drafts import WHY, locked, note
from qiming.curriculum.authoring.editions import edition_row
from qiming.curriculum.authoring.models import ForkVersion, LessonFork, Proposal
from qiming.curriculum.authoring.parts import stored_parts
from qiming.curriculum.authoring.texts import complete
from qiming.curriculum.authoring.words import described
from qiming.curriculum.events import SCHOOL_VERSION
from qiming.curriculum.models import ItemVersion, LessonVersion
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.content import hash_data
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry

LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class Published:
    version: ForkVersion
    at_once: int
    later: int  # classes in the middle of a period: they change after it


def publish(*, actor: Actor, fork_id: UUID, revision: int, offering_ids: Collection[UUID]) -> Published:
    """Make the draft the school's version and let these classes have it."""
    with transaction.atomic():
        fork = locked(actor, fork_id)
        if fork.revision != revision:
            raise UserError(
                "草稿刚刚又改过",
                kept="都存好了，还没有发布。",
                next="看一眼新的改动，再点一次发布。",
                status=409,
            )
        wrong = blocking(findings(fork))
        if wrong:
            raise UserError(
                f"还有{len(wrong)}处要改好才能给学生用",
                kept="草稿都存着。",
                next=f"先看{wrong[0].at}：{wrong[0].says}",
            )
        version = _latest(fork) if fork.published_revision == fork.revision else None
        version = version or _store(actor, fork)
        done = [choose(actor, one, version.lesson_version_id) for one in dict.fromkeys(offering_ids)]
    return Published(version, sum(done), len(done) - sum(done))


def choose(actor: Actor, offering_id: UUID, lesson_version_id: UUID) -> bool:
    return classes.choose(actor, offering_id, lesson_version_id)


def _latest(fork: LessonFork) -> ForkVersion | None:
    return fork.versions.unscoped(WHY).order_by("-number").first()


def _store(actor: Actor, fork: LessonFork) -> ForkVersion:
    lesson_id = new_id()
    built = build(fork, lesson_id, f"/content/lessons/{lesson_id}/")
    city = fork.base.course_version
    lineup = [
        lesson_id if key == fork.lesson_key else one
        for key, one in LessonVersion.objects.filter(course_version=city)
        .order_by("position")
        .values_list("key", "id")
    ]
    course = edition_row(
        city, lineup, hash_data([str(city.id), [str(one) for one in lineup]]), city, fork.scope_path
    )
    course.save(force_insert=True)
    built.lesson.course_version = course
    built.lesson.save(force_insert=True)
    ItemVersion.objects.bulk_create(built.items)
    last = _latest(fork)
    version = ForkVersion.objects.create(
        scope_path=fork.scope_path,
        fork=fork,
        number=last.number + 1 if last else 1,
        lesson_version=built.lesson,
        base=fork.base,
        parts=fork.parts,
        made_by=actor.person_id,
    )
    fork.published_revision = fork.revision
    fork.save(update_fields=["published_revision"])
    note(actor, "curriculum.publish_fork", fork, {"number": version.number, "lesson": str(lesson_id)})
    outbox.announce(
        SCHOOL_VERSION, {"fork_id": str(fork.id), "lesson_version_id": str(lesson_id)}, fork.scope_path
    )
    return version


def propose(*, actor: Actor, fork_id: UUID, why: str) -> Proposal:
    """Show the district and the city what the school changed, with the reason."""
    said = why.strip()
    if not 5 <= len(said) <= LONGEST_WHY:
        raise UserError(
            f"请用5到{LONGEST_WHY}个字说为什么这样改更好",
            kept="改的内容都在。",
            next="写好再提。",
            field="why",
        )
    with transaction.atomic():
        fork = locked(actor, fork_id)
        version = _latest(fork)
        if version is None:
            raise UserError("还没有发布过本校版", next="先发布，在自己班上用过，再向上提。")
        if fork.proposals.unscoped(WHY).filter(state=Proposal.State.WAITING).exists():
            raise UserError("上一次的建议还在等答复", next="要换成新的，先撤回上一次的。", status=409)
        proposal = Proposal.objects.create(
            scope_path=fork.scope_path,
            fork=fork,
            version=version,
            school_name=registry.org(fork.school_id).name,
            why=said,
            changes=[
                line.as_json()
                for line in described(stored_parts(version.base), complete(version.parts, version.base.texts))
            ],
            asked_by=actor.person_id,
        )
        note(actor, "curriculum.propose", fork, {"proposal": str(proposal.id), "number": version.number})
    return proposal


def withdraw(*, actor: Actor, proposal_id: UUID) -> Proposal:
    return _settle(actor, EDIT, proposal_id, Proposal.State.WITHDRAWN, "")


def answer(*, actor: Actor, proposal_id: UUID, accept: bool, reason: str) -> Proposal:
    """Say yes or no with a reason. Yes changes no course by itself: the city's editors write it into theirs."""
    said = reason.strip()
    if not 2 <= len(said) <= LONGEST_WHY:
        raise UserError("请写一句给学校的话", next="说清采纳了哪些，或者为什么不采纳。", field="reason")
    return _settle(
        actor, REVIEW, proposal_id, Proposal.State.ACCEPTED if accept else Proposal.State.DECLINED, said
    )


def _settle(actor: Actor, verb: str, proposal_id: UUID, state: Proposal.State, said: str) -> Proposal:
    with transaction.atomic():
        rows = Proposal.objects.unscoped(WHY).select_for_update(of=("self",))
        row = TABLE.load(actor, verb, rows, id=proposal_id)
        if row.state != Proposal.State.WAITING:
            raise UserError(
                f"这条建议{Proposal.State(row.state).label}了", kept="原来的答复没有变。", status=409
            )
        row.state, row.answer, row.answered_by, row.answered_at = state, said, actor.person_id, time.now()
        row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        audit.write(
            actor,
            f"curriculum.proposal_{state.value}",
            thing="proposal",
            thing_id=row.id,
            scope_path=row.scope_path,
        )
    return row
