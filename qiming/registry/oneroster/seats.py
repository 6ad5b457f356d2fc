"""Where people belong by the file: pupils on seats, teachers before classes, guardians and wards."""

from qiming.registry.oneroster.ends import BOTH, HOMEROOM, Seats, find_ends
from qiming.registry.oneroster.places import BAD
from qiming.registry.oneroster.sql import Sql, finding


def match_seats(sql: Sql) -> None:
    """Give every row of enrollments.csv its class and person, and say what becomes of it."""
    _hang(sql)
    _dangling(sql)
    _contradictions(sql)
    for seats in BOTH:
        _compare(sql, seats)
    _teaching(sql)
    _agents(sql)
    find_ends(sql)
    _assign_seats(sql)
    _leave_out(sql)


def _refuse(sql: Sql, condition: str, column: str, value: str, reason: str) -> None:
    if not sql.run(
        finding(
            "enrollments",
            f"SELECT e.line, '{column}', {value}, '{reason}' FROM registry_stagedenrollment e "
            f"WHERE e.package_id = %(package)s::uuid AND e.fate NOT IN {BAD} AND ({condition})",
        )
    ):
        return
    sql.run(
        f"UPDATE registry_stagedenrollment e SET fate = 'w' "
        f"WHERE e.package_id = %(package)s::uuid AND e.fate NOT IN {BAD} AND ({condition})"
    )


def _hang(sql: Sql) -> None:
    sql.run(
        f"""
        UPDATE registry_stagedenrollment e
        SET person_id = u.person_id, class_id = c.place_id, class_kind = c.kind,
            gone = e.gone OR u.gone OR c.gone, fate = CASE
            WHEN e.fate <> '' THEN e.fate
            WHEN u.fate IN {BAD} OR c.fate IN {BAD} THEN 'h'
            WHEN e.role = 'x' OR u.person_id IS NULL OR c.place_id IS NULL THEN 'k' ELSE '' END
        FROM registry_stageduser u, registry_stagedclass c
        WHERE e.package_id = %(package)s::uuid AND u.package_id = e.package_id AND u.sid = e.user_sid
          AND c.package_id = e.package_id AND c.sid = e.class_sid
        """
    )
    for side, column, staged, more in (
        ("person", "user_sid", "user", ""),
        ("class", "class_sid", "class", ", class_kind = o.kind"),
    ):
        key = "person_id" if side == "person" else "place_id"
        sql.run(
            f"""
            UPDATE registry_stagedenrollment e SET {side}_id = o.{key}, gone = e.gone OR o.gone {more},
                   fate = CASE WHEN e.fate = '' AND o.fate IN {BAD} THEN 'h' ELSE e.fate END
            FROM registry_staged{staged} o
            WHERE e.package_id = %(package)s::uuid AND e.{side}_id IS NULL
              AND o.package_id = e.package_id AND o.sid = e.{column}
            """
        )
    _hang_known(sql)


def _hang_known(sql: Sql) -> None:
    """What the file does not bring with it may have come earlier."""
    if not sql.facts["bulk_users"]:
        sql.run(
            """
            UPDATE registry_stagedenrollment e SET person_id = coalesce(
                (SELECT x.target_id FROM registry_externalid x WHERE x.source_id = ANY(%(sources)s::uuid[])
                 AND x.kind = 'u' AND x.sourced_id = e.user_sid
                 ORDER BY array_position(%(sources)s::uuid[], x.source_id) LIMIT 1),
                (SELECT p.id FROM registry_person p WHERE p.id::text = lower(e.user_sid)
                 AND EXISTS (SELECT 1 FROM registry_account a WHERE a.person_id = p.id)))
            WHERE package_id = %(package)s::uuid AND person_id IS NULL AND fate = ''
            """
        )
    if not sql.facts["bulk_classes"]:
        sql.run(
            """
            UPDATE registry_stagedenrollment e
            SET class_id = p.id, class_kind = CASE p.kind WHEN 'class_group' THEN 'h' ELSE 's' END
            FROM registry_organisation p
            WHERE e.package_id = %(package)s::uuid AND e.class_id IS NULL AND e.fate = ''
              AND p.kind IN ('class_group', 'teaching_group') AND p.closed_on IS NULL
              AND starts_with(p.scope_path, %(path)s::text)
              AND p.id = (SELECT coalesce(
                  (SELECT x.target_id FROM registry_externalid x
                   WHERE x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = 'c'
                     AND x.sourced_id = e.class_sid
                   ORDER BY array_position(%(sources)s::uuid[], x.source_id) LIMIT 1),
                  (SELECT o.id FROM registry_organisation o WHERE o.id::text = lower(e.class_sid))))
            """
        )


