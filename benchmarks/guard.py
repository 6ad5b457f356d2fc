"""What the guard costs and what it hears: python -m benchmarks.guard [--rounds 300] [--no-save]

Processor time of 600 Chinese characters through each part and through all of it, a streamed reply, and the shares found in the
labelled cases with 95 % intervals (Wilson). Needs no installation and no model.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import machine, results
from qiming.agents.guard import Answers, Guard, Roster, Vault, guarded, injection, load, mask, personal
from qiming.assurance.graders import text as graders_text

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "content" / "guard"
CHARACTERS = 600
AIM_MS = 1.0
Z2 = 1.959964**2


def sample(rounds: int) -> list[str]:
    """Pieces of our own guides, `CHARACTERS` long, each another one."""
    guides = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "content" / "courses").rglob("guide.md"))
    )
    step = max(1, (len(guides) - CHARACTERS) // rounds)
    return [guides[at * step : at * step + CHARACTERS] for at in range(rounds)]


def cpu_ms(work: Callable[[str], object], texts: list[str]) -> float:
    """Mean processor time; what one text left in caches doesn't help the next."""
    total = 0.0
    for text in texts:
        graders_text.clean.cache_clear()
        graders_text.squeezed.cache_clear()
        began = time.process_time()
        work(text)
        total += time.process_time() - began
    return total / len(texts) * 1000


def wilson(right: int, n: int) -> tuple[float, float]:
    share, spread = right / n, Z2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = (share * (1 - share) * spread + spread**2 / 4) ** 0.5 / (1 + spread)
    return middle - half, middle + half


def costs(guard: Guard, rounds: int) -> list[results.Line]:
    library, texts = guard.library, sample(rounds)
    roster = Roster([f"{family}小{given}" for family in "王李张刘陈杨黄赵吴" for given in "明红刚丽华"])
    answers = Answers(
        [{"kind": "number", "value": 24, "paraphrases": ["两打"]}], ["三盒，每盒八支，共几支？"]
    )
    watch, tutoring = guard.watch(roster=roster), guard.watch(roster=roster, answers=answers)
    parts: list[tuple[str, Callable[[str], object], float | None]] = [
        ("words", library.keywords.find, None),
        ("crisis", library.crisis.find, None),
        ("personal data, 45 names", lambda text: personal.find(text, roster), None),
        ("orders", lambda text: injection.orders(text, library.injection), None),
        (
            "all, a pupil's text",
            lambda text: guard.question(text, stage="junior", vault=Vault(), roster=roster),
            AIM_MS,
        ),
        ("all, a whole reply", lambda text: guard.reply(text, watch), AIM_MS),
        ("a reply in pieces of 3", lambda text: streamed(guard, watch, text), None),
        ("the same, answers of an item watched", lambda text: streamed(guard, tutoring, text), None),
    ]
    return [
        results.Line(
            "qiming", f"{CHARACTERS} characters: {name}", "CPU ms", round(cpu_ms(work, texts), 3), aim=aim
        )
        for name, work, aim in parts
    ]


def streamed(guard: Guard, watch: Any, text: str) -> str:
    pieces = (text[at : at + 3] for at in range(0, len(text), 3))
    return "".join(guarded(pieces, guard.stream(watch)))


def lines(name: str) -> list[list[str]]:
    said = (DATA / "cases" / name).read_text(encoding="utf-8").replace("\\u200b", "\u200b")
    return [line.split("\t") for line in said.splitlines() if line and not line.startswith("#")]


def shares(guard: Guard) -> list[results.Line]:
    found: Counter[str] = Counter()
    n: Counter[str] = Counter()
    for way, _, said in [
        one for file in ("crisis", "crisis_held", "crisis_fresh") for one in lines(f"{file}.tsv")
    ]:
        n[f"crisis, {way}"] += 1
        found[f"crisis, {way}"] += guard.library.crisis.alarm(said, "junior") is not None
    roster = Roster(["高思琪", "何子墨", "司徒若兰", "Tom Green", "欧阳小雨"])
    for kind, hidden, said in lines("personal.tsv"):
        masked = mask(said, Vault(), roster)
        name = "personal data" if kind != "none" else "personal data, none there"
        n[name] += 1
        found[name] += hidden not in masked.text if kind != "none" else bool(masked.kinds)
    for category, said in lines("words.tsv"):
        name = "words" if category != "none" else "words, ordinary"
        n[name] += 1
        hits = {hit.category for hit in guard.library.keywords.find(said)}
        found[name] += category in hits if category != "none" else bool(hits)
    return [_share(name, found[name], n[name]) for name in n]


def of_banks(guard: Guard) -> list[results.Line]:
    """The test field's banks, written by others than the lists: pupil's texts held for each reason, open and sealed apart."""
    wanted = {
        "crisis": {"crisis"},
        "content-safety": {"refuse", "crisis"},
        "ordinary-questions": {"refuse", "crisis", "unreadable"},
        "subject": {"refuse", "crisis", "unreadable"},
        "tutoring": {"refuse", "crisis", "unreadable"},
        "injection": {"orders"},
    }
    found: Counter[str] = Counter()
    n: Counter[str] = Counter()
    for bank, ways in wanted.items():
        for path in sorted((ROOT / "content" / "assurance" / "banks" / bank).glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                case = json.loads(line)
                name = f"bank {bank}, {'sealed' if case.get('sealed') else 'open'}"
                n[name] += 1
                found[name] += bool(_ways(guard, case) & ways)
    return [_share(name, found[name], n[name]) for name in n]


def _ways(guard: Guard, case: dict[str, Any]) -> set[str]:
    asked = [
        guard.question(turn["content"], stage="junior", vault=Vault())
        for turn in case["turns"]
        if turn["role"] == "user"
    ]
    return {one.way for one in asked} | {"orders" for one in asked if one.orders}


def _share(name: str, right: int, n: int) -> results.Line:
    low, high = wilson(right, n)
    more = {"found": right, "n": n, "low": round(low, 4), "high": round(high, 4)}
    return results.Line("qiming", f"found: {name}", "share", round(right / n, 4), more=more)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    say: Any = parser.add_argument
    say("--rounds", type=int, default=300)
    say("--no-save", action="store_true")
    asked = parser.parse_args()
    before = machine.load()
    began = time.process_time()
    guard = Guard(load(DATA))
    loading = results.Line(
        "qiming", "lists read and compiled", "CPU ms", round((time.process_time() - began) * 1000, 1)
    )
    found = [loading, *costs(guard, asked.rounds), *shares(guard), *of_banks(guard)]
    for one in found:
        print(f"{one.what:55} {one.value:9} {one.unit} {one.verdict} {one.more or ''}")
    if not asked.no_save:
        about = {
            "command": "python -m benchmarks.guard",
            "commit": machine.commit(),
            "machine": machine.machine(),
            "load": [before, machine.load()],
            "reference_ms": machine.reference_ms(),
            "lists": guard.library.version,
        }
        print(results.keep(ROOT / "benchmarks" / "results", "guard", about, found))


if __name__ == "__main__":
    main()
