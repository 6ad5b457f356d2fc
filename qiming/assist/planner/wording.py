"""Another wording of a proposed text, by a model, where the place has one: through the same guard, mark, ledger and quota as any talk.

It is a proposal beside what stands there. Nothing is applied by it: the teacher takes it, changed or not, by `taking.take`.
"""

from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from qiming.agents.guard.stages import Session
from qiming.agents.queries import subject_of
from qiming.agents.talk import connecting, queries, services
from qiming.agents.talk.facts import lesson_facts
from qiming.agents.talk.types import GROUNDED, Context, Draft, Said, Turn
from qiming.assist.access import TABLE
from qiming.assist.models import LessonPlan, PlanPart
from qiming.assist.planner.access import PLAN
from qiming.assist.planner.making import WHY
from qiming.assist.planner.queries import Beside, beside
from qiming.assist.planner.rules.wording import Numbers, numbers_changed
from qiming.curriculum import queries as curriculum
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.teaching import queries as teaching

AGENT: Final = "planner"
STAGE: Final = "staff"
LONGEST: Final = 1000  # characters that are worded anew at once
LONGEST_WISH: Final = 200


@dataclass(frozen=True, slots=True)
class Worded:
    """One proposal: what was wished, the turn, and which numbers it changed."""

    wish: str
    turn: Turn
    numbers: Numbers

    @property
    def is_a_model_s(self) -> bool:
        """Whether these are a model's words, and all of them: what was stopped half way is not offered."""
        return self.turn.engine != GROUNDED and self.turn.outcome is Said.ANSWERED and bool(self.turn.text)


def is_open(plan: LessonPlan) -> bool:
    """Whether a model may word anything for this class."""
    return connecting.speaks(AGENT, STAGE, plan.scope_path)


def can_word(line: Beside) -> bool:
    """Whether a part has a text of its own that is short enough and not yet in the lesson."""
    return line.is_open and 0 < len(line.text.strip()) <= LONGEST


def load(actor: Actor, plan_id: UUID, key: str) -> tuple[LessonPlan, Beside]:
    """A part that can be worded, of a plan of one's own class. Raises `Denied`."""
    plan = TABLE.load(actor, PLAN, LessonPlan.objects.unscoped(WHY), id=plan_id)
    part = PlanPart.objects.unscoped(WHY).filter(plan=plan, key=key).first()
    if part is None:
        raise Denied(PLAN)
    return plan, beside(part)


def ask(*, actor: Actor, plan_id: UUID, key: str, wish: str, turn_id: UUID) -> Worded:
    """Have a part's text worded as wished. Sent twice it is asked once."""
    plan, line = load(actor, plan_id, key)
    if not can_word(line):
        raise UserError(
            "这一处已经定了，或者太长，不能整段换",
            kept="备的课没有动。",
            next="到“改了再用”里直接改。",
            status=409,
        )
    if not is_open(plan):
        raise UserError(
            "这个班现在没有接模型", kept="备的课没有动。", next="到“改了再用”里直接改。", status=409
        )
    turn = services.say(
        context(actor, plan, line), wish, turn_id=turn_id, draft=Draft(line.text, move="wording")
    )
    return _worded(line, wish, turn)


def context(actor: Actor, plan: LessonPlan, line: Beside) -> Context:
    """What the model gets to know: the lesson and the text; the roster is given to be covered."""
    offering = teaching.offering(plan.offering_id)
    lesson = curriculum.lesson_of_course(offering.course_version_id, line.part.lesson_key)
    return Context(
        agent=AGENT,
        mode="work",
        stage=STAGE,
        place_path=plan.scope_path,
        subject=subject_of(actor.person_id),
        conversation=_conversation(actor, line.part),
        session=Session(stage="senior", mode="work", at=time.local(time.now()), minutes_used=0, teacher=True),
        lesson=lesson_facts(lesson) if lesson else None,
        names=tuple(one.name for one in registry.pupils_of(offering.class_group_id)),
    )


def proposals(actor: Actor, line: Beside) -> list[Worded]:
    """What one has asked for this part, the last first."""
    conversation = _conversation(actor, line.part)
    asked = queries.transcript(conversation)
    turns = queries.turns(conversation)
    return [_worded(line, said.asked, turn) for said, turn in zip(asked, turns, strict=True)][::-1]


def proposal(actor: Actor, line: Beside, turn_id: UUID, *, close: bool = False) -> Worded:
    """One of them as it stands now; `close`: the model did not answer. Raises `Denied` for one of somebody else."""
    turn = queries.turn(turn_id)
    if turn is None or turn.conversation != _conversation(actor, line.part):
        raise Denied(PLAN)
    turn = (services.close(turn_id) or turn) if close else turn
    return _worded(line, queries.asked_in(turn_id), turn)


def _worded(line: Beside, wish: str, turn: Turn) -> Worded:
    spoken = turn.engine != GROUNDED and turn.text
    return Worded(wish, turn, numbers_changed(line.text, turn.text or "") if spoken else Numbers((), ()))


def _conversation(actor: Actor, part: PlanPart) -> UUID:
    """One teacher about one part."""
    return uuid5(NAMESPACE_URL, f"qiming:wording:{part.id}:{actor.person_id}")
