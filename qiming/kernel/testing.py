"""Rows that many tests begin with: made once, kept as PostgreSQL writes them out, and copied in from then on."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model
from psycopg import sql

Rows = dict[str, bytes]


def copy_out(models: Iterable[type[Model]]) -> Rows:
    """All rows of these models' tables, in the order in which they were made; tables without rows are left out."""
    kept: Rows = {}
    with connection.cursor() as cursor:
        for model in models:
            if model._base_manager.exists():
                table, key = model._meta.db_table, str(model._meta.pk.column)
                names = (sql.Identifier(table), sql.Identifier(key))
                question = sql.SQL("COPY (SELECT * FROM {} ORDER BY {}) TO STDOUT (FORMAT binary)")
                with cursor.copy(question.format(*names)) as copy:
                    kept[table] = b"".join(copy)
    return kept


def copy_in(rows: Rows) -> None:
    """Put the rows into their tables, in the order of `rows`: what a trigger looks up has to come before."""
    with connection.cursor() as cursor:
        for table, content in rows.items():
            question = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
            with cursor.copy(question) as copy:
                copy.write(content)
