"""Kill -9 of each part at each step of the journey; then count what is on record.

`python -m drills.kills HOME PORT SUPERVISOR_PID [--rounds N] [--only STEP]`: runs against the installation that
test_kills.py started. Prints a table and ends with status 1 when something acknowledged was lost or doubled.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

import django

from benchmarks.people import Person, Wire
from drills.asking import Met
from drills.counting import waiting_events, wrong_with
from drills.journey import STEPS, Journey, settled, sign_in_staff
from drills.victims import Victims

# One request takes some 5 to 80 ms; a strike may come before, within or after it.
LATEST_S = 0.12
KINDS = ("web worker", "web master", "queue worker", "PostgreSQL", "a PostgreSQL backend")


def main() -> int:
    given = _arguments()
    django.setup()
    dice = random.Random(given.seed)
    victims = Victims(given.supervisor, given.home, dice)
    admin, teacher = sign_in_staff(given.port, "admin"), sign_in_staff(given.port, "shen")
    number, failed, all_met = 0, [], Met()
    began = time.monotonic()
    for kind in given.kinds:
        met, wrong = Met(), Counter[str]()
        journeys = 0
        for step in [one for one in STEPS if not given.only or one == given.only]:
            for _ in range(given.rounds):
                settled(lambda: _calm(given.port))
                one = Journey(given.port, number, admin, teacher, met)
                number, journeys = number + 1, journeys + 1
                delay_s = dice.uniform(0, LATEST_S)
                try:
                    one.walk(step, lambda kind=kind, delay_s=delay_s: victims.later(kind, delay_s))
                    found = settled(lambda one=one: wrong_with(one))
                except AssertionError as trouble:
                    found = [f"{type(trouble).__name__}: {trouble}"]
                wrong.update(found)
                failed += [f"{kind} killed at “{step}”: {what}" for what in found]
        print(_line(kind, journeys, met, wrong), flush=True)
        all_met.pages |= met.pages
        all_met.answers += met.answers
    left = _delivered()
    print(f"\n{len(STEPS)} steps, {number} journeys in {time.monotonic() - began:.0f} s")
    print("what people were told:", *sorted(all_met.pages), sep="\n  ")
    print(f"events still waiting: {left}")
    if all_met.answers["500"]:
        failed.append(f"{all_met.answers['500']} requests were answered with 500")
    failed += [f"{left} events were never delivered"] if left else []
    print(*failed, sep="\n")
    return 1 if failed else 0


def _calm(port: int) -> None:
    """Wait until the strike before this one is mended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if Person().ask(Wire(port), "GET", "/alive").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)


def _line(kind: str, journeys: int, met: Met, wrong: Counter[str]) -> str:
    asked = ", ".join(f"{name} {count}" for name, count in sorted(met.answers.items()))
    lost = sum(wrong.values())
    return (
        f"{kind:22} {journeys} journeys, {lost} wrong; longest wait {met.longest_s:.1f} s; answers: {asked}"
    )


def _delivered() -> int:
    """Events that wait still after the worker had a minute and a half."""
    deadline = time.monotonic() + 90
    while (left := settled(waiting_events)) and time.monotonic() < deadline:
        time.sleep(1)
    return int(left)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drills.kills", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("supervisor", type=int)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", choices=STEPS)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
