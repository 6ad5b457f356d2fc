"""Rows on their way into a table by COPY, as lines of text: the only way in that a city's rows don't feel."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from psycopg import sql

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NOTHING = "\\N"


_WORDS = {None: NOTHING, True: "t", False: "f"}


def text(value: Any) -> str:
    """`value` as COPY reads it."""
    plain = value.value if isinstance(value, Enum) else value
    match plain:
        case None | bool():
            return _WORDS[plain]
        case str():
            return plain.translate(_ESCAPES)
        case int() | float() | UUID():
            return str(plain)
        case datetime() | date():
            return plain.isoformat()
        case bytes() | memoryview():
            return "\\\\x" + bytes(plain).hex()  # COPY reads the first backslash as an escape of the second
        case list() | dict():
            return json.dumps(plain, ensure_ascii=False).translate(_ESCAPES)
    raise TypeError(f"no text for a {type(plain).__name__}")


def array(values: Sequence[str]) -> str:
    """A text array as COPY reads it."""
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return ("{" + ",".join(quoted) + "}").translate(_ESCAPES)


class Sheet:
    """Lines for one model. A line gives `columns`, ready as text; what it doesn't name takes the model's default."""

    def __init__(self, model: type[Model], *columns: str) -> None:
        fields = {str(field.column): field for field in model._meta.concrete_fields}
        if missing := set(columns) - set(fields):
            raise ValueError(f"{model.__name__} has no column {', '.join(sorted(missing))}")
        rest = [name for name in fields if name not in columns]
        self._tail = "".join("\t" + self._default(fields[name]) for name in rest) + "\n"
        self._statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(model._meta.db_table),
            sql.SQL(", ").join([sql.Identifier(name) for name in (*columns, *rest)]),
        )
        self._lines: list[str] = []

    def add(self, *values: object) -> None:
        """One line; strings must be escaped already (`text`) unless they hold no special character."""
        self._lines.append("\t".join(map(str, values)) + self._tail)

    @property
    def waiting(self) -> int:
        return len(self._lines)

    def write(self) -> int:
        """Send what has gathered; returns how many lines that were."""
        lines, self._lines = self._lines, []
        if lines:
            with connection.cursor() as cursor, cursor.copy(self._statement) as copy:
                copy.write("".join(lines))
        return len(lines)

    @staticmethod
    def _default(field: Any) -> str:
        value = field.get_default()
        if isinstance(value, list) and field.get_internal_type() == "ArrayField":
            return array([text(one) for one in value])
        return text(value)
