"""Which of our people the rows of users.csv are, in which capacity, and which are new."""

from qiming.registry.oneroster.places import BAD, UUID_SHAPE
from qiming.registry.oneroster.sql import Sql, finding

# Roles that show what somebody does; what we make of them.
PUPIL, STAFF, GUARDIAN = "p", "s", "g"

_SEATS = """
    SELECT person_id, scope_path, ends_on FROM registry_classmembership
    UNION ALL SELECT person_id, scope_path, ends_on FROM registry_employment
    UNION ALL SELECT person_id, scope_path, ends_on FROM registry_rolegrant
    UNION ALL SELECT guardian_id, scope_path, ends_on FROM registry_guardianship
"""


def match_users(sql: Sql) -> None:
    """Give every row of users.csv its person: by outside id, our own key, pupil number, or class and name."""
    _twice(sql)
    _by_outside_id(sql)
    _by_own_key(sql)
    _older(sql)
    _hang_roles(sql)
    _kinds(sql)
    _by_number(sql)
    _by_class_and_name(sql)
    _by_workplace_and_name(sql)
    _numbers_twice(sql)
    _elsewhere(sql)
    _one_person_twice(sql)
    _settle(sql)


def refuse_users(sql: Sql, condition: str, column: str, value: str, reason: str) -> int:
    """Mark the users (`u`) that meet a condition as wrong, and say so."""
    if not sql.run(
        finding(
            "users",
            f"SELECT u.line, '{column}', {value}, '{reason}' FROM registry_stageduser u "
            f"WHERE u.package_id = %(package)s::uuid AND u.fate NOT IN {BAD} AND ({condition})",
        )
    ):
        return 0
    return sql.run(
        f"UPDATE registry_stageduser u SET fate = 'w' "
        f"WHERE u.package_id = %(package)s::uuid AND u.fate NOT IN {BAD} AND ({condition})"
    )


def _twice(sql: Sql) -> None:
    refuse_users(
        sql,
        "u.sid IN (SELECT sid FROM registry_stageduser WHERE package_id = %(package)s::uuid "
        "AND sid <> '' GROUP BY sid HAVING count(*) > 1)",
        "sourcedId",
        "left(u.sid, 40)",
        "同一个 sourcedId 出现了不止一次",
    )


def _by_outside_id(sql: Sql) -> None:
    for source in sql.facts["sources"]:
        sql.run(
            """
            UPDATE registry_stageduser u SET person_id = x.target_id, known = true
            FROM registry_externalid x
            WHERE u.package_id = %(package)s::uuid AND u.person_id IS NULL
              AND x.source_id = %(one)s::uuid AND x.kind = 'u' AND x.sourced_id = u.sid
            """,
            one=source,
        )


def _by_own_key(sql: Sql) -> None:
    sql.run(
        """
        UPDATE registry_stageduser u SET person_id = p.id, known = true
        FROM registry_person p
        WHERE u.package_id = %(package)s::uuid AND u.person_id IS NULL
          AND p.id = CASE WHEN u.sid ~ %(uuid_shape)s::text THEN u.sid::uuid END
        """,
        uuid_shape=UUID_SHAPE,
    )


def _older(sql: Sql) -> None:
    """Rows of a delta that tell less than what was told before."""
    for table, kind, bulk in (("user", "u", "users"), ("class", "c", "classes"), ("org", "o", "orgs")):
        if sql.facts[f"bulk_{bulk}"]:
            continue
        sql.run(
            f"""
            UPDATE registry_staged{table} s SET fate = 'o'
            FROM registry_externalid x
            WHERE s.package_id = %(package)s::uuid AND s.fate NOT IN {BAD} AND s.modified < x.modified_at
              AND x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = '{kind}' AND x.sourced_id = s.sid
            """
        )


