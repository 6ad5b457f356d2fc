"""Puts very many statements into an installation's store: copies of those that are there, by SQL, spread over months.
A fill over HTTP would take an hour. For measuring only: run inside the installation, as the owner of its tables.

`python -m benchmarks.xapi.seed STATEMENTS MONTHS`: prints some of the new ids as JSON.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

REFERS_EVERY = 500  # so many statements, then one about the one before it; every third of these voids it
_INDEXED = (
    "records_xapistatement",
    "records_xapiagentlink",
    "records_xapiactivitylink",
    "records_xapitakenid",
)

# One copy of all statements there were: new ids, moments from %(begins)s on, %(step)s apart.
_COPY = """
CREATE TEMP TABLE copied ON COMMIT DROP AS
    SELECT b.*, gen_random_uuid() AS new_id, %(begins)s + n * %(step)s AS moment, n %% {refers} = {refers} - 1 AS refers,
        n %% (3 * {refers}) = {refers} - 1 AS voids
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM seed_base) b;
ALTER TABLE copied ADD target uuid;
UPDATE copied c SET target = before.new_id FROM copied before WHERE c.refers AND before.n = c.n - 1;
INSERT INTO records_xapitakenid (statement_id, stored) SELECT new_id, moment FROM copied;
INSERT INTO records_xapireference (statement_id, stored, target, voids)
    SELECT new_id, moment, target, voids FROM copied WHERE refers;
INSERT INTO records_xapistatement (id, stored, verb_id, registration, key_id, raw)
    SELECT new_id, moment, CASE WHEN voids THEN {voided} ELSE verb_id END, registration, key_id,
        raw || jsonb_build_object('id', new_id, 'stored', moment, 'timestamp', moment) ||
        CASE WHEN voids THEN '{{"verb": {{"id": "http://adlnet.gov/expapi/verbs/voided"}}}}'::jsonb ELSE '{{}}' END ||
        CASE WHEN refers THEN jsonb_build_object('object', jsonb_build_object('objectType', 'StatementRef', 'id', target))
             ELSE '{{}}' END
    FROM copied ORDER BY n;
INSERT INTO records_xapiagentlink (statement_id, agent_id, stored, direct)
    SELECT c.new_id, l.agent_id, c.moment, l.direct FROM copied c JOIN seed_agents l ON l.statement_id = c.id ORDER BY c.n;
INSERT INTO records_xapiactivitylink (statement_id, activity_id, stored, direct)
    SELECT c.new_id, l.activity_id, c.moment, l.direct FROM copied c JOIN seed_activities l ON l.statement_id = c.id
    ORDER BY c.n;
"""


def main(wanted: int, months: int) -> None:
    django.setup()
    from django.db import connection, transaction

    begins = datetime.now(UTC) - timedelta(days=30 * months)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for day in range(0, 30 * months + 1, 10):
            cursor.execute("SELECT records_xapi_month(%s)", [begins + timedelta(days=day)])
        indexes = _without_indexes(cursor)
        _base(cursor)
        cursor.execute("SELECT count(*) FROM seed_base")
        base = cursor.fetchone()[0]
        copies = max(1, (wanted - base) // base)
        each = timedelta(days=30 * months) / copies
        for number in range(copies):
            with transaction.atomic():
                _run(cursor, begins + number * each, each / (base + 1))
            print(f"{(number + 2) * base} statements", file=sys.stderr, flush=True)
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT id FROM records_xapistatement TABLESAMPLE SYSTEM (0.2)"
                       " WHERE id NOT IN (SELECT target FROM records_xapireference) LIMIT 1000")  # fmt: skip
        print(json.dumps([str(one) for (one,) in cursor.fetchall()]))


def _base(cursor: Any) -> None:
    """What is copied, as it is now."""
    cursor.execute(
        "CREATE TEMP TABLE seed_base AS SELECT * FROM records_xapistatement"
        " WHERE id NOT IN (SELECT statement_id FROM records_xapireference)"
    )
    cursor.execute("CREATE TEMP TABLE seed_agents AS SELECT * FROM records_xapiagentlink")
    cursor.execute("CREATE TEMP TABLE seed_activities AS SELECT * FROM records_xapiactivitylink")
    for table in ("seed_base", "seed_agents", "seed_activities"):
        cursor.execute(f"ANALYZE {table}")


def _run(cursor: Any, begins: datetime, step: timedelta) -> None:
    from qiming.records.xapi.shape import VOIDED_KEY

    text = _COPY.format(refers=REFERS_EVERY, voided=f"'{VOIDED_KEY}'::uuid")
    for statement in text.split(";\n"):
        if statement.strip():
            cursor.execute(statement, {"begins": begins, "step": step} if "%(" in statement else None)


def _without_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that are no keys; returns how to make them again."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary",
        [list(_INDEXED)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition.replace(" ON ONLY ", " ON ") for _, definition in found]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
