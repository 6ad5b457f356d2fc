"""`python -m benchmarks.gateway --home PATH --peer-venv PATH`: what a streamed reply of fifty tokens costs in our gateway,
with key, quota, guard and ledger, and in LiteLLM's proxy, with a key. Both stand before the same upstream and are asked
in turn, round after round, with the same words.

PATH of --home is the QIMING_HOME of an installation that is up (`qiming up --demo`); --peer-venv a virtual environment
with `litellm[proxy]`. Without it only ours is measured.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import machine, processes, results
from benchmarks.gateway.upstream import TOKENS
from benchmarks.results import Line
from benchmarks.run import free_port

ROOT = Path(__file__).parents[2]
ASKED = "一个数的三倍加五等于二十，这个数是多少？请提示我，不要直接给答案。"
AIM_MS, AIM_MIB = 3.0, 150.0
PEER_KEY = "sk-bench"


@dataclass
class Side:
    """One door: where, with which key, and whose processor time it costs."""

    name: str
    port: int
    key: str
    roots: list[int]
    beside: list[int]  # the database
    more: dict[str, str]

    def __post_init__(self) -> None:
        self.cpu: list[float] = []
        self.beside_cpu: list[float] = []
        self.waits: list[float] = []
        self.count = 0
        self.errors = 0


async def ask(session: aiohttp.ClientSession, side: Side) -> float:
    """One streamed reply, read to its end. Returns seconds; raises when it is not whole."""
    body = {
        "model": "bench",
        "stream": True,
        "max_tokens": 64,
        "user": f"pupil {random.randrange(20_000)}",
        "messages": [
            {"role": "system", "content": "你是初中数学学习伙伴。"},
            {"role": "user", "content": f"{ASKED}{random.random()}"},
        ],
    }
    began, text, done = time.perf_counter(), 0, False
    url = f"http://127.0.0.1:{side.port}/v1/chat/completions"
    async with session.post(url, json=body, headers={"Authorization": f"Bearer {side.key}"}) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{side.name}: {answer.status} {(await answer.text())[:300]}")
        async for line in answer.content:
            done = done or line.startswith(b"data: [DONE]")
            text += line.decode().count("字")
    if not done or text < TOKENS:
        raise RuntimeError(f"{side.name}: broke off after {text} tokens")
    return time.perf_counter() - began


async def press(side: Side, clients: int, seconds: float) -> None:
    """`clients` at once for some seconds; adds to the side's figures."""
    connector = aiohttp.TCPConnector(limit=clients)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as session:
        await ask(session, side)
        before, beside = processes.cpu_s(side.roots), processes.cpu_s(side.beside)
        end, count = time.perf_counter() + seconds, 0

        async def client() -> None:
            nonlocal count
            while time.perf_counter() < end:
                side.waits.append(await ask(session, side))
                count += 1

        await asyncio.gather(*(client() for _ in range(clients)))
    side.cpu.append(1000 * (processes.cpu_s(side.roots) - before) / count)
    side.beside_cpu.append(1000 * (processes.cpu_s(side.beside) - beside) / count)
    side.count += count


def ours(home: Path, upstream: int, folder: Path) -> tuple[Side, subprocess.Popen[bytes]]:
    origin, port = f"http://127.0.0.1:{upstream}", free_port()
    env = os.environ | {"QIMING_HOME": str(home), "QIMING_OUTWARD": origin}
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.gateway.prepare", f"{origin}/v1"],
        env=env, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    key = json.loads(made.stdout.splitlines()[-1])["key"]
    command = [sys.executable, "-m", "qiming.site", "gateway", "--port", str(port)]
    door = _started(command, env, folder / "ours.log")
    database = int((home / "pg" / "postmaster.pid").read_text().splitlines()[0])
    return Side("qiming", port, key, [door.pid], [database], {"version": metadata.version("qiming")}), door