def _hang_roles(sql: Sql) -> None:
    """Roles at their places."""
    sql.run(
        """
        UPDATE registry_stagedrole r SET place_id = o.place_id,
               fate = CASE WHEN r.fate = '' AND o.fate IN ('W','w','h') THEN 'h' ELSE r.fate END
        FROM registry_stagedorg o
        WHERE r.package_id = %(package)s::uuid AND o.package_id = r.package_id AND o.sid = r.org_sid
          AND r.kind <> 'p'
        """
    )
    sql.run(
        """
        UPDATE registry_stagedrole r SET place_id = p.id
        FROM registry_organisation p
        WHERE r.package_id = %(package)s::uuid AND r.place_id IS NULL AND r.kind <> 'p'
          AND NOT %(bulk_orgs)s::bool AND starts_with(p.scope_path, %(path)s::text)
          AND (p.id::text = lower(r.org_sid) OR p.id = (
               SELECT x.target_id FROM registry_externalid x
               WHERE x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = 'o' AND x.sourced_id = r.org_sid
               ORDER BY array_position(%(sources)s::uuid[], x.source_id) LIMIT 1))
        """
    )
    file, column = ("users", "orgSourcedIds") if _is_11(sql) else ("roles", "orgSourcedId")
    missing = """
        r.package_id = %(package)s::uuid AND r.fate = '' AND r.kind = 's' AND r.place_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM registry_stagedorg o WHERE o.package_id = r.package_id
                        AND o.sid = r.org_sid AND o.fate = 'k')
    """
    sql.run(
        finding(
            file,
            f"SELECT r.line, '{column}', r.org_sid, '没有这个单位，或不归这里管' "
            f"FROM registry_stagedrole r WHERE {missing}",
        )
    )
    sql.run(f"UPDATE registry_stagedrole r SET fate = 'w' WHERE {missing}")


def _is_11(sql: Sql) -> bool:
    return bool(sql.facts["version"] == "1.1")


def _kinds(sql: Sql) -> None:
    """What everybody is: by the file's roles, by the account we have, by what the enrollments say."""
    if not _is_11(sql):
        _users_of_roles(sql)
        sql.run(
            """
            UPDATE registry_stageduser u SET kind = said.kind
            FROM (SELECT user_sid, CASE WHEN bool_or(kind = 's') THEN 's' WHEN bool_or(kind = 'p') THEN 'p'
                                   ELSE 'g' END AS kind
                  FROM registry_stagedrole WHERE package_id = %(package)s::uuid AND kind <> '' AND NOT gone
                  GROUP BY user_sid) AS said
            WHERE u.package_id = %(package)s::uuid AND u.kind = '' AND said.user_sid = u.sid
            """
        )
        refuse_users(
            sql,
            """u.kind = 's' AND EXISTS (SELECT 1 FROM registry_stagedrole r WHERE r.package_id = u.package_id
               AND r.user_sid = u.sid AND r.kind = 'p' AND NOT r.gone)""",
            "sourcedId",
            "left(u.sid, 40)",
            "roles.csv 里既写了学生又写了老师",
        )
    sql.run(
        """
        UPDATE registry_stageduser u SET kind = CASE a.kind WHEN 'pupil' THEN 'p' WHEN 'staff' THEN 's' ELSE 'g' END
        FROM registry_account a
        WHERE u.package_id = %(package)s::uuid AND u.kind = '' AND u.known AND a.person_id = u.person_id
        """
    )
    sql.run(
        """
        UPDATE registry_stageduser u SET kind = CASE e.role WHEN 'p' THEN 'p' ELSE 's' END
        FROM registry_stagedenrollment e
        WHERE u.package_id = %(package)s::uuid AND u.kind = '' AND e.package_id = u.package_id
          AND e.user_sid = u.sid AND e.role IN ('p', 't')
        """
    )
    refuse_users(
        sql,
        """u.known AND u.kind <> '' AND EXISTS (SELECT 1 FROM registry_account a
           WHERE a.person_id = u.person_id AND (a.kind = 'pupil') <> (u.kind = 'p'))""",
        "role",
        "u.kind",
        "这个人在这里登记的身份和名单里的不一样（学生、老师或家长）",
    )


def _users_of_roles(sql: Sql) -> None:
    """Roles of people who are in no users.csv."""
    missing = """
        r.package_id = %(package)s::uuid AND r.fate = '' AND NOT EXISTS (
            SELECT 1 FROM registry_stageduser u WHERE u.package_id = r.package_id AND u.sid = r.user_sid)
        AND (%(bulk_users)s::bool OR NOT EXISTS (
            SELECT 1 FROM registry_externalid x WHERE x.source_id = ANY(%(sources)s::uuid[])
            AND x.kind = 'u' AND x.sourced_id = r.user_sid))
    """
    sql.run(
        finding(
            "roles",
            "SELECT r.line, 'userSourcedId', left(r.user_sid, 40), 'users.csv 里没有这个人' "
            f"FROM registry_stagedrole r WHERE {missing}",
        )
    )
    sql.run(f"UPDATE registry_stagedrole r SET fate = 'w' WHERE {missing}")


