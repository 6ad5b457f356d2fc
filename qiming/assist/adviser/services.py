"""Asking, handing over, answering, ticking off."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from qiming.agents import knowledge
from qiming.agents.knowledge.procedures import procedures
from qiming.agents.knowledge.types import Kind
from qiming.assist.access import TABLE
from qiming.assist.adviser import rules
from qiming.assist.adviser.access import ANSWER, ASK
from qiming.assist.adviser.queries import desks_of, places_of
from qiming.assist.models import AdviceLine, AdviceTalk, Ticks
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError

MOST_TYPED = 500
MOST_REPLY = 4000
MOST_LINES = 60
_WHY = "loaded through the access table"
_FOUND = 8
By, State = AdviceLine.By, AdviceTalk.State


def answer(actor: Actor, question: str) -> rules.Reply:
    """What the documents, procedures and help in force where the actor belongs say to a question."""
    here = places_of(actor)
    policies = knowledge.search((Kind.POLICY,), question, scope_path=here, limit=_FOUND)
    helps = knowledge.search((Kind.HELP, Kind.STEPS), question, scope_path=here, limit=_FOUND)
    return rules.decide(policies, helps)


def ask(*, actor: Actor, question: str, talk_id: UUID | None = None) -> UUID:
    """Ask, in a new talk or going on with one's own; returns the talk. The answer is kept as it was given."""
    TABLE.require(actor, ASK)
    said = _words(question, MOST_TYPED, "问题")
    reply = answer(actor, said)
    with transaction.atomic():
        if talk_id is None:
            talk = AdviceTalk.objects.create(
                person_id=actor.person_id, scope_path=_home(actor), title=said.replace("\n", " ")[:60]
            )
        else:
            talk = _own(actor, talk_id)
        _add(talk, By.ASKER, said, actor.person_id)
        _add(talk, By.ADVISER, "", None, outcome=reply.outcome, parts=reply.as_json())
        _move(talk, State.OPEN if talk.state == State.CLOSED else State(talk.state))
    return talk.id


def hand_over(*, actor: Actor, talk_id: UUID, desk: UUID, words: str) -> None:
    """Give a talk, with everything said in it, to the people of a place above. Doing it twice changes nothing."""
    said = words.strip()[:MOST_TYPED]
    with transaction.atomic():
        talk = _own(actor, talk_id)
        place = next((one for one in desks_of(actor) if one.id == desk), None)
        if place is None:
            raise UserError(
                "没有这个单位可以转", kept="问答还在。", next="从列出的单位里选一个。", field="desk"
            )
        if talk.state == State.HANDED and talk.scope_path == place.path:
            return
        if said:
            _add(talk, By.ASKER, said, actor.person_id)
        talk.scope_path, talk.handed_at = place.path, time.now()
        _move(talk, State.HANDED)
        audit.write(actor, "assist.hand_over", thing="advice", thing_id=talk.id, scope_path=place.path)


def reply(*, actor: Actor, talk_id: UUID, words: str, closes: bool) -> None:
    """An officer's answer to what was handed over to the own place."""
    said = _words(words, MOST_REPLY, "答复")
    with transaction.atomic():
        rows = AdviceTalk.objects.unscoped(_WHY).select_for_update().exclude(handed_at=None)
        talk = TABLE.load(actor, ANSWER, rows, id=talk_id)
        if talk.person_id == actor.person_id:
            raise UserError("自己问的不能自己答复", kept="写的字还在。", next="请同事答复。")
        _add(talk, By.OFFICER, said, actor.person_id)
        _move(talk, State.CLOSED if closes else State.ANSWERED)
        audit.write(actor, "assist.answer", thing="advice", thing_id=talk.id, scope_path=talk.scope_path)


def tick(*, actor: Actor, key: str, done: Collection[int]) -> None:
    """Keep which steps of a procedure are done (numbers from 1); others are open again."""
    TABLE.require(actor, ASK)
    procedure = procedures().get(key)
    if procedure is None:
        raise Denied(ASK)
    texts = [step.text for number, step in enumerate(procedure.steps, 1) if number in done]
    with transaction.atomic():
        Ticks.objects.update_or_create(
            person_id=actor.person_id, procedure=key, defaults={"done": texts, "changed_at": time.now()}
        )


def _words(typed: str, most: int, what: str) -> str:
    said = "".join(char for char in typed.replace("\r\n", "\n") if char == "\n" or char.isprintable()).strip()
    if not said:
        raise UserError(f"还没有写{what}", kept="什么都没有改。", next=f"写好{what}再送出。", field="words")
    if len(said) > most:
        raise UserError(
            f"{what}最多{most}个字", kept="写的字还在。", next="删短一些，一次问一件事。", field="words"
        )
    return said


def _home(actor: Actor) -> str:
    return min(places_of(actor), key=len)


def _own(actor: Actor, talk_id: UUID) -> AdviceTalk:
    rows = AdviceTalk.objects.unscoped(_WHY).select_for_update()
    return TABLE.load(actor, ASK, rows, id=talk_id)


def _add(
    talk: AdviceTalk,
    by: AdviceLine.By,
    text: str,
    person_id: UUID | None,
    *,
    outcome: str = "",
    parts: list[dict[str, object]] | None = None,
) -> None:
    number = talk.lines.count() + 1
    if number > MOST_LINES:
        raise UserError("这一件问得很多了", kept="前面的问答都在。", next="另开一件再问，或转给人答复。")
    AdviceLine.objects.create(
        talk=talk, number=number, by=by, text=text, person_id=person_id, outcome=outcome, parts=parts or []
    )


def _move(talk: AdviceTalk, state: AdviceTalk.State) -> None:
    talk.state, talk.moved_at = state, time.now()
    talk.save(update_fields=["state", "moved_at", "handed_at", "scope_path"])
