"""What the player asks and tells. Answers are small; every operation is bound to the room's access table."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from ninja import Query

from qiming.kernel import api
from qiming.kernel.api import api_verb
from qiming.kernel.http import ActorRequest, not_modified, tagged
from qiming.learning import schemas, services, trying
from qiming.learning.access import TABLE
from qiming.learning.judging import pages as judged
from qiming.learning.judging import queue as judging
from qiming.learning.labs import choices, free, shelf
from qiming.learning.live import live_seen, live_tag
from qiming.learning.types import KeptWork
from qiming.teaching import services as teaching

router = api.router()

LEARN = "learning.learn"
PLAY = "learning.play"
TRY = "learning.try"


@router.post("/attempts", response=schemas.AttemptResults)
@api_verb(TABLE, LEARN)
def attempts(request: ActorRequest, sent: schemas.Attempts) -> dict[str, Any]:
    """Answers, up to 50, each once: the id is the idempotency key."""
    if sent.test:
        outcomes = services.record_test_answers(
            actor=request.actor, offering_id=sent.offering, task_id=sent.test, answers=sent.answers()
        )
    else:
        outcomes = services.record_attempts(
            actor=request.actor, offering_id=sent.offering, answers=sent.answers()
        )
    return {"results": [schemas.AttemptResult.of(outcome) for outcome in outcomes]}


@router.post("/hints", response=schemas.HintGiven)
@api_verb(TABLE, LEARN)
def hints(request: ActorRequest, sent: schemas.HintAsked) -> dict[str, Any]:
    """The next rung of an item's ladder."""
    hint = services.take_hint(
        actor=request.actor, offering_id=sent.offering, item_key=sent.item, rung=sent.rung
    )
    return {
        "item": sent.item,
        "rung": hint.rung,
        "of": hint.of,
        "html": hint.html,
        "solution_open": hint.solution_open,
    }


@router.post("/solution", response=schemas.SolutionGiven)
@api_verb(TABLE, LEARN)
def solution(request: ActorRequest, sent: schemas.SolutionAsked) -> dict[str, Any]:
    """The worked solution, after real tries and all hints."""
    html = services.show_solution(actor=request.actor, offering_id=sent.offering, item_key=sent.item)
    return {"item": sent.item, "html": html}


@router.put("/progress", response=schemas.ProgressKept)
@api_verb(TABLE, LEARN)
def progress(request: ActorRequest, sent: schemas.ProgressSent) -> dict[str, Any]:
    """What was filled in; the later writing of each field stays."""
    saved = services.keep_progress(
        actor=request.actor,
        offering_id=sent.offering,
        lesson_key=sent.lesson,
        activity_key=sent.activity,
        fields=sent.fields,
        done=sent.done,
        period_id=sent.period,
    )
    return {"activity": saved.activity_key, "fields": saved.fields, "done": saved.done}


@router.put("/works", response=schemas.WorkKept)
@api_verb(TABLE, LEARN)
def works(request: ActorRequest, sent: schemas.WorkSent) -> dict[str, Any]:
    """A work's draft, or the work handed in."""
    kept = services.keep_work(
        actor=request.actor,
        save_id=sent.id,
        offering_id=sent.offering,
        lesson_key=sent.lesson,
        activity_key=sent.activity,
        kind=sent.kind,
        state=sent.state,
        base=sent.base,
        page=sent.page,
        client_at=sent.at if sent.at and sent.at.tzinfo else None,
        hand_in=sent.hand_in,
        period_id=sent.period,
    )
    return _kept(kept)


def _kept(kept: KeptWork) -> dict[str, Any]:
    return {
        "activity": kept.activity_key,
        "version": kept.version,
        "handed_in": kept.handed_in_at,
        "other_page": kept.other_page,
    }