def _dangling(sql: Sql) -> None:
    for side, file, column in (("person", "users", "user_sid"), ("class", "classes", "class_sid")):
        named = {"user_sid": "userSourcedId", "class_sid": "classSourcedId"}[column]
        what = {"users": "这个人", "classes": "这个班"}[file]
        staged = {"users": "user", "classes": "class"}[file]
        there = f"SELECT 1 FROM registry_staged{staged} o WHERE o.package_id = e.package_id AND o.sid = e.{column}"
        _refuse(
            sql,
            f"e.{side}_id IS NULL AND e.fate = '' AND NOT EXISTS ({there})",
            named,
            f"left(e.{column}, 40)",
            f"{file}.csv 里没有{what}，以前也没有收过",
        )
        sql.run(
            f"UPDATE registry_stagedenrollment e SET fate = CASE WHEN EXISTS ({there} AND o.fate IN {BAD}) "
            f"THEN 'h' ELSE 'k' END "
            f"WHERE e.package_id = %(package)s::uuid AND e.{side}_id IS NULL AND e.fate = ''"
        )


def _contradictions(sql: Sql) -> None:
    sql.run(
        "UPDATE registry_stagedenrollment SET fate = CASE role WHEN 'x' THEN 'k' ELSE fate END "
        "WHERE package_id = %(package)s::uuid AND fate = '' AND role = 'x'"
    )
    _refuse(
        sql,
        """e.fate = '' AND EXISTS (SELECT 1 FROM registry_stageduser u WHERE u.package_id = e.package_id
           AND u.sid = e.user_sid AND u.kind <> '' AND (u.kind = 'p') <> (e.role = 'p'))""",
        "role",
        "CASE e.role WHEN 'p' THEN 'student' ELSE 'teacher' END",
        "这一行的角色和 users.csv、roles.csv 里的身份不一样",
    )
    if not sql.facts["bulk_users"]:
        _refuse(
            sql,
            """e.fate = '' AND NOT EXISTS (SELECT 1 FROM registry_stageduser u
                 WHERE u.package_id = e.package_id AND u.sid = e.user_sid)
               AND (NOT EXISTS (SELECT 1 FROM registry_account a WHERE a.person_id = e.person_id
                    AND (a.kind = 'pupil') = (e.role = 'p'))
                 OR (e.role = 'p' AND EXISTS (SELECT 1 FROM registry_classmembership m
                     WHERE m.person_id = e.person_id AND m.ends_on IS NULL
                       AND NOT starts_with(m.scope_path, %(path)s::text))))""",
            "userSourcedId",
            "left(e.user_sid, 40)",
            "这个人不归这里管，或身份和这一行不一样",
        )
    good = "package_id = %(package)s::uuid AND role = 'p' AND NOT gone AND fate = ''"
    _refuse(
        sql,
        f"""e.role = 'p' AND e.class_kind = 'h' AND NOT e.gone AND e.person_id IN (
              SELECT person_id FROM registry_stagedenrollment WHERE {good} AND class_kind = 'h'
              GROUP BY person_id HAVING count(*) > 1)""",
        "classSourcedId",
        "left(e.class_sid, 40)",
        "一名学生同时在两个行政班，或同一个班写了两次",
    )
    _refuse(
        sql,
        f"""e.given IS NOT NULL AND e.role = 'p' AND NOT e.gone AND (e.class_id, e.given) IN (
              SELECT class_id, given FROM registry_stagedenrollment WHERE {good} AND given IS NOT NULL
              GROUP BY class_id, given HAVING count(*) > 1)""",
        "metadata.seatNo",
        "e.given::text",
        "同一个班有两个人用这个座号",
    )


