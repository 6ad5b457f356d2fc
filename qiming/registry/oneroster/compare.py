"""Phase two: what the staged package would change. Writes the staging tables and the findings, nothing of ours."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction

from qiming.kernel import time
from qiming.registry.models import PackageFinding, RosterPackage
from qiming.registry.oneroster import people, places, seats
from qiming.registry.oneroster.sql import Sql, make_room, measure_stage

END_SHARE_PERCENT = 20
END_FLOOR = 5  # fewer people than that may always end
SAMPLE = 8
STAGED = ("org", "class", "user", "role", "enrollment")
Say = Callable[[str], None]

# Posts at schools that are not held yet: from staff roles, and from teaching a class there.
_WORK = """
    SELECT DISTINCT r.person_id, r.place_id AS school_id FROM registry_stagedrole r
    JOIN registry_stagedorg o ON o.package_id = r.package_id AND o.sid = r.org_sid AND o.kind = 'school'
    WHERE r.package_id = %(package)s::uuid AND r.kind = 's' AND r.fate = '' AND NOT r.gone
      AND r.person_id IS NOT NULL AND r.place_id IS NOT NULL
    UNION
    SELECT DISTINCT r.person_id, p.id FROM registry_stagedrole r
    JOIN registry_organisation p ON p.id = r.place_id AND p.kind = 'school'
    WHERE r.package_id = %(package)s::uuid AND r.kind = 's' AND r.fate = '' AND NOT r.gone
      AND r.person_id IS NOT NULL
    UNION
    SELECT DISTINCT e.person_id, coalesce(c.school_id, p.parent_id) FROM registry_stagedenrollment e
    LEFT JOIN registry_stagedclass c ON c.package_id = e.package_id AND c.sid = e.class_sid
    LEFT JOIN registry_organisation p ON p.id = e.class_id
    WHERE e.package_id = %(package)s::uuid AND e.role = 't' AND e.fate IN ('n', 'u')
"""
# One whose end is planned stands until then: a file that names it again adds no second.
_STANDS = "({0}.ends_on IS NULL OR {0}.ends_on > %(today)s::date)"
JOBS = f"""
    SELECT job.person_id, job.school_id FROM ({_WORK}) AS job
    WHERE job.school_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM registry_employment j WHERE j.person_id = job.person_id AND j.school_id = job.school_id
        AND {_STANDS.format("j")})
"""
FAMILIES = f"""
    SELECT DISTINCT a.guardian_id, a.ward_id FROM registry_stagedagent a
    WHERE a.package_id = %(package)s::uuid AND a.guardian_id IS NOT NULL AND a.ward_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM registry_guardianship f WHERE f.guardian_id = a.guardian_id
                      AND f.ward_id = a.ward_id AND {_STANDS.format("f")})
"""
# Who runs a school is taken from a file only where the importer could appoint them by hand as well.
POSTS = f"""
    SELECT DISTINCT r.person_id, r.place_id,
           CASE lower(r.role) WHEN 'principal' THEN 'school_head' ELSE 'school_admin' END AS role
    FROM registry_stagedrole r
    WHERE r.package_id = %(package)s::uuid AND r.fate = '' AND NOT r.gone AND r.person_id IS NOT NULL
      AND lower(r.role) IN ('principal', 'siteadministrator')
      AND (EXISTS (SELECT 1 FROM registry_organisation p WHERE p.id = r.place_id AND p.kind = 'school')
        OR EXISTS (SELECT 1 FROM registry_stagedorg o WHERE o.package_id = r.package_id
                   AND o.place_id = r.place_id AND o.kind = 'school'))
      AND NOT EXISTS (SELECT 1 FROM registry_rolegrant g WHERE g.person_id = r.person_id
                      AND g.organisation_id = r.place_id AND {_STANDS.format("g")} AND g.role =
                      CASE lower(r.role) WHEN 'principal' THEN 'school_head' ELSE 'school_admin' END)
