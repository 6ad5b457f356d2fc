"""Scoped rows: a query that forgot to say for whom it asks does not run."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from qiming.kernel.access import Actor, Table
from qiming.kernel.base import Base, PathField

M = TypeVar("M", bound=models.Model)


class UnscopedQueryError(RuntimeError):
    """A scoped table was read without saying for whom (`for_actor`) or why not (`unscoped`)."""


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that reads only after `.for_actor(actor, verb)` or `.unscoped("reason")`."""

    _is_scoped = False

    def for_actor(self, actor: Actor, verb: str) -> Self:
        """Only the rows to which `actor` may do `verb` by the model's access table."""
        table: Table = self.model.access_table  # type: ignore[attr-defined]
        scoped = self._marked()
        return scoped.filter(table.filter(actor, verb, self.model))

    def unscoped(self, reason: str) -> Self:
        """Every row; `reason` says to the reader of the code why no person's right limits it."""
        if not reason:
            raise UnscopedQueryError("unscoped() needs a reason")
        return self._marked()

    def _marked(self) -> Self:
        clone = self._chain()  # type: ignore[attr-defined]
        clone._is_scoped = True
        return clone  # type: ignore[no-any-return]

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._is_scoped = self._is_scoped
        return clone

    def _guard(self) -> None:
        if not self._is_scoped:
            raise UnscopedQueryError(
                f"{self.model.__name__} is scoped: call .for_actor(actor, verb) or .unscoped('why') first"
            )

    def _fetch_all(self) -> None:
        self._guard()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._guard()
        return super().iterator(*args, **kwargs)

    def aiterator(self, *args: Any, **kwargs: Any) -> Any:
        self._guard()
        return super().aiterator(*args, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        self._guard()
        return super().raw(*args, **kwargs)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self._guard()  # as a part of another query it answers too: by what that query finds
        return super().resolve_expression(*args, **kwargs)

    def __or__(self, other: Any) -> Self:
        self._guard_all(other)
        return super().__or__(other)

    def __xor__(self, other: Any) -> Self:
        self._guard_all(other)
        return super().__xor__(other)

    def union(self, *others: Any, **kwargs: Any) -> Any:
        self._guard_all(*others)
        return super().union(*others, **kwargs)

    def intersection(self, *others: Any) -> Any:
        self._guard_all(*others)
        return super().intersection(*others)

    def difference(self, *others: Any) -> Any:
        self._guard_all(*others)
        return super().difference(*others)

    def _guard_all(self, *others: Any) -> None:
        """Sets put together: each of them has to say for whom it asks."""
        for one in (self, *others):
            if isinstance(one, ScopedQuerySet):
                one._guard()

    def count(self) -> int:
        self._guard()
        return super().count()

    def exists(self) -> bool:
        self._guard()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._guard()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._guard()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._guard()
        return super().delete()


class ScopedModel(Base):
    """A row that belongs to a place in the organisation tree."""

    access_table: ClassVar[Table]
    self_field: ClassVar[str] = "person_id"

    scope_path = PathField(db_index=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
