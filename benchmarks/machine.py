"""On what, and with which versions, something was measured."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_OURS = ("django", "granian", "psycopg", "django-ninja")


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu_model(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": f"{platform.system()} {platform.release()}",
    }


def load() -> list[float]:
    """How many processes wanted a core: the last 1, 5, 15 minutes."""
    return [round(one, 2) for one in os.getloadavg()]


def reference_ms() -> float:
    """Processor time of a fixed piece of Python: how fast a core was just now. Divide by it to compare runs."""
    words = {f"key{number}": [number, str(number), {"half": number / 2}] for number in range(2000)}
    taken: list[float] = []
    for _ in range(9):
        began = time.process_time()
        for _ in range(3):
            json.loads(json.dumps(words))
        taken.append(time.process_time() - began)
    return round(1000 * statistics.median(taken), 2)


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in _OURS}


def commit() -> str:
    """The commit of this checkout; a `+` behind it when the product's files differ from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--", "qiming", "web/src", "web/css", "web/labs", "content")
    return f"{head}{'+' if changed else ''}" if head else "unknown"


def command(program: str = "benchmarks.run") -> str:
    """As it was typed, without where things lie on this machine."""
    words = [f"…/{Path(word).name}" if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return " ".join(["python", "-m", program, *words])


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