"""


def compare(kept: RosterPackage, sql: Sql, say: Say) -> None:
    """Compare the staged package with what we have, as of now; may be repeated."""
    measure_stage()
    with transaction.atomic():
        make_room(staged_rows(kept))
        _reset(kept, sql)
        say("核对单位和班级")
        places.match_orgs(kept, sql.facts["sources"])
        places.match_classes(sql)
        say("核对人员")
        people.match_users(sql)
        say("核对班级名单")
        measure_stage()
        seats.match_seats(sql)
        say("数一数会改什么")
        kept.counts = count(sql)
        kept.guard = guard(sql)
        kept.samples = samples(kept, sql)
        kept.notes = _notes(kept, sql)
        kept.stamp = stamp(sql)
        kept.state = RosterPackage.State.PREVIEWED
        kept.save(update_fields=["counts", "guard", "samples", "notes", "stamp", "state"])


def staged_rows(kept: RosterPackage) -> int:
    """How many lines were read, all files together."""
    return sum(one["rows"] for one in kept.cursor.values() if isinstance(one, dict))


def _reset(kept: RosterPackage, sql: Sql) -> None:
    """Forget an earlier comparison; what reading found wrong stays wrong."""
    if not kept.cursor.get("compared"):
        kept.cursor = {**kept.cursor, "compared": True}
        kept.save(update_fields=["cursor"])
        return
    PackageFinding.objects.filter(package=kept, by_reading=False).delete()
    key = {
        "org": "place_id = NULL, parent_id = NULL",
        "class": "place_id = NULL, school_id = NULL",
        "user": "person_id = NULL, known = false" + (", kind = ''" if sql.facts["version"] != "1.1" else ""),
        "role": "person_id = NULL, place_id = NULL",
        "enrollment": "person_id = NULL, class_id = NULL, member_id = NULL, class_kind = '', seat = NULL",
    }
    for table in STAGED:
        sql.run(
            f"UPDATE registry_staged{table} SET fate = CASE fate WHEN 'W' THEN 'W' ELSE '' END, {key[table]} "
            "WHERE package_id = %(package)s::uuid"
        )
    sql.run(
        "UPDATE registry_stagedagent SET guardian_id = NULL, ward_id = NULL WHERE package_id = %(package)s::uuid"
    )


def count(sql: Sql) -> dict[str, dict[str, int]]:
    """How many of each kind are new, changed, moved, returned, ended, unchanged, left out."""
    names = {"n": "new", "c": "changed", "m": "moved", "r": "returned", "u": "unchanged", "k": "left_out"}
    names |= {"o": "older", "h": "held", "w": "wrong", "W": "wrong"}

    def tally(query: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for fate, number in sql.rows(query):
            if fate in names:
                found[names[fate]] = found.get(names[fate], 0) + number
        return found

    mine = "WHERE package_id = %(package)s::uuid"
    counts = {
        "schools": tally(
            f"SELECT fate, count(*) FROM registry_stagedorg {mine} AND kind = 'school' GROUP BY 1"
        ),
        "classes": tally(f"SELECT fate, count(*) FROM registry_stagedclass {mine} AND kind = 'h' GROUP BY 1"),
        "groups": tally(f"SELECT fate, count(*) FROM registry_stagedclass {mine} AND kind = 's' GROUP BY 1"),
        "pupils": tally(_PUPILS),
        "group_seats": tally(
            f"SELECT fate, count(*) FROM registry_stagedenrollment {mine} AND role = 'p' AND class_kind = 's' "
            "GROUP BY 1"
        ),
        "staff": tally(f"SELECT fate, count(*) FROM registry_stageduser {mine} AND kind = 's' GROUP BY 1"),
        "teaching": tally(
            f"SELECT fate, count(*) FROM registry_stagedenrollment {mine} AND role = 't' GROUP BY 1"
        ),
        "guardians": tally(
            f"SELECT fate, count(*) FROM registry_stageduser {mine} AND kind = 'g' GROUP BY 1"
        ),
        "jobs": {"new": sql.value(f"SELECT count(*) FROM ({JOBS}) AS job")},
        "families": {"new": sql.value(f"SELECT count(*) FROM ({FAMILIES}) AS family")},
        "posts": {"new": sql.value(f"SELECT count(*) FROM ({POSTS}) AS post") if sql.facts["posts"] else 0},
    }
    left_pupils = (
        f"SELECT count(*) FROM registry_stageduser {mine} AND kind IN ('p', '') AND fate = 'k' AND NOT gone"
    )
    counts["pupils"]["left_out"] = sql.value(left_pupils)
    for letter, where in _ENDS.items():
        ended = sql.value(f"SELECT count(*) FROM registry_stagedend {mine} AND kind = '{letter}'")
        counts[where]["ended"] = ended
    counts["rows"] = _rows(sql)
    return counts


_ENDS = {"m": "pupils", "g": "group_seats", "t": "teaching", "j": "jobs", "f": "families", "c": "classes"}
_ENDS |= {"s": "schools"}
_PUPILS = """
    SELECT CASE WHEN e.fate = 'u' AND u.fate = 'c' THEN 'c' ELSE e.fate END, count(*)
    FROM registry_stagedenrollment e
    LEFT JOIN registry_stageduser u ON u.package_id = e.package_id AND u.sid = e.user_sid
    WHERE e.package_id = %(package)s::uuid AND e.role = 'p' AND e.class_kind IN ('h', '') AND e.fate <> 'k'
    GROUP BY 1
    UNION ALL
    SELECT 'c', count(*) FROM registry_stageduser u WHERE u.package_id = %(package)s::uuid AND u.kind = 'p'
      AND u.fate = 'c' AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment e
          WHERE e.package_id = u.package_id AND e.user_sid = u.sid AND e.role = 'p' AND e.class_kind = 'h')