def _by_number(sql: Sql) -> None:
    sql.run(
        f"""
        UPDATE registry_stageduser u SET person_id = m.person_id, known = true
        FROM (SELECT DISTINCT ON (pupil_number_digest) pupil_number_digest AS digest, person_id
              FROM registry_classmembership WHERE pupil_number_digest IN (
                  SELECT digest FROM registry_stageduser WHERE package_id = %(package)s::uuid
                  AND person_id IS NULL AND digest IS NOT NULL)
              ORDER BY pupil_number_digest, ends_on DESC NULLS FIRST, starts_on DESC) m
        WHERE u.package_id = %(package)s::uuid AND u.person_id IS NULL AND u.kind = 'p'
          AND u.fate NOT IN {BAD} AND u.digest = m.digest
        """
    )


def _by_class_and_name(sql: Sql) -> None:
    """Pupils who are in the class already, when on each side just one has the name."""
    sql.run(
        f"""
        WITH pair AS (
            SELECT u.id, m.person_id, count(*) OVER (PARTITION BY u.id) AS here,
                   count(*) OVER (PARTITION BY m.person_id) AS there
            FROM registry_stageduser u
            JOIN registry_stagedenrollment e ON e.package_id = u.package_id AND e.user_sid = u.sid
                 AND e.role = 'p' AND NOT e.gone
            JOIN registry_stagedclass c ON c.package_id = u.package_id AND c.sid = e.class_sid
                 AND c.kind = 'h' AND c.fate <> 'n' AND c.place_id IS NOT NULL
            JOIN registry_classmembership m ON m.class_group_id = c.place_id AND m.ends_on IS NULL
            JOIN registry_person p ON p.id = m.person_id AND p.name = u.name
            WHERE u.package_id = %(package)s::uuid AND u.person_id IS NULL AND u.kind = 'p'
              AND u.fate NOT IN {BAD}
              AND (u.digest IS NULL OR m.pupil_number_digest IS NULL OR u.digest = m.pupil_number_digest)
              AND NOT EXISTS (SELECT 1 FROM registry_stageduser o WHERE o.package_id = u.package_id
                              AND o.person_id = m.person_id)
        )
        UPDATE registry_stageduser u SET person_id = pair.person_id, known = true FROM pair
        WHERE u.id = pair.id AND pair.here = 1 AND pair.there = 1
        """
    )


def _by_workplace_and_name(sql: Sql) -> None:
    """Staff who work at the school already under this name (and this account name, when the file has one)."""
    sql.run(
        f"""
        WITH pair AS (
            SELECT DISTINCT u.id, j.person_id, a.username = u.username AS same
            FROM registry_stageduser u
            JOIN registry_stagedrole r ON r.package_id = u.package_id AND r.user_sid = u.sid AND r.kind = 's'
            JOIN registry_employment j ON j.school_id = r.place_id AND j.ends_on IS NULL
            JOIN registry_person p ON p.id = j.person_id AND p.name = u.name
            JOIN registry_account a ON a.person_id = p.id
            WHERE u.package_id = %(package)s::uuid AND u.person_id IS NULL AND u.kind = 's'
              AND u.fate NOT IN {BAD} AND starts_with(j.scope_path, %(path)s::text)
              AND NOT EXISTS (SELECT 1 FROM registry_stageduser o WHERE o.package_id = u.package_id
                              AND o.person_id = j.person_id)
        ), counted AS (
            SELECT *, count(*) OVER (PARTITION BY id) AS here, count(*) OVER (PARTITION BY person_id) AS there
            FROM pair
        )
        UPDATE registry_stageduser u SET person_id = counted.person_id, known = true FROM counted
        WHERE u.id = counted.id AND (counted.same OR (counted.here = 1 AND counted.there = 1))
        """
    )


def _numbers_twice(sql: Sql) -> None:
    refuse_users(
        sql,
        f"""u.digest IN (SELECT digest FROM registry_stageduser WHERE package_id = %(package)s::uuid
            AND digest IS NOT NULL AND NOT gone AND fate NOT IN {BAD} GROUP BY digest HAVING count(*) > 1)""",
        "identifier",
        "'…' || u.tail",
        "同一个学籍号有两个人用",
    )
    refuse_users(
        sql,
        """u.digest IS NOT NULL AND u.kind = 'p' AND EXISTS (SELECT 1 FROM registry_classmembership m
           WHERE m.pupil_number_digest = u.digest AND m.ends_on IS NULL
             AND m.person_id IS DISTINCT FROM u.person_id)""",
        "identifier",
        "'…' || u.tail",
        "这个学籍号在这里是另一名学生的",
    )


