"""Writing OneRoster 1.1 or 1.2: what the reader reads comes back without a change.

Ids that came from outside are given back as they came, from the one outside system that knows most here; whatever it
does not know goes out under our own key. Read row by row from the database, so a city costs no memory.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel import audit, time
from qiming.registry import queries
from qiming.registry.models import RosterSource
from qiming.registry.oneroster.columns import MANIFEST, SEAT, columns_of, files_of, write_manifest
from qiming.registry.oneroster.values import harmless
from qiming.registry.types import OrgRef

_WHY = "the installation itself writes the package"
_OWN = "qiming"
_COURSE = "qiming-homeroom"
_BATCH = 5000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to write: a city or one school, all of it or what changed since a day."""

    place: OrgRef
    version: str = "1.2"
    since: date | None = None

    @property
    def mode(self) -> str:
        return "delta" if self.since else "bulk"


def export(target: Path, wish: Wish) -> dict[str, int]:
    """Write a package to `target` (a .zip, or a folder); returns the number of lines of each file."""
    source = _source(wish.place)
    written: dict[str, int] = {}
    with transaction.atomic(), _writer(target) as new_file:
        for file in files_of(wish.version):
            columns = [*columns_of(file, wish.version).all, *([SEAT] if file == "enrollments" else [])]
            with new_file(f"{file}.csv") as text:
                writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
                writer.writeheader()
                written[file] = 0
                for row in _ROWS[file](wish, source):
                    writer.writerow(
                        {name: harmless(str(value)) for name, value in row.items() if value is not None}
                    )
                    written[file] += 1
        with new_file(f"{MANIFEST}.csv") as text:
            name = source.name if source else _OWN
            text.write(
                write_manifest(
                    wish.version, name, list(written), wish.mode, is_synthetic=wish.place.is_synthetic
                )
            )
        audit.write(
            None,
            "registry.export_package",
            thing="organisation",
            thing_id=wish.place.id,
            scope_path=wish.place.path,
            detail={"files": written, "version": wish.version},
        )
    return written


@contextmanager
def _writer(target: Path) -> Iterator[Callable[[str], Any]]:
    """Opens new text files in a zip (complete or not there at all) or in a folder."""
    if target.suffix.lower() != ".zip":
        target.mkdir(parents=True, exist_ok=True)
        yield lambda name: (target / name).open("w", encoding="utf-8", newline="")
        return
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as out:
        yield lambda name: _entry(out, name)
    part.replace(target)


@contextmanager
def _entry(out: zipfile.ZipFile, name: str) -> Iterator[IO[str]]:
    with out.open(name, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        yield text


def _source(place: OrgRef) -> RosterSource | None:
    """The outside system whose ids are given back: of those kept here or above, the one used last."""
    prefixes = [one.path for one in queries.ancestors(place.path)]
    sources = RosterSource.objects.unscoped(_WHY).filter(scope_path__in=[*prefixes, place.path])
    used = sources.filter(ids__isnull=False).distinct().order_by("-scope_path", "-created_at")
    return used.first()


def _ask(sql: str, wish: Wish, source: RosterSource | None, **more: Any) -> Iterator[tuple[Any, ...]]:
    values = {
        "path": wish.place.path,
        "today": time.today(),
        "since": wish.since or date(1970, 1, 1),
        # Moments are held against the beginning of the day here, not in the database's zone.
        "since_at": time.at_local(wish.since or date(1970, 1, 1)),
        "delta": wish.since is not None,
        "source": source.id if source else None,
        **more,
    }
    used = {name: value for name, value in values.items() if f"%({name})s" in sql}
    # A cursor of the server's: a city's people are never in memory together.
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, used)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows


def _sid(alias: str, kind: str, target: str) -> str:
    """The id of a row: the outside system's own word for it, or our key."""
    return (
        f"coalesce((SELECT x.sourced_id FROM registry_externalid x WHERE x.source_id = %(source)s::uuid "
        f"AND x.kind = '{kind}' AND x.target_id = {target} ORDER BY x.created_at LIMIT 1), {target}::text) AS {alias}"
    )


def _when(wish: Wish, *, gone: bool = False) -> Row:
    """status and dateLastModified: only a delta says them."""
    if wish.since is None:
        return {}
    return {
        "status": "tobedeleted" if gone else "active",
        "dateLastModified": time.now().isoformat(timespec="seconds"),
    }