"""


def _rows(sql: Sql) -> dict[str, int]:
    wrong = sql.value(
        "SELECT count(*) FROM (SELECT DISTINCT file, line FROM registry_packagefinding "
        "WHERE package_id = %(package)s::uuid AND level = 'w') AS wrong"
    )
    held = sum(
        sql.value(
            f"SELECT count(*) FROM registry_staged{table} WHERE package_id = %(package)s::uuid AND fate = 'h'"
        )
        for table in STAGED
    )
    notes = sql.value(
        "SELECT count(*) FROM registry_packagefinding WHERE package_id = %(package)s::uuid AND level = 'n'"
    )
    return {"wrong": wrong, "held": held, "notes": notes}


def changes(counts: dict[str, dict[str, int]]) -> int:
    """How many things a package changes; 0 when it says what we have already."""
    words = ("new", "changed", "moved", "returned", "ended")
    return sum(one.get(word, 0) for kind, one in counts.items() if kind != "rows" for word in words)


def guard(sql: Sql) -> list[dict[str, Any]]:
    """Schools of which more than a share of the pupils or of the staff would end: school, open, ended."""
    return [
        {"school": name, "kind": kind, "open": there, "ended": ended}
        for kind, table, column, letter in (
            ("pupils", "registry_classmembership", "g.parent_id", "m"),
            ("staff", "registry_employment", "m.school_id", "j"),
        )
        for name, there, ended in sql.rows(
            f"""
            WITH ended AS (SELECT school_id, count(*) AS n FROM registry_stagedend
                           WHERE package_id = %(package)s::uuid AND kind = '{letter}' GROUP BY 1)
            SELECT p.name, count(*), max(ended.n) FROM ended JOIN registry_organisation p ON p.id = ended.school_id
            JOIN {table} m ON m.ends_on IS NULL AND starts_with(m.scope_path, p.scope_path)
            WHERE ended.n >= %(floor)s::int GROUP BY p.id, p.name
            HAVING max(ended.n) * 100 > count(*) * %(percent)s::int ORDER BY max(ended.n) DESC LIMIT 200
            """.replace("g.parent_id", column),
            floor=END_FLOOR,
            percent=sql.facts["end_share"],
        )
    ]


def samples(kept: RosterPackage, sql: Sql) -> dict[str, list[dict[str, Any]]]:
    """A few lines of each kind; names only for a school's own people and the installation."""
    named = "coalesce(p.name, u.name)" if sql.facts["names"] else "''"
    found: dict[str, list[dict[str, Any]]] = {}
    for fate, word in (("n", "new"), ("m", "moved"), ("r", "returned"), ("c", "changed")):
        found[word] = [
            {"line": line, "name": name, "class": title, "seat": seat, "from": before}
            for line, name, title, seat, before in sql.rows(
                f"""
                SELECT e.line, {named}, coalesce(c.title, g.name, ''), coalesce(e.given, e.seat), coalesce(old.name, '')
                FROM registry_stagedenrollment e
                LEFT JOIN registry_stageduser u ON u.package_id = e.package_id AND u.sid = e.user_sid
                LEFT JOIN registry_person p ON p.id = e.person_id
                LEFT JOIN registry_stagedclass c ON c.package_id = e.package_id AND c.sid = e.class_sid
                LEFT JOIN registry_organisation g ON g.id = e.class_id
                LEFT JOIN registry_classmembership m ON m.id = e.member_id
                LEFT JOIN registry_organisation old ON old.id = m.class_group_id
                WHERE e.package_id = %(package)s::uuid AND e.role = 'p' AND e.fate = '{fate}'
                  AND e.class_kind = 'h' ORDER BY e.line LIMIT {SAMPLE}
                """
            )
        ]
    found["ended"] = [
        {"line": 0, "name": name if sql.facts["names"] else "", "class": title, "seat": seat, "from": ""}
        for name, title, seat in sql.rows(
            f"""
            SELECT p.name, g.name, m.seat_no FROM registry_stagedend d
            JOIN registry_classmembership m ON m.id = d.target_id
            JOIN registry_person p ON p.id = m.person_id
            JOIN registry_organisation g ON g.id = m.class_group_id
            WHERE d.package_id = %(package)s::uuid AND d.kind = 'm' ORDER BY g.name, m.seat_no LIMIT {SAMPLE}
            """
        )
    ]
    return found


