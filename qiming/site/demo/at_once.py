"""Pieces of work that don't touch each other, on every core."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import connection, connections

Thing = TypeVar("Thing")
# What the forked processes find; actors and frozen clocks come along without being pickled.
_work: list[Callable[[], object]] = []


def each(do: Callable[[Thing], object], things: Sequence[Thing]) -> None:
    """`do` with every one of `things`; the first error is raised when the others have ended.

    One after another where there is one core, or an open transaction that other processes would not see.
    """
    cores = min(os.cpu_count() or 1, len(things))
    if cores < 2 or connection.in_atomic_block:
        for thing in things:
            do(thing)
        return
    _work[:] = [partial(do, thing) for thing in things]
    _let_go()
    with ProcessPoolExecutor(cores, multiprocessing.get_context("fork")) as pool:
        done = [pool.submit(_do, number) for number in range(len(things))]
    for one in done:
        one.result()


def _do(number: int) -> None:
    try:
        _work[number]()
    finally:
        _let_go()


def _let_go() -> None:
    """A connection must not be shared with a forked process, nor a pool's threads be missed there."""
    connections.close_all()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool:
        close_pool()
