"""The guard in line: what of a conversation may leave, and what follows when something may not."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from qiming.agents.gateway.asking import Chat
from qiming.agents.gateway.errors import Trouble
from qiming.agents.guard import Guard, Library, Session, Vault, allowed, mask
from qiming.agents.guard.guard import Unsure, readable
from qiming.agents.guard.stages import strictest
from qiming.agents.types import Application, Audience, Outcome, Route

MOST_FRAME: Final = 60_000  # characters of what an application itself says around a conversation
_STAFF_AS: Final = "senior"


@dataclass(slots=True)
class Prepared:
    """A conversation with personal data covered. `outcome` other than open: nothing leaves, `say` is the reply."""

    messages: list[dict[str, str]]
    vault: Vault
    outcome: Outcome = Outcome.OPEN
    say: str = ""
    findings: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [one["content"] for one in self.messages]


def prepare(guard: Guard, application: Application, route: Route, asked: Chat) -> Prepared:
    """Every message looked at. What was refused earlier in the conversation is left out of it. Raises `Trouble` for what
    cannot be read."""
    stage = _STAFF_AS if application.stage == "staff" else application.stage
    made = Prepared([], Vault())
    if route.frame:
        made.messages.append({"role": "system", "content": route.frame})
    before = ""
    for at, message in enumerate(asked.messages):
        text = message.text
        if message.role != "user":
            _aside(made, message.role, text)
            continue
        unsure: Unsure = "words_only" if application.stage == "staff" else "ask"
        question = guard.question(text, stage=stage, vault=made.vault, before=before, unsure=unsure)
        is_last = at == len(asked.messages) - 1
        if question.way == "send":
            made.messages.append({"role": "user", "content": question.text})
            found = [
                *(f"order:{hit.key}" for hit in question.orders),
                *(f"data:{kind}" for kind in question.kinds),
            ]
            made.findings += found if is_last else ()
        elif is_last:
            return _held(made, question.way, question.say, [hit.key for hit in question.hits])
        before = text
    return made


def _aside(made: Prepared, role: str, text: str) -> None:
    """What the application or an earlier reply says: no question to judge, but nobody's data leave with it."""
    wrong = readable(text, MOST_FRAME) if text.strip() else ""
    if wrong:
        raise Trouble(400, "unreadable", wrong, param="messages")
    if text.strip():
        role = "system" if role == "developer" else role
        made.messages.append({"role": role, "content": mask(text, made.vault).text})


def _held(made: Prepared, way: str, say: str, hits: list[str]) -> Prepared:
    if way == "unreadable":
        raise Trouble(400, "unreadable", say, param="messages")
    made.outcome = Outcome.CRISIS if way in ("crisis", "check_in") else Outcome.REFUSED
    made.say, made.findings, made.messages = say, hits, []
    return made


def stage_says(library: Library, application: Application, at: datetime) -> Trouble | None:
    """What the dated rules of the stage forbid as far as this door can know: alone or accompanied, at this hour.

    The facts of a lesson (a test that runs, an own attempt, consent) are known to the agents, which ask the same rules
    before they come here. `at`: the clock on the school's wall.
    """
    if application.audience is Audience.STAFF:
        return None
    known = Session(
        stage=application.stage,
        mode="after",
        at=at,
        minutes_used=0,
        supervised=application.supervised,
        school_allows=application.supervised,
        exam=False,
        period_open=True,
        guardian_agreed=True,
    )
    said = allowed(library.rules, known)
    return None if said.yes else Trouble(403, "stage_rule", said.reason)


def pupil_seconds(library: Library, application: Application, at: datetime) -> int | None:
    """What the rules leave a pupil of this stage in a day; of an unknown age the least."""
    held = [rule for rule in library.rules if rule.holds(application.stage, at.date())]
    rule = strictest(held, "daily_minutes")
    return None if rule is None else int(rule.value) * 60
