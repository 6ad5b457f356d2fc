"""32 pupils answer without pause while the database is restarted and then killed; every acknowledged answer is there once.

`python -m drills.load HOME PORT`.
"""

import itertools
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import django

from benchmarks.ours.scene import _demo
from benchmarks.people import Person, Wire
from drills.asking import Asker, Met
from drills.journey import settled
from qiming.site import postgres

CLIENTS = 32
SECONDS = 24.0
RESTART_AT_S, KILL_AT_S = 5.0, 14.0


def main(home: Path, port: int) -> int:
    django.setup()
    scene = _demo()
    people = [enter(port, card) for card in scene["pupils"][:CLIENTS]]
    met = [Met() for _ in people]
    told: list[list[str]] = [[] for _ in people]
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=_answer, args=(Asker(port, person, one), scene, mine, until))
        for person, one, mine in zip(people, met, told, strict=True)
    ]
    for thread in threads:
        thread.start()
    time.sleep(RESTART_AT_S)
    postgres.runner_for(home).run(
        "pg_ctl", home / "pg", "-w", "-m", "fast", "restart", "-l", str(home / "pg" / "server.log")
    )
    time.sleep(KILL_AT_S - RESTART_AT_S)
    postmaster = (home / "pg" / "postmaster.pid").read_text().split()[0]
    subprocess.run(["kill", "-9", postmaster], check=True)
    for thread in threads:
        thread.join()
    return _count(scene, [one for mine in told for one in mine], met)


def enter(port: int, card: dict[str, str]) -> Person:
    person, wire = Person(), Wire(port)
    person.ask(wire, "GET", card["path"], expect=302)
    person.ask(wire, "GET", "/sign-in/pictures/", expect=200)
    form = {"csrfmiddlewaretoken": person.cookies["csrftoken"], "pin": card["pin"]}
    person.ask(wire, "POST", "/sign-in/pictures/", form=form, expect=302)
    wire.close()
    return person


def _answer(asker: Asker, scene: dict[str, Any], told: list[str], until: float) -> None:
    items = itertools.cycle(scene["items"])
    while time.monotonic() < until:
        item, key = next(items), str(uuid.uuid4())
        one = {"id": key, "item": item["key"], "activity": scene["activity"], "response": item["right"]}
        place = {name: scene[name] for name in ("offering", "lesson", "period")}
        answer = asker.send("POST", "/api/learning/attempts", place | {"attempts": [one]})
        assert answer.status == 200, answer.body
        told.append(key)
        time.sleep(0.05)


def _count(scene: dict[str, Any], told: list[str], met: list[Met]) -> int:
    from qiming.learning.models import Attempt
    from qiming.records.models import Statement

    since = Attempt.objects.unscoped("drill").filter(period_id=scene["period"])
    kept = settled(lambda: {str(key): said for key, said in since.values_list("id", "statement_id")})
    statements = settled(
        lambda: Statement.objects.unscoped("drill").filter(id__in=list(kept.values())).count()
    )
    lost = [key for key in told if key not in kept]
    unknown = [key for key in kept if key not in told]
    answers = sum((one.answers for one in met), start=type(met[0].answers)())
    longest = max(one.longest_s for one in met)
    print(
        f"{len(told)} answers acknowledged to {CLIENTS} pupils in {SECONDS:.0f} s; {len(lost)} lost, {len(unknown)} more on record than acknowledged; {statements} statements; longest wait {longest:.1f} s"
    )
    print("answers:", dict(answers), "told:", *sorted(set().union(*(one.pages for one in met))), sep="\n  ")
    return 0 if not lost and not unknown and statements == len(kept) and not answers["500"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
