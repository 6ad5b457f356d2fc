"""Evidence from a lab, taken in once each: statements for the record, and the pupil's line of counts beside them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from qiming.curriculum.types import Activity
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.labs import tally, words
from qiming.learning.labs.models import LabRun
from qiming.learning.types import LabAct
from qiming.records import queries as records
from qiming.records.types import Act, Plain, Result
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef

_WHY = "the pupil's own rows"


def lab_of(step: Activity) -> str:
    return str(step.data.get("lab", {}).get("id", ""))


def hold_run(pupil: PupilRef, place: Mapping[str, Any]) -> LabRun:
    """The pupil's line of counts for one lab step, locked. `place`: offering_id, lesson_key, activity_key, lab."""
    mine = LabRun.objects.unscoped(_WHY).select_for_update()
    named = {"pupil_id": pupil.id, **{name: value for name, value in place.items() if name != "lab"}}
    row = mine.filter(**named).first()
    if row is None:
        made = LabRun(scope_path=pupil.scope_path, lab=place["lab"], **named)
        LabRun.objects.bulk_create([made], ignore_conflicts=True)
        row = mine.get(**named)
    return row


@contextmanager
def counting(pupil: PupilRef, place: Mapping[str, Any], acts: Sequence[LabAct]) -> Iterator[list[LabAct]]:
    """Those of the acts that did not come before, each with its word cleaned; counted when the block ends. Two devices
    that send the same wait for each other here."""
    row = hold_run(pupil, place)
    seen = {one.id for one in records.by_ids(act.id for act in acts)}
    fresh = {act.id: _cleaned(act) for act in acts if act.id not in seen}
    yield list(fresh.values())
    if fresh:
        said = [words.Said(act.what, act.detail) for act in fresh.values()]
        row.tally = tally.after(tally.read(row.tally), said).as_json()
        row.last_at = now()
        row.save(update_fields=["tally", "last_at"])


def count_hand_in(pupil: PupilRef, place: Mapping[str, Any]) -> None:
    row = hold_run(pupil, {name: value for name, value in place.items() if name != "pupil_id"})
    row.tally = tally.handed_in(tally.read(row.tally)).as_json()
    row.save(update_fields=["tally"])


def _cleaned(act: LabAct) -> LabAct:
    said = words.cleaned(act.what, act.detail)
    small = rules.weight_bytes(said.detail) <= rules.MAX_FIELD_BYTES
    return LabAct(act.id, said.word, said.detail if small else {}, act.at)


def statement_of(
    pupil: PupilRef, object_id: str, name: str, act: LabAct, context: Mapping[str, Plain | Any]
) -> Act:
    """One act in a lab as a statement: a goal reached is progress, everything else is something tried."""
    return Act(
        actor_person=pupil.id,
        verb=Verb.PROGRESSED if act.what == words.REACHED else Verb.INTERACTED,
        object_kind=ObjectKind.LAB,
        object_id=object_id,
        name=name,
        at=rules.when_answered(act.at, now()),
        scope_path=pupil.scope_path,
        statement_id=act.id,
        result=Result(extensions={"what": act.what, "detail": dict(act.detail)}),
        context=context,
    )
