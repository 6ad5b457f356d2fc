"""The base of every stored thing."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.lookups import StartsWith

from qiming.kernel import time
from qiming.kernel.ids import new_id
from qiming.kernel.privacy import PersonalData


class Base(models.Model):
    """A row with a time-ordered key made in Python and the moment it was made."""

    personal_data: ClassVar[PersonalData]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=time.now, editable=False)

    class Meta:
        abstract = True


class PathField(models.TextField):  # type: ignore[type-arg]  # generic for the checker only
    """An organisation path such as `b/4k2m/9x0c/`: byte order, so that a prefix is a range (`Below`)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("db_collation", "C")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


@PathField.register_lookup
class Below(StartsWith):
    """`path__startswith`: written as a range. Whatever plan is kept for it can use the index; a pattern that is only
    known when the statement runs cannot."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        prefix = self.rhs
        if not isinstance(prefix, str) or not prefix or not prefix.isascii():
            sql, params = super().as_sql(compiler, connection)
            return sql, list(params)
        path, params = compiler.compile(self.lhs)
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        return f"({path} >= %s AND {path} < %s)", [*params, prefix, *params, end]
