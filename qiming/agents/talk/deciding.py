"""What becomes of something said to an agent, before anything is stored: the guard, the stage's rules, the engine, or a model's
frame. Pure: the test field asks it the same way as the pages do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from qiming.agents.folders import Agent
from qiming.agents.grounded import engine, quoting
from qiming.agents.guard import Guard, Question, Roster, Vault, allowed
from qiming.agents.guard.crisis import KINDS, UNSAID
from qiming.agents.guard.guard import Unsure
from qiming.agents.talk import framing
from qiming.agents.talk.box import Frame, Words, new_ticket
from qiming.agents.talk.framing import Way
from qiming.agents.talk.types import GROUNDED, Ask, Checked, Context, Draft, Said
from qiming.kernel.errors import UserError

FROM_COURSE: Final = "只按课程内容回答，没有用生成模型"
FROM_DOCUMENTS: Final = "只按给定的资料回答，没有用生成模型"
WANTS_ADULT: Final = "请一位老师来。"
FIXED: Final = "固定文字，不是AI生成"


@dataclass(slots=True)
class Made:
    """A turn being made."""

    outcome: Said
    words: Words
    move: str = ""
    rung: int = 0
    engine: str = GROUNDED
    findings: tuple[str, ...] = ()
    why: str = ""
    alarm: str = ""
    ticket: str = ""
    ticket_sha256: bytes = b""


def decided(
    agent: Agent,
    context: Context,
    text: str,
    *,
    guard: Guard,
    way: Callable[[], Way | None] = lambda: None,
    draft: Draft | None = None,
    stopped: str = "",
) -> Made:
    """What becomes of `text`. `way`: asked for the door to a model only when nothing holds the text back. `stopped`: why
    the agent may not talk at all; a child in need comes before that."""
    last = context.history[-1].asked if context.history else ""
    vault, roster = Vault(), Roster(context.names)
    stage = context.stage if context.stage != "staff" else "senior"
    question = guard.question(
        text, stage=stage, vault=vault, roster=roster, before=last, unsure=_unsure(context)
    )
    if context.checked is Checked.ADULT or question.way != "send":
        return (
            _adult_wanted(guard, context, text)
            if context.checked is Checked.ADULT
            else _not_sent(question, text)
        )
    if stopped:
        words = Words(asked=text, replied=stopped, label=FIXED)
        return Made(Said.HELD, words, move="held", findings=("gate",), why=stopped)
    decision = allowed(guard.library.rules, context.session) if agent.guard == "pupil" else None
    attempt_missing = decision is not None and not decision.yes and _only_attempt_missing(guard, context)
    if decision is not None and not decision.yes and not attempt_missing:
        words = Words(asked=text, replied=decision.reason, label=FIXED)
        return Made(Said.HELD, words, move="held", findings=decision.rules, why=decision.reason)
    facts = replace(context, attempts=()) if attempt_missing else context
    wanted = _asks_of(guard, context) if decision is not None else ()
    said = _replied(agent, facts, text, draft)
    asks = engine.asks(facts, wanted, said, agent.phrases) if agent.phrases.moves else ()
    made = _grounded(facts, text, said, asks, tuple(f"order:{hit.key}" for hit in question.orders))
    if attempt_missing:
        return made
    door = way()
    if door is None:
        return made
    frame = framing.frame(agent, context, question.text, said, guard=guard, vault=vault, way=door)
    return _waiting(made, frame)


def _unsure(context: Context) -> Unsure:
    """What follows from words that may be a cry. Staff are no children: what they ask for a child is not their own."""
    ways: dict[Checked, Unsure] = {Checked.FINE: "go_on", Checked.OFTEN: "tell"}
    return "words_only" if context.stage == "staff" else ways.get(context.checked, "ask")


def _adult_wanted(guard: Guard, context: Context, kind: str) -> Made:
    """The child was asked and wants an adult; `kind`: of which need its words had been."""
    kind = kind if kind in KINDS else KINDS[0]
    words = Words(asked=WANTS_ADULT, replied=guard.library.crisis.text(UNSAID, context.stage), label=FIXED)
    return Made(Said.CRISIS, words, move="crisis", findings=(f"h-{kind}",), alarm=kind)


def _not_sent(question: Question, text: str) -> Made:
    """Fixed words instead of a reply."""
    outcome = {
        "crisis": Said.CRISIS,
        "check_in": Said.CHECK_IN,
        "refuse": Said.REFUSED,
        "unreadable": Said.UNREADABLE,
    }[question.way]
    words = Words(asked=text if outcome is not Said.UNREADABLE else "", replied=question.say, label=FIXED)
    return Made(
        outcome,
        words,
        move=question.way,
        findings=tuple(hit.key for hit in question.hits),
        alarm=question.alarm.kind if question.alarm and question.alarm.sure else "",
    )


def _only_attempt_missing(guard: Guard, context: Context) -> bool:
    """Whether an own attempt is all that the stage's rules still ask for."""
    return allowed(guard.library.rules, replace(context.session, attempted=True)).yes


def _asks_of(guard: Guard, context: Context) -> tuple[str, ...]:
    return allowed(guard.library.rules, replace(context.session, attempted=True)).asks


def _waiting(made: Made, frame: Frame) -> Made:
    """A model is to say it: its ticket, and the grounded reply for when it can't."""
    ticket, ticket_sha256 = new_ticket()
    words = Words(
        asked=made.words.asked,
        asks=made.words.asks,
        instead=made.words.replied,
        instead_label=made.words.label,
        instead_citations=made.words.citations,
        frame=frame,
    )
    return replace(
        made,
        outcome=Said.WAITING,
        words=words,
        engine=frame.route,
        ticket=ticket,
        ticket_sha256=ticket_sha256,
    )


def _replied(agent: Agent, context: Context, text: str, draft: Draft | None) -> engine.Reply:
    """What is said without a model: by the page, by leading questions, or from passages."""
    if draft is not None:
        return engine.Reply(draft.move, draft.text, citations=draft.citations)
    if agent.engine == "socratic":
        return engine.reply(context, text, agent.phrases)
    if agent.engine == "passages":
        return quoting.reply(context, text)
    raise UserError(
        "这个智能体只在它自己的页面里用", kept="你写的还在。", next="请从它的页面打开。", status=409
    )


def _grounded(
    context: Context, text: str, said: engine.Reply, asks: tuple[Ask, ...], found: tuple[str, ...]
) -> Made:
    """The turn that this reply makes, with what it must carry."""
    label = FROM_COURSE if context.lesson else FROM_DOCUMENTS
    words = Words(asked=text, replied=said.text, citations=list(said.citations), asks=list(asks), label=label)
    return Made(Said.ANSWERED, words, move=said.move, rung=said.rung, findings=found)
