#!/bin/sh
# Runs once, on an empty database: an owner for tables and migrations, an application role that owns nothing.
set -eu
owner=$(cat /run/secrets/owner_password) app=$(cat /run/secrets/app_password)
psql -v ON_ERROR_STOP=1 -v owner="$owner" -v app="$app" --username postgres <<'SQL'
CREATE ROLE qiming_owner LOGIN PASSWORD :'owner';
CREATE ROLE qiming_app LOGIN PASSWORD :'app';
CREATE DATABASE qiming OWNER qiming_owner;
\connect qiming
GRANT USAGE ON SCHEMA public TO qiming_app;
ALTER DEFAULT PRIVILEGES FOR ROLE qiming_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON TABLES TO qiming_app;
ALTER DEFAULT PRIVILEGES FOR ROLE qiming_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO qiming_app;
SQL
