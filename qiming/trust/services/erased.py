"""Who was erased, remembered outside the database: a backup restored later still holds them, and they are erased again.

QIMING_HOME/seals/erased.jsonl has a line for each: the SHA-256 that stands on the certificate as well, which leads to
nobody unless the person is there again. The folder outlives a restore and goes with every backup.
"""

import fcntl
import json
from pathlib import Path
from uuid import UUID

from django.conf import settings

from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.trust.models import ErasureCase
from qiming.trust.rules.keeping import hash_of


def file() -> Path:
    return Path(settings.QIMING_HOME) / "seals" / "erased.jsonl"


def remember(case: ErasureCase) -> None:
    """Append the hash on the certificate of a case carried out; once per case."""
    if str(case.id) in _remembered().values():
        return
    file().parent.mkdir(parents=True, exist_ok=True)
    line = {"person_sha256": case.certificate["person_sha256"], "case": str(case.id), "on": f"{time.today()}"}
    with file().open("a", encoding="utf-8") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        out.write(json.dumps(line) + "\n")


def returned() -> dict[UUID, str]:
    """The erased persons who are there again, with the case each was erased by."""
    cases = _remembered()
    if not cases:
        return {}
    hashes = ((person_id, hash_of([str(person_id)])) for person_id in registry.every_person())
    return {person_id: cases[one] for person_id, one in hashes if one in cases}


def _remembered() -> dict[str, str]:
    """Case by hash of the person. A line that cannot be read hides no other."""
    found: dict[str, str] = {}
    for text in file().read_text(encoding="utf-8").splitlines() if file().exists() else ():
        try:
            line = json.loads(text)
            found[str(line["person_sha256"])] = str(line["case"])
        except (ValueError, KeyError, TypeError):
            continue
    return found
