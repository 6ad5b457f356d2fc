"""Drives a server with a few clients for a few seconds and says what that cost."""

import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks import processes
from benchmarks.people import WrongAnswer

Step = Callable[[], None]
"""One request; raises when the answer is not the one that is measured."""

_WARM = 2
TROUBLE = (WrongAnswer, OSError)


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of request: `client(number, of)` gives one client's next request again and again."""

    name: str
    says: str
    client: Callable[[int, int], Step]
    aim_cpu_ms: float | None = None
    aim_p95_ms: float | None = None


@dataclass(slots=True)
class Figures:
    """What one run came to. Processor time is per request, by group of processes."""

    clients: int
    requests: int
    errors: int
    seconds: float
    p50_ms: float
    p95_ms: float
    cpu_ms: dict[str, float] = field(default_factory=dict)
    other_cores: float = 0.0
    first_error: str = ""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0


def drive(work: Work, clients: int, seconds: float, groups: Mapping[str, Sequence[int]]) -> Figures:
    """Let `clients` threads ask at once, each its next request as soon as the last is answered."""
    steps = [work.client(number, clients) for number in range(clients)]
    for step in steps[: max(_WARM, min(clients, 8))]:
        step()
    times: list[list[float]] = [[] for _ in steps]
    errors: list[str] = []
    start = threading.Barrier(clients + 1)
    until = [0.0]

    def run(step: Step, taken: list[float]) -> None:
        start.wait()
        while time.perf_counter() < until[0]:
            began = time.perf_counter()
            try:
                step()
                taken.append(time.perf_counter() - began)
            except TROUBLE as trouble:
                errors.append(str(trouble))

    threads = [
        threading.Thread(target=run, args=pair, daemon=True) for pair in zip(steps, times, strict=True)
    ]
    for thread in threads:
        thread.start()
    before = {name: processes.cpu_s(pids) for name, pids in groups.items()}
    busy, own = processes.machine_busy_s(), time.process_time()
    began = time.perf_counter()
    until[0] = began + seconds
    start.wait()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - began
    own = time.process_time() - own
    spent = {name: processes.cpu_s(pids) - before[name] for name, pids in groups.items()}
    others = processes.machine_busy_s() - busy - own - sum(spent.values())
    taken = sorted(one for each in times for one in each)
    return Figures(
        clients=clients,
        requests=len(taken),
        errors=len(errors),
        seconds=passed,
        p50_ms=percentile(taken, 50),
        p95_ms=percentile(taken, 95),
        cpu_ms={name: 1000 * one / max(1, len(taken)) for name, one in spent.items()},
        other_cores=max(0.0, others / passed),
        first_error=errors[0] if errors else "",
    )


def at_once(steps: Sequence[Callable[[], float]]) -> list[float]:
    """Do all steps at the same moment, each in a thread of its own; the seconds that each says it took."""
    taken: list[float] = []
    troubles: list[BaseException] = []
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], float]) -> None:
        start.wait()
        try:
            taken.append(step())
        except TROUBLE as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(step,), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    return taken


def percentile(values: Sequence[float], percent: int) -> float:
    """In milliseconds, of values in seconds."""
    if len(values) < 2:
        return 1000 * values[0] if values else 0.0
    return 1000 * statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
