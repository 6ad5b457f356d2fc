"""Counting that cannot be outrun, and a word to every gateway when the chain changes."""

from django.db import migrations

# All or nothing over every bucket of a call. Locks are taken in one order by everybody (keys come sorted, byte by byte),
# and what is read after them is what the last one left: in a volatile function each statement looks anew.
RESERVE = """
CREATE FUNCTION agents_reserve(
    on_day date, keys text[], most_requests bigint[], most_tokens bigint[], most_seconds bigint[],
    want_tokens bigint, want_seconds bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE refused text;
BEGIN
    INSERT INTO agents_quotaday (bucket, day, requests, tokens, seconds)
        SELECT key, on_day, 0, 0, 0 FROM unnest(keys) AS key
        ON CONFLICT (bucket, day) DO NOTHING;
    PERFORM 1 FROM agents_quotaday WHERE day = on_day AND bucket = ANY (keys)
        ORDER BY bucket COLLATE "C" FOR UPDATE;
    SELECT CASE WHEN used.requests + 1 > asked.r THEN 'requests'
                WHEN used.tokens + want_tokens > asked.t THEN 'tokens'
                ELSE 'seconds' END || ' ' || asked.key INTO refused
        FROM unnest(keys, most_requests, most_tokens, most_seconds) AS asked (key, r, t, s)
        JOIN agents_quotaday AS used ON used.day = on_day AND used.bucket = asked.key
        WHERE used.requests + 1 > asked.r OR used.tokens + want_tokens > asked.t OR used.seconds + want_seconds > asked.s
        ORDER BY asked.key COLLATE "C" LIMIT 1;
    IF refused IS NULL THEN
        UPDATE agents_quotaday
            SET requests = requests + 1, tokens = tokens + want_tokens, seconds = seconds + want_seconds
            WHERE day = on_day AND bucket = ANY (keys);
    END IF;
    RETURN refused;
END $$
"""

# Gives back what was set aside and not used; more used than set aside is taken all the same.
SETTLE = """
CREATE FUNCTION agents_settle(
    on_day date, keys text[], back_requests bigint, back_tokens bigint, back_seconds bigint
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM agents_quotaday WHERE day = on_day AND bucket = ANY (keys)
        ORDER BY bucket COLLATE "C" FOR UPDATE;
    UPDATE agents_quotaday
        SET requests = greatest(0, requests - back_requests), tokens = greatest(0, tokens - back_tokens),
            seconds = greatest(0, seconds - back_seconds)
        WHERE day = on_day AND bucket = ANY (keys);
END $$
"""

TOLD = """
CREATE FUNCTION agents_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('qiming_agents', TG_TABLE_NAME);
    RETURN NULL;
END $$
"""
TABLES = (
    "agents_basemodel", "agents_educationmodel", "agents_enablement", "agents_killswitch", "agents_applicationkey",
    "agents_quotarule",
)
TRIGGER = """
CREATE TRIGGER {table}_told AFTER INSERT OR UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION agents_told()
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_chain")]

    operations = [
        migrations.RunSQL([RESERVE], "DROP FUNCTION agents_reserve"),
        migrations.RunSQL([SETTLE], "DROP FUNCTION agents_settle"),
        migrations.RunSQL([TOLD], "DROP FUNCTION agents_told CASCADE"),
        *[
            migrations.RunSQL([TRIGGER.format(table=table)], migrations.RunSQL.noop)
            for table in TABLES
        ],
    ]