def _compare(sql: Sql, seats: Seats) -> None:
    """Seats against the open ones: new, returned, moved (a homeroom only), changed, unchanged."""
    one_class = "true" if seats is HOMEROOM else f"m.{seats.place} = me.class_id"
    digest = (
        "OR (u.digest IS NOT NULL AND m.pupil_number_digest IS DISTINCT FROM u.digest)"
        if seats is HOMEROOM
        else ""
    )
    sql.run(
        f"""
        UPDATE registry_stagedenrollment e SET member_id = m.id, fate = CASE
            WHEN e.gone THEN CASE WHEN m.{seats.place} = e.class_id THEN 'd' ELSE 'k' END
            WHEN m.id IS NULL THEN CASE WHEN u.known IS DISTINCT FROM false THEN 'r' ELSE 'n' END
            WHEN m.{seats.place} <> e.class_id THEN 'm'
            WHEN e.given <> m.seat_no {digest} THEN 'c'
            ELSE 'u' END
        FROM registry_stagedenrollment me
        LEFT JOIN {seats.table} m ON m.person_id = me.person_id AND m.ends_on IS NULL AND {one_class}
        LEFT JOIN registry_stageduser u ON u.package_id = me.package_id AND u.sid = me.user_sid
        WHERE e.id = me.id AND me.package_id = %(package)s::uuid AND me.role = 'p' AND me.fate = ''
          AND me.class_kind = '{seats.kind}'
        """
    )


def _teaching(sql: Sql) -> None:
    sql.run(
        """
        UPDATE registry_stagedenrollment e SET member_id = g.id,
               fate = CASE WHEN e.gone THEN CASE WHEN g.id IS NULL THEN 'k' ELSE 'd' END
                           WHEN g.id IS NULL THEN 'n' ELSE 'u' END
        FROM registry_stagedenrollment me
        LEFT JOIN registry_rolegrant g ON g.person_id = me.person_id AND g.organisation_id = me.class_id
             AND g.role = 'teacher' AND (g.ends_on IS NULL OR g.ends_on > %(today)s::date)
        WHERE e.id = me.id AND me.package_id = %(package)s::uuid AND me.role = 't' AND me.fate = ''
        """
    )
    sql.run(
        """
        UPDATE registry_stagedenrollment SET fate = 'k' WHERE package_id = %(package)s::uuid AND role = 't'
          AND fate = 'n' AND id NOT IN (SELECT min(id) FROM registry_stagedenrollment
              WHERE package_id = %(package)s::uuid AND role = 't' AND fate = 'n'
              GROUP BY person_id, class_id)
        """
    )


# The seats that stay taken: by pupils the file leaves where they are, and by those the file itself seats.
_TAKEN = """
    SELECT m.{place} AS class_id, m.seat_no AS seat FROM {table} m
    WHERE m.ends_on IS NULL AND m.{place} IN (SELECT class_id FROM wanting)
      AND NOT EXISTS (SELECT 1 FROM registry_stagedend d WHERE d.package_id = %(package)s::uuid
                      AND d.kind = '{end}' AND d.target_id = m.id)
      AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment e WHERE e.package_id = %(package)s::uuid
                      AND e.member_id = m.id AND (e.fate = 'm' OR (e.fate = 'c' AND e.given IS NOT NULL)))
    UNION
    SELECT class_id, given FROM registry_stagedenrollment WHERE package_id = %(package)s::uuid
      AND role = 'p' AND class_kind = '{kind}' AND fate IN ('n', 'r', 'm', 'c') AND given IS NOT NULL
"""


