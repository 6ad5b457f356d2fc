"""The same samples through inspect-ai; run by the interpreter it is installed for: inspect_side.py PORT SAMPLES AT_ONCE.

Prints one JSON object. A task with a scorer that looks for one word, logs to a temporary folder, no display.
"""

import json
import os
import resource
import sys
import tempfile
import time
from importlib import metadata


def main() -> None:
    port, samples, at_once = (int(word) for word in sys.argv[1:4])
    os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1"}
    from inspect_ai import Task, eval  # noqa: A004
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.scorer import includes
    from inspect_ai.solver import generate

    with open(sys.argv[4], encoding="utf-8") as file:  # noqa: PTH123
        asks = [json.loads(line) for line in file]
    data = [Sample(id=number, input=asks[number % len(asks)], target="不能") for number in range(samples)]
    task = Task(dataset=MemoryDataset(data), solver=generate(), scorer=includes())
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = eval(
            task,
            model="openai/fast",
            max_connections=at_once,
            max_samples=at_once,
            log_dir=folder,
            display="none",
            model_args={"responses_api": False},
        )[0]
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = {
        "version": metadata.version("inspect-ai"),
        "status": found.status,
        "samples": samples,
        "seconds": round(wall, 2),
        "cpu_ms": round(1000 * cpu / samples, 3),
        "per_second": round(samples / wall, 1),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
