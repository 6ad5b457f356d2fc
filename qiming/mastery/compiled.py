"""The one place that compiles. Never imported by the web tier: numba costs 145 MB in every process."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The same function as machine code, kept beside the source between runs."""
    return cast(Callable[P, R], njit(cache=True, error_model="numpy")(function))


def compiled_parallel(function: Callable[P, R]) -> Callable[P, R]:
    """As `compiled`; loops over `numba.prange` share the machine's cores."""
    return cast(Callable[P, R], njit(cache=True, parallel=True, error_model="numpy")(function))