def _assign_seats(sql: Sql) -> None:
    """Seats for those who got none in the file, lowest first in the file's order; a full class is said."""
    for seats in BOTH:
        taken = _TAKEN.format(place=seats.place, table=seats.table, end=seats.end, kind=seats.kind)
        sql.run(
            f"""
            WITH wanting AS MATERIALIZED (
                SELECT id, class_id, row_number() OVER (PARTITION BY class_id ORDER BY line) AS turn
                FROM registry_stagedenrollment
                WHERE package_id = %(package)s::uuid AND role = 'p' AND class_kind = '{seats.kind}'
                  AND fate IN ('n', 'r', 'm') AND given IS NULL
            ), taken AS MATERIALIZED ({taken}),
            size AS (
                SELECT class_id, least(99, max(turn) + (SELECT count(*) FROM taken t
                       WHERE t.class_id = wanting.class_id)) AS top
                FROM wanting GROUP BY class_id
            ), free AS (
                SELECT size.class_id, chair.no AS seat,
                       row_number() OVER (PARTITION BY size.class_id ORDER BY chair.no) AS turn
                FROM size CROSS JOIN LATERAL generate_series(1, size.top) AS chair (no)
                LEFT JOIN taken t ON t.class_id = size.class_id AND t.seat = chair.no
                WHERE t.seat IS NULL
            )
            UPDATE registry_stagedenrollment e SET seat = free.seat
            FROM wanting JOIN free ON free.class_id = wanting.class_id AND free.turn = wanting.turn
            WHERE e.id = wanting.id
            """
        )
        _refuse(
            sql,
            f"""e.fate IN ('n','r','m','c') AND e.role = 'p' AND e.class_kind = '{seats.kind}'
                AND e.given IS NOT NULL AND EXISTS (
                  SELECT 1 FROM {seats.table} m WHERE m.{seats.place} = e.class_id AND m.ends_on IS NULL
                  AND m.seat_no = e.given AND m.person_id <> e.person_id
                  AND NOT EXISTS (SELECT 1 FROM registry_stagedend d WHERE d.package_id = e.package_id
                                  AND d.target_id = m.id)
                  AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment o WHERE o.package_id = e.package_id
                                  AND o.member_id = m.id AND (o.fate = 'm' OR o.fate = 'c' AND o.given <> m.seat_no)))""",
            "metadata.seatNo",
            "e.given::text",
            "这个座号现在有人，名单里没有写那名学生去哪里",
        )
    _refuse(
        sql,
        "e.fate IN ('n','r','m') AND e.role = 'p' AND coalesce(e.given, e.seat) IS NULL",
        "classSourcedId",
        "left(e.class_sid, 40)",
        "一个班最多99人，坐不下了",
    )


def _agents(sql: Sql) -> None:
    """Who guards whom: either side may name the other."""
    sql.run(
        f"""
        UPDATE registry_stagedagent a
        SET guardian_id = CASE WHEN one.kind = 'p' THEN two.person_id ELSE one.person_id END,
            ward_id = CASE WHEN one.kind = 'p' THEN one.person_id ELSE two.person_id END
        FROM registry_stageduser one, registry_stageduser two
        WHERE a.package_id = %(package)s::uuid AND one.package_id = a.package_id AND one.sid = a.user_sid
          AND two.package_id = a.package_id AND two.sid = a.agent_sid
          AND (one.kind = 'p') <> (two.kind = 'p')
          AND one.fate NOT IN {BAD} AND two.fate NOT IN {BAD} AND NOT one.gone AND NOT two.gone
        """
    )
    if not sql.facts["bulk_users"]:
        sql.run(
            f"""
            UPDATE registry_stagedagent a
            SET guardian_id = CASE WHEN one.kind = 'p' THEN other.person_id ELSE one.person_id END,
                ward_id = CASE WHEN one.kind = 'p' THEN one.person_id ELSE other.person_id END
            FROM registry_stageduser one, registry_externalid x, registry_account other
            WHERE a.package_id = %(package)s::uuid AND a.ward_id IS NULL
              AND one.package_id = a.package_id AND one.sid = a.user_sid AND one.fate NOT IN {BAD}
              AND NOT one.gone AND x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = 'u'
              AND x.sourced_id = a.agent_sid AND other.person_id = x.target_id
              AND (one.kind = 'p') <> (other.kind = 'pupil')
            """
        )
    sql.run(
        finding(
            "users",
            """SELECT DISTINCT a.line, 'agentSourcedIds', left(a.agent_sid, 40), '没有收这条家长关系：找不到对方，或两边都不是学生'
               FROM registry_stagedagent a JOIN registry_stageduser u ON u.package_id = a.package_id
                    AND u.sid = a.user_sid AND u.fate NOT IN ('W','w','h')
               WHERE a.package_id = %(package)s::uuid AND (a.ward_id IS NULL OR a.guardian_id IS NULL)
                 AND NOT EXISTS (SELECT 1 FROM registry_stageduser o WHERE o.package_id = a.package_id
                                 AND o.sid = a.agent_sid AND o.fate IN ('W','w','h'))
               LIMIT 2000""",
            "n",
        )
    )


