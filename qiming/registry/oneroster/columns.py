"""The files of a OneRoster package and their columns, as the public specification of 1.1 and 1.2 lists them.

A reader needs less than the specification demands: `needed` is what cannot be done without. What lies beyond the
specification (`metadata.…`, columns of others) is passed over.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qiming.registry.oneroster.values import harmless, plain

VERSIONS = ("1.1", "1.2")
MODES = ("bulk", "delta", "absent")
MANIFEST = "manifest"
# In the order in which they are read: what is referred to comes first.
READ = ("orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments")
# Known to the specification, never opened here: least data. What each holds, in Chinese.
LEFT_ALONE: Mapping[str, str] = {
    "demographics": "出生日期、性别等人口信息",
    "userProfiles": "别的系统的账号和密码",
    "resources": "资源清单",
    "userResources": "资源清单",
    "courseResources": "课程资源",
    "classResources": "班级资源",
    "categories": "成绩类别",
    "lineItems": "成绩项目",
    "lineItemLearningObjectiveIds": "成绩项目的学习目标",
    "lineItemScoreScales": "成绩项目的等级",
    "results": "成绩",
    "resultLearningObjectiveIds": "成绩的学习目标",
    "resultScoreScales": "成绩的等级",
    "scoreScales": "等级",
}
SEAT = "metadata.seatNo"
CLASS_NO = "metadata.classNo"
WHAT_TO_MEND = "metadata.要改的地方"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file: all in the order of the specification, and those that must be there."""

    all: tuple[str, ...]
    needed: tuple[str, ...]


_START = ("sourcedId", "status", "dateLastModified")
_ORGS = Columns((*_START, "name", "type", "identifier", "parentSourcedId"), ("sourcedId", "name", "type"))
_SESSIONS = Columns(
    (*_START, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    ("sourcedId", "title", "type", "startDate", "endDate"),
)
_COURSES = Columns(
    (
        *_START,
        "schoolYearSourcedId",
        "title",
        "courseCode",
        "grades",
        "orgSourcedId",
        "subjects",
        "subjectCodes",
    ),
    ("sourcedId", "title"),
)
_CLASSES = Columns(
    (
        *_START,
        "title",
        "grades",
        "courseSourcedId",
        "classCode",
        "classType",
        "location",
        "schoolSourcedId",
        "termSourcedIds",
        "subjects",
        "subjectCodes",
        "periods",
    ),
    ("sourcedId", "title", "classType", "schoolSourcedId"),
)
_NAMES = ("username", "userIds", "givenName", "familyName", "middleName")
_REACHED = ("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password")
_USERS_11 = Columns(
    (*_START, "enabledUser", "orgSourcedIds", "role", *_NAMES, *_REACHED),
    ("sourcedId", "orgSourcedIds", "role", "givenName", "familyName"),
)
_USERS_12 = Columns(
    (
        *_START,
        "enabledUser",
        *_NAMES,
        *_REACHED,
        "userMasterIdentifier",
        "preferredGivenName",
        "preferredMiddleName",
        "preferredFamilyName",
        "primaryOrgSourcedId",
        "pronouns",
    ),
    ("sourcedId", "givenName", "familyName"),
)
_ROLES = Columns(
    (
        *_START,
        "userSourcedId",
        "roleType",
        "role",
        "beginDate",
        "endDate",
        "orgSourcedId",
        "userProfileSourcedId",
    ),
    ("userSourcedId", "role", "orgSourcedId"),
)
_ENROLLMENTS = Columns(
    (
        *_START,
        "classSourcedId",
        "schoolSourcedId",
        "userSourcedId",
        "role",
        "primary",
        "beginDate",
        "endDate",
    ),
    ("sourcedId", "classSourcedId", "userSourcedId", "role"),
)
_DELTA = ("status", "dateLastModified")


def columns_of(file: str, version: str) -> Columns:
    """The columns of a file in a version of the specification."""
    if file == "users":
        return _USERS_11 if version == "1.1" else _USERS_12
    return {
        "orgs": _ORGS,
        "academicSessions": _SESSIONS,
        "courses": _COURSES,
        "classes": _CLASSES,
        "roles": _ROLES,
        "enrollments": _ENROLLMENTS,
    }[file]


def files_of(version: str) -> tuple[str, ...]:
    """The files we read in a version: roles.csv came with 1.2."""
    return READ if version == "1.2" else tuple(file for file in READ if file != "roles")


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line of a file: where each known column stands, which are missing, which nobody knows."""

    at: Mapping[str, int]
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    unknown: tuple[str, ...]


def read_heading(file: str, version: str, mode: str, cells: Sequence[str]) -> Heading:
    """Understand the first line of a file; upper and lower case don't matter."""
    known = columns_of(file, version)
    spelled = {name.casefold(): name for name in (*known.all, SEAT, CLASS_NO, WHAT_TO_MEND)}
    at: dict[str, int] = {}
    twice, unknown = [], []
    for place, cell in enumerate(cells):
        flat = "".join(unicodedata.normalize("NFKC", cell).replace("\ufeff", "").split())
        name = spelled.get(flat.casefold())
        if name is None:
            if flat and not flat.casefold().startswith("metadata."):
                unknown.append(flat[:40])
        elif name in at:
            twice.append(name)
        else:
            at[name] = place
    needed = (*known.needed, *(_DELTA if mode == "delta" else ()))
    missing = tuple(name for name in needed if name not in at)
    return Heading(at, missing, tuple(twice), tuple(unknown))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What manifest.csv says: version, source, and for each file bulk, delta or absent."""

    version: str
    source: str
    modes: Mapping[str, str]
    is_synthetic: bool
    problems: tuple[str, ...]


def read_manifest(rows: Sequence[Sequence[str]]) -> Manifest:
    """Understand the lines of manifest.csv (with its heading propertyName, value)."""
    said: dict[str, str] = {}
    for row in rows:
        cells = [unicodedata.normalize("NFKC", plain(cell)).strip() for cell in row]
        if len(cells) >= 2 and cells[0]:
            said[cells[0].casefold()] = cells[1]
    problems = []
    version = said.get("oneroster.version", "").removeprefix("v")
    if version not in VERSIONS:
        problems.append(f"manifest.csv 的 oneroster.version 要写 1.1 或 1.2，现在是“{version[:20]}”")
        version = VERSIONS[-1]
    modes: dict[str, str] = {}
    for file in (*READ, *LEFT_ALONE):
        mode = said.get(f"file.{file}".casefold(), "absent").casefold() or "absent"
        if mode not in MODES:
            problems.append(f"manifest.csv 的 file.{file} 要写 bulk、delta 或 absent，现在是“{mode[:20]}”")
            mode = "absent"
        modes[file] = mode
    source = said.get("source.systemcode") or said.get("source.systemname") or "oneroster"
    synthetic = said.get("qiming.synthetic", "").casefold() == "true"
    return Manifest(version, source[:120], modes, synthetic, tuple(problems))


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


def write_manifest(
    version: str, source: str, files: list[str], mode: str, *, is_synthetic: bool = False
) -> str:
    """manifest.csv for these files; everything else is absent."""
    lines = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", version)]
    names = [file for file in (*READ, *LEFT_ALONE) if version == "1.2" or file not in _NEW_IN_12]
    lines += [(f"file.{file}", mode if file in files else "absent") for file in names]
    lines += [("source.systemName", harmless(source)), ("source.systemCode", harmless(source))]
    if is_synthetic:
        lines.append(("qiming.synthetic", "true"))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue()
