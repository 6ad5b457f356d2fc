"""What surveys show: the own ones, those that wait for somebody, results as lines of a plot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qiming.governance.access import SEE_SURVEYS, TABLE
from qiming.governance.surveys import drawing, rules
from qiming.governance.surveys.models import Survey, SurveyInvitation
from qiming.governance.surveys.rules import Question, State
from qiming.kernel import keys, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.memo import once_a_request

_OWN = "whoever holds a token may use it"
LEFT, WIDE = 8.0, 244.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey that waits for somebody, with the token that is theirs."""

    id: UUID
    title: str
    purpose: str
    minutes: int
    token: str
    is_done: bool


@once_a_request
def waiting(person_id: UUID) -> Sequence[Asked]:
    """The open surveys to which somebody is invited. One question to the database while none is open."""
    today = time.today()
    rows = Survey.objects.unscoped(_OWN).filter(
        state=State.OPEN.value, starts_on__lte=today, ends_on__gte=today
    )
    surveys = list(rows.order_by("ends_on", "id"))
    if not surveys:
        return ()
    key = keys.kept_key(drawing.KEY)
    mine = {
        rules.digest(one.id, token): (one, token)
        for one in surveys
        for token in (rules.token(key, one.id, person_id, at["no"]) for at in one.strata)
    }
    used = dict(
        SurveyInvitation.objects.unscoped(_OWN).filter(digest__in=mine).values_list("digest", "is_used")
    )
    return tuple(
        Asked(one.id, one.title, one.purpose, rules.minutes(rules.questions(one.questions)), token, used[at])
        for at, (one, token) in mine.items()
        if at in used
    )


def asked(person_id: UUID, survey_id: UUID) -> tuple[Survey, Asked]:
    """The survey somebody is invited to, with their token."""
    mine = next((one for one in waiting(person_id) if one.id == survey_id), None)
    if mine is None:
        raise Denied(SEE_SURVEYS)
    return Survey.objects.unscoped(_OWN).get(id=survey_id), mine


def load(actor: Actor, survey_id: UUID) -> Survey:
    return TABLE.load(actor, SEE_SURVEYS, Survey, id=survey_id)


def load_results(actor: Actor, survey_id: UUID) -> Survey:
    """A survey that is over: open to all who are signed in when it says so, else to who oversees its place."""
    found = (
        Survey.objects.unscoped("results name nobody").filter(id=survey_id, state=State.CLOSED.value).first()
    )
    if found is None or not (found.is_public or TABLE.allows(actor, SEE_SURVEYS, found)):
        raise Denied(SEE_SURVEYS)
    return found


def own(actor: Actor) -> list[Survey]:
    """The surveys of the actor's places and below: those in work first, then the newest."""
    rows = Survey.objects.for_actor(actor, SEE_SURVEYS).defer("results").order_by("-created_at")[:200]
    order = {State.DRAFT: 0, State.OPEN: 1, State.CLOSED: 2}
    return sorted(rows, key=lambda one: order[State(one.state)])


def published() -> list[Survey]:
    """The newest surveys whose results everybody may see."""
    rows = Survey.objects.unscoped("results name nobody").filter(state=State.CLOSED.value, is_public=True)
    return list(rows.defer("results").order_by("-ends_on", "-id")[:20])


def returned(kept: Survey) -> tuple[int, int]:
    """How many answered, of how many: of the whole alone. Below the smallest group nothing is said."""
    rows = SurveyInvitation.objects.unscoped("counted as a whole").filter(survey=kept)
    used = rows.filter(is_used=True).count()
    return (used if used >= rules.SMALL else 0), rows.count()


def questions(kept: Survey) -> list[Question]:
    return rules.questions(kept.questions)


@dataclass(frozen=True, slots=True)
class Bar:
    """An option as the plot shows it: percentages, and coordinates in a box 260 wide."""

    text: str
    share: int
    low: int
    high: int
    x: float
    x_low: float
    x_high: float
    is_top: bool


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    n: int | None
    several: bool
    finding: str
    bars: tuple[Bar, ...]

    @property
    def heading(self) -> str:
        """The question and what most said, in one line."""
        return f"{self.title.rstrip('？?：:。')}：{self.finding or '答的人太少'}"


def plots(tallied: Mapping[str, Any]) -> list[Plot]:
    return [_plot(one) for one in tallied["questions"]]


def _plot(line: Mapping[str, Any]) -> Plot:
    top = max((one["share"] for one in line["options"]), default=0)
    bars = tuple(_bar(one, is_top=one["share"] == top) for one in line["options"])
    best = next((one for one in bars if one.is_top), None)
    finding = f"{best.share}%{_how(line['kind'])}“{best.text}”" if best else ""
    return Plot(line["title"], line["n"], line["kind"] == "several", finding, bars)


def _bar(option: Mapping[str, Any], *, is_top: bool) -> Bar:
    share, low, high = (option[name] for name in ("share", "low", "high"))
    x, x_low, x_high = (round(LEFT + WIDE * one, 1) for one in (share, low, high))
    return Bar(
        option["text"], round(100 * share), round(100 * low), round(100 * high), x, x_low, x_high, is_top
    )


def _how(kind: str) -> str:
    return "说" if kind == "scale" else "选了"
