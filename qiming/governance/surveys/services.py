"""Verbs of surveys: write one, open it (the draw), take an answer, mix, close with results."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql

from qiming.governance.access import MAKE_SURVEYS, TABLE
from qiming.governance.surveys import drawing, results, rules
from qiming.governance.surveys.held import held
from qiming.governance.surveys.models import Survey, SurveyAnswer, SurveyInvitation, SurveyWords
from qiming.governance.surveys.rules import Audience, Kind, Question, State
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry.types import STAGE_NAMES, OrgRef, Stage

_ANSWERING = "who answers is not known; the token is the right"
_CLOSING = "counted as a whole, nobody in it"
GONE = UserError("没有这份邀请", kept="什么都没有存。", next="回到首页，从那里再打开调查。", status=404)
OVER = UserError("这份调查已经结束", kept="这次答的没有存。", next="结果出来以后谁都看得到。", status=409)
MOST_DAYS = 60
_MIX = sql.SQL(
    "WITH gone AS (DELETE FROM {table} WHERE survey_id = %s RETURNING {columns}) "
    "INSERT INTO {table} (id, {columns}) SELECT gen_random_uuid(), {columns} FROM gone ORDER BY random()"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands at the head of a survey."""

    title: str
    purpose: str
    audience: Audience
    grades: Sequence[int]
    starts_on: date
    ends_on: date
    size: int
    is_public: bool = True


def write(*, actor: Actor, place: OrgRef, plan: Plan) -> Survey:
    """A survey to work on; nobody is asked yet."""
    TABLE.require(actor, MAKE_SURVEYS, place)
    if plan.ends_on < max(plan.starts_on, time.today()):
        raise UserError("结束的日子在开始以前，或者已经过了", field="ends_on")
    if (plan.ends_on - plan.starts_on).days > MOST_DAYS:
        raise UserError(f"最多开{MOST_DAYS}天", next="时间短一点，答的人反而多。", field="ends_on")
    with transaction.atomic():
        made = Survey.objects.create(
            scope_path=place.path,
            title=plan.title,
            purpose=plan.purpose,
            audience=plan.audience.value,
            grades=sorted(plan.grades) if plan.audience is not Audience.HEAD else [],
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            size=plan.size,
            is_public=plan.is_public,
            made_by=actor.person_id,
        )
        _note(actor, "governance.survey_written", made)
    return made


def add_question(
    *, actor: Actor, survey_id: UUID, kind: Kind, title: str, options: Sequence[str] = ()
) -> Question:
    """One question more, unless a room already holds what it asks for."""
    if fact := held(title):
        raise UserError(f"不能问“{fact.title}”", next=f"{fact.where}，不用再请人填。", field="title")
    wanted = [one.strip() for one in options if one.strip()]
    if kind in (Kind.ONE, Kind.SEVERAL) and not 2 <= len(set(wanted)) == len(wanted) <= 12:
        raise UserError("请写2到12个不同的选项", next="一行一个。", field="options")
    wanted = list(rules.SCALE) if kind is Kind.SCALE else [] if kind is Kind.WORDS else wanted
    with transaction.atomic():
        kept = _draft(actor, survey_id)
        asked = rules.questions(kept.questions)
        number = max((int(one.key[1:]) for one in asked), default=0) + 1
        made = Question(f"q{number}", kind, title.strip(), tuple(wanted))
        _burden(kept, [*asked, made])
        kept.questions = [one.kept() for one in (*asked, made)]
        kept.save(update_fields=["questions"])
    return made


def drop_question(*, actor: Actor, survey_id: UUID, key: str) -> None:
    with transaction.atomic():
        kept = _draft(actor, survey_id)
        kept.questions = [one for one in kept.questions if one["key"] != key]
        kept.save(update_fields=["questions"])


def _burden(kept: Survey, asked: Sequence[Question]) -> None:
    most = rules.MOST_MINUTES[kept.audience]
    if len(asked) > rules.MOST_QUESTIONS or rules.minutes(asked) > most:
        raise UserError(
            f"加上这一题就超过{most}分钟了",
            next="先删掉一题，再加这一题。",
            kept="前面的题都在。",
            field="title",
        )


def open_it(*, actor: Actor, survey_id: UUID) -> Survey:
    """Draw the classes with a seed that is kept, write the invitations; from now on nothing of it changes."""
    with transaction.atomic():
        kept = _draft(actor, survey_id)
        if not kept.questions:
            raise UserError("还没有题", next="先加一题。")
        if kept.ends_on < time.today():
            raise UserError("结束的日子已经过了", next="重新写一份，改一个日子。")
        seed = secrets.token_hex(8)
        strata = drawing.frame(kept, seed)
        invited = sum(len(one.invited) for one in strata)
        if invited < rules.SMALL:
            raise UserError(
                f"只抽到{invited}个人，少于{rules.SMALL}个",
                next="多选几个年级或多抽几个班：人太少就不匿名了。",
            )
        drawing.invite(kept, strata)
        kept.seed, kept.state = seed, State.OPEN.value
        kept.strata = [
            {
                "no": number,
                "name": one.name,
                "stage": one.stage,
                "classes": one.classes,
                "drawn": len(one.drawn),
                "people": one.people,
                "invited": len(one.invited),
                "class_ids": [str(at) for at in one.drawn],
            }
            for number, one in enumerate(strata)
        ]
        kept.save(update_fields=["seed", "state", "strata"])
        _note(actor, "governance.survey_opened", kept, seed=seed, invited=invited)
    return kept