@router.get("/models")
@api_verb(TABLE, "learning.see_own")
def models(request: ActorRequest) -> HttpResponse:
    """The pupil's own trained models, newest first, as they were sent."""
    kept = JsonResponse({"models": [row.body for row in shelf.models_of(request.actor)]})
    kept["Cache-Control"] = "private, no-store"
    return kept


@router.put("/models", response=schemas.ModelKept)
@api_verb(TABLE, LEARN)
def keep_model(request: ActorRequest, sent: schemas.ModelSent) -> dict[str, Any]:
    """A trained model for the pupil's shelf; the same id again replaces it."""
    row = shelf.keep_model(
        actor=request.actor,
        offering_id=sent.offering,
        lesson_key=sent.lesson,
        activity_key=sent.activity,
        model=sent.model,
    )
    return {"id": row.made_id, "bytes": row.size_bytes}


@router.post("/models/drop", response=schemas.ModelDropped)
@api_verb(TABLE, LEARN)
def drop_model(request: ActorRequest, sent: schemas.ModelDropped) -> dict[str, Any]:
    """Take one of the pupil's own models off the shelf."""
    shelf.drop_model(actor=request.actor, made_id=sent.id)
    return {"id": sent.id}


@router.post("/runs", response=schemas.RunSeen)
@api_verb(TABLE, LEARN)
def ask_run(request: ActorRequest, sent: schemas.RunAsked) -> dict[str, Any]:
    """A senior pupil's program for the school's server; the same id again is the same run."""
    row = judging.ask_own(
        actor=request.actor,
        run_id=sent.id,
        offering_id=sent.offering,
        lesson_key=sent.lesson,
        activity_key=sent.activity,
        code=sent.code,
        answers=sent.answers,
    )
    return judged.seen(row)


@router.get("/runs/{run_id}", response=schemas.RunSeen)
@api_verb(TABLE, "learning.see_own")
def see_run(request: ActorRequest, run_id: UUID) -> dict[str, Any]:
    """How far the pupil's own run is: the place in the queue, what was printed, what came of it."""
    return judged.seen(judging.mine(request.actor, run_id))


@router.post("/runs/{run_id}/stop", response=schemas.RunSeen)
@api_verb(TABLE, LEARN)
def stop_run(request: ActorRequest, run_id: UUID) -> dict[str, Any]:
    """Take the pupil's own run back."""
    return judged.seen(judging.stop(actor=request.actor, run_id=run_id))


@router.post("/acts", response=schemas.Count)
@api_verb(TABLE, LEARN)
def acts(request: ActorRequest, sent: schemas.Acts) -> dict[str, int]:
    """What happened in a lab, each act once."""
    kept = services.keep_acts(
        actor=request.actor,
        offering_id=sent.offering,
        lesson_key=sent.lesson,
        activity_key=sent.activity,
        acts=[one.act() for one in sent.acts],
        period_id=sent.period,
    )
    return {"kept": kept}


@router.put("/labs/works", response=schemas.WorkKept)
@api_verb(TABLE, PLAY)
def free_works(request: ActorRequest, sent: schemas.FreeWorkSent) -> dict[str, Any]:
    """A lab's work outside any lesson: its draft, or handed in to the class's teacher."""
    kept = free.keep_free_work(
        actor=request.actor,
        save_id=sent.id,
        lab_id=sent.activity,
        state=sent.state,
        base=sent.base,
        page=sent.page,
        client_at=sent.at if sent.at and sent.at.tzinfo else None,
        hand_in=sent.hand_in,
    )
    return _kept(kept)


@router.post("/labs/acts", response=schemas.Count)
@api_verb(TABLE, PLAY)
def free_acts(request: ActorRequest, sent: schemas.FreeActs) -> dict[str, int]:
    """What happened in a lab outside any lesson, each act once."""
    acts = [one.act() for one in sent.acts]
    return {"kept": free.keep_free_acts(actor=request.actor, lab_id=sent.activity, acts=acts)}


