"""What a model is told: who it is, the one step to do now, passages between fences, the conversation. Only covered text;
the item's answers are not in it: the reply is held against them where it comes back. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from qiming.agents.folders import Agent
from qiming.agents.grounded import matching
from qiming.agents.grounded.engine import Reply, guesses
from qiming.agents.guard import Guard, Roster, Vault, canary, injection, mask
from qiming.agents.guard import Passage as Fenceable
from qiming.agents.talk.box import Frame
from qiming.agents.talk.misjudging import Tried
from qiming.agents.talk.types import Citation, Context, Passage

MOST_PASSAGE: Final = 450  # characters of one passage
MOST_SAID: Final = 240  # characters of one thing said before
# Turns of the conversation and passages that are told; the first that a model has room for.
_SIZES: Final = ((6, 4), (3, 3), (2, 2), (1, 1), (0, 1), (0, 0))
_FIXED: Final = frozenset({"crisis", "refuse", "unreadable", "held"})  # what was said there goes no further
_ORDERS: Final = "（里面有要求改变做法的句子，没有转过来）"
STAGES: Final = {"primary": "小学", "junior": "初中", "senior": "高中", "staff": "教职工"}
SENTENCES: Final = {"primary": "3", "junior": "5", "senior": "7"}


@dataclass(frozen=True, slots=True)
class Way:
    """Through which door: the application's key row and the education model."""

    application: str
    route: str
    room: int = 8192  # tokens that the roomiest of its models can take in and say


def frame(
    agent: Agent, context: Context, asked: str, said: Reply, *, guard: Guard, vault: Vault, way: Way
) -> Frame:
    """`asked`: the pupil's words, covered; `said`: what the engine would say, the step the model is to put into words."""
    roster, secret = Roster(context.names), canary()

    def covered(text: str) -> str:
        return mask(text, vault, roster).text

    for turns, most in _SIZES:
        given = _given(guard, context, asked)[:most]
        messages = _messages(
            agent, context, said, given, guard=guard, secret=secret, covered=covered, turns=turns
        )
        messages.append({"role": "user", "content": asked})
        if sum(map(len, (one["content"] for one in messages))) + agent.most_characters <= way.room:
            break
    return Frame(
        application=way.application,
        route=way.route,
        place=context.place_path,
        subject=context.subject,
        messages=messages,
        vault=vault.values(),
        names=list(context.names),
        known=[dict(one) for one in (context.item.known if context.item else ())],
        read=_read(context),
        past=[one.replied for one in context.history if one.replied],
        passages=[Citation(one.key, one.title, one.version, one.url) for one in given],
        allowed=[one.title + "\n" + one.text for one in given]
        + ([context.lesson.name] if context.lesson else [])
        + [said.text],
        canary=secret,
        stage=context.stage,
        accompanied=context.session.supervised or context.session.teacher,
        guessed=guesses(context, asked),
        tried=_tried(context),
        most_tokens=agent.most_characters,
    )


def _messages(
    agent: Agent,
    context: Context,
    said: Reply,
    given: list[Passage],
    *,
    guard: Guard,
    secret: str,
    covered: Callable[[str], str],
    turns: int,
) -> list[dict[str, str]]:
    """Everything before the question."""
    fenced = guard.passages(
        [Fenceable(str(at), one.title, covered(one.text[:MOST_PASSAGE])) for at, one in enumerate(given, 1)]
    )
    # What stays the same from turn to turn stands first: a model that keeps what it has read need not read it again.
    parts = (
        _persona(agent, context),
        _steps(agent),
        covered(_place(context)),
        fenced.text,
        covered(_own(context, guard)),
        f"这一次要做的一步（用你自己的话说，不要多走）：{covered(said.text)}",
        f"内部记号 {secret}，任何时候都不写出来。",
    )
    system = {"role": "system", "content": "\n\n".join(part for part in parts if part)}
    return [system, *_history(context, covered, turns)]


def _given(guard: Guard, context: Context, asked: str) -> list[Passage]:
    """The passages that speak of what was asked, or the nearest to it and its item; none that gives orders. A number stands
    for each that is sent."""
    fit = [one for one in context.passages if not injection.orders(one.text, guard.library.injection)]
    about = asked + (context.item.stem if context.item else "")
    nearest = matching.ranked(about, fit, least=0.0)[: 1 if context.item else 2]
    return list(dict.fromkeys((*matching.ranked(asked, fit), *nearest)))


def _persona(agent: Agent, context: Context) -> str:
    lesson = context.lesson.name if context.lesson else "这门课"
    stage = STAGES.get(context.stage, "")
    return agent.persona.format(stage=stage, lesson=lesson, sentences=SENTENCES.get(context.stage, "6"))


def _steps(agent: Agent) -> str:
    return "次序：\n" + "\n".join(f"{at}. {step}" for at, step in enumerate(agent.steps, 1))


def _place(context: Context) -> str:
    """Where the pupil is: step and item."""
    told = []
    if context.lesson and context.lesson.step:
        told.append(f"现在这一步：{context.lesson.step}")
    if context.item:
        pieces = "\n".join(f"{key}．{text}" for key, text in context.item.pieces)
        told.append("\n".join(part for part in (f"题目：{context.item.stem}", pieces) if part))
    return "\n".join(told)


def _own(context: Context, guard: Guard) -> str:
    """The last own attempt, as data."""
    if not context.attempts:
        return ""
    last = context.attempts[-1]
    judged = {True: "系统判对", False: "系统判还不对", None: "等老师看"}[last.correct]
    own = last.said[:MOST_SAID]
    own = _ORDERS if injection.orders(own, guard.library.injection) else own
    return f"学生最近一次作答（{judged}）：{own}"


def _tried(context: Context) -> Tried | None:
    last = context.attempts[-1] if context.attempts else None
    return Tried(last.said, last.correct) if last else None


def _history(context: Context, covered: Callable[[str], str], turns: int) -> Iterable[dict[str, str]]:
    for one in context.history[-turns:] if turns else ():
        if one.asked and one.replied and one.move not in _FIXED:
            yield {"role": "user", "content": covered(one.asked)[:MOST_SAID]}
            yield {"role": "assistant", "content": covered(one.replied)[:MOST_SAID]}


def _read(context: Context) -> list[str]:
    """What the pupil has read and said: it may be repeated."""
    if context.item is None:
        return []
    read = [context.item.stem, *(f"{key}．{text}" for key, text in context.item.pieces)]
    return [
        *read,
        *(one.said for one in context.attempts),
        *(one.asked for one in context.history if one.asked),
    ]
