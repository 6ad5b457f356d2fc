"""The clock of the machine is put forward and back in the middle of lessons; nothing is lost or doubled.

`python -m drills.clock FOLDER`: restarts an installation of its own with another clock between two steps.
"""

import sys
from pathlib import Path

import django

from drills.counting import waiting_events, wrong_with
from drills.journey import STEPS, Journey, settled, sign_in_staff
from drills.running import fresh

DAY = "2026-11-20T"
JUMPS = (
    ("forward by three hours", "09:50", "12:50"),
    ("back by three hours", "12:50", "09:50"),
    ("back by twenty minutes", "10:20", "10:00"),
)
BEFORE = STEPS[: STEPS.index("answer") + 1]


def main(folder: Path) -> int:
    one = fresh(folder / "home")
    failed = []
    started = False
    for number, (what, before, after) in enumerate(JUMPS):
        one.stop() if started else None
        one.environment["QIMING_CLOCK"] = f"{DAY}{before}:00+08:00"
        one.start()
        if not started:
            _settings_of(one.environment)
            started = True
        journey = Journey(one.port, number, sign_in_staff(one.port, "admin"), sign_in_staff(one.port, "shen"))
        for step in BEFORE:
            journey.get_ready(step)
            journey.take(step)
        one.stop()
        one.environment["QIMING_CLOCK"] = f"{DAY}{after}:00+08:00"
        one.start()
        if journey.as_teacher().get("/teach/").goes_to.startswith("/sign-in/"):
            print("the teacher's session had ended by then: signed in again", flush=True)
            journey.teacher = sign_in_staff(one.port, "shen")
        for step in STEPS[len(BEFORE) :]:
            journey.get_ready(step)
            journey.take(step)
        found = settled(lambda journey=journey: wrong_with(journey))
        print(
            f"the clock jumped {what} between answering and handing in: {found or 'nothing lost, nothing doubled'}",
            flush=True,
        )
        failed += found
    left = _delivered()
    one.stop()
    print(f"events still waiting: {left}; answered with 500: {journey.met.answers['500']}")
    return 1 if failed or left else 0


def _settings_of(environment: dict[str, str]) -> None:
    """The drill asks the same database; its own clock stays where it was first put."""
    import os

    os.environ |= environment
    django.setup()


def _delivered() -> int:
    import time

    deadline = time.monotonic() + 90
    while (left := settled(waiting_events)) and time.monotonic() < deadline:
        time.sleep(1)
    return int(left)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