@router.get("/labs/choices", response=schemas.ClassChoices)
@api_verb(TABLE, LEARN)
def class_choices(
    request: ActorRequest, offering: Query[UUID], lesson: Query[str], activity: Query[str]
) -> dict[str, Any]:
    """How the own class chose in a lab where nobody is right, from five answers on, without names."""
    found = choices.of_own_class(
        actor=request.actor, offering_id=offering, lesson_key=lesson, activity_key=activity
    )
    return {"choices": found}


@router.post("/heartbeat", response=schemas.BeatKept)
@api_verb(TABLE, LEARN)
def heartbeat(request: ActorRequest, sent: schemas.Pulse) -> dict[str, Any]:
    """Where the pupil is in the running period."""
    return _beat(
        teaching.heartbeat(
            actor=request.actor,
            period_id=sent.period,
            activity=sent.activity,
            steps_done=sent.steps_done,
            steps_total=sent.steps_total,
            tries=sent.tries,
            done=sent.done,
            seq=sent.seq,
        )
    )


@router.post("/hand", response=schemas.BeatKept)
@api_verb(TABLE, LEARN)
def hand(request: ActorRequest, sent: schemas.HandSent) -> dict[str, Any]:
    """A hand up, or down."""
    return _beat(teaching.raise_hand(actor=request.actor, period_id=sent.period, up=sent.up))


@router.post("/vote", response=schemas.BeatKept)
@api_verb(TABLE, LEARN)
def vote(request: ActorRequest, sent: schemas.VoteSent) -> dict[str, Any]:
    """A vote in the open poll."""
    return _beat(
        teaching.vote(actor=request.actor, period_id=sent.period, poll_id=sent.poll, choice=sent.choice)
    )


def _beat(beat: teaching.Beat) -> dict[str, Any]:
    return {"version": beat.version, "seq": beat.seq, "ended": beat.is_ended}


@router.post("/homework", response=schemas.HomeworkKept)
@api_verb(TABLE, LEARN)
def homework(request: ActorRequest, sent: schemas.HomeworkSent) -> dict[str, Any]:
    """Hand a homework in."""
    row = services.hand_in(actor=request.actor, homework_id=sent.homework)
    return {"state": row.state, "late": row.is_late, "times": row.times}


@router.get("/sync", response=schemas.Sync)
@api_verb(TABLE, LEARN)
def sync(
    request: ActorRequest, offering: Query[UUID], lesson: Query[str], period: Query[UUID | None] = None
) -> HttpResponse:
    """The class as the teacher leads it; 304 while nothing changed."""
    tag = live_tag(request.actor, period)
    if tag and (same := not_modified(request, tag)):
        return same
    seen = live_seen(request.actor, offering, lesson, period)
    body = {"live": seen}
    return tagged(JsonResponse(body), f"{seen['period']}.{seen['version']}" if seen else "none")


@router.post("/try/answer", response=schemas.AttemptResult)
@api_verb(TABLE, TRY)
def try_answer(request: ActorRequest, sent: schemas.TryAnswer) -> dict[str, Any]:
    """A teacher's answer while trying a lesson: marked, kept nowhere."""
    return trying.answer(trying.item_of(request.actor, sent.item, sent.draft), sent.response)


@router.post("/try/hint", response=schemas.HintGiven)
@api_verb(TABLE, TRY)
def try_hint(request: ActorRequest, sent: schemas.TryHint) -> dict[str, Any]:
    """A rung for a teacher who tries a lesson."""
    return trying.hint(trying.item_of(request.actor, sent.item, sent.draft), sent.rung)


@router.post("/try/solution", response=schemas.SolutionGiven)
@api_verb(TABLE, TRY)
def try_solution(request: ActorRequest, sent: schemas.TryItem) -> dict[str, Any]:
    """The worked solution for a teacher who tries a lesson."""
    return trying.solution(trying.item_of(request.actor, sent.item, sent.draft))