def _orgs(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    above = _ask(
        f"SELECT {_sid('sid', 'o', 'p.id')}, p.name, p.kind, p.official_code, {_sid('up', 'o', 'p.parent_id')}, "
        "p.closed_on FROM registry_organisation p WHERE p.kind IN ('city', 'district', 'school') "
        "AND (starts_with(p.scope_path, %(path)s::text) OR starts_with(%(path)s::text, p.scope_path)) "
        "AND (p.closed_on IS NULL OR (%(delta)s::bool AND p.closed_on >= %(since)s::date)) "
        "AND (NOT %(delta)s::bool OR p.kind <> 'school' OR p.created_at >= %(since_at)s::timestamptz "
        "     OR p.closed_on >= %(since)s::date) ORDER BY p.scope_path",
        wish,
        source,
    )
    for sid, name, kind, code, up, closed in above:
        yield {
            "sourcedId": sid,
            "name": name,
            "type": {"city": "state"}.get(kind, kind),
            "identifier": code,
            "parentSourcedId": up,
            **_when(wish, gone=closed is not None),
        }


def _sessions(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    for key, starts, ends in _ask(
        "SELECT key, starts_on, ends_on FROM registry_schoolyear ORDER BY key", wish, source
    ):
        yield {
            "sourcedId": f"year-{key}",
            "title": f"{key}学年",
            "type": "schoolYear",
            "startDate": starts,
            "endDate": ends,
            "schoolYear": key[-4:],
            **_when(wish),
        }


def _courses(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    (city,) = _ask(
        f"SELECT {_sid('sid', 'o', 'p.id')} FROM registry_organisation p WHERE p.kind = 'city' LIMIT 1",
        wish,
        source,
    )
    yield {"sourcedId": _COURSE, "title": "行政班", "orgSourcedId": city[0], **_when(wish)}


def _classes(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    year = queries.current_year().key
    for sid, name, kind, grade, number, school, closed in _ask(
        f"SELECT {_sid('sid', 'c', 'p.id')}, p.name, p.kind, p.grade, p.class_no, "
        f"{_sid('school', 'o', 'p.parent_id')}, p.closed_on FROM registry_organisation p "
        "WHERE p.kind IN ('class_group', 'teaching_group') AND starts_with(p.scope_path, %(path)s::text) "
        "AND (p.closed_on IS NULL OR (%(delta)s::bool AND p.closed_on >= %(since)s::date)) "
        "AND (NOT %(delta)s::bool OR p.created_at >= %(since_at)s::timestamptz OR p.closed_on >= %(since)s::date) "
        "ORDER BY p.scope_path",
        wish,
        source,
    ):
        yield {
            "sourcedId": sid,
            "title": name,
            "grades": f"{grade:02}" if grade else None,
            "courseSourcedId": _COURSE,
            "classCode": number,
            "classType": "homeroom" if kind == "class_group" else "scheduled",
            "schoolSourcedId": school,
            "termSourcedIds": f"year-{year}",
            **_when(wish, gone=closed is not None),
        }


# Everybody with a seat, a post or a ward below the place; in a delta also those who had one until lately.
_PEOPLE = """
    SELECT person_id, 'student' AS word, scope_path, starts_on, ends_on, created_at FROM registry_classmembership
    UNION ALL SELECT person_id, 'teacher', scope_path, starts_on, ends_on, created_at FROM registry_employment
    UNION ALL SELECT guardian_id, 'guardian', scope_path, starts_on, ends_on, created_at FROM registry_guardianship
"""
_NOW = "(ends_on IS NULL OR ends_on > %(today)s::date)"
_HELD = f"""
    SELECT person_id, word, (array_agg(scope_path ORDER BY ends_on DESC NULLS FIRST))[1] AS scope_path,
           bool_or({_NOW}) AS here, max(created_at) AS since, max(ends_on) AS until
    FROM ({_PEOPLE}) AS every WHERE starts_with(scope_path, %(path)s::text)
      AND ({_NOW} OR (%(delta)s::bool AND ends_on >= %(since)s::date))
    GROUP BY person_id, word
"""


def _users(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    wards = (
        f"(SELECT string_agg(told.sid, ',' ORDER BY told.sid) FROM (SELECT {_sid('sid', 'u', 'f.guardian_id')} "
        f"FROM registry_guardianship f WHERE f.ward_id = p.id AND f.ends_on IS NULL) AS told)"
    )
    schools = (
        f"(SELECT string_agg(DISTINCT told.sid, ',') FROM (SELECT {_sid('sid', 'o', 's.id')} "
        "FROM registry_organisation s WHERE s.kind = 'school' AND EXISTS (SELECT 1 FROM held h "
        "WHERE h.person_id = p.id AND starts_with(h.scope_path, s.scope_path))) AS told)"
    )
    for sid, name, username, active, here, word, agents, orgs in _ask(
        f"WITH held AS ({_HELD}), one AS (SELECT person_id, min(word) AS word, "
        "bool_or(here) AS here, max(since) AS since, max(until) AS until, "
        "bool_or(word = 'teacher') AS staff FROM held GROUP BY person_id) "
        f"SELECT {_sid('sid', 'u', 'p.id')}, p.name, a.username, a.is_active, one.here, "
        f"CASE WHEN one.staff THEN 'teacher' ELSE one.word END, {wards}, {schools} "
        "FROM one JOIN registry_person p ON p.id = one.person_id JOIN registry_account a ON a.person_id = p.id "
        "WHERE NOT %(delta)s::bool OR one.since >= %(since_at)s::timestamptz OR NOT one.here "
        "OR p.renamed_at >= %(since_at)s::timestamptz ORDER BY p.id",
        wish,
        source,
    ):
        yield {
            "sourcedId": sid,
            "enabledUser": "true" if active else "false",
            "username": username or sid,
            "givenName": name,
            "familyName": "-",
            "agentSourcedIds": agents if word == "student" else None,
            "role": word,
            "orgSourcedIds": orgs,
            **_when(wish, gone=not here),
        }


def _roles(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    for sid, user, word, school, here in _ask(
        f"WITH held AS (SELECT h.person_id, h.word, s.id AS school_id, bool_or(h.here) AS here, max(h.since) AS since "
        f"FROM (SELECT person_id, word, scope_path, {_NOW} AS here, created_at AS since FROM ({_PEOPLE}) AS every "
        f"WHERE starts_with(scope_path, %(path)s::text) AND ({_NOW} OR (%(delta)s::bool AND ends_on >= %(since)s::date))) h "
        "JOIN registry_organisation s ON s.kind = 'school' AND starts_with(h.scope_path, s.scope_path) "
        "GROUP BY 1, 2, 3) "
        f"SELECT held.person_id::text || '-' || held.school_id::text, {_sid('person', 'u', 'held.person_id')}, "
        f"held.word, {_sid('school', 'o', 'held.school_id')}, held.here FROM held "
        "WHERE NOT %(delta)s::bool OR held.since >= %(since_at)s::timestamptz OR NOT held.here ORDER BY 1",
        wish,
        source,
    ):
        yield {
            "sourcedId": sid,
            "userSourcedId": user,
            "roleType": "primary",
            "role": word,
            "orgSourcedId": school,
            **_when(wish, gone=not here),
        }


_SEATS = """
    SELECT id, person_id, class_group_id AS class_id, 'student' AS word, seat_no, scope_path, starts_on, ends_on,
           created_at FROM registry_classmembership
    UNION ALL SELECT id, person_id, group_id, 'student', seat_no, scope_path, starts_on, ends_on, created_at
      FROM registry_groupmembership
    UNION ALL SELECT id, person_id, organisation_id, 'teacher', NULL, scope_path, starts_on, ends_on, created_at
      FROM registry_rolegrant WHERE role = 'teacher'
"""


def _enrollments(wish: Wish, source: RosterSource | None) -> Iterator[Row]:
    for seat_id, user, group, school, word, seat, starts, ends, here in _ask(
        f"SELECT e.id, {_sid('person', 'u', 'e.person_id')}, {_sid('class', 'c', 'e.class_id')}, "
        f"{_sid('school', 'o', 'g.parent_id')}, e.word, e.seat_no, e.starts_on, e.ends_on, "
        f"(e.ends_on IS NULL OR e.ends_on > %(today)s::date) FROM ({_SEATS}) AS e "
        "JOIN registry_organisation g ON g.id = e.class_id WHERE starts_with(e.scope_path, %(path)s::text) "
        "AND (e.ends_on IS NULL OR e.ends_on > %(today)s::date OR (%(delta)s::bool AND e.ends_on >= %(since)s::date)) "
        "AND (NOT %(delta)s::bool OR e.created_at >= %(since_at)s::timestamptz OR e.ends_on >= %(since)s::date) "
        "ORDER BY e.scope_path, e.word, e.seat_no, e.id",
        wish,
        source,
    ):
        yield {
            "sourcedId": seat_id,
            "classSourcedId": group,
            "schoolSourcedId": school,
            "userSourcedId": user,
            "role": word,
            "beginDate": starts,
            "endDate": ends,
            SEAT: seat,
            **_when(wish, gone=not here),
        }


_ROWS: dict[str, Callable[[Wish, RosterSource | None], Iterator[Row]]] = {
    "orgs": _orgs,
    "academicSessions": _sessions,
    "courses": _courses,
    "classes": _classes,
    "users": _users,
    "roles": _roles,
    "enrollments": _enrollments,
}


def school_named(code: str) -> OrgRef | None:
    """The open school with this official code or exact name; None when there is no single one."""
    schools = [one for one in queries.schools_under(queries.city().path) if one.name == code]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM registry_organisation WHERE official_code = %s AND closed_on IS NULL", [code]
        )
        found: list[UUID] = [row[0] for row in cursor.fetchall()]
    if found:
        return queries.org(found[0])
    return schools[0] if len(schools) == 1 else None