def _elsewhere(sql: Sql) -> None:
    """People who are at a place beyond the actor's reach, now or (having left every place) last."""
    if not sql.facts["limited"]:
        return
    refuse_users(
        sql,
        """u.known AND u.kind = 'p' AND EXISTS (SELECT 1 FROM registry_classmembership m
           WHERE m.person_id = u.person_id AND m.ends_on IS NULL
             AND NOT starts_with(m.scope_path, %(path)s::text))""",
        "sourcedId",
        "left(u.sid, 40)",
        "这名学生在别的学校还在读；请先由那所学校办离校，或由上级导入",
    )
    refuse_users(
        sql,
        f"""u.known AND EXISTS (SELECT 1 FROM ({_SEATS}) AS at WHERE at.person_id = u.person_id)
            AND NOT EXISTS (SELECT 1 FROM ({_SEATS}) AS at WHERE at.person_id = u.person_id
                            AND starts_with(at.scope_path, %(path)s::text))""",
        "sourcedId",
        "left(u.sid, 40)",
        "这个人以前在别的单位；请由上级导入，或由原单位先办",
    )
    refuse_users(
        sql,
        f"""u.known AND NOT EXISTS (SELECT 1 FROM ({_SEATS}) AS at WHERE at.person_id = u.person_id)
            AND NOT EXISTS (SELECT 1 FROM registry_externalid x WHERE x.target_id = u.person_id
                            AND x.kind = 'u' AND x.source_id = %(source)s::uuid)""",
        "sourcedId",
        "left(u.sid, 40)",
        "这个编号不归这里管",
    )


def _one_person_twice(sql: Sql) -> None:
    refuse_users(
        sql,
        f"""u.person_id IN (SELECT person_id FROM registry_stageduser WHERE package_id = %(package)s::uuid
            AND person_id IS NOT NULL AND fate NOT IN {BAD} GROUP BY person_id HAVING count(*) > 1)""",
        "sourcedId",
        "left(u.sid, 40)",
        "有两行说的是同一个人",
    )


def _settle(sql: Sql) -> None:
    """New people get their key; known people are changed, unchanged or to be ended."""
    # Who works elsewhere too keeps the name that was given there.
    elsewhere = (
        "EXISTS (SELECT 1 FROM registry_employment j WHERE j.person_id = p.id AND j.ends_on IS NULL "
        "AND NOT starts_with(j.scope_path, %(path)s::text))"
        if sql.facts["limited"]
        else "false"
    )
    sql.run(
        f"""
        UPDATE registry_stageduser u SET fate = CASE
            WHEN u.gone THEN 'd'
            WHEN (p.name <> u.name OR a.is_active <> u.enabled) AND NOT {elsewhere} THEN 'c'
            ELSE 'u' END
        FROM registry_person p LEFT JOIN registry_account a ON a.person_id = p.id
        WHERE u.package_id = %(package)s::uuid AND u.fate = '' AND u.known AND p.id = u.person_id
        """
    )
    sql.run(
        "UPDATE registry_stageduser SET fate = CASE WHEN gone OR kind = '' THEN 'k' ELSE 'n' END, "
        "person_id = CASE WHEN gone OR kind = '' THEN NULL ELSE registry_new_id() END "
        "WHERE package_id = %(package)s::uuid AND fate = ''"
    )
    sql.run(
        """
        UPDATE registry_stagedrole r SET person_id = u.person_id
        FROM registry_stageduser u
        WHERE r.package_id = %(package)s::uuid AND u.package_id = r.package_id AND u.sid = r.user_sid
          AND r.kind = 's'
        """
    )
    if not sql.facts["bulk_users"]:
        sql.run(
            """
            UPDATE registry_stagedrole r SET person_id = x.target_id
            FROM registry_externalid x
            WHERE r.package_id = %(package)s::uuid AND r.person_id IS NULL AND r.kind = 's'
              AND x.source_id = ANY(%(sources)s::uuid[]) AND x.kind = 'u' AND x.sourced_id = r.user_sid
            """
        )
