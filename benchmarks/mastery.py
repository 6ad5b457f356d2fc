"""What following pupils costs: python -m benchmarks.mastery [--answers 55000000] [--refit 10000000] [--no-save]

A city's day (synthetic: 1.83 million pupils, 30 answers each) goes through the online tracer, a district's grade after the
other, on two processes: each answer finds its pupil's state in the order in which answers came, is predicted, moves it.
Then the night's refit of knowledge tracing, and the next item of an adaptive test. Needs no installation."""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import machine, results
from qiming.mastery.adaptive import next_item, start_belief
from qiming.mastery.answers.table import AnswerTable, table_of
from qiming.mastery.bkt import fit_bkt
from qiming.mastery.response import Response
from qiming.mastery.tracer.memory import World
from qiming.mastery.tracer.model import fit_tracer
from qiming.mastery.tracer.online import Stream, blank_minds, bytes_each, replay
from qiming.mastery.tracer.readout import Curves, Readout

ROOT = Path(__file__).resolve().parents[1]
CITY, EACH, SHARDS = 1_830_000, 30, 192
SKILLS, ITEMS, LESSONS = 60, 600, 3
SAMPLE = 2000


class Taken(NamedTuple):
    answers: int
    wall: float
    cpu: float


def day_of(pupils: int, seed: int) -> Stream:
    """A synthetic school day of one grade: each pupil answers items of three skills; answers of all come mixed."""
    generator = np.random.default_rng(seed)
    student = np.repeat(np.arange(pupils), EACH)
    skill = generator.integers(0, SKILLS, (pupils, LESSONS)).repeat(EACH // LESSONS, axis=1).ravel()
    item = skill * (ITEMS // SKILLS) + generator.integers(0, ITEMS // SKILLS, len(skill))
    ability = generator.normal(0, 1, pupils)[student]
    ease = np.random.default_rng(0).normal(0.6, 0.8, ITEMS)[item]
    correct = (generator.random(len(item)) < 1 / (1 + np.exp(-ability - ease))).astype(np.int64)
    start = generator.integers(28_800, 36_000, pupils)[student]
    when = start + np.tile(np.arange(EACH) * 75, pupils)
    mixed = np.argsort(when, kind="stable")
    return Stream(*(column[mixed].astype(np.int64) for column in (student, item, skill, correct, when)))


def table_from(day: Stream) -> AnswerTable:
    return table_of(day.student, day.item, day.skill_set, day.correct, time=day.time)


def work(shards: list[int], pupils: int, world: World, curves: Curves, level: float) -> Taken:
    """Replays these shards; making the answers up and clearing the states is not counted, compiling neither."""
    tiny = day_of(4, 1)
    replay(world, blank_minds(world, 4), curves, level, tiny)
    answers, wall, cpu = 0, 0.0, 0.0
    for shard in shards:
        day, minds = day_of(pupils, shard), blank_minds(world, pupils)
        began, worked = time.perf_counter(), time.process_time()
        replay(world, minds, curves, level, day)
        wall += time.perf_counter() - began
        cpu += time.process_time() - worked
        answers += len(day.student)
    return Taken(answers, wall, cpu)


def city_day(answers: int) -> list[results.Line]:
    pupils = answers // EACH // SHARDS
    tracer = fit_tracer(table_from(day_of(SAMPLE, 7)))
    if not isinstance(tracer.reads, Readout):
        raise TypeError("the city's day goes through the additive readout")
    share = partial(
        work, pupils=pupils, world=tracer.world, curves=tracer.reads.curves, level=tracer.reads.level
    )
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        done = pool.map(share, [list(range(side, SHARDS, 2)) for side in (0, 1)])
    whole = time.perf_counter() - began
    total, cpu = sum(one.answers for one in done), sum(one.cpu for one in done)
    more = {
        "answers": total,
        "cpu_seconds": round(cpu, 1),
        "seconds_with_making_the_answers_up": round(whole, 1),
    }
    kept = bytes_each()
    return [
        _line(f"{total:,} answers replayed, 2 cores", "s", max(one.wall for one in done), 120, more),
        _line("one answer: found, predicted, state moved", "CPU µs", cpu / total * 1e6, 1),
        _line("kept for a pupil in a skill", "bytes", kept["skill"], 64, kept),
    ]


def refit(answers: int, skills: int, aim: float) -> results.Line:
    generator = np.random.default_rng(3)
    each = 20
    student = np.repeat(np.arange(answers // each), each)
    skill = np.repeat(generator.integers(0, skills, answers // each), each)
    known = np.tile(np.linspace(0.45, 0.85, each), answers // each)
    correct = (generator.random(answers // each * each) < known).astype(np.int64)
    fit_bkt(student[:100], skill[:100], correct[:100], skills)
    wall, cpu = _timed(lambda: fit_bkt(student, skill, correct, skills))
    return _line(
        f"knowledge tracing refitted, {answers:,} answers, {skills} skills",
        "s",
        wall,
        aim,
        {"cpu_seconds": round(cpu, 2)},
    )


def next_items(items: int, aim: float) -> results.Line:
    generator = np.random.default_rng(5)
    bank = Response(np.exp(generator.normal(0, 0.3, items)), generator.normal(0, 1.5, items), 0.0, 0)
    belief, used = start_belief(), np.arange(10)
    draws = generator.random(2000)
    next_item(belief, bank, used, 0.0)
    _, cpu = _timed(lambda: [next_item(belief, bank, used, draw) for draw in draws])
    return _line(f"next item of {items:,}", "CPU µs", cpu / len(draws) * 1e6, aim)


def _timed(task: Callable[[], object]) -> tuple[float, float]:
    began, worked = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - began, time.process_time() - worked


def _line(what: str, unit: str, value: float, aim: float, more: dict[str, Any] | None = None) -> results.Line:
    return results.Line("qiming", what, unit, round(value, 3), aim, more=more or {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    say: Any = parser.add_argument
    say("--answers", type=int, default=CITY * EACH)
    say("--refit", type=int, default=10_000_000)
    say("--no-save", action="store_true")
    asked = parser.parse_args()
    before = machine.load()
    lines = [
        *city_day(asked.answers),
        refit(asked.refit, 500, 60),
        refit(278_000, 123, 0.2),
        next_items(174, 5),
        next_items(5000, 50),
    ]
    print(results.table(lines))
    if not asked.no_save:
        about = {
            "command": machine.command("benchmarks.mastery"),
            "commit": machine.commit(),
            "machine": machine.machine(),
            "load": [before, machine.load()],
            "reference_ms": machine.reference_ms(),
        }
        print(results.keep(ROOT / "benchmarks" / "results", "mastery", about, lines))


if __name__ == "__main__":
    main()
