"""Who has passed a training that ends, and what follows from an output that was judged."""

from qiming.educators import dated
from qiming.educators.events import TRAINING_PASSED
from qiming.educators.models import Attendance, Enrolment, Training, TrainingSession
from qiming.educators.training import rules
from qiming.educators.types import Credited, Mode
from qiming.kernel import outbox, time

_WHY = "the right was checked by the access table before"
_State = Enrolment.State


def settle(row: Training, sessions: list[TrainingSession]) -> set[str]:
    """Judge everybody enrolled by their attendance; returns the paths of their schools. Where an output is asked for, who
    attended has it still to write."""
    rows = Enrolment.objects.unscoped(_WHY).select_related("training")
    judged = list(rows.filter(training=row, state=_State.ENROLLED).select_for_update(of=("self",)))
    there = _there(sessions)
    for one in judged:
        found = _credited(one, sessions, there)
        if found.passed and row.asks_output:
            one.state, one.credit_hundredths = _State.OUTPUT_DUE.value, 0
        else:
            one.state, one.credit_hundredths = _state(found.passed), found.hundredths
        one.reasons, one.settled_at = list(found.reasons), row.closed_at
        _tell(one)
    Enrolment.objects.unscoped(_WHY).bulk_update(
        judged, ["state", "credit_hundredths", "reasons", "settled_at"], batch_size=500
    )
    return {one.scope_path for one in judged}


def finish(row: Enrolment, *, accepted: bool, why: str) -> bool:
    """Settle somebody whose output was judged; False when that was done before."""
    held = Enrolment.objects.unscoped(_WHY).select_for_update().get(id=row.id)
    if held.state != _State.OUTPUT_DUE:
        return False
    sessions = list(TrainingSession.objects.unscoped(_WHY).filter(training=row.training_id))
    found = _credited(held, sessions, _there(sessions))
    held.state, held.credit_hundredths = _state(accepted), found.hundredths if accepted else 0
    held.reasons, held.settled_at = [*found.reasons, why[:200]], time.now()
    held.save(update_fields=["state", "credit_hundredths", "reasons", "settled_at"])
    _tell(held)
    return True


def passing_of(session: TrainingSession) -> dated.PassingRule:
    return dated.passing(time.local(session.starts_at).date())


def _state(passed: bool) -> str:
    return (_State.PASSED if passed else _State.NOT_PASSED).value


def _there(sessions: list[TrainingSession]) -> set[tuple[object, object]]:
    rows = Attendance.objects.unscoped(_WHY).filter(session__in=sessions)
    return set(rows.values_list("session_id", "person_id"))


def _credited(row: Enrolment, sessions: list[TrainingSession], there: set[tuple[object, object]]) -> Credited:
    day = time.today()
    held = [rules.Held(Mode(one.mode), one.minutes, (one.id, row.person_id) in there) for one in sessions]
    return rules.credited(held, dated.credit(day), dated.passing(day))


def _tell(row: Enrolment) -> None:
    if row.state == _State.PASSED:
        outbox.announce(TRAINING_PASSED, {"enrolment_id": str(row.id)}, row.scope_path)
