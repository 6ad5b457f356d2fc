"""Named places in lower pages that higher rooms fill, so that no lower room imports a higher one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Filling = Callable[..., SafeString | str]

_fillings: dict[str, list[Filling]] = {}


def fill(name: str, filling: Filling) -> None:
    """Put `filling(request, **given) -> safe HTML or ""` into the slot `name`."""
    _fillings.setdefault(name, []).append(filling)


def render(name: str, request: HttpRequest, **given: Any) -> SafeString:
    """Everything that higher rooms have to show at `name`."""
    parts = (filling(request, **given) for filling in _fillings.get(name, []))
    return mark_safe("".join(str(part) for part in parts if part))
