"""What the lake holds about one person, for the rights: a copy of what the rooms hold, under a number that only the key
in the database gives. A person's copy has it from the rooms; an erasure takes it out by a job, once the rooms' is final."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from qiming.kernel import audit, holdings, keys, outbox, time
from qiming.kernel.holdings import Fate, Part

KEY = "insight.lake"
ERASED = "insight.erased_from_lake"


def home() -> Path:
    """The lake of this installation."""
    return Path(settings.QIMING_HOME) / "lake"


def export(person_id: UUID) -> list[Part]:
    return []


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Announced within the erasure's transaction: the files follow when it holds."""
    if not (home() / "manifest.json").exists():
        return []
    number = keys.number(keys.kept_key(KEY), "person", person_id)
    outbox.announce(ERASED, {"number": number}, "")
    return [Fate("数据湖里的记录（假名编号）", 1, "erased", "由后台任务改写文件，改完再读一遍作证明")]


@outbox.on(ERASED)
def _on_erased(payload: dict[str, int], event_id: UUID) -> None:
    from qiming.insight.lake.erase import forget  # noqa: PLC0415 - pyarrow stays out of the web tier

    proof = forget(home(), payload["number"], case=str(event_id), at=time.now().isoformat(timespec="seconds"))
    detail = {"files": proof.files, "rewritten": proof.rewritten, "rows": proof.rows, "left": proof.left}
    audit.write(
        None, "insight.erased_from_lake", thing="lake", thing_id=event_id, scope_path="", detail=detail
    )


holdings.register("insight.lake", 9, export=export, erase=erase)
