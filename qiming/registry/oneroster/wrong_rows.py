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
from qiming.registry.oneroster.columns import LEFT_ALONE, MANIFEST, READ, WHAT_TO_MEND
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
            f"{MANIFEST}.csv", manifest(package.manifest.version, package.manifest.source, written, "delta")
        )
    part.replace(target)


def manifest(version: str, source: str, files: list[str], mode: str, *, is_synthetic: bool = False) -> str:
    """manifest.csv for these files; everything else is absent."""
    lines = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", version)]
    names = [file for file in (*READ, *LEFT_ALONE) if version == "1.2" or file not in _NEW_IN_12]
    lines += [(f"file.{file}", mode if file in files else "absent") for file in names]
    lines += [("source.systemName", source), ("source.systemCode", source)]
    if is_synthetic:
        lines.append(("qiming.synthetic", "true"))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[harmless(cell) for cell in line] for line in lines])
    return out.getvalue()


_NEW_IN_12 = {
    "roles",
    "userProfiles",
    "userResources",
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "scoreScales",
}


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