def _leave_out(sql: Sql) -> None:
    """New people who would belong nowhere are not taken over: nobody could see or reach them."""
    sql.run(
        """
        UPDATE registry_stageduser u SET fate = 'k'
        WHERE u.package_id = %(package)s::uuid AND u.fate = 'n' AND u.kind <> 'g'
          AND NOT EXISTS (SELECT 1 FROM registry_stagedenrollment e WHERE e.package_id = u.package_id
                          AND e.user_sid = u.sid AND e.fate IN ('n', 'r', 'm', 'c', 'u')
                          AND (u.kind <> 'p' OR e.class_kind = 'h'))
          AND NOT EXISTS (SELECT 1 FROM registry_stagedrole r JOIN registry_organisation p ON p.id = r.place_id
                          WHERE r.package_id = u.package_id AND r.user_sid = u.sid AND r.fate = ''
                          AND r.kind = 's' AND u.kind = 's' AND p.kind = 'school')
          AND NOT EXISTS (SELECT 1 FROM registry_stagedrole r JOIN registry_stagedorg o
                          ON o.package_id = r.package_id AND o.place_id = r.place_id AND o.kind = 'school'
                          WHERE r.package_id = u.package_id AND r.user_sid = u.sid AND r.fate = ''
                          AND r.kind = 's' AND u.kind = 's' AND o.fate = 'n')
        """
    )
    sql.run(
        """
        UPDATE registry_stagedenrollment e SET fate = 'k' FROM registry_stageduser u
        WHERE e.package_id = %(package)s::uuid AND e.class_kind = 's' AND e.role = 'p' AND e.fate = 'n'
          AND u.package_id = e.package_id AND u.sid = e.user_sid AND u.fate = 'k'
        """
    )
    sql.run(
        """
        UPDATE registry_stagedagent a SET ward_id = NULL FROM registry_stageduser u
        WHERE a.package_id = %(package)s::uuid AND u.package_id = a.package_id AND u.person_id = a.ward_id
          AND u.fate = 'k'
        """
    )
    _leave_out_guardians(sql)


def _leave_out_guardians(sql: Sql) -> None:
    """Guardians without a ward; those whose ward's row is wrong wait for it."""
    waits = " UNION ".join(
        f"""SELECT a.{mine} FROM registry_stagedagent a JOIN registry_stageduser o
            ON o.package_id = a.package_id AND o.sid = a.{theirs}
            WHERE a.package_id = %(package)s::uuid AND o.fate IN {BAD}"""
        for mine, theirs in (("agent_sid", "user_sid"), ("user_sid", "agent_sid"))
    )
    sql.run(
        f"""
        UPDATE registry_stageduser u SET fate = CASE WHEN u.sid IN ({waits}) THEN 'h' ELSE 'k' END
        WHERE u.package_id = %(package)s::uuid AND u.fate = 'n' AND u.kind = 'g'
          AND NOT EXISTS (SELECT 1 FROM registry_stagedagent a WHERE a.package_id = u.package_id
                          AND a.guardian_id = u.person_id AND a.ward_id IS NOT NULL)
        """
    )
    sql.run(
        f"""
        UPDATE registry_stagedrole r SET fate = 'h' FROM registry_stageduser u
        WHERE r.package_id = %(package)s::uuid AND u.package_id = r.package_id AND u.sid = r.user_sid
          AND r.fate = '' AND u.fate IN {BAD}
        """
    )