def peer(venv: Path, upstream: int, folder: Path) -> tuple[Side, subprocess.Popen[bytes]]:
    port = free_port()
    config = {
        "model_list": [
            {
                "model_name": "bench",
                "litellm_params": {
                    "model": "openai/bench",
                    "api_base": f"http://127.0.0.1:{upstream}/v1",
                    "api_key": "none",
                },
            }
        ],
        "general_settings": {"master_key": PEER_KEY},
        "litellm_settings": {"telemetry": False},
    }
    file = folder / "litellm.json"  # JSON is YAML
    file.write_text(json.dumps(config))
    env = {"PATH": f"{venv}/bin:/usr/bin:/bin", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HOME": str(folder)}
    command = [f"{venv}/bin/litellm", "--config", str(file), "--port", str(port), "--host", "127.0.0.1"]
    door = _started(command, env, folder / "peer.log")
    said = subprocess.run(
        [f"{venv}/bin/python", "-c", "from importlib.metadata import version as v; print(v('litellm'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return Side("litellm", port, PEER_KEY, [door.pid], [], {"version": said.stdout.strip()}), door


def _started(command: list[str], env: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=log.open("wb"), stderr=subprocess.STDOUT)


async def _ready(side: Side, most_s: float = 180) -> None:
    end = time.monotonic() + most_s
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                await ask(session, side)
            except (aiohttp.ClientError, RuntimeError):
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.5)
            else:
                return


def lines(sides: list[Side], clients: int) -> list[Line]:
    found = []
    cost = {side.name: statistics.median(side.cpu) for side in sides}
    for side in sides:
        own = side.name == "qiming"
        more = side.more | {
            "requests": side.count,
            "rounds": [round(one, 2) for one in side.cpu],
            "p50_ms": round(1000 * statistics.median(side.waits), 1),
        }
        what = f"a streamed reply of {TOKENS} tokens"
        found.append(
            Line(side.name, what, "CPU ms", round(cost[side.name], 2), AIM_MS if own else None, clients, more)
        )
        if side.beside:
            found.append(
                Line(
                    side.name,
                    f"{what}: its database",
                    "CPU ms",
                    round(statistics.median(side.beside_cpu), 2),
                    None,
                    clients,
                )
            )
        whole, worker = processes.memory(side.roots), _worker(side)
        aim = AIM_MIB if own else None
        found.append(
            Line(
                side.name,
                "memory of its worker after it",
                "MiB",
                worker,
                aim,
                clients,
                {"all_pss_mib": whole.pss_mib},
            )
        )
    if len(sides) == 2:
        found.append(
            Line(
                "qiming",
                "of the peer's processor time",
                "share",
                round(cost["qiming"] / cost["litellm"], 4),
                1 / 15,
                clients,
            )
        )
    return found


def _worker(side: Side) -> float:
    """Resident memory of the process that answers: the largest without children (others watch over it)."""
    below = processes.children()
    ends = [pid for pid in processes.tree(side.roots) if not below.get(pid)]
    return max(processes.memory([pid]).rss_mib for pid in ends)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    say: Any = parser.add_argument
    say("--home", type=Path, required=True)
    say("--peer-venv", type=Path)
    say("--seconds", type=float, default=5)
    say("--rounds", type=int, default=3)
    say("--clients", type=int, nargs="+", default=[1, 16])
    say("--no-save", action="store_true")
    given = parser.parse_args()
    told = results.header("benchmarks.gateway")
    with tempfile.TemporaryDirectory() as folder:
        found = _measured(given, Path(folder))
    told |= {"load_after": machine.load(), "reference_ms_after": machine.reference_ms()}
    print(results.table(found))
    if not given.no_save:
        print(results.keep(ROOT / "benchmarks" / "results", "gateway", told, found))


def _measured(given: argparse.Namespace, folder: Path) -> list[Line]:
    upstream = free_port()
    running = [
        _started(
            [sys.executable, "-m", "benchmarks.gateway.upstream", str(upstream)],
            dict(os.environ),
            folder / "up.log",
        )
    ]
    found: list[Line] = []
    try:
        sides = []
        for make, where in ((ours, given.home.resolve()), (peer, given.peer_venv)):
            if where is None:
                continue
            side, door = make(where, upstream, folder)
            running.append(door)
            asyncio.run(_ready(side))
            sides.append(side)
        for clients in given.clients:
            for side in sides:
                side.cpu, side.beside_cpu, side.waits, side.count = [], [], [], 0
            for _ in range(given.rounds):
                for side in sides:
                    asyncio.run(press(side, clients, given.seconds))
            found += lines(sides, clients)
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(20)
    return found


if __name__ == "__main__":
    main()