def _notes(kept: RosterPackage, sql: Sql) -> list[str]:
    """What is worth knowing beside the counts."""
    counts, notes = kept.counts, [note for note in kept.notes if not note.startswith("·")]

    def add(number: int, text: str) -> None:
        if number:
            notes.append(f"·{text.format(number)}")

    add(counts["pupils"].get("left_out", 0), "{}名学生没有写在哪个行政班，没有收。")
    add(counts["staff"].get("left_out", 0), "{}名工作人员没有写在哪所学校，没有收。")
    add(counts["guardians"].get("left_out", 0), "{}名家长没有对应的学生，没有收。")
    older = " UNION ALL ".join(
        f"SELECT 1 FROM registry_staged{table} WHERE package_id = %(package)s::uuid AND fate = 'o'"
        for table in ("org", "class", "user")
    )
    add(sql.value(f"SELECT count(*) FROM ({older}) AS older"), "{}行比已经收过的旧，没有用。")
    if not sql.facts["posts"]:
        posts = sql.value(f"SELECT count(*) FROM ({POSTS}) AS post")
        add(posts, "{}个校长或管理员身份没有收：请由学校管理员任命，或由安装平台的人导入。")
    blind = sql.value(
        "SELECT count(*) FROM registry_stagedenrollment WHERE package_id = %(package)s::uuid "
        "AND fate = 'W' AND person_id IS NULL"
    ) + sql.value(
        "SELECT count(*) FROM registry_stageduser WHERE package_id = %(package)s::uuid AND fate = 'W' AND sid = ''"
    )
    add(blind, "有{}行看不出说的是谁，这次不因为名单里没写到而给任何人办离校。")
    return notes


def stamp(sql: Sql) -> str:
    """A fingerprint of what the package was compared with: places, names, seats, posts within reach."""
    parts = []
    for query in (
        "SELECT count(*), sum(hashtextextended(id::text || name || coalesce(closed_on::text, '') || "
        "coalesce(grade, 0) || '/' || coalesce(class_no, 0), 0)) FROM registry_organisation "
        "WHERE starts_with(scope_path, %(path)s::text)",
        "SELECT count(*), sum(hashtextextended(m.id::text || m.seat_no || p.name, 0)) "
        "FROM registry_classmembership m JOIN registry_person p ON p.id = m.person_id "
        "WHERE m.ends_on IS NULL AND starts_with(m.scope_path, %(path)s::text)",
        "SELECT count(*), sum(hashtextextended(id::text || seat_no, 0)) FROM registry_groupmembership "
        "WHERE ends_on IS NULL AND starts_with(scope_path, %(path)s::text)",
        "SELECT count(*), sum(hashtextextended(id::text, 0)) FROM registry_employment "
        "WHERE ends_on IS NULL AND starts_with(scope_path, %(path)s::text)",
        "SELECT count(*), sum(hashtextextended(id::text, 0)) FROM registry_rolegrant "
        "WHERE ends_on IS NULL AND starts_with(scope_path, %(path)s::text)",
        "SELECT count(*), sum(hashtextextended(id::text, 0)) FROM registry_guardianship "
        "WHERE ends_on IS NULL AND starts_with(scope_path, %(path)s::text)",
    ):
        number, total = sql.one(query)
        parts.append(f"{number}:{int(total or 0) & 0xFFFFFFFF:x}")
    return hashlib.sha256("|".join([time.today().isoformat(), *parts]).encode()).hexdigest()
