"""What the lake holds about one person, for the rights: a copy of what the rooms hold, under a number that only the
key in the database gives. A person's copy has it from
the rooms; an erasure takes it out by a job, once the rooms' is final."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from qiming.kernel import audit, keys, outbox, time
from qiming.kernel.holdings import Fate
from qiming.kernel.keeping import Holds, Swept
from qiming.registry import queries as registry

KEY = "insight.lake"
ERASED = "insight.erased_from_lake"


def home() -> Path:
    """The lake of this installation."""
    return Path(settings.QIMING_HOME) / "lake"


def erase(person_id: UUID) -> list[Fate]:
    """Announced within the erasure's transaction: the files follow when it holds."""
    if not _is_there():
        return []
    outbox.announce(ERASED, {"number": _number(person_id)}, "")
    return [Fate("数据湖里的记录（假名编号）", 1, "erased", "由后台任务改写文件，改完再读一遍作证明")]


@outbox.on(ERASED)
def _on_erased(payload: dict[str, int], event_id: UUID) -> None:
    from qiming.insight.lake.erase import forget  # noqa: PLC0415 - pyarrow stays out of the web tier

    proof = forget(home(), [payload["number"]], case=str(event_id), at=_stamp())
    detail = {"files": proof.files, "rewritten": proof.rewritten, "rows": proof.rows, "left": proof.left}
    audit.write(
        None, "insight.erased_from_lake", thing="lake", thing_id=event_id, scope_path="", detail=detail
    )


def forget_left(before: datetime, holds: Holds) -> Swept:
    """Pupils who left their last class long ago go out of the lake, but for those about whom a hold says no."""
    if not _is_there():
        return Swept()
    from qiming.insight.lake.erase import forget  # noqa: PLC0415 - likewise

    gone = list(registry.left_before(before.date()))
    free = [one for one in gone if not _is_held(one, holds)]
    if not free:
        return Swept(held_back=len(gone))
    proof = forget(home(), [_number(one) for one in free], case="", at=_stamp())
    return Swept(
        ids=[f"{proof.generation}/{n}" for n in range(proof.people)], held_back=len(gone) - len(free)
    )


def _is_held(person_id: UUID, holds: Holds) -> bool:
    if person_id in holds.persons:
        return True
    return bool(holds.places) and registry.last_path_of(person_id).startswith(holds.places)


def _is_there() -> bool:
    return (home() / "manifest.json").exists()


def _number(person_id: UUID) -> int:
    return keys.number(keys.kept_key(KEY), "person", person_id)


def _stamp() -> str:
    return time.now().isoformat(timespec="seconds")
