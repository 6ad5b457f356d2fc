"""The rows that could not be taken, as a package to mend and send again: a delta of just these rows."""

import csv
import io
import zipfile
from pathlib import Path

from qiming.kernel import time
from qiming.registry.models import (
    RosterPackage,
    StagedClass,
    StagedEnrollment,
    StagedOrg,
    StagedRole,
    StagedUser,
)
from qiming.registry.oneroster.columns import MANIFEST, READ, WHAT_TO_MEND, write_manifest
from qiming.registry.oneroster.package import Package, rows_of
from qiming.registry.oneroster.values import harmless

_HELD = {"orgs": StagedOrg, "classes": StagedClass, "users": StagedUser, "enrollments": StagedEnrollment}
_WAITS = "这一行没有错，等着它提到的那一行改好"


def write(kept: RosterPackage, package: Package, target: Path) -> None:
    """Write the wrong rows, and those that hang on them, with what to mend beside each."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as out:
        written = [file for file in READ if file in package.members and _write_file(kept, package, file, out)]
        out.writestr(
            f"{MANIFEST}.csv",
            write_manifest(package.manifest.version, package.manifest.source, written, "delta"),
        )
    part.replace(target)


def _reasons(kept: RosterPackage, file: str) -> dict[int, str]:
    said: dict[int, list[str]] = {}
    for line, column, reason in kept.findings.filter(file=file, level="w").values_list(
        "line", "column", "reason"
    ):
        said.setdefault(line, []).append(f"{column}：{reason}")
    held: list[int] = []
    if file in _HELD:
        held += _HELD[file]._default_manager.filter(package=kept, fate="h").values_list("line", flat=True)
    if file == ("users" if kept.version == "1.1" else "roles"):
        held += StagedRole.objects.filter(package=kept, fate="h").values_list("line", flat=True)
    return dict.fromkeys(held, _WAITS) | {line: "；".join(words) for line, words in said.items()}


def _write_file(kept: RosterPackage, package: Package, file: str, out: zipfile.ZipFile) -> bool:
    reasons = _reasons(kept, file)
    if not reasons:
        return False
    lines = rows_of(package.members[file])
    heading = next(lines)[1]
    more = [name for name in ("status", "dateLastModified") if name not in heading]
    places = {name: (*heading, *more).index(name) for name in ("status", "dateLastModified")}
    now = time.now().isoformat(timespec="seconds")
    with out.open(f"{file}.csv", "w") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text)
        writer.writerow([*heading, *more, WHAT_TO_MEND])
        for line, row in lines:
            if line not in reasons:
                continue
            cells = [*row[: len(heading)], *[""] * (len(heading) - len(row) + len(more))]
            cells[places["status"]] = cells[places["status"]] or "active"
            cells[places["dateLastModified"]] = cells[places["dateLastModified"]] or now
            writer.writerow([harmless(cell) for cell in (*cells, f"第{line}行 {reasons[line]}")])
    return True