def answer(*, survey_id: UUID, token: str, given: Mapping[str, Sequence[str]]) -> bool:
    """Take one answer; False when this invitation was used before (then nothing is written). No audit row, no event,
    no log line: they would have a moment."""
    kept = Survey.objects.unscoped(_ANSWERING).filter(id=survey_id).first()
    if kept is None or kept.state == State.DRAFT:
        raise GONE
    if kept.state == State.CLOSED or not kept.starts_on <= time.today() <= kept.ends_on:
        raise OVER
    asked = rules.questions(kept.questions)
    mine = SurveyInvitation.objects.unscoped(_ANSWERING).filter(
        survey_id=survey_id, digest=rules.digest(survey_id, token)
    )
    chosen, written = rules.read(asked, given)
    with transaction.atomic():
        if not mine.filter(is_used=False).update(is_used=True):
            if mine.exists():
                return False
            raise GONE
        row = {"survey_id": survey_id, "scope_path": kept.scope_path}
        SurveyAnswer.objects.create(**row, stratum=rules.stratum_of(token), chosen=chosen)
        SurveyWords.objects.bulk_create(
            SurveyWords(**row, question=key, text=text) for key, text in written.items()
        )
    return True


def mix(survey_id: UUID) -> None:
    """Write every row of a survey anew in random order and in one transaction: what a database keeps beside its
    columns (transaction numbers, places on the disk) tells nothing any more of who answered when."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (SurveyAnswer, SurveyWords, SurveyInvitation):
            names = [str(one.column) for one in model._meta.concrete_fields if one.name != "id"]
            table = sql.Identifier(model._meta.db_table)
            columns = sql.SQL(", ").join([sql.Identifier(one) for one in names])
            cursor.execute(_MIX.format(table=table, columns=columns), [survey_id])


def mix_open() -> None:
    """Every survey that is open."""
    rows = Survey.objects.unscoped(_CLOSING).filter(state=State.OPEN.value)
    for survey_id in rows.values_list("id", flat=True):
        mix(survey_id)


def close(*, actor: Actor | None, survey_id: UUID) -> Survey:
    """Count, freeze the results, delete the invitations. None: the installation, after the last day."""
    if actor is not None:
        TABLE.load(actor, MAKE_SURVEYS, Survey, id=survey_id)
    with transaction.atomic():
        kept = Survey.objects.unscoped(_CLOSING).select_for_update().get(id=survey_id)
        if kept.state != State.OPEN:
            raise UserError("这份调查没有开着", status=409)
        kept.results, kept.state = _results(kept), State.CLOSED.value
        kept.save(update_fields=["results", "state"])
        SurveyInvitation.objects.unscoped(_CLOSING).filter(survey_id=survey_id).delete()
        mix(survey_id)
        _note(actor, "governance.survey_closed", kept)
    return kept


def close_past() -> int:
    """The night's round: surveys whose last day is over."""
    rows = Survey.objects.unscoped(_CLOSING).filter(state=State.OPEN.value, ends_on__lt=time.today())
    ids = list(rows.values_list("id", flat=True))
    for survey_id in ids:
        close(actor=None, survey_id=survey_id)
    return len(ids)


def _results(kept: Survey) -> dict[str, Any]:
    asked, strata = rules.questions(kept.questions), kept.strata
    answers = SurveyAnswer.objects.unscoped(_CLOSING).filter(survey=kept)
    groups = results.count(answers.values_list("stratum", "chosen").iterator())
    people = {one["no"]: one["people"] for one in strata}
    classes = sum(one["drawn"] for one in strata)
    are_classes = kept.audience in (Audience.PUPIL, Audience.GUARDIAN)
    names = {stage.value: STAGE_NAMES[stage] for stage in Stage}
    whole = results.tally(asked, groups, people, classes if are_classes else 0)
    if not whole["shown"]:
        return whole
    return whole | {
        "invited": sum(one["invited"] for one in strata),
        "people": sum(people.values()),
        "silent": sum(one["no"] not in groups for one in strata),
        "rho": results.RHO if are_classes else None,
        "parts": results.parts(asked, groups, strata, names, are_classes),
        "words": _written(kept, asked),
    }


def _written(kept: Survey, asked: Sequence[Question]) -> list[dict[str, Any]]:
    """What was written to each question, by the letters, where enough people wrote."""
    found = []
    for one in (one for one in asked if one.kind is Kind.WORDS):
        rows = SurveyWords.objects.unscoped(_CLOSING).filter(survey=kept, question=one.key)
        texts = sorted(rows.values_list("text", flat=True))
        found.append({"title": one.title, "texts": texts if len(texts) >= rules.SMALL else None})
    return found


def _draft(actor: Actor, survey_id: UUID) -> Survey:
    TABLE.load(actor, MAKE_SURVEYS, Survey, id=survey_id)
    kept = Survey.objects.unscoped("loaded before").select_for_update().get(id=survey_id)
    if kept.state != State.DRAFT:
        raise UserError("这份调查已经开始，题目不能再改", status=409)
    return kept


def _note(actor: Actor | None, verb: str, kept: Survey, **detail: Any) -> None:
    audit.write(
        actor, verb, thing="governance.Survey", thing_id=kept.id, scope_path=kept.scope_path, detail=detail
    )
